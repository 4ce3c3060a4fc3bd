/** The ClusterConfiguration that the cluster stores: what a stock kubeadm reads to join, upgrade and renew. */

import { goDuration } from "../model/duration";
import type { Cluster, ControlPlaneComponent, EnvVar, HostPathMount } from "../model/types";
import { versionFacts } from "../model/versions";

/** Which addons are not kubeadm's. */
export interface DisabledAddons {
  readonly coreDns: boolean;
  readonly kubeProxy: boolean;
}

/** kubeadm's ClusterConfiguration v1beta4, in the form in which kubeadm stores it. */
export function clusterConfiguration(
  cluster: Cluster,
  disabled: DisabledAddons,
): Record<string, unknown> {
  const { networking, apiServer, imageRepository, kubernetesVersion } = cluster;
  return {
    apiServer: { ...component(apiServer), certSANs: unlessEmpty(apiServer.certSANs) },
    apiVersion: "kubeadm.k8s.io/v1beta4",
    caCertificateValidityPeriod: goDuration(cluster.caCertificateValidityPeriod),
    certificateValidityPeriod: goDuration(cluster.certificateValidityPeriod),
    certificatesDir: cluster.certificatesDir,
    clusterName: cluster.name,
    controlPlaneEndpoint: cluster.hasControlPlaneEndpoint
      ? cluster.controlPlaneEndpoint
      : undefined,
    controllerManager: component(cluster.controllerManager),
    dns: { ...cluster.dns, disabled: disabled.coreDns || undefined },
    encryptionAlgorithm: cluster.encryptionAlgorithm,
    etcd: etcd(cluster),
    imageRepository,
    kind: "ClusterConfiguration",
    kubernetesVersion: `v${kubernetesVersion}`,
    networking: {
      dnsDomain: networking.dnsDomain,
      podSubnet: unlessEmpty(networking.podSubnets)?.join(","),
      serviceSubnet: networking.serviceSubnets.join(","),
    },
    proxy: { disabled: disabled.kubeProxy || undefined },
    scheduler: component(cluster.scheduler),
  };
}

function component(settings: ControlPlaneComponent): Record<string, unknown> {
  return {
    extraArgs: unlessEmpty(settings.extraArgs),
    extraEnvs: unlessEmpty(settings.extraEnvs.map(env)),
    extraVolumes: unlessEmpty(settings.extraVolumes.map(volume)),
  };
}

function etcd(cluster: Cluster): Record<string, unknown> {
  const { certificatesDir: pki } = cluster;
  if (cluster.etcd.kind === "local") {
    const { dataDir, extraArgs, extraEnvs, serverCertSANs, peerCertSANs } = cluster.etcd;
    const { imageRepository, imageTag } = cluster.etcd;
    return {
      local: {
        dataDir,
        imageRepository,
        imageTag,
        extraArgs: unlessEmpty(extraArgs),
        extraEnvs: unlessEmpty(extraEnvs.map(env)),
        serverCertSANs: unlessEmpty(serverCertSANs),
        peerCertSANs: unlessEmpty(peerCertSANs),
      },
    };
  }
  const { endpoints, caCertificate, clientCertificate } = cluster.etcd;
  const hasClient = clientCertificate !== undefined;
  return {
    external: {
      caFile: caCertificate === undefined ? "" : `${pki}/etcd/ca.crt`,
      certFile: hasClient ? `${pki}/apiserver-etcd-client.crt` : "",
      endpoints,
      httpEndpoints: versionFacts(cluster.kubernetesVersion).etcdHttpEndpoints
        ? endpoints
        : undefined,
      keyFile: hasClient ? `${pki}/apiserver-etcd-client.key` : "",
    },
  };
}

function env({ name, value }: EnvVar): Record<string, unknown> {
  return { name, value: value === "" ? undefined : value };
}

function volume(mount: HostPathMount): Record<string, unknown> {
  const { name, hostPath, mountPath, pathType, readOnly } = mount;
  return {
    hostPath,
    mountPath,
    name,
    pathType: pathType === "" ? undefined : pathType,
    readOnly: readOnly || undefined,
  };
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
