import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatDuration, Progress } from "../../lab/progress";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  [0, "0.0 s"],
  [9_940, "9.9 s"],
  [9_960, "10 s"],
  [59_600, "1 min 00 s"],
  [187_000, "3 min 07 s"],
])("%d ms reads as %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a long task is heard of at least every 15 s, and not after its end", async () => {
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line));

  const task = progress.task("building", () => new Promise((done) => setTimeout(done, 25_000)));
  await vi.advanceTimersByTimeAsync(60_000);
  await task;

  expect(lines).toEqual([
    "building …",
    "  still running: building (10 s)",
    "  still running: building (20 s)",
    "building: done in 25 s",
  ]);
});

test("a task that fails says so and passes its error on", async () => {
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line));

  const task = progress.task("building", () => Promise.reject(new Error("no space")));

  await expect(task).rejects.toThrow("no space");
  expect(lines).toEqual(["building …", "building: failed after 0.0 s"]);
});
