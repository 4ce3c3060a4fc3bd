/** Props of a pool of workers. */
import type { Arg } from "../types";
import type { BinariesProps, HostProps, SshProps, TaintProps } from "./host";

/** A pool of workers that join a control plane. */
export interface NodeJoinProps {
  /**
   * The workers. Shape: node name → host; lower case, at most 52 characters.
   * Plan: a new name adds steps for this host and touches no other; a name that left drains, deletes and resets it.
   */
  readonly hosts: Readonly<Record<string, HostProps>>;
  /** How Terraform reaches them. Plan: as `HostProps.port`. @default - the control plane's */
  readonly ssh?: SshProps;
  /**
   * Labels that nodes register with. Shape: Kubernetes label key → value.
   * Plan: replaces the roster step, which sets them; nothing restarts. @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Taints of the nodes; those that others set stay.
   * Plan: replaces save and run of the pool's hosts, whose kubelets restart, and the roster, which sets them. @default - none
   */
  readonly taints?: readonly TaintProps[];
  /**
   * How a worker gets in: with a bootstrap token, so that its key never leaves the machine, or with a kubelet client
   * certificate issued at synth. Plan: replaces save and run of the pool's hosts; nodes that are in stay in.
   * @default "token"
   */
  readonly bootstrap?: "token" | "certificate";
  /** Life of the bootstrap token. Shape: Go duration. Plan: replaces the pool's token step. @default "24h0m0s" */
  readonly tokenTtl?: string;
  /** Flags of the kubelet. Plan: replaces save and run of the pool's hosts; kubelets restart. @default - none */
  readonly kubeletExtraArgs?: readonly Arg[];
  /** Where kubelet and kubectl come from. Plan: replaces save and run of the pool's hosts. @default - the control plane's */
  readonly binaries?: BinariesProps;
  /**
   * How many workers a change may take at the same time. Shape: a count from 1, or `"<n>%"` of the pool, rounded down
   * but at least 1. Plan: nothing; only the order of the steps changes. @default "25%"
   */
  readonly maxUnavailable?: number | `${number}%`;
  /**
   * Hosts that are gone for good and cannot be reset. A name stands here in the change that takes it out of `hosts`.
   * Plan: the host leaves the state without its clean step. @default - none
   */
  readonly lost?: readonly string[];
}
