/** kubeadm's PKI on a host: which certificates and keys go where. */
import type { Component, HostFile } from "../component";
import type { Cluster, NodeContext } from "../model/types";

/** One pair of kubeadm's PKI. */
interface Pair {
  /** Path below the PKI directory on the host, without ending. */
  readonly path: string;
  /** Name in the key directory. */
  readonly name: string;
  /** Whether the key is that of a CA: it stays away when the cluster's CA is external. */
  readonly isCa?: boolean;
}

/** Same on all control plane hosts. */
const SHARED: readonly Pair[] = [
  { path: "ca", name: "ca", isCa: true },
  { path: "front-proxy-ca", name: "front-proxy-ca", isCa: true },
];
const SHARED_ETCD: readonly Pair[] = [{ path: "etcd/ca", name: "etcd/ca", isCa: true }];

/** Each host its own. */
const OWN = ["apiserver", "apiserver-kubelet-client", "front-proxy-client"] as const;
const OWN_ETCD = [
  "apiserver-etcd-client",
  "etcd/healthcheck-client",
  "etcd/peer",
  "etcd/server",
] as const;

/** The PKI of a control plane host. */
export function certs(ctx: NodeContext): Component {
  const pairs = controlPlanePairs(ctx).flatMap((pair) => pairFiles(ctx, pair));
  return pki(ctx.cluster, [...pairs, ...externalCa(ctx.cluster), ...serviceAccount(ctx)]);
}

/** The PKI of a worker: the cluster's CA certificate and no key. */
export function workerCerts(ctx: NodeContext): Component {
  return pki(ctx.cluster, [certificateFile(ctx, { path: "ca", name: "ca" })]);
}

function pki(cluster: Cluster, files: readonly HostFile[]): Component {
  return {
    name: "certs",
    scope: "host",
    files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    save: [],
    run: [],
    clean: [{ action: "remove-contents", args: [cluster.certificatesDir] }],
  };
}

function controlPlanePairs({ cluster: { etcd }, node }: NodeContext): Pair[] {
  const own = (path: string): Pair => ({ path, name: `hosts/${node.name}/${path}` });
  if (etcd.kind === "local") {
    return [...SHARED, ...SHARED_ETCD, ...OWN.map(own), ...OWN_ETCD.map(own)];
  }
  const client: Pair[] =
    etcd.clientCertificate === undefined
      ? []
      : [{ path: "apiserver-etcd-client", name: etcd.clientCertificate }];
  return [...SHARED, ...OWN.map(own), ...client];
}

function pairFiles(ctx: NodeContext, pair: Pair): HostFile[] {
  const certificate = certificateFile(ctx, pair);
  return pair.isCa && !ctx.cluster.hasCaKey ? [certificate] : [certificate, keyFile(ctx, pair)];
}

function certificateFile({ cluster, certificate }: NodeContext, { path, name }: Pair): HostFile {
  return {
    path: `${cluster.certificatesDir}/${path}.crt`,
    mode: 0o644,
    content: certificate(name).pem,
  };
}

function keyFile({ cluster }: NodeContext, { path, name }: Pair): HostFile {
  return {
    path: `${cluster.certificatesDir}/${path}.key`,
    mode: 0o600,
    content: { parts: [{ key: name, encoding: "pem" }] },
  };
}

/** The CA of an external etcd, as text: it is none of ours. */
function externalCa({ etcd, certificatesDir }: Cluster): HostFile[] {
  if (etcd.kind === "local" || etcd.caCertificate === undefined) return [];
  return [{ path: `${certificatesDir}/etcd/ca.crt`, mode: 0o644, content: etcd.caCertificate }];
}

/** The pair that signs service account tokens: a key pair without certificate, both halves with the mode of keys. */
function serviceAccount(ctx: NodeContext): HostFile[] {
  const pair: Pair = { path: "sa", name: "sa" };
  const path = `${ctx.cluster.certificatesDir}/sa.pub`;
  return [keyFile(ctx, pair), { path, mode: 0o600, content: ctx.certificate("sa").pem }];
}
