/** Manifests of the user as addons. */
import type { Component } from "../component";
import { byKey } from "../model/sort";
import { ADDONS_DIR, apiComponent, documents } from "./api-component";

/** Name of the addon → YAML text as it is, or objects. */
export type Manifests = Readonly<Record<string, string | readonly object[]>>;

/** One component a name. */
export function userManifests(manifests: Manifests): Component[] {
  return byKey(manifests).map(([name, content]) =>
    apiComponent(name, ADDONS_DIR, typeof content === "string" ? content : documents(content)),
  );
}
