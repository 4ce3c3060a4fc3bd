/** Props of what is sent to the API once the control plane runs. */
import type { NetworkPlugin } from "../types";

/** CoreDNS's settings. */
export interface CoreDnsProps {
  /** Unit: pods. @default 2 */
  readonly replicas?: number;
  /** The whole Corefile. Shape: CoreDNS configuration. @default - kubeadm's */
  readonly corefile?: string;
}

/** The addons of a cluster. */
export interface AddonsProps {
  /** Pod network, for example `flannel()`. Plan: replaces the network's step; another one also the cluster step, from or to `bridgeNetwork()` all runs. @default - none: bring your own */
  readonly network?: NetworkPlugin;
  /** Cluster DNS; false leaves it out. Plan: replaces the control plane saves and CoreDNS's step; on or off, the cluster step too. @default true */
  readonly coreDns?: boolean | CoreDnsProps;
  /** kube-proxy; false leaves it out. Plan: replaces the control plane saves and kube-proxy's step; on or off, the cluster step too. @default true */
  readonly kubeProxy?: boolean;
  /**
   * Manifests of your own, each applied as one addon; objects that left it are pruned.
   * Shape: name (DNS-1123 label) → path of a YAML file, an object, or a list of objects.
   * Plan: replaces the control plane saves and the step of this name; one that comes or goes also the cluster step. @default - none
   */
  readonly manifests?: Readonly<Record<string, string | object | readonly object[]>>;
}
