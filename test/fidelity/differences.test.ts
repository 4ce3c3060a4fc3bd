import * as fs from "node:fs";
import * as path from "node:path";
import { expect, test } from "vitest";
import { KNOWN_DIFFERENCES } from "./differences";

test("docs/kubeadm.md tells of every known difference", () => {
  const page = fs.readFileSync(path.join(__dirname, "../../docs/kubeadm.md"), "utf8");
  const wanted = new Set(KNOWN_DIFFERENCES.flatMap(({ docs }) => docs ?? []));

  expect(wanted.size).toBeGreaterThan(10);
  expect([...wanted].filter((words) => !page.includes(words))).toEqual([]);
});
