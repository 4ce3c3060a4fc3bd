/** Frozen copies: the model never shares an object with the props it came from. */

/** A frozen deep copy of plain data; entries that are undefined are left out, as in JSON. */
export function freezeCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(copy));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => [key, copy(item)]);
  return Object.freeze(Object.fromEntries(entries));
}
