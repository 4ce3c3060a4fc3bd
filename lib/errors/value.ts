/** Messages about any value. */

/** A value as the user wrote it, for a message: text in quotes, anything else as JSON. */
export function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return JSON.stringify(value) ?? "nothing";
}

/** Values in quotes, comma separated. */
export function quoteAll(values: readonly unknown[]): string {
  return values.map(quote).join(", ");
}

/** The general form: what is wrong, the value, the repair. */
export function wrong(cause: string, value: unknown, repair: string): string {
  return `${cause}, got ${quote(value)}; ${repair}`;
}

/** A required value is not there. */
export function missing(repair: string): string {
  return `missing; ${repair}`;
}

/** A token where the value must be known at synth. */
export function notKnown(): string {
  return "not known before apply, got a token; files of the hosts are made at synth, so write the value itself";
}

/** A number, a list, … where text belongs. */
export function notText(value: unknown): string {
  return wrong("not text", value, "write it in quotes");
}

/** Text with a line break, a tab or another control character. */
export function notPrintable(value: string): string {
  return wrong("holds a control character", value, "use printable characters on one line");
}

/** A value that no YAML or JSON file can hold. */
export function notPlain(value: unknown): string {
  return wrong(
    "not plain data",
    value,
    "use text, finite numbers, booleans, null, lists and objects",
  );
}

/** Not one of a few words, with the nearest of them if there is one. */
export function notOneOf(
  what: string,
  value: unknown,
  allowed: readonly string[],
  near: string | undefined,
): string {
  const hint = near === undefined ? "" : `did you mean ${quote(near)}? `;
  return wrong(
    `unknown ${what}`,
    value,
    `${hint}allowed: ${allowed.filter((word) => word !== "").join(", ")}`,
  );
}

/** The same name twice in a list of names. */
export function duplicate(value: string): string {
  return wrong("given twice", value, "remove one of them");
}
