import { expect, test } from "vitest";
import { durationMilliseconds, durationSeconds } from "../../lib/model/duration";

test.each([
  ["30s", 30],
  ["8760h", 31_536_000],
  ["24h0m0s", 86_400],
  ["1h30m", 5_400],
  ["1.5h", 5_400],
  [".5s", 0.5],
  ["1m2s3ms", 62.003],
  ["1000us", 0.001],
  ["1000µs", 0.001],
])("%s is %d seconds", (text, seconds) => {
  expect(durationSeconds(text)).toBeCloseTo(seconds, 9);
});

test.each(["", "30", "30 s", "-30s", "0s", "h", "1d", "1h 30m", "1h ", "1h-1m", "1.2.3h"])(
  "%o is none",
  (text) => {
    expect(durationSeconds(text)).toBeUndefined();
    expect(() => durationMilliseconds(text)).toThrow(
      `no duration above zero, got "${text}"; write it as Go does: "8760h"`,
    );
  },
);

test("the life of a certificate is read in milliseconds", () => {
  expect(durationMilliseconds("87600h0m0s")).toBe(315_360_000_000);
});
