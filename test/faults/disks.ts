/** Disks that are full or may not be written to, by whatever this machine lets us do. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  folder: string;
  /** Leaves no byte free. */
  fill(): void;
  makeRoom(): void;
  remove(): void;
}

const isRoot = userInfo().uid === 0;

const mounts = (...words: string[]): boolean => isRoot && spawnSync("mount", words, { stdio: "ignore" }).status === 0;
const unmount = (folder: string): void => {
  // What still holds a file in it lets go of it when it ends.
  execFileSync("umount", ["-l", folder], { stdio: "ignore" });
};
const newFolder = (): string => mkdtempSync(join(tmpdir(), "pinrelay-disk-"));

/** A file system of two megabytes; undefined where this user may mount none. */
export function smallDisk(): SmallDisk | undefined {
  const folder = newFolder();
  if (!mounts("-t", "tmpfs", "-o", "size=2m", "tmpfs", folder)) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    fill() {
      const file = openSync(filler, "w");
      try {
        for (;;) writeSync(file, Buffer.alloc(4_096));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(filler),
    remove() {
      unmount(folder);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Has a process whose files were limited write as much as it likes again; false where no tool here can. */
export const liftLimit = (pid: number): boolean =>
  spawnSync("prlimit", ["--pid", String(pid), "--fsize=unlimited"], { stdio: "ignore" }).status === 0;

export interface ReadOnlyFolder {
  folder: string;
  remove(): void;
}

/** A folder in which this process may write nothing, with these files in it. Root's writes only a file system refuses. */
export function readOnlyFolder(put: (folder: string) => void): ReadOnlyFolder {
  const folder = newFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  put(folder);
  if (!isRoot) {
    chmodSync(folder, 0o555);
    return {
      folder,
      remove() {
        chmodSync(folder, 0o755);
        remove();
      },
    };
  }
  if (mounts("--bind", folder, folder) && mounts("-o", "remount,bind,ro", folder))
    return {
      folder,
      remove() {
        unmount(folder);
        remove();
      },
    };
  // Root in a container that may mount nothing: the kernel's own files are nobody's to write.
  return { folder: "/proc/self", remove };
}
