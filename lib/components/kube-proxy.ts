/** kube-proxy as an addon. Source: dry runs of `kubeadm init` 1.34.4 to 1.37.2. */
import type { Component } from "../component";
import { byKey } from "../model/sort";
import type { Cluster } from "../model/types";
import { versionFacts } from "../model/versions";
import { toYaml } from "../model/yaml";
import { ADDONS_DIR, apiComponent, documents, mayRollOut } from "./api-component";
import { componentConfig } from "./cluster-objects";
import { controlPlaneUrl, isIpv6 } from "./endpoints";
import { mergeDeep } from "./merge";
import { clusterRoleBinding, configMapReader, JOINING_NODES } from "./rbac";
import { asTyped } from "./typed-config";
import { KUBE_PROXY_ZERO_VALUES } from "./zero-values";

const NAME = "kube-proxy";
const NAMESPACE = "kube-system";
const LABELS = { "k8s-app": NAME };
const HOME = "/var/lib/kube-proxy";
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Long enough for the controller manager's first pods; CoreDNS is ready sooner when it comes after. Unit: seconds. */
const WAIT_SECONDS = 10;

/** kube-proxy on all nodes. */
export function kubeProxy(cluster: Cluster): Component {
  const subject = { kind: "ServiceAccount", name: NAME, namespace: NAMESPACE } as const;
  const objects = [
    componentConfig(
      NAME,
      {
        "config.conf": withoutNewline(toYaml(kubeProxyConfiguration(cluster))),
        "kubeconfig.conf": kubeconfigText(controlPlaneUrl(cluster)),
      },
      { isGiven: byKey(cluster.kubeProxy).length > 0, labels: { app: NAME } },
    ),
    daemonSet(cluster.images.kubeProxy),
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: NAME, namespace: NAMESPACE },
    },
    clusterRoleBinding("kubeadm:node-proxier", "system:node-proxier", [subject]),
    ...configMapReader(NAME, NAMESPACE, NAME, [JOINING_NODES]),
  ];
  return apiComponent(NAME, ADDONS_DIR, documents(objects), [
    mayRollOut(`daemonset/${NAME}`, NAMESPACE, WAIT_SECONDS),
  ]);
}

/**
 * kubeadm's KubeProxyConfiguration with the user's laid over it. kubeadm takes the IP version of the API server's address,
 * which is that of the first service range.
 */
function kubeProxyConfiguration(cluster: Cluster): Record<string, unknown> {
  const { networking, kubernetesVersion } = cluster;
  const ofKubeadm = mergeDeep(KUBE_PROXY_ZERO_VALUES, {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    bindAddress: isIpv6(networking.serviceSubnets[0] ?? "") ? "::" : "0.0.0.0",
    clientConnection: { kubeconfig: `${HOME}/kubeconfig.conf` },
    clusterCIDR: networking.podSubnets.join(","),
    mode: versionFacts(kubernetesVersion).proxyModeWritten ? "iptables" : "",
  });
  return mergeDeep(ofKubeadm, asTyped(cluster.kubeProxy));
}

/** kubeadm's text, in its own order of fields; part of its hash. */
function kubeconfigText(server: string): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- cluster:",
    `    certificate-authority: ${SERVICE_ACCOUNT}/ca.crt`,
    `    server: ${server}`,
    "  name: default",
    "contexts:",
    "- context:",
    "    cluster: default",
    "    namespace: default",
    "    user: default",
    "  name: default",
    "current-context: default",
    "users:",
    "- name: default",
    "  user:",
    `    tokenFile: ${SERVICE_ACCOUNT}/token`,
  ].join("\n");
}

function withoutNewline(text: string): string {
  return text.replace(/\n$/, "");
}

function daemonSet(image: string): object {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { labels: LABELS, name: NAME, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          containers: [container(image)],
          hostNetwork: true,
          nodeSelector: { "kubernetes.io/os": "linux" },
          priorityClassName: "system-node-critical",
          serviceAccountName: NAME,
          tolerations: [{ operator: "Exists" }],
          volumes: [
            { configMap: { name: NAME }, name: NAME },
            { hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" }, name: "xtables-lock" },
            { hostPath: { path: "/lib/modules" }, name: "lib-modules" },
          ],
        },
      },
      updateStrategy: { type: "RollingUpdate" },
    },
  };
}

function container(image: string): object {
  return {
    command: [
      "/usr/local/bin/kube-proxy",
      `--config=${HOME}/config.conf`,
      "--hostname-override=$(NODE_NAME)",
    ],
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    image,
    imagePullPolicy: "IfNotPresent",
    name: NAME,
    securityContext: { privileged: true },
    volumeMounts: [
      { mountPath: HOME, name: NAME },
      { mountPath: "/run/xtables.lock", name: "xtables-lock" },
      { mountPath: "/lib/modules", name: "lib-modules", readOnly: true },
    ],
  };
}
