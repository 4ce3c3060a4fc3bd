import fc from "fast-check";
import { load, YAML11_SCHEMA } from "js-yaml";
import { describe, expect, test } from "vitest";
import { toYaml } from "../../lib/model/yaml";

describe("a string that a reader could take for another type is quoted", () => {
  test.each([
    ["true and false", ["yes", "No", "on", "OFF", "y", "n", "TRUE", "false"]],
    ["null", ["null", "Null", "~", ""]],
    ["integers", ["1", "+1", "-1", "012", "08", "0o17", "0b101", "0x1f", "1_000", "190:20:30"]],
    ["integers as Go reads them", ["0X1F", "0B1", "0O7", "-0X1", "1_", "0x_1F"]],
    ["floats", ["1.5", "1.", ".5", "1e3", "1E3", "+12e03", ".inf", "-.Inf", ".NaN", "1e1_0"]],
    ["dates", ["2026-11-24", "2026-1-2", "2026-11-24T12:00:00Z", "2026-11-24 12:00:00"]],
    ["merge and value keys", ["<<", "="]],
    [
      "YAML's own signs",
      ["- a", "a: b", "a #b", "@a", "*a", "&a", "!a", "%a", "{a}", "[a]", " a", "a "],
    ],
  ])("%s", (_, strings) => {
    const unquoted = strings.filter((text) => !/^k: ["']/.test(toYaml({ k: text })));

    expect(unquoted).toEqual([]);
  });
});

test("quotes are those of Go: double for another type, single for signs, double for what needs escapes", () => {
  const texts = {
    double: ["true", "9153", "", "~", "12:30", "0x1f", "1_000", "2026-11-24"],
    single: ["::", "*", "[::1]:6443", "a: b", " a", "- a", 'say "1": x', "%x", "it's: so"],
    escaped: ["tab\t: x", "\u0001"],
  };

  const written = (list: readonly string[]) => list.map((text) => toYaml({ k: text }).charAt(3));
  expect(written(texts.double)).toEqual(texts.double.map(() => '"'));
  expect(written(texts.single)).toEqual(texts.single.map(() => "'"));
  expect(written(texts.escaped)).toEqual(texts.escaped.map(() => '"'));
});

test("plain text stays plain", () => {
  const texts = ["127.0.0.1:2379", "a:b", "--v=2", "v1.36.3", "10.96.0.0/12", "TLS_AES", "1.2.3"];

  expect(texts.map((text) => toYaml({ k: text }))).toEqual(texts.map((text) => `k: ${text}\n`));
});

test("keys are sorted, lists stand under their key, undefined is left out, long lines are not folded", () => {
  const long = "word ".repeat(60).trim();
  const value = { b: [{ y: 1, x: [1, [2]] }], a: {}, c: [], long, none: undefined, shared: [long] };

  expect(toYaml(value)).toBe(
    `a: {}\nb:\n- x:\n  - 1\n  - - 2\n  "y": 1\nc: []\nlong: ${long}\nshared:\n- ${long}\n`,
  );
});

test("the order of keys does not matter, and a shared object is written out each time", () => {
  const shared = { k: "v" };

  expect(toYaml({ b: shared, a: shared })).toBe(toYaml({ a: { k: "v" }, b: { k: "v" } }));
});

test("text of several lines is a block, with its last newline", () => {
  expect(toYaml({ text: "a\nb\n" })).toBe("text: |\n  a\n  b\n");
});

test("whatever is written is read again the same, by the rules of YAML 1.1 and 1.2", () => {
  // JSON has no minus zero.
  const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));

  fc.assert(
    fc.property(values, (value) => {
      const text = toYaml({ value });
      expect(load(text)).toEqual({ value });
      expect(load(text, { schema: YAML11_SCHEMA })).toEqual({ value });
    }),
  );
});
