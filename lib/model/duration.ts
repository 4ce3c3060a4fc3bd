/** Go durations, as kubeadm and Terraform write them. */

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Seconds of a Go duration such as `1h30m`; undefined when it is none or not more than zero. */
export function durationSeconds(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit = ""] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) {
    seconds += Number(count) * (SECONDS[unit] ?? Number.NaN);
  }
  return seconds > 0 ? seconds : undefined;
}
