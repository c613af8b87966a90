/** Every property of the contract, by whether an attribute can say it. The compiler knows if one is missing. */
import type { Item, Profile, Properties } from "#tag/contract";

const MARKABLE: Record<keyof (Item & Properties & Profile), boolean> = {
  product_id: true,
  variant_id: true,
  sku: true,
  name: true,
  variant_name: true,
  price: true,
  currency: true,
  quantity: true,
  discount: true,
  vendor: true,
  category: true,
  url: true,
  image_url: true,
  id: true,
  description: true,
  // Lists are said by elements inside.
  items: false,
  value: true,
  total_price: true,
  total_tax: true,
  total_shipping: true,
  total_discount: true,
  taxes_included: true,
  coupon: true,
  query: true,
  order_aliases: false,
  $is_new_customer: true,
  predicted_ltv: true,
  external_measurement_id: true,
  external_measurement_vendor_id: true,
  $email: true,
  $phone_number: true,
  $first_name: true,
  $last_name: true,
  $gender: true,
  $date_of_birth: true,
  $city: true,
  $state: true,
  $zip_code: true,
  $country_code: true,
  $customer_id: true,
  // No web page knows them.
  $maid: false,
  $partner_id: false,
};

export const markable: readonly string[] = Object.entries(MARKABLE).flatMap(([name, can]) => (can ? name : []));

/** The attribute that says a property. */
export const attributeOf = (property: string): string =>
  `data-pinrelay-${property.replace("$", "").replaceAll("_", "-")}`;
