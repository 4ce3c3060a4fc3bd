/** Durations as Go prints them, which is how kubeadm stores them. */

/** Nanoseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/**
 * A duration in Go's own form: `8760h` becomes `8760h0m0s`.
 *
 * Shape: as Go reads it, one second or more; text that is no duration stays as it is.
 */
export function goDuration(text: string): string {
  if (!/^([0-9.]+(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return text;
  const terms = [...text.matchAll(/([0-9.]+)(ns|us|µs|μs|ms|s|m|h)/g)];
  const total = terms.reduce((sum, [, n, unit = ""]) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
  const seconds = total / 1e9;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${Number((seconds % 60).toFixed(9))}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
