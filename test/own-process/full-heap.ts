/** Fills its heap with as much as lives in a busy relay's, and has it collected. "small": with the heap kept small. */
import { keepHeapSmall } from "#relay/heap";

if (process.argv[2] === "small") keepHeapSmall();
const kept = Array.from({ length: 300_000 }, (_, n) => ({ n, text: `event ${n}` }));
globalThis.gc?.();
console.log(kept.length);
