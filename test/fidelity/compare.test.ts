import { describe, expect, test } from "vitest";
import { differences, type KnownDifference, knownAs } from "./compare";
import { canMeet, groupsOfPairs } from "./pairs";
import { SETTINGS } from "./settings";

const manifest = {
  kind: "Pod",
  spec: { containers: [{ name: "etcd", command: ["etcd", "--a=1", "--b=2"] }], volumes: [] },
};

describe("differences", () => {
  test("are none between equal trees", () => {
    expect(differences(manifest, structuredClone(manifest))).toEqual([]);
  });

  test("name the field, down to the flag of a named container", () => {
    const other = structuredClone(manifest);
    other.spec.containers[0]!.command = ["etcd", "--a=1", "--b=3", "--c=4"];

    expect(differences(manifest, other)).toEqual([
      { field: "spec > containers > etcd > command > --b", ours: "--b=2", theirs: "--b=3" },
      { field: "spec > containers > etcd > command > --c", ours: "(absent)", theirs: "--c=4" },
    ]);
  });

  test("are in the order of lists too", () => {
    const found = differences({ list: ["a", "b"] }, { list: ["b", "a"] });

    expect(found.map(({ field }) => field)).toEqual(["list > a", "list > a"]);
  });

  test.each<[string, unknown, unknown]>([
    ["a number and its text", 1, "01"],
    ["null and nothing", null, undefined],
    ["an empty list and nothing", [], undefined],
    ["an empty object and nothing", {}, undefined],
    ["an empty object and an empty list", {}, []],
    ["a list and a text", ["a"], "a"],
    ["the same element twice", ["a", "a"], ["a"]],
  ])("are between %s", (_, one, other) => {
    expect(differences({ x: one } as never, { x: other } as never)).toHaveLength(1);
  });
});

describe("a row", () => {
  const row: KnownDifference = {
    field: "file > *.yaml > **",
    ours: /^x/,
    theirs: "(absent)",
    why: "a test",
    docs: undefined,
    cases: ["one"],
    minors: [36],
    seenIn: "phases",
  };
  const difference = { field: "file > a.yaml > b > c", ours: "xy", theirs: "(absent)" };
  const where = { minor: 36, caseName: "one", way: "phases" } as const;

  test("is found by its field and both values", () => {
    expect(knownAs(difference, [row], where)).toBe(row);
  });

  test.each([
    [{ ...difference, field: "files > a.yaml > b" }, where],
    [{ ...difference, field: "file > a.yml > b" }, where],
    [{ ...difference, ours: "yx" }, where],
    [{ ...difference, theirs: "x" }, where],
    [difference, { ...where, minor: 35 }],
    [difference, { ...where, caseName: "two" }],
    [difference, { ...where, way: "dry run" } as const],
  ])("is not found otherwise: %o", (other, circumstances) => {
    expect(knownAs(other, [row], circumstances)).toBeUndefined();
  });
});

test("every pair of settings that can stand together does", () => {
  const groups = groupsOfPairs(SETTINGS);

  const apart = SETTINGS.flatMap((one, index) =>
    SETTINGS.slice(index + 1)
      .filter((other) => canMeet(one, other))
      .filter((other) => !groups.some((group) => group.includes(one) && group.includes(other)))
      .map((other) => `${one.name} + ${other.name}`),
  );

  expect(apart).toEqual([]);
  expect(
    groups.every((group) => group.every((a) => group.every((b) => a === b || canMeet(a, b)))),
  ).toBe(true);
});
