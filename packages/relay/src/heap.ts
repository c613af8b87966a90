/** How much memory the process takes that is a relay and nothing else. */
import { setFlagsFromString } from "node:v8";

/**
 * Has V8 collect once the heap has grown by half since the last time. Left to itself it lets that of a busy relay grow to
 * four times what lives in it, which a small machine has better use for. It holds for the whole process: an app that
 * embeds a relay decides for itself.
 */
export const keepHeapSmall = (): void => setFlagsFromString("--heap-growing-percent=50");
