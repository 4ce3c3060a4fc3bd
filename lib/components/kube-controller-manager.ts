/** The controller manager's static pod. Flags: kubeadm's, the same from 1.34 to 1.37. */
import type { Component } from "../component";
import type { HostPathMount, NodeContext } from "../model/types";
import { versionFacts } from "../model/versions";
import { type Flags, givenFlag, mergeFlags } from "./args";
import { CERTIFICATES_ANNOTATION, certificatesDigest } from "./digest";
import { KUBERNETES_DIR } from "./kubeconfig";
import { probeHost, staticPod } from "./static-pod";
import { CA_DIRECTORIES, directory, file, mergeVolumes } from "./volumes";

const NAME = "kube-controller-manager";
const PORT = 10257;
const KUBECONFIG = `${KUBERNETES_DIR}/controller-manager.conf`;
const FLEX_VOLUMES = "/usr/libexec/kubernetes/kubelet-plugins/volume/exec";

/** The controller manager of one control plane host. */
export function kubeControllerManager(ctx: NodeContext): Component {
  const { cluster, node } = ctx;
  const { extraArgs, extraVolumes, extraEnvs } = cluster.controllerManager;
  return staticPod({
    name: NAME,
    image: cluster.images.kubeControllerManager,
    annotations: {
      [CERTIFICATES_ANNOTATION]: certificatesDigest(ctx.certificate, [
        "ca",
        "front-proxy-ca",
        "sa",
        `hosts/${node.name}/controller-manager`,
      ]),
    },
    flags: mergeFlags(flags(ctx), extraArgs, cluster.kubernetesVersion),
    env: extraEnvs,
    requests: { cpu: "200m" },
    probes: {
      scheme: "HTTPS",
      host: probeHost(givenFlag(extraArgs, "bind-address") ?? "127.0.0.1"),
      port: PORT,
      liveness: "/healthz",
      readiness: undefined,
      startup: "/healthz",
    },
    volumes: mergeVolumes(defaultVolumes(ctx), extraVolumes),
    healthUrl: `https://127.0.0.1:${PORT}/healthz`,
  });
}

function flags({ cluster }: NodeContext): Flags {
  const { networking, certificatesDir: pki } = cluster;
  const podSubnet = networking.podSubnets.join(",");
  const hasPodSubnet = podSubnet !== "";
  return {
    "allocate-node-cidrs": hasPodSubnet ? "true" : undefined,
    "authentication-kubeconfig": KUBECONFIG,
    "authorization-kubeconfig": KUBECONFIG,
    "bind-address": "127.0.0.1",
    "client-ca-file": `${pki}/ca.crt`,
    "cluster-cidr": hasPodSubnet ? podSubnet : undefined,
    "cluster-name": cluster.name,
    "cluster-signing-cert-file": cluster.hasCaKey ? `${pki}/ca.crt` : "",
    "cluster-signing-key-file": cluster.hasCaKey ? `${pki}/ca.key` : "",
    controllers: "*,bootstrapsigner,tokencleaner",
    kubeconfig: KUBECONFIG,
    "leader-elect": "true",
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/sa.key`,
    "service-cluster-ip-range": hasPodSubnet ? networking.serviceSubnets.join(",") : undefined,
    "use-service-account-credentials": "true",
  };
}

function defaultVolumes({ cluster }: NodeContext): HostPathMount[] {
  const volumes = [
    ...CA_DIRECTORIES,
    directory("k8s-certs", cluster.certificatesDir),
    file("kubeconfig", KUBECONFIG),
  ];
  if (!versionFacts(cluster.kubernetesVersion).flexVolumeMount) return volumes;
  const path =
    givenFlag(cluster.controllerManager.extraArgs, "flex-volume-plugin-dir") ?? FLEX_VOLUMES;
  return [...volumes, { ...directory("flexvolume-dir", path), readOnly: false }];
}
