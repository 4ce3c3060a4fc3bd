/** The etcd member of a control plane host. */
import type { Component } from "../component";
import { sortBy } from "../model/sort";
import type { LocalEtcd, NodeContext } from "../model/types";
import { etcdFlagPair } from "../model/versions";
import { type Flags, givenFlag, mergeFlags } from "./args";
import { CERTIFICATES_ANNOTATION, certificatesDigest } from "./digest";
import { ETCD_PORTS, loopback, url } from "./endpoints";
import { imageTag } from "./images";
import { type ProbeTarget, probeHost, staticPod } from "./static-pod";
import { directory } from "./volumes";

const NAME = "etcd";

/** Where a stock kubeadm reads a member's client URL. */
const CLIENT_URL_ANNOTATION = "kubeadm.kubernetes.io/etcd.advertise-client-urls";

/** The flags that belong to a version of etcd. Source: manifests of kubeadm 1.33 and 1.34.4 to 1.37.2. */
const VERSION_FLAGS: Readonly<Record<ReturnType<typeof etcdFlagPair>, Flags>> = {
  experimental: {
    "experimental-initial-corrupt-check": "true",
    "experimental-watch-progress-notify-interval": "5s",
  },
  "feature-gates": {
    "feature-gates": "InitialCorruptCheck=true",
    "watch-progress-notify-interval": "5s",
  },
};

/** The etcd member of one control plane host. */
export function etcdMember(ctx: NodeContext, etcd: LocalEtcd): Component {
  const { cluster, node, certificate } = ctx;
  const certificates = `${cluster.certificatesDir}/etcd`;
  const own = (name: string) => `hosts/${node.name}/etcd/${name}`;
  const metricsUrl = url("http", loopback(node.address), ETCD_PORTS.metrics);
  const written = directory("etcd-certs", certificates);
  return staticPod(
    {
      name: NAME,
      image: cluster.images.etcd,
      annotations: {
        [CLIENT_URL_ANNOTATION]: url("https", node.address, ETCD_PORTS.client),
        [CERTIFICATES_ANNOTATION]: certificatesDigest(certificate, [
          "etcd/ca",
          own("server"),
          own("peer"),
        ]),
      },
      flags: mergeFlags(flags(ctx, etcd, metricsUrl), etcd.extraArgs, cluster.kubernetesVersion),
      env: etcd.extraEnvs,
      requests: { cpu: "100m", memory: "100Mi" },
      probes: probes(givenFlag(etcd.extraArgs, "listen-metrics-urls") ?? metricsUrl),
      // kubeadm lets etcd write to both.
      volumes: [
        { ...written, readOnly: false },
        { ...directory("etcd-data", etcd.dataDir), readOnly: false },
      ],
      mountOrder: ["etcd-data", "etcd-certs"],
      healthUrl: `${metricsUrl}/health`,
    },
    {
      run: [{ action: "make-dir", args: [etcd.dataDir, "0700"] }],
      clean: [{ action: "remove-contents", args: [etcd.dataDir] }],
    },
  );
}

function flags(ctx: NodeContext, etcd: LocalEtcd, metricsUrl: string): Flags {
  const { cluster, node } = ctx;
  const certificates = `${cluster.certificatesDir}/etcd`;
  const clientUrl = url("https", node.address, ETCD_PORTS.client);
  const localUrl = url("https", loopback(node.address), ETCD_PORTS.client);
  const peerUrl = peerUrlOf(node);
  return {
    "advertise-client-urls": clientUrl,
    "cert-file": `${certificates}/server.crt`,
    "client-cert-auth": "true",
    "data-dir": etcd.dataDir,
    "initial-advertise-peer-urls": peerUrl,
    ...firstStart(ctx),
    "key-file": `${certificates}/server.key`,
    "listen-client-urls": `${localUrl},${clientUrl}`,
    "listen-metrics-urls": metricsUrl,
    "listen-peer-urls": peerUrl,
    name: node.name,
    "peer-cert-file": `${certificates}/peer.crt`,
    "peer-client-cert-auth": "true",
    "peer-key-file": `${certificates}/peer.key`,
    "peer-trusted-ca-file": `${certificates}/ca.crt`,
    "snapshot-count": "10000",
    "trusted-ca-file": `${certificates}/ca.crt`,
    ...VERSION_FLAGS[etcdFlagPair(cluster.kubernetesVersion, imageTag(cluster.images.etcd))],
  };
}

/**
 * What etcd reads on an empty data directory only.
 *
 * A founder starts with the list of all founders, so that they meet in whatever order they come up; a single one is
 * written as kubeadm writes it. Any other host says "existing": even when nothing replaced these values by the real
 * member list, it can never start a second cluster.
 */
function firstStart({ node, founders }: NodeContext): Flags {
  const isFounder = founders.some(({ name }) => name === node.name);
  const others = founders.filter(({ name }) => name !== node.name);
  const members = sortBy([...others, node], ({ name }) => name);
  return {
    "initial-cluster": members.map((member) => `${member.name}=${peerUrlOf(member)}`).join(","),
    "initial-cluster-state": isFounder ? (others.length > 0 ? "new" : undefined) : "existing",
  };
}

function peerUrlOf({ address }: { readonly address: string }): string {
  return url("https", address, ETCD_PORTS.peer);
}

/** kubeadm's probes ask the first metrics URL. */
function probes(metricsUrls: string): ProbeTarget {
  const first = new URL(metricsUrls.split(",")[0] ?? "");
  return {
    scheme: first.protocol === "https:" ? "HTTPS" : "HTTP",
    host: probeHost(first.hostname.replace(/^\[(.*)\]$/, "$1")),
    port: Number(first.port === "" ? ETCD_PORTS.metrics : first.port),
    liveness: "/livez",
    readiness: "/readyz",
    startup: "/readyz",
  };
}
