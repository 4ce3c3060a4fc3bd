/** Props of the control plane: kubeadm's ClusterConfiguration, and the hosts. */
import type { Arg } from "../types";
import type { ApiServerProps, ControlPlaneComponentProps } from "./components";
import type { EtcdProps } from "./etcd";
import type { BinariesProps, ContainerRuntimeProps, HostProps, SshProps, TaintProps } from "./host";

/** Ranges and domain of the cluster's networks. */
export interface NetworkingProps {
  /**
   * Range for services: its first address is the API server, its tenth DNS.
   * Shape: CIDR, or two of different families, comma separated. @default "10.96.0.0/12"
   */
  readonly serviceSubnet?: string;
  /** Range for pods; nodes get a /24 (IPv4) or /64 (IPv6) of it each. Shape: as `serviceSubnet`. @default - none */
  readonly podSubnet?: string;
  /** Cluster domain. Shape: DNS-1123 subdomain. @default "cluster.local" */
  readonly dnsDomain?: string;
}

/** CoreDNS's image, where it differs from kubeadm's. */
export interface DnsProps {
  /** The image is then `<repository>/coredns:<tag>`. @default - `imageRepository` of the cluster */
  readonly imageRepository?: string;
  /** Shape: image tag, with its leading "v". @default - by Kubernetes minor, as kubeadm */
  readonly imageTag?: string;
}

/** What the control plane nodes register with. */
export interface NodeRegistrationProps {
  /** Labels beside kubeadm's. Shape: Kubernetes label key → value. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Replaces the default taint; an empty list is no taint. @default - node-role.kubernetes.io/control-plane:NoSchedule */
  readonly taints?: readonly TaintProps[];
  /** Flags of the kubelet. @default - none */
  readonly kubeletExtraArgs?: readonly Arg[];
  /** Shape: `unix:///…`. @default "unix:///var/run/containerd/containerd.sock" */
  readonly criSocket?: string;
  /** Checks to leave out. Shape: kubeadm's names, any case, or "all". @default - none */
  readonly ignorePreflightErrors?: readonly string[];
}

/** Everything about a control plane but its etcd. */
export interface ControlPlaneSettings {
  /**
   * Version of the control plane and its kubelets. Shape: `1.36.3`, a leading "v" is fine.
   * Plan: replaces all steps; hosts change one after another.
   */
  readonly kubernetesVersion: string;
  /**
   * The control plane hosts. Shape: node name → host; lower case, at most 52 characters.
   * Plan: with external etcd a new name adds its steps, and a name that left is drained, removed and reset; with local
   * etcd hosts cannot come or leave in this version.
   */
  readonly hosts: Readonly<Record<string, HostProps>>;
  /** How Terraform reaches the hosts. Plan: as `HostProps.port`. */
  readonly ssh: SshProps;
  /** Name in kubeconfigs and of the key directory. Shape: letters, digits, "-", "_", ".". Plan: replaces all control plane steps. @default "kubernetes" */
  readonly clusterName?: string;
  /**
   * Name or address that all clients use; it must lead to all control plane hosts. Required with more than one of them.
   * Shape: `host` or `host:port`, IPv6 in brackets when a port follows.
   * Plan: replaces all steps; the API server's certificates are issued again. @default - the only host's `address:bindPort`
   */
  readonly controlPlaneEndpoint?: string;
  /** Ranges and domain. Plan: replaces all control plane steps; Kubernetes cannot change them in a running cluster. @default - kubeadm's */
  readonly networking?: NetworkingProps;
  /**
   * Where the API servers listen. Plan: replaces save and run of the control plane hosts, and of all hosts when
   * `controlPlaneEndpoint` names no port.
   * @default - port 6443
   */
  readonly localAPIEndpoint?: {
    /** Port of the API server on each control plane host. @default 6443 */
    readonly bindPort?: number;
  };
  /** Settings of the API server. Plan: API servers restart, host by host; `certSANs` issues their certificates again. @default - kubeadm's */
  readonly apiServer?: ApiServerProps;
  /** Settings of the controller manager. Plan: it restarts, host by host. @default - kubeadm's */
  readonly controllerManager?: ControlPlaneComponentProps;
  /** Settings of the scheduler. Plan: it restarts, host by host. @default - kubeadm's */
  readonly scheduler?: ControlPlaneComponentProps;
  /** CoreDNS's image. Plan: replaces all saves (the image is pulled), the cluster step and CoreDNS's step. @default - kubeadm's */
  readonly dns?: DnsProps;
  /** Partial KubeletConfiguration for all nodes. Plan: all kubelets restart, host by host. @default - kubeadm's */
  readonly kubelet?: Readonly<Record<string, unknown>>;
  /** Partial KubeProxyConfiguration. Plan: replaces the control plane saves and kube-proxy's step; its pods read it when they restart. @default - kubeadm's */
  readonly kubeProxy?: Readonly<Record<string, unknown>>;
  /** Shape: absolute path on the hosts. Plan: replaces all control plane steps. @default "/etc/kubernetes/pki" */
  readonly certificatesDir?: string;
  /** Repository of all images. Plan: replaces all steps; all components restart. @default "registry.k8s.io" */
  readonly imageRepository?: string;
  /** Keys to make; those that exist stay. Plan: replaces the control plane saves and the cluster step, which records it. @default "RSA-2048" */
  readonly encryptionAlgorithm?: "RSA-2048" | "RSA-3072" | "RSA-4096";
  /** Life of certificates to issue. Shape: Go duration. Plan: as `encryptionAlgorithm`. @default "8760h" */
  readonly certificateValidityPeriod?: string;
  /** Life of CAs to make. Shape: Go duration. Plan: as `encryptionAlgorithm`. @default "87600h" */
  readonly caCertificateValidityPeriod?: string;
  /**
   * What control plane nodes register with. Plan: replaces save and run of the control plane hosts; `criSocket` those of
   * all hosts, `ignorePreflightErrors` all saves, `labels` the roster alone.
   * @default - kubeadm's
   */
  readonly nodeRegistration?: NodeRegistrationProps;
  /** containerd's settings on all nodes. Plan: replaces save and run of all hosts; containerd restarts. @default - ours */
  readonly containerRuntime?: ContainerRuntimeProps;
  /** Where kubelet and kubectl come from. Plan: replaces save and run of all hosts. @default - the official site */
  readonly binaries?: BinariesProps;
  /**
   * Whether the cluster's CA key stays away from the hosts: node requests then need another signer.
   * Plan: controller managers restart, host by host. @default false
   */
  readonly externalCa?: boolean;
  /** Key directory. Shape: path on the machine that synthesizes. Plan: nothing as long as the keys are the same. @default - `pki/<clusterName>`, or `pki/<stack id>` without a `clusterName` */
  readonly pkiDir?: string;
  /**
   * Hosts that are gone for good and cannot be reset. A name stands here in the change that takes it out of `hosts`.
   * Plan: the host leaves the state without its clean step. @default - none
   */
  readonly lost?: readonly string[];
}

/** A control plane. */
export interface ControlPlaneProps extends ControlPlaneSettings {
  /** etcd of the cluster. Plan: replaces save and run of the control plane hosts. @default - `{ local: {} }` */
  readonly etcd?: EtcdProps;
}
