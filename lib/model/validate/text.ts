/** How one value is checked: kind of value, token, control characters, then its own rule. */
import { missing, notKnown, notOneOf, notPlain, notPrintable, notText, wrong } from "../../errors";
import { type Findings, type IsToken, join } from "../issue";

/** Says what is wrong with a text, or undefined. */
export type TextRule = (text: string) => string | undefined;

/** Takes any printable text, also an empty one. */
export const anyText: TextRule = () => undefined;

/** A value that must be known at synth; undefined is the default and is fine. */
export function* checkText(
  path: string,
  value: unknown,
  isToken: IsToken,
  rule: TextRule,
): Findings {
  if (value === undefined) return;
  if (isToken(value)) yield { propPath: path, message: notKnown() };
  else yield* checkKnown(path, value, rule);
}

/** A value that may be a token, because it goes to Terraform only. */
export function* checkTextOrToken(
  path: string,
  value: unknown,
  isToken: IsToken,
  rule: TextRule,
): Findings {
  if (value !== undefined && !isToken(value)) yield* checkKnown(path, value, rule);
}

function* checkKnown(path: string, value: unknown, rule: TextRule): Findings {
  const message = typeof value === "string" ? (printable(value) ?? rule(value)) : notText(value);
  if (message !== undefined) yield { propPath: path, message };
}

/** Each text of a list. */
export function* checkTexts(
  path: string,
  values: readonly unknown[] | undefined,
  isToken: IsToken,
  rule: TextRule,
): Findings {
  for (const [index, value] of (values ?? []).entries()) {
    yield* checkText(join(path, index), value, isToken, rule);
  }
}

function printable(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text) ? notPrintable(text) : undefined;
}

/** A whole number within bounds. */
export function* checkInteger(
  path: string,
  value: unknown,
  isToken: IsToken,
  bounds: { readonly from: number; readonly to: number; readonly tokens?: boolean },
): Findings {
  if (value === undefined) return;
  const { from, to, tokens = false } = bounds;
  if (isToken(value)) {
    if (!tokens) yield { propPath: path, message: notKnown() };
  } else if (!Number.isInteger(value) || Number(value) < from || Number(value) > to) {
    const message = wrong(
      "not a whole number in range",
      value,
      `write one from ${from} to ${to}, without quotes`,
    );
    yield { propPath: path, message };
  }
}

/** A port. */
export function checkPort(
  path: string,
  value: unknown,
  isToken: IsToken,
  tokens = false,
): Findings {
  return checkInteger(path, value, isToken, { from: 1, to: 65535, tokens });
}

/** Data that YAML and JSON can hold, without tokens. */
export function* checkPlain(path: string, value: unknown, isToken: IsToken): Findings {
  if (value === undefined || value === null || typeof value === "boolean") return;
  if (isToken(value)) yield { propPath: path, message: notKnown() };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      yield* checkPlain(join(path, index), item, isToken);
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield* checkPlain(join(path, key), item, isToken);
    }
  } else if (typeof value !== "string" && !Number.isFinite(value)) {
    yield { propPath: path, message: notPlain(value) };
  }
}

/** Whether a value is an object made of braces, not of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Takes one of a few words only; names the nearest one otherwise. */
export function oneOf(what: string, allowed: readonly string[]): TextRule {
  return (text) =>
    allowed.includes(text) ? undefined : notOneOf(what, text, allowed, nearest(text, allowed));
}

/** The allowed word that takes at most three edits and fewer than half of its letters. */
function nearest(text: string, allowed: readonly string[]): string | undefined {
  const near = allowed
    .map((word) => ({ word, edits: distance(text.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, edits }) => edits <= 3 && edits < word.length / 2)
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.word;
}

/** How many letters must be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A value that must be given. */
export function* required(path: string, value: unknown, repair: string): Findings {
  if (value === undefined) yield { propPath: path, message: missing(repair) };
}
