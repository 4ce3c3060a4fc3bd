/** Merging of partial configurations, as Kubernetes merges component configs. */

type Plain = Readonly<Record<string, unknown>>;

/** `over` laid over `base`: objects are merged, everything else (lists too) is replaced. */
export function mergeDeep(base: Plain, over: Plain): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isPlain(value) && isPlain(under) ? mergeDeep(under, value) : value;
  }
  return merged;
}

/** Whether a value is an object that can be merged. */
export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
