/** KubeletConfiguration: kubeadm's values with the user's laid over them. */
import type { Cluster } from "../model/types";
import { mergeDeep } from "./merge";
import { MANIFESTS_DIR } from "./static-pod";
import { asTyped } from "./typed-config";
import { KUBELET_ZERO_VALUES } from "./zero-values";

/** Where the kubelet answers for its own health. */
const HEALTHZ = { address: "127.0.0.1", port: 10248 };

/**
 * The configuration that all kubelets share and that the cluster stores. The user's fields win, but for
 * `rotateCertificates`: without it a node falls out of the cluster when its certificate ends.
 *
 * `resolvConf` depends on the host (kubeadm sets it where systemd-resolved runs) and is not written; give it in
 * `kubelet` where it is needed.
 */
export function kubeletConfiguration(cluster: Cluster): Record<string, unknown> {
  const { networking, certificatesDir } = cluster;
  const ofKubeadm = mergeDeep(KUBELET_ZERO_VALUES, {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${certificatesDir}/ca.crt` },
    },
    authorization: { mode: "Webhook" },
    cgroupDriver: "systemd",
    clusterDNS: [networking.dnsAddress],
    clusterDomain: networking.dnsDomain,
    healthzBindAddress: HEALTHZ.address,
    healthzPort: HEALTHZ.port,
    staticPodPath: MANIFESTS_DIR,
  });
  return { ...mergeDeep(ofKubeadm, asTyped(cluster.kubelet)), rotateCertificates: true };
}

/** The same on a host: with the socket of its container runtime, as kubeadm's instance configuration sets it. */
export function hostKubeletConfiguration(cluster: Cluster): Record<string, unknown> {
  return {
    ...kubeletConfiguration(cluster),
    containerRuntimeEndpoint: cluster.containerRuntime.criSocket,
  };
}
