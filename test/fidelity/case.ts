/** What a comparison is about: props, and the host on which kubeadm would run. */
import type { ControlPlaneSettings, EtcdProps } from "../../lib/model/props";

/** Props of a control plane without what every case has: version, hosts, way in. */
export type CaseProps = Partial<
  Omit<ControlPlaneSettings, "kubernetesVersion" | "hosts" | "ssh" | "pkiDir">
>;

/** One configuration, for kubeadm and for us. */
export interface Case {
  readonly name: string;
  readonly props: CaseProps;
  /** @default - a member on each control plane host */
  readonly etcd?: EtcdProps;
  /** Addons that are left out. @default - none */
  readonly without?: readonly ("coreDns" | "kubeProxy")[];
  /** Control plane hosts: name → address; kubeadm initializes the first. @default - cp-1 */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The host itself. @default - a Debian host of the node's name */
  readonly host?: CaseHost;
}

/** A host on which kubeadm runs. */
export interface CaseHost {
  /** What the host calls itself. @default - the node's name */
  readonly hostname?: string;
  /** Directories of CA certificates that it has. @default - Debian's */
  readonly caDirectories?: readonly string[];
  /** Environment of kubeadm. @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/** Directories of CA certificates on Debian and Ubuntu. */
export const DEBIAN_CA_DIRECTORIES: readonly string[] = [
  "/etc/ssl/certs",
  "/etc/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
];

/** The control plane hosts of a case, the first of them first. */
export function hostsOf({ hosts }: Case): [name: string, address: string][] {
  return Object.entries(hosts ?? { "cp-1": "10.0.0.11" });
}

/** The host that kubeadm initializes. */
export function firstHost(example: Case): { readonly name: string; readonly address: string } {
  const [[name, address] = ["cp-1", ""]] = hostsOf(example);
  return { name, address };
}
