import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withLock } from "../../lab/lock";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lab-lock-"));
  vi.stubEnv("CDKTF_KUBEADM_CACHE", dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

test("work under the lock never overlaps, and a failure gives the lock back", async () => {
  let inside = 0;
  let most = 0;
  const work = (fails: boolean) => async () => {
    most = Math.max(most, ++inside);
    await pause(30);
    inside--;
    if (fails) throw new Error("failed");
  };

  const results = await Promise.allSettled(
    [true, false, false].map((fails) => withLock(() => {}, work(fails))),
  );

  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(most).toBe(1);
});

test("the lock of a process that is gone does not hold", async () => {
  mkdirSync(join(dir, "lab"));
  writeFileSync(join(dir, "lab", "lock"), "999999999");

  expect(
    await withLock(
      () => {},
      async () => "done",
    ),
  ).toBe("done");
});
