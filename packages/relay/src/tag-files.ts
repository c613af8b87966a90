/** The files that the tag's package brings: of this release, and of earlier ones that pages still pin or have in their cache. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Files with a mark of their content in the name never change under that name. */
const MARKED = /^([\w-]+)\.[\w-]{8,}\.js$/;
/** The tag for pages that pin what they run. */
const PINNED = "tag";

export type Encoding = "br" | "gzip" | "identity";

/** A script as it is served. */
export interface Script {
  /** Of the content, settings and code: a newer relay serves another script under the same settings. */
  etag: string;
  bodies: Record<Encoding, Buffer>;
}

export interface TagFiles {
  /** The text of a file that settings are written into. */
  text(name: string): string;
  /** One that is served as it lies there. */
  script(name: string): Script;
  /** The name of this release's file, by the one it has without the mark of its content. */
  marked(plain: string): string | undefined;
  /** All that may be asked for by name and mark, those of earlier releases too; each is read when it is asked for. */
  scripts(): readonly (readonly [name: string, script: () => Script])[];
  /** What a page pins: the path, and the hash for the attribute `integrity`. */
  pinned(): { path: string; integrity: string };
}

/** `folders`: of this release, and of what earlier ones left. */
export function tagFiles(folders: TagFolders = inPackage()): TagFiles {
  const { bundle, released } = folders;
  const names = namesIn(bundle);
  const marked = new Map(names.map((name) => [MARKED.exec(name)?.[1] ?? name, name]));
  const earlier = namesIn(released).filter((name) => !names.includes(name));
  return {
    text: (name) => readFileSync(join(bundle, name), "utf8"),
    script: (name) => packed(bundle, name),
    marked: (plain) => marked.get(plain),
    scripts: () => [
      ...names.map((name) => [name, once(() => packed(bundle, name))] as const),
      ...earlier.map((name) => [name, once(() => compressed(readFileSync(join(released, name), "utf8")))] as const),
    ],
    pinned() {
      const name = marked.get(PINNED) ?? "";
      const hash = createHash("sha384")
        .update(readFileSync(join(bundle, name)))
        .digest("base64");
      return { path: `/${name}`, integrity: `sha384-${hash}` };
    },
  };
}

export interface TagFolders {
  bundle: string;
  /** Where the files of earlier releases are kept, uncompressed; it may be missing. */
  released: string;
}

const inPackage = (): TagFolders => {
  const bundle = dirname(createRequire(import.meta.url).resolve("@pinrelay/tag/bundle/tag.js"));
  return { bundle, released: join(bundle, "..", "..", "released") };
};

const namesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => MARKED.test(name)) : [];

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const etagOf = (content: Buffer): string => createHash("sha256").update(content).digest("base64url").slice(0, 16);

/** A file that the build has compressed. */
const packed = (folder: string, name: string): Script => {
  const bodyOf = (ending: string): Buffer => readFileSync(join(folder, name + ending));
  const identity = bodyOf("");
  return { etag: etagOf(identity), bodies: { identity, br: bodyOf(".br"), gzip: bodyOf(".gz") } };
};

export const compressed = (text: string): Script => {
  const identity = Buffer.from(text);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: identity.length };
  return {
    etag: etagOf(identity),
    bodies: { identity, br: brotliCompressSync(identity, { params }), gzip: gzipSync(identity, { level: 9 }) },
  };
};
