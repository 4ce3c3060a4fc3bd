/** `kubeadm-flags.env`: the kubelet's flags that belong to one node. */
import { byKey } from "../model/sort";
import type { NodeContext, Taint } from "../model/types";
import { versionFacts } from "../model/versions";
import { mergeFlags } from "./args";

/** Label that every node of ours has from its registration on; its value is the name of its pool. */
export const POOL_LABEL = "cdktf-kubeadm/pool";

const NODE_LABELS = "node-labels";

/**
 * Labels that a kubelet may not set on its own Node: those below the domains of Kubernetes, but for these names and
 * domains.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
 */
const ALLOWED_LABELS = new Set([
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);
const ALLOWED_DOMAINS = /(^|\.)(kubelet|node)\.kubernetes\.io$/;
const KUBERNETES_DOMAINS = /(^|\.)(kubernetes|k8s)\.io$/;

/** Whether a kubelet may set this label on its own Node. */
export function isKubeletLabel(key: string): boolean {
  const domain = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
  return (
    !KUBERNETES_DOMAINS.test(domain) || ALLOWED_LABELS.has(key) || ALLOWED_DOMAINS.test(domain)
  );
}

/**
 * The line of `kubeadm-flags.env`, with kubeadm's rules for flags.
 *
 * Two differences to kubeadm: the node's name is always given, because the host's own name is not known here; and the
 * node registers with its labels (ours, and those of the user that a kubelet may set). Labels in the user's own
 * `--node-labels` are joined to these.
 *
 * Shape: `KUBELET_KUBEADM_ARGS="--a=b --c=d"`, ends with a newline.
 */
export function kubeadmFlags({ cluster, node }: NodeContext): string {
  const facts = versionFacts(cluster.kubernetesVersion);
  const own = byKey({ ...node.labels, [POOL_LABEL]: node.pool })
    .filter(([key]) => isKubeletLabel(key))
    .map(([key, value]) => `${key}=${value}`);
  const given = node.kubeletExtraArgs.filter(({ name }) => name === NODE_LABELS);
  const flags = mergeFlags(
    {
      "hostname-override": node.name,
      [NODE_LABELS]: [...own, ...given.map(({ value }) => value)].join(","),
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
