/** The shape of components that run through the API. */
import type { Component, HostAction } from "../component";
import { toYaml } from "../model/yaml";

/** Where the files of cluster components lie on control plane hosts. */
export const CLUSTER_DIR = "/etc/kubernetes/cluster";
/** Where the files of addons lie on control plane hosts. */
export const ADDONS_DIR = "/etc/kubernetes/addons";

/** A component that is one file of objects, applied through the API; what left the file is deleted by `apply`. */
export function apiComponent(
  name: string,
  directory: string,
  content: string,
  wait: readonly HostAction[] = [],
): Component {
  const path = `${directory}/${name}.yaml`;
  return {
    name,
    scope: "cluster",
    files: [{ path, mode: 0o600, content }],
    save: [],
    run: [{ action: "apply", args: [path] }, ...wait],
    clean: [],
  };
}

/** Goes on after the time: an addon that needs longer holds nothing up. Unit: seconds. */
export function mayRollOut(workload: string, namespace: string, seconds: number): HostAction {
  return { action: "wait-rollout", args: [workload, namespace, String(seconds), "may"] };
}

/** Objects as one YAML text of several documents. */
export function documents(objects: readonly object[]): string {
  return objects.map((object) => `---\n${toYaml(object)}`).join("");
}
