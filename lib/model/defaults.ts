/** Defaults and fixed names of the model. */
import type { Taint } from "./types";

/** kubeadm's defaults, and ours where kubeadm has none. Source: `kubeadm config print init-defaults`. */
export const DEFAULTS = {
  clusterName: "kubernetes",
  certificatesDir: "/etc/kubernetes/pki",
  serviceSubnet: "10.96.0.0/12",
  dnsDomain: "cluster.local",
  bindPort: 6443,
  etcdDataDir: "/var/lib/etcd",
  encryptionAlgorithm: "RSA-2048",
  certificateValidityPeriod: "8760h",
  caCertificateValidityPeriod: "87600h",
  criSocket: "unix:///var/run/containerd/containerd.sock",
  binariesSource: "mirror",
  binariesMirror: "https://dl.k8s.io",
  tokenTtl: "24h0m0s",
  maxUnavailable: "25%",
  sshUser: "root",
  sshPort: 22,
  sshTimeout: "30s",
} as const;

/** Taint of control plane nodes when none is given. */
export const CONTROL_PLANE_TAINT: Taint = Object.freeze({
  key: "node-role.kubernetes.io/control-plane",
  value: "",
  effect: "NoSchedule",
});

/** Name of the control plane's pool of nodes. */
export const CONTROL_PLANE_POOL = "control-plane";

/** Name in the key directory of the API server's client certificate for an external etcd. */
export const EXTERNAL_ETCD_CLIENT = "external-etcd/client";
