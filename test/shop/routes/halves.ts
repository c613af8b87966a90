import { type RequestHandler, Router } from "express";
import { field } from "../field.ts";
import { readSwitch } from "../halves.ts";
import { openSession, type Shop } from "../visit.ts";

/** The footer's switches: what they are set to is kept with the session, and the page they are on is shown again. */
export const halvesRoutes = (shop: Shop): Router => {
  const router = Router();
  const press: RequestHandler = (request, response) => {
    const pressed = readSwitch((name) => field(request.body, name));
    const { off } = openSession(request, response, shop);
    if (pressed?.on) off.delete(pressed.half);
    else if (pressed) off.add(pressed.half);
    response.redirect(303, `${pathOf(request.get("referer"))}#halves`);
  };
  if (shop.webhook) router.post("/halves", press);
  return router;
};

/** The path of a page of this shop, whatever the header says. */
const pathOf = (referrer = ""): string => {
  const { pathname, search } = new URL(URL.canParse(referrer) ? referrer : "http://shop.example/");
  return `/${pathname.replace(/^\/+/, "")}${search}`;
};
