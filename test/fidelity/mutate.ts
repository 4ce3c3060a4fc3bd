/** Changes one value, so that a comparison has something to find. */
import { isList, isMap, type Tree } from "./tree";

/** Another value of the same kind. */
export function changed(value: Tree): Tree {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return `${value}x`;
  if (isList(value)) return [...value, "more"];
  return isMap(value) ? { ...value, more: "more" } : "more";
}
