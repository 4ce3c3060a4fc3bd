/** The hosts of a pool as nodes of the cluster: names, labels, taints, ranges. Called after validation. */
import { CONTROL_PLANE_POOL, CONTROL_PLANE_TAINT } from "../defaults";
import { freezeCopy } from "../freeze";
import { bridgePodSubnet, canonicalAddress, parseCidr } from "../network";
import type { ControlPlaneSettings, HostProps, NodeJoinProps, TaintProps } from "../props";
import { byKey, sortBy } from "../sort";
import type { Cluster, NetworkPlugin, Node, Taint } from "../types";
import { resolveBindPort } from "./cluster";

/** What all nodes of a pool have in common. */
type Shared = Omit<Node, "name" | "address" | "podSubnet">;

/** The control plane nodes, sorted by name. `labels` and `taints` hold no label of kubeadm's but its default taint. */
export function resolveControlPlaneNodes(
  cluster: Cluster,
  props: ControlPlaneSettings,
  network: NetworkPlugin,
): readonly Node[] {
  const registration = props.nodeRegistration ?? {};
  const shared: Shared = {
    role: "control-plane",
    pool: CONTROL_PLANE_POOL,
    bindPort: resolveBindPort(props),
    labels: registration.labels ?? {},
    taints: resolveTaints(registration.taints) ?? [CONTROL_PLANE_TAINT],
    kubeletExtraArgs: registration.kubeletExtraArgs ?? [],
    bootstrap: "certificate",
  };
  return resolveNodes(cluster, props.hosts, shared, network);
}

/** The workers of a pool, sorted by name. */
export function resolvePool(
  cluster: Cluster,
  pool: string,
  props: NodeJoinProps,
  network: NetworkPlugin,
): readonly Node[] {
  const shared: Shared = {
    role: "worker",
    pool,
    bindPort: 0,
    labels: props.labels ?? {},
    taints: resolveTaints(props.taints) ?? [],
    kubeletExtraArgs: props.kubeletExtraArgs ?? [],
    bootstrap: props.bootstrap ?? "token",
  };
  return resolveNodes(cluster, props.hosts, shared, network);
}

/** Name of a node: lower case, as kubeadm makes it. */
export function nodeName(key: string): string {
  return key.trim().toLowerCase();
}

function resolveNodes(
  cluster: Cluster,
  hosts: Readonly<Record<string, HostProps>>,
  shared: Shared,
  network: NetworkPlugin,
): readonly Node[] {
  const nodes = Object.entries(hosts).map(([key, host]) => ({
    ...shared,
    name: nodeName(key),
    address: canonicalAddress(host.address),
    labels: Object.fromEntries(byKey({ ...shared.labels, ...host.labels })),
    podSubnet:
      network.kind === "bridge" ? hostPodSubnet(host, cluster.networking.podSubnets) : undefined,
  }));
  return freezeCopy(sortBy(nodes, ({ name }) => name));
}

/** The range of a host for `bridgeNetwork()`: the given one, or the one its address names. */
export function hostPodSubnet(host: HostProps, podSubnets: readonly string[]): string | undefined {
  if (host.podSubnet !== undefined) return parseCidr(host.podSubnet)?.text;
  const [podSubnet] = podSubnets;
  return podSubnet === undefined ? undefined : bridgePodSubnet(podSubnet, host.address);
}

function resolveTaints(taints: readonly TaintProps[] | undefined): Taint[] | undefined {
  return taints?.map(({ key, value = "", effect }) => ({ key, value, effect }));
}
