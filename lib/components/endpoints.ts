/** URLs and addresses that several components need, always with IPv6 in brackets. */
import { formatHostPort } from "../model/network";
import type { Cluster, Node } from "../model/types";

/** kubeadm's ports of etcd. */
export const ETCD_PORTS = { client: 2379, peer: 2380, metrics: 2381 } as const;

/** Whether an address is of IPv6. */
export function isIpv6(address: string): boolean {
  return address.includes(":");
}

/** The API server of this control plane host itself. */
export function localEndpoint(node: Node): string {
  return `https://${formatHostPort(node.address, node.bindPort)}`;
}

/** The endpoint that all clients use. */
export function controlPlaneUrl(cluster: Cluster): string {
  return `https://${cluster.controlPlaneEndpoint}`;
}

/** The loopback address of the same family. */
export function loopback(address: string): string {
  return isIpv6(address) ? "::1" : "127.0.0.1";
}

/** `<scheme>://<address>:<port>` */
export function url(scheme: "http" | "https", address: string, port: number): string {
  return `${scheme}://${formatHostPort(address, port)}`;
}
