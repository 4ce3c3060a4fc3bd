/** Pod networks that `Addons` knows how to make. */
import type { NetworkPlugin } from "./model/types";

/** Settings of `bridgeNetwork()`. */
export interface BridgeNetworkProps {
  /** Unit: bytes. @default 1500 */
  readonly mtu?: number;
}

/**
 * A pod network without any daemon: the standard bridge, host-local and portmap plugins, for IPv4 nodes on one network
 * segment. Each node's pods have the range of `HostProps.podSubnet`; nodes find each other's pods by proxy ARP, so a
 * node that comes or goes changes nothing on the others. Needs the CNI plugins on the hosts (`/opt/cni/bin`).
 *
 * Plan: replaces the run of every host. Pods keep their addresses until they are made anew.
 *
 * @see docs/addons.md
 */
export function bridgeNetwork(props: BridgeNetworkProps = {}): NetworkPlugin {
  return { kind: "bridge", mtu: props.mtu ?? 1500 };
}

/** Settings of `flannel()`. */
export interface FlannelProps {
  /** Full image name. @default "ghcr.io/flannel-io/flannel:v0.27.4" */
  readonly image?: string;
  /** Full name of the image that brings the CNI plugin. @default "ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1" */
  readonly cniImage?: string;
  /** How packets travel. @default "vxlan" */
  readonly backend?: "vxlan" | "host-gw" | "wireguard";
}

/**
 * flannel, rendered to `/etc/kubernetes/addons/flannel.yaml`. Images are pulled by the kubelets.
 *
 * Plan: replaces the addon's step; pods of flannel roll.
 *
 * @see https://github.com/flannel-io/flannel
 */
export function flannel(props: FlannelProps = {}): NetworkPlugin {
  return {
    kind: "flannel",
    image: props.image ?? "ghcr.io/flannel-io/flannel:v0.27.4",
    cniImage: props.cniImage ?? "ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1",
    backend: props.backend ?? "vxlan",
  };
}
