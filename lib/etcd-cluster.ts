/** The etcd of a cluster, in one of its forms. */
import { Token } from "cdktf";
import { Construct } from "constructs";
import { throwIssues } from "./model/issue";
import type { EtcdProps } from "./model/props";
import { validateEtcd } from "./model/validate";

/** Exactly one of `local`, `hosts` and `external`. */
export type EtcdClusterProps = EtcdProps;

/**
 * The etcd that a control plane keeps its data in: members on the control plane hosts (`local`, the default when a
 * `ControlPlane` is given none), or a cluster that exists already (`external`: no etcd manifest is made, as in
 * kubeadm). It has no resources of its own: members are part of the control plane hosts' steps.
 *
 * Plan: moving a running cluster from one form to another is not possible.
 *
 * @throws with every problem of the props, one a line
 * @see docs/etcd-cluster.md
 * @example new EtcdCluster(this, "etcd", { external: { endpoints: ["https://10.0.0.31:2379"], caFile, certFile, keyFile } })
 */
export class EtcdCluster extends Construct {
  /** The props as given. */
  readonly props: EtcdClusterProps;

  constructor(scope: Construct, id: string, props: EtcdClusterProps) {
    super(scope, id);
    throwIssues(validateEtcd(props, this.node.path, Token.isUnresolved));
    this.props = props;
  }
}
