/** The same "chance" on every start, so that a picture never changes between two visits. */
export const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

const n = (value: number): string => value.toFixed(1);

/** A fennel frond as one path: a stem from (0,0) upward, feathering out in ever finer strokes. */
export const frond = (height: number, seed: number): string => {
  const random = chance(seed);
  const feather = (x: number, y: number, angle: number, length: number, pairs: readonly number[]): string => {
    const dx = Math.cos(angle) * length;
    const dy = Math.sin(angle) * length;
    const [count = 0, ...finer] = pairs;
    let d = `M${n(x)} ${n(y)}l${n(dx)} ${n(dy)}`;
    for (let i = 1; i <= count; i++) {
      const along = 0.2 + (0.8 * i) / count;
      for (const side of [-1, 1]) {
        const spread = angle + side * (0.46 + random() * 0.3);
        d += feather(x + dx * along, y + dy * along, spread, length * (0.6 - along * 0.34), finer);
      }
    }
    return d;
  };
  return feather(0, 0, -Math.PI / 2, height, [7, 5]);
};

/** Small round marks strewn over a rectangle, as one path: the speckle of stoneware. */
export const speckle = (x: number, y: number, width: number, height: number, count: number, seed: number): string => {
  const random = chance(seed);
  return Array.from({ length: count }, () => {
    const r = 0.7 + random() ** 3 * 2.4;
    return `M${n(x + random() * width)} ${n(y + random() * height)}m${n(-r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0`;
  }).join("");
};

/** Wood grain running upward through a rectangle that begins at (x, y): wavering lines as one path. */
export const grain = (x: number, y: number, width: number, height: number, lines: number, seed: number): string => {
  const random = chance(seed);
  return Array.from({ length: lines }, (_, i) => {
    const at = x + (width * (i + random() * 0.8)) / lines;
    const bend = () => (random() - 0.5) * (width / lines) * 1.6;
    return `M${n(at)} ${n(y)}c${n(bend())} ${n(height * 0.3)} ${n(bend())} ${n(height * 0.6)} ${n(bend())} ${n(height)}`;
  }).join("");
};
