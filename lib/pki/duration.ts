/** Durations as Go and kubeadm write them. */

/** Milliseconds of each unit, as Go's `time.ParseDuration` knows them. */
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const TERM = /([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)/g;
const DURATION = new RegExp(`^(${TERM.source})+$`);

/**
 * Reads a positive Go duration.
 *
 * Shape: `8760h`, `87600h0m0s`, `1h30m`, `1.5h`.
 * Unit of the result: milliseconds.
 *
 * @throws when the text is no Go duration, or not more than zero
 */
export function parseDuration(text: string): number {
  if (!DURATION.test(text)) {
    throw new Error(`no duration, got "${text}"; write it as Go does, for example "8760h"`);
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(TERM)) {
    total += Number(amount) * (UNIT_MILLISECONDS[unit ?? ""] ?? 0);
  }
  if (total <= 0) {
    throw new Error(`a duration must be more than zero, got "${text}"`);
  }
  return total;
}
