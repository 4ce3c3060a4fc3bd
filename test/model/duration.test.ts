import { expect, test } from "vitest";
import { durationSeconds } from "../../lib/model/duration";

test.each([
  ["30s", 30],
  ["8760h", 31_536_000],
  ["24h0m0s", 86_400],
  ["1h30m", 5_400],
  ["1.5h", 5_400],
  ["250ms", 0.25],
])("%s is %d seconds", (text, seconds) => expect(durationSeconds(text)).toBe(seconds));

test.each(["", "30", "30 s", "-30s", "0s", "h", "1d", "1h 30m"])("%o is none", (text) => {
  expect(durationSeconds(text)).toBeUndefined();
});
