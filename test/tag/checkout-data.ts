/** What Shopify says of a checkout, in the form its Web Pixels API has in 2026. Ids are plain digits or global ones. */

const usd = (amount: number) => ({ amount, currencyCode: "USD" });

/** A mug twice, with two dollars off each, and a linen towel. */
export const LINES = [
  {
    id: "gid://shopify/CartLine/5b2f",
    title: "Harbor Mug",
    quantity: 2,
    variant: {
      id: "45120339804375",
      sku: "MUG-SAGE-L",
      title: "Sage / Large",
      untranslatedTitle: "Sage / Large",
      price: usd(24),
      image: { src: "https://cdn.fennelandoak.example/mug.jpg" },
      product: {
        id: "8266836345064",
        title: "Harbor Mug",
        untranslatedTitle: "Harbor Mug",
        vendor: "Fennel & Oak",
        type: "Mugs",
        url: "/products/harbor-mug",
      },
    },
    discountAllocations: [
      { amount: usd(4), discountApplication: { title: "SPRING", type: "DISCOUNT_CODE", targetType: "LINE_ITEM" } },
    ],
    finalLinePrice: usd(44),
    properties: [],
    sellingPlanAllocation: null,
  },
  {
    id: "gid://shopify/CartLine/77a0",
    title: "Linen Towel",
    quantity: 1,
    variant: {
      id: "gid://shopify/ProductVariant/45120339837143",
      sku: null,
      title: null,
      untranslatedTitle: null,
      price: usd(18.5),
      image: null,
      product: {
        id: "gid://shopify/Product/8266836377832",
        title: "Linen Towel",
        untranslatedTitle: "Linen Towel",
        vendor: "Fennel & Oak",
        type: "",
        url: "/products/linen-towel",
      },
    },
    discountAllocations: [],
    finalLinePrice: usd(18.5),
    properties: [],
    sellingPlanAllocation: null,
  },
];

export const ADDRESS = {
  address1: "12 Harbor St",
  address2: null,
  city: "Portland",
  country: "US",
  countryCode: "US",
  firstName: "Maya",
  lastName: "Hartley",
  phone: "+15035550142",
  province: "OR",
  provinceCode: "OR",
  zip: "97209",
};

/** Goods for 62.50, shipping 6, tax 5.10. */
export const CHECKOUT = {
  attributes: [],
  billingAddress: ADDRESS,
  buyerAcceptsEmailMarketing: false,
  buyerAcceptsSmsMarketing: false,
  currencyCode: "USD",
  delivery: {
    selectedDeliveryOptions: [
      { cost: usd(6), costAfterDiscounts: usd(6), handle: "std", title: "Standard", type: "shipping" },
    ],
  },
  discountApplications: [
    {
      allocationMethod: "EACH",
      targetSelection: "ENTITLED",
      targetType: "LINE_ITEM",
      title: "SPRING",
      type: "DISCOUNT_CODE",
      value: usd(2),
    },
  ],
  discountsAmount: usd(4),
  email: "maya.hartley@example.com",
  lineItems: LINES,
  localization: { country: { isoCode: "US" }, language: { isoCode: "en-US" }, market: { id: "1", handle: "us" } },
  order: null,
  phone: null,
  shippingAddress: ADDRESS,
  shippingLine: { price: usd(6) },
  smsMarketingPhone: null,
  subtotalPrice: usd(62.5),
  token: "hWN2bT4kq9ZrXy7Lw3Jd5vGs",
  totalPrice: usd(73.6),
  totalTax: usd(5.1),
  transactions: [],
};

export const ORDER = {
  id: "gid://shopify/OrderIdentity/6278078300337",
  customer: { id: "7012345678901", isFirstOrder: true },
};

export const ORDERED = { checkout: { ...CHECKOUT, order: ORDER } };

/** A cart line, as an addition has it. */
export const ADDED = {
  cartLine: { cost: { totalAmount: usd(24) }, quantity: 1, merchandise: LINES[0]?.variant },
};

export const SEARCHED = { searchResult: { query: "sage mug", productVariants: [LINES[0]?.variant] } };
