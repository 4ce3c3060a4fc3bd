import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cached, recipeKey } from "../../lab/cached";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lab-cached-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("a thing that is there is not built again", async () => {
  const target = join(dir, "deep", "thing");
  await cached(target, (path) => writeFile(path, "first"));

  await cached(target, (path) => writeFile(path, "second"));

  expect(readFileSync(target, "utf8")).toBe("first");
});

test("a build that fails half-way leaves no target", async () => {
  const target = join(dir, "thing");
  const build = async (path: string) => {
    await mkdir(path);
    await writeFile(join(path, "half"), "");
    throw new Error("cut off");
  };

  await expect(cached(target, build)).rejects.toThrow("cut off");

  expect(existsSync(target)).toBe(false);
});

test("what a process that is gone left behind is removed, what a living one makes is not", async () => {
  await mkdir(join(dir, "thing.tmp-999999999"));
  await mkdir(join(dir, "thing.tmp-1"));

  await cached(join(dir, "thing"), (path) => writeFile(path, ""));

  expect(readdirSync(dir).sort()).toEqual(["thing", "thing.tmp-1"]);
});

test("whoever is second keeps what the first one made", async () => {
  const target = join(dir, "thing");

  await cached(target, async (path) => {
    await writeFile(path, "slow");
    await writeFile(target, "fast");
  });

  expect(readFileSync(target, "utf8")).toBe("fast");
  expect(readdirSync(dir)).toEqual(["thing"]);
});

test("recipes that differ have different keys", () => {
  expect(recipeKey(["a", { b: 1 }])).toMatch(/^[0-9a-f]{12}$/);
  expect(recipeKey(["a", { b: 1 }])).not.toBe(recipeKey(["a", { b: 2 }]));
});
