/**
 * The certificates of a cluster, as data: one row for each file that kubeadm would make. Adding a certificate is adding
 * a row.
 */
import type { Cluster, Node } from "../model/types";
import { versionFacts } from "../model/versions";
import { apiServerNames, etcdNames } from "./names";

/** What a certificate may be used for. */
export type Usage = "serverAuth" | "clientAuth";

/** Name of the CA that signs a certificate; "itself" for a CA. */
type Ca = "itself" | "ca" | "front-proxy-ca" | "etcd/ca";

interface Row {
  readonly ca: Ca;
  readonly usages: readonly Usage[];
  /** Embedded in a kubeconfig: valid from the CA's first moment on, as kubeadm makes them. */
  readonly inKubeconfig?: boolean;
}

/** One certificate for the cluster. */
interface ClusterRow extends Row {
  readonly scope: "cluster";
  /** File name in the key directory, without ending. */
  readonly file: string;
  readonly commonName: string;
  readonly organization?: string;
  /** Left out when this says no. */
  readonly when?: (cluster: Cluster) => boolean;
}

/** One certificate for each host of a role. */
interface NodeRow extends Row {
  readonly scope: Node["role"];
  /** File name below `hosts/<node>/`, without ending. */
  readonly file: string;
  readonly commonName: string | ((node: Node) => string);
  readonly organization?: string | ((cluster: Cluster) => string | undefined);
  readonly names?: (cluster: Cluster, node: Node) => readonly string[];
  /** Left out when this says no. */
  readonly when?: (cluster: Cluster, node: Node) => boolean;
}

/** One certificate that has to be there. */
export interface WantedCertificate {
  /** Path in the key directory without ending. */
  readonly name: string;
  readonly ca: Ca;
  readonly commonName: string;
  readonly organization: string | undefined;
  readonly usages: readonly Usage[];
  /** `DNS:…`, `IP:…`, in certificate order. */
  readonly names: readonly string[];
  readonly inKubeconfig: boolean;
}

const SERVER: readonly Usage[] = ["serverAuth"];
const CLIENT: readonly Usage[] = ["clientAuth"];
const BOTH: readonly Usage[] = ["serverAuth", "clientAuth"];

const nodeName = (node: Node) => node.name;
const kubeletUser = (node: Node) => `system:node:${node.name}`;
const localEtcd = (cluster: Cluster) => cluster.etcd.kind === "local";

function kubeletClientOrganization(cluster: Cluster): string | undefined {
  const { kubeletClientHasOrganization } = versionFacts(cluster.kubernetesVersion);
  return kubeletClientHasOrganization ? "kubeadm:cluster-admins" : undefined;
}

function etcdServerNames(cluster: Cluster, node: Node): readonly string[] {
  return etcdNames(node, cluster.etcd.kind === "local" ? cluster.etcd.serverCertSANs : []);
}

function etcdPeerNames(cluster: Cluster, node: Node): readonly string[] {
  return etcdNames(node, cluster.etcd.kind === "local" ? cluster.etcd.peerCertSANs : []);
}

/** @see kubeadm's certificate list, Kubernetes 1.33 to 1.36; "PKI certificates and requirements" */
// biome-ignore format: a table
const CERTIFICATES: readonly (ClusterRow | NodeRow)[] = [
  { file: "ca", scope: "cluster", ca: "itself", commonName: "kubernetes", usages: [] },
  { file: "front-proxy-ca", scope: "cluster", ca: "itself", commonName: "front-proxy-ca", usages: [] },
  { file: "etcd/ca", scope: "cluster", ca: "itself", commonName: "etcd-ca", usages: [], when: localEtcd },

  { file: "admin", scope: "cluster", ca: "ca", commonName: "kubernetes-admin", organization: "kubeadm:cluster-admins", usages: CLIENT, inKubeconfig: true },
  { file: "super-admin", scope: "cluster", ca: "ca", commonName: "kubernetes-super-admin", organization: "system:masters", usages: CLIENT, inKubeconfig: true },

  { file: "apiserver", scope: "control-plane", ca: "ca", commonName: "kube-apiserver", usages: SERVER, names: apiServerNames },
  { file: "apiserver-kubelet-client", scope: "control-plane", ca: "ca", commonName: "kube-apiserver-kubelet-client", organization: kubeletClientOrganization, usages: CLIENT },
  { file: "front-proxy-client", scope: "control-plane", ca: "front-proxy-ca", commonName: "front-proxy-client", usages: CLIENT },
  { file: "etcd/server", scope: "control-plane", ca: "etcd/ca", commonName: nodeName, usages: BOTH, names: etcdServerNames, when: localEtcd },
  { file: "etcd/peer", scope: "control-plane", ca: "etcd/ca", commonName: nodeName, usages: BOTH, names: etcdPeerNames, when: localEtcd },
  { file: "etcd/healthcheck-client", scope: "control-plane", ca: "etcd/ca", commonName: "kube-etcd-healthcheck-client", usages: CLIENT, when: localEtcd },
  { file: "apiserver-etcd-client", scope: "control-plane", ca: "etcd/ca", commonName: "kube-apiserver-etcd-client", usages: CLIENT, when: localEtcd },
  { file: "controller-manager", scope: "control-plane", ca: "ca", commonName: "system:kube-controller-manager", usages: CLIENT, inKubeconfig: true },
  { file: "scheduler", scope: "control-plane", ca: "ca", commonName: "system:kube-scheduler", usages: CLIENT, inKubeconfig: true },
  { file: "kubelet", scope: "control-plane", ca: "ca", commonName: kubeletUser, organization: "system:nodes", usages: CLIENT, inKubeconfig: true },
  { file: "kubelet", scope: "worker", ca: "ca", commonName: kubeletUser, organization: "system:nodes", usages: CLIENT, inKubeconfig: true, when: (_, node) => node.bootstrap === "certificate" },
];

/** All certificates of a cluster with these nodes: CAs first, then what they sign. */
export function wantedCertificates(
  cluster: Cluster,
  nodes: readonly Node[],
): readonly WantedCertificate[] {
  return CERTIFICATES.flatMap((row) =>
    row.scope === "cluster"
      ? forCluster(row, cluster)
      : nodes
          .filter((node) => node.role === row.scope)
          .flatMap((node) => forNode(row, cluster, node)),
  );
}

function forCluster(row: ClusterRow, cluster: Cluster): WantedCertificate[] {
  if (row.when?.(cluster) === false) {
    return [];
  }
  const { file, ca, commonName, organization, usages, inKubeconfig = false } = row;
  // kubeadm gives a CA its common name as a DNS name too.
  const names = ca === "itself" ? [`DNS:${commonName}`] : [];
  return [{ name: file, ca, commonName, organization, usages, names, inKubeconfig }];
}

function forNode(row: NodeRow, cluster: Cluster, node: Node): WantedCertificate[] {
  if (row.when?.(cluster, node) === false) {
    return [];
  }
  const { file, ca, commonName, organization, usages, inKubeconfig = false } = row;
  return [
    {
      name: `hosts/${node.name}/${file}`,
      ca,
      commonName: typeof commonName === "string" ? commonName : commonName(node),
      organization: typeof organization === "function" ? organization(cluster) : organization,
      usages,
      names: row.names?.(cluster, node) ?? [],
      inKubeconfig,
    },
  ];
}
