/**
 * The host part of a pod network without a daemon, for hosts on one network segment: a bridge for the host's own pods,
 * and one route for all pods of the cluster that leads to the segment.
 *
 * No host knows the others. The route is on-link, so the host asks the segment by ARP for the pod's address, and the
 * host that has the pod behind its bridge answers (proxy ARP). A host that comes or goes changes nothing elsewhere.
 */
import type { Component } from "../component";
import type { NodeContext } from "../model/types";

const CONFIG = "/etc/cni/net.d/10-bridge.conflist";
const ROUTES_UNIT = "cdktf-kubeadm-routes.service";
const UNIT = `/etc/systemd/system/${ROUTES_UNIT}`;
const SCRIPT = "/var/lib/cdktf-kubeadm/bin/bridge-routes.sh";
const BRIDGE = "cni0";

/** The pod network of one host: `podSubnet` is its pods' own range, inside the cluster's first pod range. */
export function bridgeNetwork(ctx: NodeContext, podSubnet: string, mtu: number): Component {
  return {
    name: "bridge-network",
    scope: "host",
    files: [
      { path: CONFIG, mode: 0o644, content: cniConfig(podSubnet, mtu) },
      { path: UNIT, mode: 0o644, content: routesUnit(ctx) },
    ],
    save: [{ action: "check-command", args: ["ip", "iproute2"] }],
    run: [{ action: "service", args: [ROUTES_UNIT] }],
    clean: [
      { action: "stop-service", args: [ROUTES_UNIT] },
      { action: "remove-link", args: [BRIDGE] },
      { action: "remove-path", args: ["/var/lib/cni"] },
    ],
  };
}

function cniConfig(podSubnet: string, mtu: number): string {
  const config = {
    cniVersion: "1.0.0",
    name: "bridge",
    plugins: [
      {
        type: "bridge",
        bridge: BRIDGE,
        isGateway: true,
        hairpinMode: true,
        ipMasq: false,
        mtu,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: podSubnet }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function routesUnit({ cluster, node }: NodeContext): string {
  const [podRange = ""] = cluster.networking.podSubnets;
  return `[Unit]
Description=Route of cdktf-kubeadm to the pods of all nodes
Wants=network-online.target
After=network-online.target
Before=kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${SCRIPT} up ${node.address} ${podRange}
ExecStop=${SCRIPT} down ${node.address} ${podRange}

[Install]
WantedBy=multi-user.target
`;
}
