/** flannel as an addon: a daemon on each node that joins the nodes' pod ranges. Facts: flannel's documentation. */
import type { Component } from "../component";
import type { Cluster, NetworkPlugin } from "../model/types";
import { ADDONS_DIR, apiComponent, documents, mayRollOut } from "./api-component";
import { configMap } from "./cluster-objects";
import { isIpv6 } from "./endpoints";
import { clusterRole, clusterRoleBinding } from "./rbac";

const NAME = "flannel";
const NAMESPACE = "kube-flannel";
const CONFIG = "kube-flannel-cfg";
const DAEMON = "kube-flannel-ds";
const APP = { app: NAME };

/** Bounded: images may have to come from far. Unit: seconds. */
const WAIT_SECONDS = 60;

/** flannel on all nodes. */
export function flannel(
  cluster: Cluster,
  plugin: Extract<NetworkPlugin, { kind: "flannel" }>,
): Component {
  const subject = { kind: "ServiceAccount", name: NAME, namespace: NAMESPACE } as const;
  const objects = [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        labels: { "k8s-app": NAME, "pod-security.kubernetes.io/enforce": "privileged" },
        name: NAMESPACE,
      },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: NAMESPACE } },
    clusterRole(NAME, [
      { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
    ]),
    clusterRoleBinding(NAME, NAME, [subject]),
    configMap(
      NAMESPACE,
      CONFIG,
      {
        "cni-conf.json": json(CNI_CONFIG),
        "net-conf.json": json(netConfig(cluster.networking.podSubnets, plugin.backend)),
      },
      { labels: APP },
    ),
    daemonSet(plugin),
  ];
  return apiComponent(NAME, ADDONS_DIR, documents(objects), [
    mayRollOut(`daemonset/${DAEMON}`, NAMESPACE, WAIT_SECONDS),
  ]);
}

const CNI_CONFIG = {
  name: "cbr0",
  cniVersion: "1.0.0",
  plugins: [
    { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

/** Each IP version has a range of its own here. */
function netConfig(podSubnets: readonly string[], backend: string): object {
  const ipv4 = podSubnets.find((range) => !isIpv6(range));
  const ipv6 = podSubnets.find(isIpv6);
  return {
    ...(ipv4 === undefined ? { EnableIPv4: false } : { Network: ipv4 }),
    ...(ipv6 === undefined ? {} : { EnableIPv6: true, IPv6Network: ipv6 }),
    Backend: { Type: backend },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function daemonSet(plugin: Extract<NetworkPlugin, { kind: "flannel" }>): object {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { labels: { ...APP, "k8s-app": NAME }, name: DAEMON, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: APP },
      template: {
        metadata: { labels: { ...APP, tier: "node" } },
        spec: podSpec(plugin),
      },
    },
  };
}

function podSpec({ image, cniImage }: Extract<NetworkPlugin, { kind: "flannel" }>): object {
  const config = { mountPath: "/etc/kube-flannel/", name: "flannel-cfg" };
  return {
    containers: [daemon(image, config)],
    hostNetwork: true,
    initContainers: [
      {
        args: ["-f", "/flannel", "/opt/cni/bin/flannel"],
        command: ["cp"],
        image: cniImage,
        name: "install-cni-plugin",
        volumeMounts: [{ mountPath: "/opt/cni/bin", name: "cni-plugin" }],
      },
      {
        args: ["-f", "/etc/kube-flannel/cni-conf.json", "/etc/cni/net.d/10-flannel.conflist"],
        command: ["cp"],
        image,
        name: "install-cni",
        volumeMounts: [{ mountPath: "/etc/cni/net.d", name: "cni" }, config],
      },
    ],
    nodeSelector: { "kubernetes.io/os": "linux" },
    priorityClassName: "system-node-critical",
    serviceAccountName: NAME,
    tolerations: [{ effect: "NoSchedule", operator: "Exists" }],
    volumes: [
      { hostPath: { path: "/run/flannel" }, name: "run" },
      { hostPath: { path: "/opt/cni/bin" }, name: "cni-plugin" },
      { hostPath: { path: "/etc/cni/net.d" }, name: "cni" },
      { configMap: { name: CONFIG }, name: "flannel-cfg" },
      { hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" }, name: "xtables-lock" },
    ],
  };
}

function daemon(image: string, config: object): object {
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  return {
    args: ["--ip-masq", "--kube-subnet-mgr"],
    command: ["/opt/bin/flanneld"],
    env: [
      field("POD_NAME", "metadata.name"),
      field("POD_NAMESPACE", "metadata.namespace"),
      { name: "EVENT_QUEUE_DEPTH", value: "5000" },
    ],
    image,
    name: "kube-flannel",
    resources: { requests: { cpu: "100m", memory: "50Mi" } },
    securityContext: {
      capabilities: { add: ["NET_ADMIN", "NET_RAW"] },
      privileged: false,
    },
    volumeMounts: [
      { mountPath: "/run/flannel", name: "run" },
      config,
      { mountPath: "/run/xtables.lock", name: "xtables-lock" },
    ],
  };
}
