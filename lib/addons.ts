/** What a cluster needs beyond its control plane: DNS, proxy, pod network, and manifests of the user. */
import { Token } from "cdktf";
import { Construct } from "constructs";
import { addonOptions } from "./addon-options";
import type { ControlPlane } from "./control-plane";
import { checkId } from "./delivery/names";
import { throwIssues } from "./model/issue";
import type { AddonsProps as Props } from "./model/props";
import { validateAddons } from "./model/validate";

/** The addons and the control plane they belong to. */
export interface AddonsProps extends Props {
  /** The control plane, in the same stack. Plan: cannot be changed. */
  readonly controlPlane: ControlPlane;
}

/**
 * Renders what kubeadm only sends to the API: kube-proxy and CoreDNS (on by default), a pod network, and manifests
 * of the user, each as a file that can be read (`/etc/kubernetes/addons/<name>.yaml`) and each as a resource of its
 * own, in the order kube-proxy, network, CoreDNS, manifests.
 *
 * @throws with every problem of the props, one a line
 * @see docs/addons.md
 */
export class Addons extends Construct {
  constructor(scope: Construct, id: string, props: AddonsProps) {
    super(scope, id);
    checkId(id, this.node.path);
    const { controlPlane, ...addons } = props;
    throwIssues(validateAddons(addons, this.node.path, Token.isUnresolved));
    controlPlane._addAddons(this, addons, addonOptions(addons));
  }
}
