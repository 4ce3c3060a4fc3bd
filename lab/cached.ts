/** Things that are built once. A build that was cut off is never taken for a finished one. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Short digest of a recipe: the same input gives the same name. Shape: 12 hexadecimal digits. */
export const recipeKey = (recipe: unknown): string =>
  createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Removes what builds of processes that are gone left beside the target. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.tmp-`;
  for (const name of await readdir(dirname(target))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}

/**
 * Builds a file or folder unless it is there, and returns its path.
 *
 * The build writes to a temporary path in the same folder, which becomes the target by a rename.
 *
 * @throws what the build throws; the target does not exist then
 */
export async function cached(
  target: string,
  build: (temporary: string) => Promise<unknown>,
): Promise<string> {
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(target);
  const temporary = `${target}.tmp-${process.pid}`;
  await build(temporary);
  // Two processes may build the same thing: whoever is second keeps what the first one made.
  if (existsSync(target)) await rm(temporary, { recursive: true, force: true });
  else await rename(temporary, target);
  return target;
}
