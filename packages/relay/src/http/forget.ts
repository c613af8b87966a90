/** `POST /api/forget`: forgets a person, and answers with a receipt once it is done. */
import type { Logger } from "pino";
import { forgetPerson } from "../forget.ts";
import { readPerson } from "../sources/person.ts";
import type { Store } from "../store/store.ts";
import type { ShopHandler } from "./api-key.ts";
import { bodyOf } from "./body.ts";
import { refuse } from "./refuse.ts";

export const forgetPeople =
  (store: Store, now: () => number, log: Logger): ShopHandler =>
  async (request, response) => {
    const { shop } = response.locals;
    const read = readPerson(bodyOf(request));
    if ("fault" in read) return refuse(response, 400, read.fault.field, read.fault.message);
    const receipt = await forgetPerson(store, shop, read.person, now());
    log.info({ shop: shop.key, ...receipt }, "forgot a person");
    response.json(receipt);
  };
