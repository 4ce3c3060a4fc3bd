/** `kubeadm-flags.env`: the kubelet's flags that belong to one node. */
import type { NodeContext, Taint } from "../model/types";
import { versionFacts } from "../model/versions";
import { mergeFlags } from "./args";

/** Label that every node of ours has from its registration on; its value is the name of its pool. */
export const POOL_LABEL = "cdktf-kubeadm/pool";

const NODE_LABELS = "node-labels";

/**
 * The line of `kubeadm-flags.env`, with kubeadm's rules for flags.
 *
 * Two differences to kubeadm: the node's name is always given, because the host's own name is not known here; and the
 * node registers with the label of its pool, to which the user's own `--node-labels` are joined. The labels of props are
 * set by the roster: Kubernetes takes them from a kubelet only once, and a change of them must not restart it.
 *
 * Shape: `KUBELET_KUBEADM_ARGS="--a=b --c=d"`, ends with a newline.
 */
export function kubeadmFlags({ cluster, node }: NodeContext): string {
  const facts = versionFacts(cluster.kubernetesVersion);
  const given = node.kubeletExtraArgs.filter(({ name }) => name === NODE_LABELS);
  const flags = mergeFlags(
    {
      "hostname-override": node.name,
      [NODE_LABELS]: [`${POOL_LABEL}=${node.pool}`, ...given.map(({ value }) => value)].join(","),
      "pod-infra-container-image": facts.podInfraContainerImageFlag
        ? cluster.images.pause
        : undefined,
      "register-with-taints":
        node.role === "worker" && node.taints.length > 0
          ? node.taints.map(taintText).join(",")
          : undefined,
    },
    node.kubeletExtraArgs.filter(({ name }) => name !== NODE_LABELS),
    cluster.kubernetesVersion,
  );
  return `KUBELET_KUBEADM_ARGS="${flags.join(" ")}"\n`;
}

function taintText({ key, value, effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}
