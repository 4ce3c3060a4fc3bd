/** What the lab is made of: versions, addresses and names. Data only. */

/** Kubernetes release of the lab, without the `v`. */
export const KUBERNETES_VERSION = "1.36.3";

/** etcd release whose image the lab serves as `etcd:<version>-0`, without the `v`. */
export const ETCD_VERSION = "3.6.8";

/** CoreDNS release, without the `v`. */
export const COREDNS_VERSION = "1.14.2";

/** Tag of the pause image, the sandbox of every pod. */
export const PAUSE_VERSION = "3.10.2";

/** Debian release of the hosts and of the kube-proxy image. */
export const DEBIAN_SUITE = "trixie";

/** Address of the developer's machine on the lab network: mirror and registry listen here. */
export const GATEWAY = "198.18.0.1";

/** Base URL in place of `https://dl.k8s.io`, with the same layout below it. */
export const MIRROR_URL = `http://${GATEWAY}:8080`;

/** `host:port` of the registry in place of `registry.k8s.io`. Speaks plain HTTP. */
export const REGISTRY = `${GATEWAY}:5000`;

/** Docker network, bridge and address ranges of the lab (198.18.0.0/15 is set aside for tests). */
export const NETWORK = {
  name: "cdktf-kubeadm-lab",
  bridge: "klab0",
  ipv4: "198.18.0.0/24",
  ipv6: "fd98:18::/64",
  gateway6: "fd98:18::1",
} as const;

/** Destinations that must never leave this machine: lab hosts, services, pods. */
export const FENCED_RANGES = ["198.18.0.0/15", "10.96.0.0/12", "10.244.0.0/16"] as const;

/** Name of every possible host and the last part of its addresses. */
export const HOSTS = {
  "cp-1": 11,
  "cp-2": 12,
  "cp-3": 13,
  "cp-4": 14,
  "cp-5": 15,
  "w-1": 21,
  "w-2": 22,
  "etcd-1": 31,
  "etcd-2": 32,
  "etcd-3": 33,
  "lb-1": 41,
} as const;

/** Name of a lab host. */
export type HostName = keyof typeof HOSTS;

/** Tells whether a text names a lab host. */
export const isHostName = (name: string): name is HostName => name in HOSTS;

/** IPv4 address of a host. */
export const addressOf = (name: HostName): string => `198.18.0.${HOSTS[name]}`;

/** IPv6 address of a host. */
export const address6Of = (name: HostName): string => `fd98:18::${HOSTS[name]}`;

/** Kubernetes programs: the first three land on hosts, the others become images. */
export const KUBERNETES_PROGRAMS = [
  "kubelet",
  "kubeadm",
  "kubectl",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
] as const;

/** Kubernetes programs that hosts fetch from the mirror. */
export const HOST_PROGRAMS = ["kubelet", "kubeadm", "kubectl"] as const;

/** Images of the lab as `name:tag`, below `registry.k8s.io` and below {@link REGISTRY} alike. */
export const IMAGES = {
  apiServer: `kube-apiserver:v${KUBERNETES_VERSION}`,
  controllerManager: `kube-controller-manager:v${KUBERNETES_VERSION}`,
  scheduler: `kube-scheduler:v${KUBERNETES_VERSION}`,
  proxy: `kube-proxy:v${KUBERNETES_VERSION}`,
  etcd: `etcd:${ETCD_VERSION}-0`,
  coreDns: `coredns/coredns:v${COREDNS_VERSION}`,
  pause: `pause:${PAUSE_VERSION}`,
} as const;
