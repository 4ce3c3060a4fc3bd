/** The scheduler's static pod. Flags: kubeadm's, the same from 1.34 to 1.37. */
import type { Component } from "../component";
import type { NodeContext } from "../model/types";
import { givenFlag, mergeFlags } from "./args";
import { CERTIFICATES_ANNOTATION, certificatesDigest } from "./digest";
import { KUBERNETES_DIR } from "./kubeconfig";
import { probeHost, staticPod } from "./static-pod";
import { file, mergeVolumes } from "./volumes";

const NAME = "kube-scheduler";
const PORT = 10259;
const KUBECONFIG = `${KUBERNETES_DIR}/scheduler.conf`;

const FLAGS = {
  "authentication-kubeconfig": KUBECONFIG,
  "authorization-kubeconfig": KUBECONFIG,
  "bind-address": "127.0.0.1",
  kubeconfig: KUBECONFIG,
  "leader-elect": "true",
};

/** The scheduler of one control plane host. */
export function kubeScheduler({ cluster, node, certificate }: NodeContext): Component {
  const { extraArgs, extraVolumes, extraEnvs } = cluster.scheduler;
  return staticPod({
    name: NAME,
    image: cluster.images.kubeScheduler,
    annotations: {
      [CERTIFICATES_ANNOTATION]: certificatesDigest(certificate, [
        "ca",
        `hosts/${node.name}/scheduler`,
      ]),
    },
    flags: mergeFlags(FLAGS, extraArgs, cluster.kubernetesVersion),
    env: extraEnvs,
    requests: { cpu: "100m" },
    probes: {
      scheme: "HTTPS",
      host: probeHost(givenFlag(extraArgs, "bind-address") ?? "127.0.0.1"),
      port: PORT,
      liveness: "/livez",
      readiness: "/readyz",
      startup: "/livez",
    },
    volumes: mergeVolumes([file("kubeconfig", KUBECONFIG)], extraVolumes),
    healthUrl: `https://127.0.0.1:${PORT}/livez`,
  });
}
