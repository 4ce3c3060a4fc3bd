/** Props of etcd: three forms, exactly one of which is given. */
import type { Arg, EnvVar } from "../types";
import type { HostProps } from "./host";

/** etcd's settings on the control plane hosts. */
export interface LocalEtcdProps {
  /** Shape: absolute path. Plan: replaces save and run of the members; data is not moved. @default "/var/lib/etcd" */
  readonly dataDir?: string;
  /** Flags of etcd. Plan: etcd restarts, host by host. @default - none */
  readonly extraArgs?: readonly Arg[];
  /** Environment variables of etcd. Plan: etcd restarts, host by host. @default - none */
  readonly extraEnvs?: readonly EnvVar[];
  /** Repository of etcd's image alone. Plan: etcd restarts, host by host. @default - `imageRepository` of the cluster */
  readonly imageRepository?: string;
  /** Tag of etcd's image. Plan: etcd restarts, host by host. @default - by Kubernetes patch, as kubeadm */
  readonly imageTag?: string;
  /** More names in the server certificate. Shape: IP or DNS name. Plan: issued again, etcd restarts. @default - none */
  readonly serverCertSANs?: readonly string[];
  /** More names in the peer certificate. Shape: IP or DNS name. Plan: issued again, etcd restarts. @default - none */
  readonly peerCertSANs?: readonly string[];
}

/** Where an etcd cluster that exists already is reached. */
export interface ExternalEtcdProps {
  /** Shape: `https://host:2379`, or `http://…` when no file is given. Plan: API servers restart, host by host. */
  readonly endpoints: readonly string[];
  /** CA of its server certificates. Shape: path on the machine that synthesizes. @default - none */
  readonly caFile?: string;
  /** Client certificate for the API server; together with `keyFile`. Shape: as `caFile`. @default - none */
  readonly certFile?: string;
  /** Private key of `certFile`. Shape: as `caFile`. @default - none */
  readonly keyFile?: string;
}

/** Stacked etcd: a member on each control plane host. */
export interface EtcdLocalProps {
  readonly local: LocalEtcdProps;
}

/** Members on hosts of their own. Not available in this version: reported at synth. */
export interface EtcdHostsProps {
  /** Shape: member name → host. */
  readonly hosts: Readonly<Record<string, HostProps>>;
}

/** An etcd cluster that exists already: no member is made. */
export interface EtcdExternalProps {
  readonly external: ExternalEtcdProps;
}

/** The etcd of a cluster. Moving from one form to another is not possible for a running cluster. */
export type EtcdProps = EtcdLocalProps | EtcdHostsProps | EtcdExternalProps;
