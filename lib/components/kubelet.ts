/** The kubelet of a host: its unit, its configuration, and how it gets into the cluster. */
import type { Component, HostAction, HostFile } from "../component";
import type { NodeContext } from "../model/types";
import { toYaml } from "../model/yaml";
import { hostKubeletConfiguration } from "./kubelet-config";
import { kubeadmFlags } from "./kubelet-flags";
import { bootstrapKubeconfig, KUBELET_PKI, kubeletKubeconfig } from "./kubelet-kubeconfig";
import { MANIFESTS_DIR } from "./static-pod";

const HOME = "/var/lib/kubelet";
const UNIT = "/etc/systemd/system/kubelet.service";
const DROP_IN = `${UNIT}.d/10-kubeadm.conf`;
const ISSUED = `${KUBELET_PKI}/kubelet-client-issued.pem`;

/** Longest wait for a certificate by TLS bootstrap; kubeadm's own. Unit: seconds. */
const BOOTSTRAP_SECONDS = 300;

/** As the Kubernetes packages have it. */
const UNIT_TEXT = `[Unit]
Description=kubelet: the Kubernetes node agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

/** As the Debian package has it; /etc/default/kubelet may hold KUBELET_EXTRA_ARGS. */
const DROP_IN_TEXT = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

/**
 * The kubelet of one host.
 *
 * With a certificate that was issued at synth, the issued pair lies beside the kubelet's own and the kubelet rotates it
 * from there on. With a token, the bootstrap kubeconfig is there until the kubelet has its first certificate.
 */
export function kubelet(ctx: NodeContext): Component {
  const hasCertificate = ctx.node.bootstrap === "certificate";
  const start: HostAction = { action: "kubelet", args: [] };
  const kubeletClient: HostAction = { action: "kubelet-client", args: [ISSUED] };
  const waitBootstrap: HostAction = { action: "wait-bootstrap", args: [String(BOOTSTRAP_SECONDS)] };
  return {
    name: "kubelet",
    scope: "host",
    files: files(ctx).sort((a, b) => (a.path < b.path ? -1 : 1)),
    save: [],
    run: [
      { action: "make-dir", args: [HOME, "0700"] },
      // The kubelet of a worker looks there too, and complains every second when it is not there.
      { action: "make-dir", args: [MANIFESTS_DIR, "0700"] },
      ...(hasCertificate ? [kubeletClient, start] : [start, waitBootstrap]),
    ],
    clean: [
      { action: "stop-service", args: ["kubelet.service"] },
      { action: "remove-pods", args: [] },
      { action: "unmount-below", args: [HOME] },
      { action: "remove-contents", args: [HOME] },
    ],
  };
}

function files(ctx: NodeContext): HostFile[] {
  const { cluster, node, certificate } = ctx;
  const { criSocket } = cluster.containerRuntime;
  const common: HostFile[] = [
    { path: UNIT, mode: 0o644, content: UNIT_TEXT },
    { path: DROP_IN, mode: 0o644, content: DROP_IN_TEXT },
    {
      path: `${HOME}/config.yaml`,
      mode: 0o644,
      content: toYaml(hostKubeletConfiguration(cluster)),
    },
    {
      path: `${HOME}/instance-config.yaml`,
      mode: 0o644,
      content: `containerRuntimeEndpoint: ${JSON.stringify(criSocket)}\n`,
    },
    { path: `${HOME}/kubeadm-flags.env`, mode: 0o644, content: kubeadmFlags(ctx) },
    { path: "/etc/kubernetes/kubelet.conf", mode: 0o600, content: kubeletKubeconfig(ctx) },
  ];
  if (node.bootstrap === "token") return [...common, bootstrapKubeconfig(ctx)];
  const key = `hosts/${node.name}/kubelet`;
  return [
    ...common,
    {
      path: ISSUED,
      mode: 0o600,
      content: { parts: [certificate(key).pem, { key, encoding: "pem" }] },
    },
  ];
}
