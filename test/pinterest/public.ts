import { sourceFile } from "./source-file.ts";

/** Folder of the files that browsers get as they are. */
export const PUBLIC = sourceFile("pinterest/public");
