/** The kubeconfigs of a control plane host. The kubelet's is the kubelet's component. */
import type { Component, HostFile } from "../component";
import { kubeconfigAroundKey } from "../model/kubeconfig";
import type { NodeContext } from "../model/types";
import { controlPlaneUrl, localEndpoint } from "./endpoints";

/** Home of kubeconfigs and manifests on a host. */
export const KUBERNETES_DIR = "/etc/kubernetes";

interface Row {
  readonly file: string;
  /** Common name of the certificate and name of the user entry. */
  readonly user: string;
  /** Whose certificate: one for the cluster, or one for each host. */
  readonly certificate: "cluster" | "host";
  /** "local": the API server of the same host. */
  readonly server: "endpoint" | "local";
}

/**
 * kubeadm's files. `super-admin.conf` is on every control plane host: no host of ours is the first, where kubeadm has
 * it alone.
 */
const ROWS: readonly Row[] = [
  { file: "admin", user: "kubernetes-admin", certificate: "cluster", server: "endpoint" },
  {
    file: "controller-manager",
    user: "system:kube-controller-manager",
    certificate: "host",
    server: "local",
  },
  { file: "scheduler", user: "system:kube-scheduler", certificate: "host", server: "local" },
  {
    file: "super-admin",
    user: "kubernetes-super-admin",
    certificate: "cluster",
    server: "endpoint",
  },
];

/** The kubeconfigs of one control plane host. */
export function kubeconfigs(ctx: NodeContext): Component {
  return {
    name: "kubeconfig",
    scope: "host",
    files: ROWS.map((row) => kubeconfigFile(ctx, row)),
    save: [],
    run: [],
    clean: [],
  };
}

function kubeconfigFile(ctx: NodeContext, row: Row): HostFile {
  const { cluster, node, certificate } = ctx;
  const key = row.certificate === "cluster" ? row.file : `hosts/${node.name}/${row.file}`;
  const [before, after] = kubeconfigAroundKey({
    clusterName: cluster.name,
    server: row.server === "local" ? localEndpoint(node) : controlPlaneUrl(cluster),
    caPem: certificate("ca").pem,
    user: row.user,
    clientCertificatePem: certificate(key).pem,
  });
  return {
    path: `${KUBERNETES_DIR}/${row.file}.conf`,
    mode: 0o600,
    content: { parts: [before, { key, encoding: "base64" }, after] },
  };
}
