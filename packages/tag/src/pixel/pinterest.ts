/**
 * The browser half of an event, from a sandboxed frame. Pinterest's library may not run there, since it has no cookies:
 * whether it does is found out before it is told any event, so that no event goes both by the library and as an image.
 */
import { type BeaconEvent, PINTEREST_CORE, PINTEREST_IMAGE, type PixelSettings, type Visitor } from "../contract.ts";
import { fetchScript } from "../fetch-script.ts";
import { later, on } from "../guard.ts";
import { hashedPerson } from "../hash.ts";
import { pintrkData } from "../pintrk-data.ts";
import { imageAddress } from "./image.ts";

/** A library that has not called back by now will not. */
const ANSWER_MS = 3_000;

/** Whether the library works on this page. */
let works: Promise<boolean> | undefined;

/** Tells an event; `answer` takes what became of it, unless the page is left before. */
export const toPinterest = async (
  settings: PixelSettings,
  event: BeaconEvent,
  { id, clickId }: Visitor,
  limited: boolean | undefined,
  mayTell: () => boolean | undefined,
  answer: (state: "fired" | "absent") => unknown,
): Promise<void> => {
  const { tag = "", profile = {} } = event;
  const { $state: st, $country_code: country } = profile;
  // Limited data processing needs to know where the visitor is.
  if (limited && !(st && country)) return void answer("absent");
  works ??= load(settings);
  // Both at once: when the page is left the library is given up, and nothing else must be waited for.
  const [isWorking, hashed] = await Promise.all([works, hashedPerson(profile).catch(() => undefined)]);
  if (!mayTell()) return;
  const person = { external_id: id, ...hashed, ...(limited && { opt_out_type: "LDP", st, country }) };
  const data = pintrkData(event, settings);
  const showImage = () => {
    const pd = { ...person, ...(clickId && { epik: clickId }) };
    const said = { tid: settings.tagId, event: tag, noscript: 1, pd, ed: data };
    const image = new Image();
    image.onload = () => answer("fired");
    image.onerror = () => answer("absent");
    image.src = imageAddress(settings.image ?? PINTEREST_IMAGE, said);
  };
  if (!isWorking) return showImage();
  try {
    window.pintrk?.("set", person);
    window.pintrk?.("track", tag, data, (didInit: unknown, error: unknown) =>
      didInit && !error ? answer("fired") : showImage(),
    );
  } catch {
    showImage();
  }
};

/** Loads the library, and sees whether it calls back for the base call, which is no event. */
const load = ({ core = PINTEREST_CORE, tagId }: PixelSettings): Promise<boolean> =>
  new Promise((resolve) => {
    const queue: unknown[][] = [];
    window.pintrk = Object.assign((...words: unknown[]) => void queue.push(words), { queue, version: "3.0" });
    const giveUp = () => resolve(false);
    fetchScript(core, "", giveUp);
    later(ANSWER_MS, giveUp);
    on(window, "pagehide", giveUp);
    window.pintrk("load", tagId);
    window.pintrk("page", {}, (didInit: unknown, error: unknown) => resolve(!!didInit && !error));
  });
