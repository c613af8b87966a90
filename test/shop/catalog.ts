/** What the shop sells. Ids are of one kind everywhere: product "1001", variant "1001-2", SKU "MUG-SAGE-L". */

export type Art = "mug" | "throw" | "lamp" | "board";

/** A value of an option, and what it does to the picture: its colour (`tone`) or its size (`grow`). */
export interface OptionValue {
  name: string;
  tone?: string;
  grow?: number;
}

export interface ProductOption {
  name: "Color" | "Size";
  values: readonly OptionValue[];
}

export interface Variant {
  id: string;
  sku: string;
  /** List price of one, in cents. */
  cents: number;
  /** Chosen values, in the order of the product's options. */
  choice: readonly string[];
}

export interface Product {
  id: string;
  handle: string;
  name: string;
  tagline: string;
  description: string;
  details: readonly string[];
  category: string;
  art: Art;
  options: readonly ProductOption[];
  variants: readonly Variant[];
  /** How its page describes it to machines: a ProductGroup with every variant, or a Product with the chosen one. */
  schema: "ProductGroup" | "Product";
}

export interface Collection {
  handle: string;
  name: string;
  description: string;
  products: readonly string[];
}

export const SHOP = { name: "Fennel & Oak", currency: "USD" } as const;

// biome-ignore format: a table
const MUG: readonly Variant[] = [
  { id: "1001-1", sku: "MUG-SAGE-S", cents: 2800, choice: ["Sage", "Small"] },
  { id: "1001-2", sku: "MUG-SAGE-L", cents: 3400, choice: ["Sage", "Large"] },
  { id: "1001-3", sku: "MUG-OAT-S",  cents: 2800, choice: ["Oat",  "Small"] },
  { id: "1001-4", sku: "MUG-OAT-L",  cents: 3400, choice: ["Oat",  "Large"] },
  { id: "1001-5", sku: "MUG-INK-S",  cents: 3000, choice: ["Ink",  "Small"] },
  { id: "1001-6", sku: "MUG-INK-L",  cents: 3600, choice: ["Ink",  "Large"] },
];

// biome-ignore format: a table
const THROW: readonly Variant[] = [
  { id: "1002-1", sku: "THROW-CLAY-T", cents: 11800, choice: ["Clay", "Throw"] },
  { id: "1002-2", sku: "THROW-CLAY-B", cents: 19600, choice: ["Clay", "Blanket"] },
  { id: "1002-3", sku: "THROW-MOSS-T", cents: 11800, choice: ["Moss", "Throw"] },
  { id: "1002-4", sku: "THROW-MOSS-B", cents: 19600, choice: ["Moss", "Blanket"] },
  { id: "1002-5", sku: "THROW-FOG-T",  cents: 11800, choice: ["Fog",  "Throw"] },
  { id: "1002-6", sku: "THROW-FOG-B",  cents: 19600, choice: ["Fog",  "Blanket"] },
];

// biome-ignore format: a table
const LAMP: readonly Variant[] = [
  { id: "1003-1", sku: "LAMP-BONE-L",  cents: 14800, choice: ["Bone",  "Low"] },
  { id: "1003-2", sku: "LAMP-BONE-T",  cents: 18900, choice: ["Bone",  "Tall"] },
  { id: "1003-3", sku: "LAMP-OLIVE-L", cents: 14800, choice: ["Olive", "Low"] },
  { id: "1003-4", sku: "LAMP-OLIVE-T", cents: 18900, choice: ["Olive", "Tall"] },
];

// biome-ignore format: a table
const BOARD: readonly Variant[] = [
  { id: "1004-1", sku: "BOARD-OAK-S", cents: 4200, choice: ["Small"] },
  { id: "1004-2", sku: "BOARD-OAK-M", cents: 5800, choice: ["Medium"] },
  { id: "1004-3", sku: "BOARD-OAK-L", cents: 7600, choice: ["Large"] },
];

export const PRODUCTS: readonly Product[] = [
  {
    id: "1001",
    handle: "harbor-mug",
    name: "Harbor Mug",
    tagline: "Speckled stoneware, thrown by hand",
    description:
      "A mug with some weight to it. Thrown from speckled clay in small batches, glazed inside and out, and left bare " +
      "at the foot so that you can feel the stoneware. The handle takes three fingers; the rim is thin where it counts.",
    details: ["Small holds 8 oz, large 12 oz", "Safe in dishwasher and microwave", "Thrown and fired in Maine"],
    category: "Tableware",
    art: "mug",
    schema: "ProductGroup",
    options: [
      {
        name: "Color",
        values: [
          { name: "Sage", tone: "#a3ae8d" },
          { name: "Oat", tone: "#e3d9c6" },
          { name: "Ink", tone: "#4a5866" },
        ],
      },
      {
        name: "Size",
        values: [
          { name: "Small", grow: 0.84 },
          { name: "Large", grow: 1 },
        ],
      },
    ],
    variants: MUG,
  },
  {
    id: "1002",
    handle: "washed-linen-throw",
    name: "Washed Linen Throw",
    tagline: "Heavy flax, softened by stone",
    description:
      "European flax, woven heavy and washed with stones until it drapes. Cool in August, warm enough for a window " +
      "seat in November. It wrinkles, and it is meant to.",
    details: ["Throw 50 × 70 in, blanket 88 × 92 in", "100% linen, hand-knotted fringe", "Machine wash cold, line dry"],
    category: "Textiles",
    art: "throw",
    schema: "ProductGroup",
    options: [
      {
        name: "Color",
        values: [
          { name: "Clay", tone: "#c08468" },
          { name: "Moss", tone: "#7f8a62" },
          { name: "Fog", tone: "#c9ccc8" },
        ],
      },
      {
        name: "Size",
        values: [
          { name: "Throw", grow: 0.86 },
          { name: "Blanket", grow: 1 },
        ],
      },
    ],
    variants: THROW,
  },
  {
    id: "1003",
    handle: "orchard-lamp",
    name: "Orchard Lamp",
    tagline: "A round base and a quiet light",
    description:
      "A turned ceramic base as round as an apple, a brass neck, a shade of undyed linen. It dims by touch, from " +
      "reading light down to something closer to a candle.",
    details: ["Low 15 in, tall 21 in", "Dimmable LED bulb included", "Cloth cord, 78 in"],
    category: "Lighting",
    art: "lamp",
    schema: "Product",
    options: [
      {
        name: "Color",
        values: [
          { name: "Bone", tone: "#e9e2d4" },
          { name: "Olive", tone: "#7a7b4f" },
        ],
      },
      {
        name: "Size",
        values: [
          { name: "Low", grow: 0.82 },
          { name: "Tall", grow: 1 },
        ],
      },
    ],
    variants: LAMP,
  },
  {
    id: "1004",
    handle: "everyday-board",
    name: "Everyday Board",
    tagline: "One piece of white oak",
    description:
      "Cut from a single plank of white oak, so that there is no seam to split. Bread on one side, everything else " +
      "on the other. Oil it when it looks thirsty and it will outlive the kitchen.",
    details: ["Small 12 in, medium 16 in, large 21 in", "Finished with food-safe linseed oil", "Made in Vermont"],
    category: "Kitchen",
    art: "board",
    schema: "Product",
    options: [
      {
        name: "Size",
        values: [
          { name: "Small", grow: 0.8 },
          { name: "Medium", grow: 0.9 },
          { name: "Large", grow: 1 },
        ],
      },
    ],
    variants: BOARD,
  },
];

export const COLLECTIONS: readonly Collection[] = [
  {
    handle: "at-the-table",
    name: "At the table",
    description: "Stoneware, oak and a low light: what we reach for when people stay for one more cup.",
    products: ["1001", "1004", "1003"],
  },
  {
    handle: "slow-evenings",
    name: "Slow evenings",
    description: "Linen to pull over your knees, a lamp that dims, and something warm to hold.",
    products: ["1002", "1003", "1001"],
  },
];
