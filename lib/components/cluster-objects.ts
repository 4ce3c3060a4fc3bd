/** What kubeadm stores in a cluster beside its addons: configurations, RBAC, and what joining nodes read. */
import type { Component } from "../component";
import { byKey } from "../model/sort";
import type { CertificateFacts, Cluster } from "../model/types";
import { toYaml } from "../model/yaml";
import { apiComponent, CLUSTER_DIR, documents } from "./api-component";
import { CONFIG_HASH_ANNOTATION, configHash } from "./digest";
import { controlPlaneUrl } from "./endpoints";
import { clusterConfiguration, type DisabledAddons } from "./kubeadm-config";
import { kubeletConfiguration } from "./kubelet-config";
import { clusterRbac } from "./rbac";

/** The cluster's objects, as one file. */
export function clusterObjects(
  cluster: Cluster,
  certificate: (name: string) => CertificateFacts,
  disabled: DisabledAddons,
): Component {
  const objects = [
    configMap("kube-system", "kubeadm-config", {
      ClusterConfiguration: toYaml(clusterConfiguration(cluster, disabled)),
    }),
    componentConfig(
      "kubelet-config",
      { kubelet: toYaml(kubeletConfiguration(cluster)) },
      { isGiven: byKey(cluster.kubelet).length > 0 },
    ),
    configMap("kube-public", "cluster-info", {
      kubeconfig: clusterInfo(cluster, certificate("ca").pem),
    }),
    ...clusterRbac(),
  ];
  return apiComponent("cluster-objects", CLUSTER_DIR, documents(objects));
}

/** A ConfigMap. */
export function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
  metadata: object = {},
): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...metadata }, data };
}

/**
 * A ConfigMap with a component's configuration. kubeadm's hash marks one that no user gave, so that an upgrade by a
 * stock kubeadm may write it anew.
 */
export function componentConfig(
  name: string,
  data: Readonly<Record<string, string>>,
  { isGiven, labels }: { readonly isGiven: boolean; readonly labels?: object },
): object {
  const annotations = isGiven ? undefined : { [CONFIG_HASH_ANNOTATION]: configHash(data) };
  return configMap("kube-system", name, data, { annotations, labels });
}

/** A kubeconfig without user: where the cluster is and who signs for it. Tokens sign these bytes. */
function clusterInfo(cluster: Cluster, caPem: string): string {
  return toYaml({
    apiVersion: "v1",
    clusters: [
      {
        cluster: {
          "certificate-authority-data": Buffer.from(caPem, "utf8").toString("base64"),
          server: controlPlaneUrl(cluster),
        },
        name: "",
      },
    ],
    contexts: null,
    "current-context": "",
    kind: "Config",
    users: null,
  });
}
