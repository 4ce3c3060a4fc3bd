/** What makes a Node a control plane node: kubeadm's labels and taint, and labels that a kubelet may not set itself. */
import type { Component } from "../component";
import type { NodeContext } from "../model/types";
import { toYaml } from "../model/yaml";

const PATCH = "/var/lib/cdktf-kubeadm/node-patch.yaml";

const LABELS = {
  "node-role.kubernetes.io/control-plane": "",
  "node.kubernetes.io/exclude-from-external-load-balancers": "",
};

/**
 * Labels and taints of a control plane Node, as a patch. The taints are the whole list: one that left the
 * configuration leaves the Node, and the cluster's own controllers put theirs back.
 */
export function markControlPlane({ node }: NodeContext): Component {
  const patch = {
    metadata: { labels: { ...node.labels, ...LABELS } },
    spec: {
      taints: node.taints.map(({ key, value, effect }) => ({
        key,
        value: value === "" ? undefined : value,
        effect,
      })),
    },
  };
  return {
    name: "mark-control-plane",
    scope: "host",
    files: [{ path: PATCH, mode: 0o600, content: toYaml(patch) }],
    save: [],
    run: [{ action: "patch-node", args: [PATCH] }],
    clean: [],
  };
}
