/** Seals secrets at rest with AES-256-GCM: version byte, 12-byte nonce, 16-byte tag, ciphertext. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./folder.ts";

export interface Seal {
  seal(clear: string): Buffer;
  /** Throws where the bytes were not sealed with this key. */
  open(sealed: Uint8Array): string;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** A seal whose key is derived from `secret`, any text of decent length. */
export function sealWith(secret: string): Seal {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "pinrelay secrets at rest", 32));
  return {
    seal(clear) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const text = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
    },
    open(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 1 + NONCE), { authTagLength: TAG });
      decipher.setAuthTag(bytes.subarray(1 + NONCE, 1 + NONCE + TAG));
      return decipher.update(bytes.subarray(1 + NONCE + TAG), undefined, "utf8") + decipher.final("utf8");
    },
  };
}

/** The secret kept in `file`, made (mode 0600) on first use. Two processes starting at once agree on one. */
export function secretFile(file: string): string {
  if (!existsSync(file)) {
    makeFolder(dirname(file));
    const draft = `${file}.${randomBytes(6).toString("hex")}`;
    // Flushed, since what it seals is: a power cut must not leave tokens on the disk without the key to them.
    writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(draft, file); // whole or not at all, and never over one that is there
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  return readFileSync(file, "utf8").trim();
}
