import { expect, test } from "vitest";
import { parseDuration } from "../../lib/pki/duration";

test.each([
  ["8760h", 31_536_000_000],
  ["87600h0m0s", 315_360_000_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1m2s3ms", 62_003],
  ["1000us", 1],
  ["1000µs", 1],
])("%s is %d ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(["", "8760", "h", "1d", "1h ", "-1h", "1h-1m", "1 h", "1.2.3h"])(
  "%j is no duration",
  (text) => {
    expect(() => parseDuration(text)).toThrow(
      `no duration, got "${text}"; write it as Go does, for example "8760h"`,
    );
  },
);

test("nothing is no duration of a certificate", () => {
  expect(() => parseDuration("0h")).toThrow('a duration must be more than zero, got "0h"');
});
