// Run by `npm pack` and `npm publish` in a package's folder: refuses to pack what was not built, or not built whole.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const { name, files, exports } = JSON.parse(readFileSync("package.json", "utf8"));
const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
const needed = [
  "README.md",
  "LICENSE",
  ...files.filter((file) => !/[!*]/.test(file) && file !== "released"),
  ...sources.flatMap((file) => [".js", ".d.ts"].map((ending) => `dist/${file.replace(/\.tsx?$/, ending)}`)),
  ...Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry))),
  ...(name === "pinrelay" ? ["dist/assets/house.js"] : []),
];
const missing = needed.filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`${name} is not built: ${missing.slice(0, 5).join(", ")} missing. Run "npm run build" first.`);
  process.exit(1);
}
