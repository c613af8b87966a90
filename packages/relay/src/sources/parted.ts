/** What an event says of somebody, apart from what it says of goods and money: it is hashed, and goes no further. */
import type { EventProperties, Profile } from "@pinrelay/tag/contract";
import { profileSchema } from "./beacon-schema.ts";

/** Personal fields apart from all others, whichever part of the event they came in: they are hashed and go no further. */
export const parted = ({ properties: all, profile = {} }: { properties: EventProperties; profile?: Profile }) => {
  // Addresses and descriptions go nowhere, and may hold what is nobody's business.
  const { url: _url, image_url: _image, description: _description, ...properties } = all;
  if (properties.items) properties.items = properties.items.map(({ url: _, image_url: __, ...item }) => item);
  const personal: Profile = {};
  for (const key of PERSONAL) {
    const [own, stated] = [all[key], profile[key]];
    if (own === undefined && stated === undefined) continue; // nearly always
    personal[key] = [own, stated].flat().filter((value) => value !== undefined);
    delete properties[key];
  }
  delete properties.$partner_id;
  return { properties, personal, partnerId: profile.$partner_id ?? all.$partner_id };
};

const PERSONAL = profileSchema.omit({ $partner_id: true }).keyof().options;
