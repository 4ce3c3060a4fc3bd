/** Go durations, as kubeadm and Terraform write them. */

/** Seconds of each unit. */
const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

const TERM = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const DURATION = new RegExp(`^(${TERM.source})+$`);

/** Seconds of a Go duration such as `1h30m`; undefined when it is none or not more than zero. */
export function durationSeconds(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const seconds = [...text.matchAll(TERM)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (SECONDS[unit] ?? Number.NaN),
    0,
  );
  return seconds > 0 ? seconds : undefined;
}

/**
 * Milliseconds of a Go duration, for callers behind validation.
 *
 * @throws when the text is no Go duration, or not more than zero
 */
export function durationMilliseconds(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds === undefined) {
    throw new Error(`no duration above zero, got "${text}"; write it as Go does: "8760h"`);
  }
  return seconds * 1000;
}

/** Units below a second, largest first. */
const SMALL: readonly (readonly [unit: string, seconds: number])[] = [
  ["ms", 1e-3],
  ["µs", 1e-6],
  ["ns", 1e-9],
];

/**
 * A duration in Go's own form, which is how Kubernetes stores them: `8760h` becomes `8760h0m0s`, `0` becomes `0s`.
 *
 * Shape: as Go reads it; text that is no duration stays as it is.
 */
export function goDuration(text: string): string {
  const seconds = durationSeconds(text);
  if (seconds === undefined) return /^(0|(0+(ns|us|µs|μs|ms|s|m|h))+)$/.test(text) ? "0s" : text;
  const [unit, size] = SMALL.find(([, one]) => seconds >= one - 1e-12) ?? ["ns", 1e-9];
  if (seconds < 1) return `${Number((seconds / size).toFixed(6))}${unit}`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${Number((seconds % 60).toFixed(9))}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
