/** Finds every field in which two trees differ, and tells which differences are known. */
import { isList, isMap, SEPARATOR, type Tree } from "./tree";

/** One field that is not the same on both sides. */
export interface Difference {
  /** Shape: keys joined by ` > `; an element of a list is named by its `name` or by its flag. */
  readonly field: string;
  /** Text of the value; `ABSENT` where there is none. */
  readonly ours: string;
  readonly theirs: string;
}

/** A difference that is meant. */
export interface KnownDifference {
  /** Shape: as `Difference.field`; `*` is any text within one key, a last `**` everything below. */
  readonly field: string;
  /** Text of our value, or what it looks like. */
  readonly ours: string | RegExp;
  /** Text of kubeadm's value, or what it looks like. */
  readonly theirs: string | RegExp;
  readonly why: string;
  /** Words by which `docs/kubeadm.md` tells of it; undefined where it is no difference of ours. */
  readonly docs: string | undefined;
  /** Minors in which it is there. @default - all */
  readonly minors?: readonly number[];
  /** Names of the cases in which it is there. @default - all */
  readonly cases?: readonly string[];
  /** Whether only one of kubeadm's two ways shows it. @default - both */
  readonly seenIn?: Way;
}

/** How kubeadm ran: all at once without effect, or phase by phase for real. */
export type Way = "dry run" | "phases";

/** Stands for a value that is not there. */
export const ABSENT = "(absent)";

/** Every field in which the trees differ. */
export function differences(ours: Tree | undefined, theirs: Tree | undefined): Difference[] {
  return diff(ours, theirs, []);
}

function diff(
  ours: Tree | undefined,
  theirs: Tree | undefined,
  path: readonly string[],
): Difference[] {
  if (isList(ours) || isList(theirs)) {
    const [a, b] = [asList(ours), asList(theirs)];
    if (a !== undefined && b !== undefined && a.length + b.length > 0) {
      return align(a, b).flatMap(([one, other]) =>
        diff(one, other, [...path, nameOf(one ?? other ?? null)]),
      );
    }
  }
  if (isMap(ours) || isMap(theirs)) {
    const [a, b] = [asMap(ours), asMap(theirs)];
    const keys = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
    if (a !== undefined && b !== undefined && keys.size > 0) {
      return [...keys].flatMap((key) => diff(a[key], b[key], [...path, key]));
    }
  }
  const [one, other] = [textOf(ours), textOf(theirs)];
  return one === other ? [] : [{ field: path.join(SEPARATOR), ours: one, theirs: other }];
}

/** What is absent counts as empty beside a list or an object, so that every element of the other side is named. */
function asList(value: Tree | undefined) {
  return value === undefined ? [] : isList(value) ? value : undefined;
}

function asMap(value: Tree | undefined) {
  return value === undefined ? {} : isMap(value) ? value : undefined;
}

function textOf(value: Tree | undefined): string {
  if (value === undefined) return ABSENT;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What an element of a list is known by: a flag's name, an object's `name`; other values by themselves. */
function nameOf(value: Tree): string {
  if (isMap(value)) return typeof value.name === "string" ? value.name : "[]";
  if (isList(value)) return "[]";
  const text = textOf(value);
  return /^(--[a-z0-9-]+)=/.exec(text)?.[1] ?? text;
}

type Pair = readonly [Tree | undefined, Tree | undefined];

/** Elements side by side: the longest run of the same names in the same order; others stand alone. */
function align(ours: readonly Tree[], theirs: readonly Tree[]): Pair[] {
  const [a, b] = [ours.map(nameOf), theirs.map(nameOf)];
  const lengths = a.map(() => b.map(() => 0));
  const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (const [i, row] of [...lengths.entries()].reverse()) {
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] =
        a[i] === b[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) pairs.push([ours[i++], theirs[j++]]);
    else if (j >= b.length || (i < a.length && length(i + 1, j) >= length(i, j + 1))) {
      pairs.push([ours[i++], undefined]);
    } else pairs.push([undefined, theirs[j++]]);
  }
  return pairs;
}

/** What a difference was found in. */
export interface Circumstances {
  readonly minor: number;
  readonly caseName: string;
  readonly way: Way;
}

/** The row that says that a difference is meant; undefined when none does. */
export function knownAs(
  difference: Difference,
  table: readonly KnownDifference[],
  { minor, caseName, way }: Circumstances,
): KnownDifference | undefined {
  return table.find(
    ({ field, ours, theirs, minors, cases, seenIn = way }) =>
      seenIn === way &&
      (minors === undefined || minors.includes(minor)) &&
      (cases === undefined || cases.includes(caseName)) &&
      matchesField(field, difference.field) &&
      matches(ours, difference.ours) &&
      matches(theirs, difference.theirs),
  );
}

function matches(expected: string | RegExp, text: string): boolean {
  return typeof expected === "string" ? expected === text : expected.test(text);
}

function matchesField(pattern: string, field: string): boolean {
  const [patterns, keys] = [pattern.split(SEPARATOR), field.split(SEPARATOR)];
  const isOpen = patterns.at(-1) === "**";
  const fixed = isOpen ? patterns.slice(0, -1) : patterns;
  if (isOpen ? keys.length < fixed.length : keys.length !== fixed.length) return false;
  return fixed.every((glob, index) => matchesGlob(glob, keys[index] ?? ""));
}

function matchesGlob(glob: string, key: string): boolean {
  const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(key);
}
