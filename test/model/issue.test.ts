import { describe, expect, test } from "vitest";
import { quote } from "../../lib/errors";
import { entry, formatIssues, join, throwIssues, toIssues } from "../../lib/model/issue";

const finding = (propPath: string, message = "wrong") => ({ propPath, message });

describe("issues", () => {
  test("are sorted by construct, then prop, numbers by value", () => {
    const issues = [
      ...toIssues("prod/workers", [finding("taints[10].key"), finding("taints[9].key")]),
      ...toIssues("prod/cp", [finding("ssh.port"), finding("hosts")]),
    ];

    expect(formatIssues(issues)).toBe(
      [
        "prod/cp: hosts: wrong",
        "prod/cp: ssh.port: wrong",
        "prod/workers: taints[9].key: wrong",
        "prod/workers: taints[10].key: wrong",
      ].join("\n"),
    );
  });

  test("the same one is told once", () => {
    expect(toIssues("prod/cp", [finding("hosts"), finding("hosts")])).toHaveLength(1);
  });

  test("are thrown as one error, and none is no error", () => {
    const issues = toIssues("prod/cp", [finding("b"), finding("a")]);

    expect(() => throwIssues(issues)).toThrow("prod/cp: a: wrong\nprod/cp: b: wrong");
    expect(() => throwIssues([])).not.toThrow();
  });
});

describe("prop paths", () => {
  test.each([
    [join("", "ssh"), "ssh"],
    [join("ssh", "port"), "ssh.port"],
    [join("lost", 0), "lost[0]"],
    [join("kubelet", "a-b"), 'kubelet["a-b"]'],
    [entry("hosts", "cp1"), 'hosts["cp1"]'],
  ])("%s", (path, expected) => expect(path).toBe(expected));
});

test.each([
  ["a", '"a"'],
  [Number.NaN, "NaN"],
  [undefined, "nothing"],
  [null, "null"],
  [["a"], '["a"]'],
  [() => 1, "a function"],
])("a message shows %o as %s", (value, text) => expect(quote(value)).toBe(text));
