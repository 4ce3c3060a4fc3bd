/** What makes a Node a control plane node: kubeadm's labels and the taints. */
import type { Component } from "../component";
import type { NodeContext } from "../model/types";
import { toYaml } from "../model/yaml";

const LABELS_FILE = "/var/lib/cdktf-kubeadm/node-labels.yaml";
const TAINTS_FILE = "/var/lib/cdktf-kubeadm/node-taints.list";

const LABELS = {
  "node-role.kubernetes.io/control-plane": "",
  "node.kubernetes.io/exclude-from-external-load-balancers": "",
};

/**
 * kubeadm's labels and the taints of a control plane Node, applied when they change. Taints that somebody else set stay: as a patch
 * they would be replaced as one list, so they are set one by one.
 */
export function markControlPlane({ node }: NodeContext): Component {
  const taints = node.taints.map(({ key, value, effect }) => `${key}=${value}:${effect}\n`);
  return {
    name: "mark-control-plane",
    scope: "host",
    files: [
      {
        path: LABELS_FILE,
        mode: 0o600,
        content: toYaml({ metadata: { labels: LABELS } }),
      },
      { path: TAINTS_FILE, mode: 0o600, content: taints.sort().join("") },
    ],
    save: [],
    run: [
      { action: "patch-node", args: [LABELS_FILE] },
      { action: "taint-node", args: [TAINTS_FILE] },
    ],
    clean: [],
  };
}
