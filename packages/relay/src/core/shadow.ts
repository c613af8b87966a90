/** Which events belong to a destination's days in shadow: whatever else tracked the shop then has told them. */
import type { Half } from "./event.ts";
import type { Destination } from "./settings.ts";

/** The half, with the destinations of its shop that are in shadow while it is told. */
export const toldInShadow = (half: Half, shop: number, destinations: readonly Destination[]): Half => {
  const shadowed = destinations.filter((to) => to.shop === shop && to.state === "shadow").map(({ id }) => id);
  return shadowed.length > 0 ? { ...half, shadowed } : half;
};

/** Whether the event was first told while this destination was in shadow. */
export const wasInShadow = (halves: readonly Half[], { id }: Pick<Destination, "id">): boolean =>
  halves.some(
    ({ receivedMs, shadowed }) => shadowed?.includes(id) && halves.every((one) => one.receivedMs >= receivedMs),
  );
