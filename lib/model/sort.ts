/** Order of everything in the output: by code unit, the same on every machine. */

/** Compares two strings by code unit; `localeCompare` would depend on the machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A sorted copy by a text of each item; items of the same text keep their order. */
export function sortBy<T>(items: readonly T[], text: (item: T) => string): T[] {
  return [...items].sort((a, b) => compare(text(a), text(b)));
}

/** Entries of a map, sorted by key. */
export function byKey<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return sortBy(Object.entries(map), ([key]) => key);
}
