/** Which components a host and a cluster have, in order. */
import type { Component } from "../component";
import type { CertificateFacts, Cluster, NetworkPlugin, NodeContext } from "../model/types";
import { bridgeNetwork } from "./bridge-network";
import { certs, workerCerts } from "./certs";
import { clusterObjects } from "./cluster-objects";
import { containerRuntime } from "./container-runtime";
import { type CoreDnsOptions, coreDns } from "./coredns";
import { etcdMember } from "./etcd";
import { flannel } from "./flannel";
import { kernel } from "./kernel";
import { kubeApiServer } from "./kube-apiserver";
import { kubeControllerManager } from "./kube-controller-manager";
import { kubeProxy } from "./kube-proxy";
import { kubeScheduler } from "./kube-scheduler";
import { kubeconfigs } from "./kubeconfig";
import { kubelet } from "./kubelet";
import { kubernetesBinaries } from "./kubernetes-binaries";
import { type Manifests, userManifests } from "./manifests";
import { markControlPlane } from "./mark-control-plane";
import { preflight } from "./preflight";

export type { CoreDnsOptions } from "./coredns";
export type { Manifests } from "./manifests";

/** Which addons a cluster has. */
export interface AddonOptions {
  readonly network: NetworkPlugin;
  readonly coreDns: false | CoreDnsOptions;
  readonly kubeProxy: boolean;
  readonly manifests: Manifests;
}

/** The components of one host, in the order in which they run. */
export function hostComponents(ctx: NodeContext): Component[] {
  const common = [
    preflight(ctx),
    containerRuntime(ctx),
    kubernetesBinaries(ctx),
    kernel(ctx),
    ...hostNetwork(ctx),
  ];
  if (ctx.node.role === "worker") return [...common, workerCerts(ctx), kubelet(ctx)];
  const { etcd } = ctx.cluster;
  return [
    ...common,
    certs(ctx),
    kubeconfigs(ctx),
    ...(etcd.kind === "local" ? [etcdMember(ctx, etcd)] : []),
    kubeApiServer(ctx),
    kubeControllerManager(ctx),
    kubeScheduler(ctx),
    kubelet(ctx),
    markControlPlane(ctx),
  ];
}

/**
 * The components of the cluster, in the order in which they run: its objects, then kube-proxy, then the network (which
 * reaches the API through kube-proxy), then CoreDNS, then the user's manifests by name.
 */
export function clusterComponents(
  cluster: Cluster,
  certificate: (name: string) => CertificateFacts,
  options: AddonOptions,
): Component[] {
  const { network, manifests } = options;
  const disabled = { coreDns: options.coreDns === false, kubeProxy: !options.kubeProxy };
  return [
    clusterObjects(cluster, certificate, disabled),
    ...(options.kubeProxy ? [kubeProxy(cluster)] : []),
    ...(network.kind === "flannel" ? [flannel(cluster, network)] : []),
    ...(options.coreDns === false ? [] : [coreDns(cluster, options.coreDns)]),
    ...userManifests(manifests),
  ];
}

/** Names of the addons among the cluster's components, in order: known before the cluster is. */
export function addonNames(options: AddonOptions): string[] {
  return [
    ...(options.kubeProxy ? ["kube-proxy"] : []),
    ...(options.network.kind === "flannel" ? ["flannel"] : []),
    ...(options.coreDns === false ? [] : ["coredns"]),
    ...Object.keys(options.manifests).sort(),
  ];
}

function hostNetwork(ctx: NodeContext): Component[] {
  const { network, node } = ctx;
  return network.kind === "bridge" && node.podSubnet !== undefined
    ? [bridgeNetwork(ctx, node.podSubnet, network.mtu)]
    : [];
}
