/** Alternative names: which ones a certificate has to hold, and one written form for each. */
import { isIP, isIPv4, SocketAddress } from "node:net";
import type { Cluster, Node } from "../model/types";

const DNS_NAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_DNS_NAME = 253;

/** An IP address in its shortest form; an IPv4 address inside IPv6 becomes IPv4, as in Go. */
export function canonicalIp(address: string): string {
  if (isIPv4(address)) {
    return address;
  }
  const shortest = new SocketAddress({ address, family: "ipv6" }).address;
  const mapped = /^::ffff:([0-9.]+)$/.exec(shortest)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : shortest;
}

/** The bytes of an IP address in canonical form: four, or sixteen. */
export function ipOctets(address: string): Buffer {
  if (isIPv4(address)) {
    return Buffer.from(address.split(".").map(Number));
  }
  const plain = address.replace(/[0-9]+(\.[0-9]+){3}$/, (tail) =>
    ipOctets(tail).toString("hex").replace(/^.{4}/, "$&:"),
  );
  const [head = [], tail = []] = plain.split("::").map((part) => part.split(":").filter(Boolean));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}

/**
 * The names of the API server's serving certificate on one host.
 *
 * Those of kubeadm: the node, the service and its address, the host's own address, the endpoint if the user gave one,
 * and the user's names.
 */
export function apiServerNames(cluster: Cluster, node: Node): readonly string[] {
  const { dnsDomain, apiServerAddress } = cluster.networking;
  const endpoint = cluster.hasControlPlaneEndpoint ? [hostOf(cluster.controlPlaneEndpoint)] : [];
  return alternativeNames([
    node.name,
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    `kubernetes.default.svc.${dnsDomain}`,
    apiServerAddress,
    node.address,
    ...endpoint,
    ...cluster.apiServer.certSANs,
  ]);
}

/** The names of an etcd member's certificates on one host, with those of the user. */
export function etcdNames(node: Node, userNames: readonly string[]): readonly string[] {
  return alternativeNames([node.name, "localhost", node.address, "127.0.0.1", "::1", ...userNames]);
}

/**
 * Sorts names and addresses into certificate order: DNS names sorted, then addresses as they came, each once.
 *
 * What is neither an address nor a name nor a wildcard name is left out, as kubeadm does.
 *
 * Shape of the result: `DNS:…`, `IP:…`.
 */
function alternativeNames(entries: readonly string[]): readonly string[] {
  const addresses = entries.filter((entry) => isIP(entry) !== 0).map(canonicalIp);
  const names = entries
    .filter((entry) => isIP(entry) === 0)
    .map((entry) => entry.toLowerCase())
    .filter((entry) => entry.length <= MAX_DNS_NAME && DNS_NAME.test(entry));
  return [
    ...[...new Set(names)].sort().map((name) => `DNS:${name}`),
    ...[...new Set(addresses)].map((address) => `IP:${address}`),
  ];
}

/** The host of `host:port`, without the brackets of IPv6. */
function hostOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}
