/** Numbers as a person reads them: Markdown tables, medians. */

/** The middle one, or the mean of the two in the middle. NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

/** `6.4, 7.0, 7.2`: the median first and bold when there are several. */
export function spread(values: readonly number[], digits = 1): string {
  if (values.length === 0) return "";
  const middle = median(values).toFixed(digits);
  if (values.length === 1) return middle;
  return `**${middle}** (${values.map((value) => value.toFixed(digits)).join(", ")})`;
}

/** Whether a median keeps to its target. */
export function verdict(values: readonly number[], target: number): string {
  const value = median(values);
  return `${spread(values, 2)} ${value <= target ? "≤" : "**>**"} ${target}`;
}

/** A Markdown table whose columns line up as plain text too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) =>
    Math.max(3, cell.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line), ""].join(
    "\n",
  );
}
