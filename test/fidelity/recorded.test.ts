import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { etcdFilesIn } from "./cases";
import { changed } from "./mutate";
import { makeStartingKeys, type StartingKeys } from "./ours";
import { recorded, recordedCases, VERSIONS } from "./recorded";
import { judge, ourSide } from "./side-by-side";
import { type TreeMap, withValueAt } from "./tree";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-fidelity-"));
let keys: StartingKeys;
beforeAll(() => {
  keys = makeStartingKeys(folder, "1.36.3");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe.each(VERSIONS)("what kubeadm %s made", (version) => {
  const minor = Number(version.split(".")[1]);

  test.each(recordedCases(etcdFilesIn(folder)))("is what we make: $name", (example) => {
    const sides = {
      ours: ourSide(example, version, keys),
      theirs: recorded(version, example),
    };

    expect(judge(sides, minor, example.name, "dry run").unknown.join("\n")).toBe("");
  });
});

test("a changed field is told", () => {
  const [version, example] = ["1.36.3", { name: "defaults", props: {} }] as const;
  const place = ["file", "/etc/kubernetes/manifests/kube-scheduler.yaml", "spec", "hostNetwork"];
  const ours = withValueAt(ourSide(example, version, keys), place, changed) as TreeMap;
  const sides = { ours, theirs: recorded(version, example) };

  expect(judge(sides, 36, example.name, "dry run").unknown).toEqual([
    `${place.join(" > ")}: kubeadm true, we false`,
  ]);
});
