/** Calls that few pages make: links between a shop's domains, and what pages instrumented for Converge say. */
import { linkDomain } from "./links.ts";
import type { TrackCall } from "./sighting.ts";

export interface RareCall extends TrackCall {
  method: string;
  domain?: string;
  /** Converge's older names of `eventName` and `eventID`. */
  event?: string;
  eventId?: string;
}

/** Does what such a call says, or tells that there is no such method. */
export const rareCall = (said: RareCall, track: (call: TrackCall) => void, ignored: () => void): void => {
  const { method, domain = "", event, eventId } = said;
  // The relay is where the script came from, whatever endpoint the page knows.
  if (method === "set_endpoint") return;
  if (method === "link_domain") linkDomain(domain);
  else if (method === "forward") track(said);
  else if (method === "event")
    track({ ...said, eventName: event ?? said.eventName, ...(eventId && { eventID: eventId }) });
  else ignored();
};
