/** Who is visiting, by the cookies that the theme's tag left. */
import { CLICK_ID_COOKIE, VISITOR_COOKIE, type Visitor } from "../contract.ts";
import { randomHex } from "../random.ts";
import { cookie, setCookie } from "./top-frame.ts";

/** Empty while the visitor is not known. */
export let visitorId = "";
let clickId: string | undefined;

/** Recognises a visitor whom the theme's tag has met. */
export const recognise = async (): Promise<void> => {
  const [id = "", click] = await Promise.all([cookie(VISITOR_COOKIE), cookie(CLICK_ID_COOKIE)]);
  if (/^[0-9a-f]{64}$/.test(id)) visitorId = id;
  clickId = click;
};

/** The visitor, known or new: a link may lead straight to the checkout. Only to be asked with consent: it is written down. */
export const meet = (): Visitor => {
  if (!visitorId) {
    visitorId = randomHex(32);
    setCookie(VISITOR_COOKIE, visitorId);
  }
  return { id: visitorId, ...(clickId && { clickId }) };
};
