/** What both sides become before they are compared: plain values, every field with a path. */

/** A plain value. */
export type Tree = null | boolean | number | string | readonly Tree[] | TreeMap;

/** A plain object. */
export interface TreeMap {
  readonly [key: string]: Tree;
}

/** Whether a value is a plain object. */
export function isMap(value: Tree | undefined): value is TreeMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: Tree | undefined): value is readonly Tree[] {
  return Array.isArray(value);
}

/** Where a field stands, for readers and for patterns: `file > /etc/x.yaml > spec > replicas`. */
export const SEPARATOR = " > ";

/** A place in a tree: keys of objects and positions in lists. */
export type Place = readonly (string | number)[];

/** All places that hold a value and nothing below it; an empty list or object is one. */
export function leaves(tree: Tree, at: Place = []): Place[] {
  const entries: [string | number, Tree][] = isList(tree)
    ? tree.map((item, index) => [index, item])
    : isMap(tree)
      ? Object.entries(tree)
      : [];
  if (entries.length === 0) return [at];
  return entries.flatMap(([key, value]) => leaves(value, [...at, key]));
}

/** A copy with another value at one place. */
export function withValueAt(tree: Tree, [key, ...rest]: Place, change: (old: Tree) => Tree): Tree {
  if (key === undefined) return change(tree);
  if (isList(tree)) {
    return tree.map((item, index) => (index === key ? withValueAt(item, rest, change) : item));
  }
  if (!isMap(tree)) throw new Error(`nothing at ${[key, ...rest].join(SEPARATOR)}`);
  return { ...tree, [key]: withValueAt(tree[key] ?? null, rest, change) };
}

/** The value at one place; undefined where there is none. */
export function valueAt(tree: Tree | undefined, place: Place): Tree | undefined {
  return place.reduce<Tree | undefined>((value, key) => {
    if (isList(value)) return typeof key === "number" ? value[key] : undefined;
    return isMap(value) ? value[key] : undefined;
  }, tree);
}
