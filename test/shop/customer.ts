import { field } from "./field.ts";
import { DESTINATIONS } from "./pricing.ts";

/** Whom an order goes to, as typed into the checkout form. */
export interface Customer {
  email: string;
  firstName: string;
  lastName: string;
  address: string;
  city: string;
  state: string;
  zip: string;
  country: string;
  phone: string;
}

export type CustomerField = keyof Customer;

interface FormField {
  name: CustomerField;
  label: string;
  autocomplete: string;
  type: "email" | "tel" | "text";
  width: "full" | "half" | "third";
  /** Everywhere, nowhere, or in one country. */
  required: boolean | "US";
}

/** The fields of the form but the country, which is a choice of its own. */
// biome-ignore format: a table
export const FIELDS: readonly FormField[] = [
  { name: "email",     label: "Email",            type: "email", width: "full",  required: true,  autocomplete: "email" },
  { name: "firstName", label: "First name",       type: "text",  width: "half",  required: true,  autocomplete: "given-name" },
  { name: "lastName",  label: "Last name",        type: "text",  width: "half",  required: true,  autocomplete: "family-name" },
  { name: "address",   label: "Address",          type: "text",  width: "full",  required: true,  autocomplete: "street-address" },
  { name: "city",      label: "City",             type: "text",  width: "third", required: true,  autocomplete: "address-level2" },
  { name: "state",     label: "State / region",   type: "text",  width: "third", required: "US",  autocomplete: "address-level1" },
  { name: "zip",       label: "ZIP / post code",  type: "text",  width: "third", required: true,  autocomplete: "postal-code" },
  { name: "phone",     label: "Phone",            type: "tel",   width: "full",  required: false, autocomplete: "tel" },
];

export const isRequired = (required: FormField["required"], country: string): boolean =>
  required === true || required === country;

export type Problems = Partial<Record<CustomerField, string>>;

/** Reads the form. Problems, one sentence a field, stand beside what was typed, so the form can be shown again. */
export const readCustomer = (body: unknown): { customer: Customer; problems: Problems } => {
  const typed = (name: CustomerField): string => field(body, name).trim().slice(0, 200);
  const customer: Customer = {
    email: typed("email"),
    firstName: typed("firstName"),
    lastName: typed("lastName"),
    address: typed("address"),
    city: typed("city"),
    state: typed("state"),
    zip: typed("zip"),
    country: typed("country"),
    phone: typed("phone"),
  };
  return { customer, problems: problemsOf(customer) };
};

const problemsOf = (customer: Customer): Problems => {
  const problems: Problems = {};
  for (const { name, label, required } of FIELDS) {
    if (isRequired(required, customer.country) && customer[name] === "") problems[name] = `${label} is needed.`;
  }
  if (customer.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(customer.email)) {
    problems.email = "This does not look like an email address.";
  }
  if (customer.phone && customer.phone.replace(/\D/g, "").length < 7) {
    problems.phone = "This phone number looks too short.";
  }
  if (!Object.hasOwn(DESTINATIONS, customer.country)) problems.country = "Please choose a country we ship to.";
  if (customer.country === "US" && !/^[A-Za-z]{2}$/.test(customer.state)) {
    problems.state = "Two letters, such as OR.";
  }
  if (customer.country === "US" && customer.zip && !/^\d{5}(-\d{4})?$/.test(customer.zip)) {
    problems.zip = "Five digits, such as 97214.";
  }
  return problems;
};
