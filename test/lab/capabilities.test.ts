import { expect, test } from "vitest";
import { capabilitiesIn } from "../../lab/capabilities";

test.each([
  ["0", []],
  ["1", ["CHOWN"]],
  ["0000000000201000", ["NET_ADMIN", "SYS_ADMIN"]],
  ["0000002000000000", ["AUDIT_READ"]],
  // Newer ones, which older engines do not know.
  ["000001c000000000", []],
])("mask %s has %j", (mask, names) => {
  expect(capabilitiesIn(mask)).toEqual(names);
});
