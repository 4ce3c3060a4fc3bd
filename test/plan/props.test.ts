import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bridgeNetwork, flannel } from "../../lib";
import { type Changes, cluster, host, hosts, Project } from "../support/stack";
import { Applied, type Changes as Planned } from "./support";

/**
 * What each prop replaces. This is what the `Plan:` lines of doc comments promise: when a row changes, so does one of them.
 * All changes are in one plan, a module each: a plan of its own would take a second for every row.
 */
let applied: Applied;
let planned: ReadonlyMap<string, Planned>;

const cp = (controlPlane: Changes["controlPlane"]): Changes => ({
  controlPlane: controlPlane ?? {},
});
const etcd = (local: object): Changes => ({ etcd: { local } });
const workers = (props: Changes["workers"]): Changes => ({ workers: props ?? {} });
const addons = (props: Changes["addons"]): Changes => ({ addons: props ?? {} });
const ssh = (more: object) => cp({ ssh: { privateKeyFile: "~/.ssh/id_ed25519", ...more } });
const worker = (more: object): Changes =>
  workers({ hosts: { ...hosts({ "w-1": 21 }), "w-2": host(22, more) } });
const flag = [{ name: "v", value: "4" }];
const volume = [
  { name: "audit", hostPath: "/etc/audit.yaml", mountPath: "/etc/audit.yaml", pathType: "File" },
];
const env = [{ name: "HTTPS_PROXY", value: "http://192.0.2.99" }];

// biome-ignore format: a table
const ROWS: readonly [prop: string, change: Changes, replaced: string][] = [
  ["kubernetesVersion", cp({ kubernetesVersion: "1.36.2" }), "cp save, cp run, cluster, w save, w run, proxy"],
  ["clusterName", cp({ clusterName: "prod" }), "cp save, cp run, cluster"],
  ["controlPlaneEndpoint", cp({ controlPlaneEndpoint: "api.example.org:6443" }), "cp save, cp run, cluster, w save, w run, proxy"],
  ["networking.podSubnet", cp({ networking: { podSubnet: "10.245.0.0/16" } }), "cp save, cp run, cluster, w save, w run, proxy"],
  ["networking.serviceSubnet", cp({ networking: { podSubnet: "10.244.0.0/16", serviceSubnet: "10.97.0.0/16" } }), "cp save, cp run, cluster, w save, w run, dns"],
  ["networking.dnsDomain", cp({ networking: { podSubnet: "10.244.0.0/16", dnsDomain: "k8s.local" } }), "cp save, cp run, cluster, w save, w run, dns"],
  ["localAPIEndpoint.bindPort", cp({ localAPIEndpoint: { bindPort: 7443 } }), "cp save, cp run"],
  ["apiServer.extraArgs", cp({ apiServer: { extraArgs: flag } }), "cp save, cp run, cluster"],
  ["apiServer.extraVolumes", cp({ apiServer: { extraVolumes: volume } }), "cp save, cp run, cluster"],
  ["apiServer.extraEnvs", cp({ apiServer: { extraEnvs: env } }), "cp save, cp run, cluster"],
  ["apiServer.certSANs", cp({ apiServer: { certSANs: ["api.example.org"] } }), "cp save, cp run, cluster"],
  ["controllerManager.extraArgs", cp({ controllerManager: { extraArgs: flag } }), "cp save, cp run, cluster"],
  ["scheduler.extraArgs", cp({ scheduler: { extraArgs: flag } }), "cp save, cp run, cluster"],
  ["dns.imageTag", cp({ dns: { imageTag: "v1.99.0" } }), "cp save, cluster, w save, dns"],
  ["dns.imageRepository", cp({ dns: { imageRepository: "registry.example.org" } }), "cp save, cluster, w save, dns"],
  ["kubelet", cp({ kubelet: { maxPods: 200 } }), "cp save, cp run, cluster, w save, w run"],
  ["kubeProxy", cp({ kubeProxy: { mode: "nftables" } }), "cp save, proxy"],
  ["certificatesDir", cp({ certificatesDir: "/etc/kubernetes/certs" }), "cp save, cp run, cluster, w save, w run"],
  ["imageRepository", cp({ imageRepository: "registry.example.org/k8s" }), "cp save, cp run, cluster, w save, w run, proxy, dns"],
  ["encryptionAlgorithm", cp({ encryptionAlgorithm: "RSA-3072" }), "cp save, cluster"],
  ["certificateValidityPeriod", cp({ certificateValidityPeriod: "4380h" }), "cp save, cluster"],
  ["caCertificateValidityPeriod", cp({ caCertificateValidityPeriod: "80000h" }), "cp save, cluster"],
  ["nodeRegistration.labels", cp({ nodeRegistration: { labels: { zone: "a" } } }), "roster"],
  ["nodeRegistration.taints", cp({ nodeRegistration: { taints: [] } }), "cp save, cp run"],
  ["nodeRegistration.kubeletExtraArgs", cp({ nodeRegistration: { kubeletExtraArgs: flag } }), "cp save, cp run"],
  ["nodeRegistration.criSocket", cp({ nodeRegistration: { criSocket: "unix:///run/containerd/containerd.sock" } }), "cp save, cp run, w save, w run"],
  ["nodeRegistration.ignorePreflightErrors", cp({ nodeRegistration: { ignorePreflightErrors: ["Swap"] } }), "cp save, w save"],
  ["containerRuntime.registryMirrors", cp({ containerRuntime: { registryMirrors: { "registry.k8s.io": ["http://192.0.2.9"] } } }), "cp save, cp run, w save, w run"],
  ["containerRuntime.config", cp({ containerRuntime: { config: { oom_score: 0 } } }), "cp save, cp run, w save, w run"],
  ["binaries.source", cp({ binaries: { source: "installed" } }), "cp save, cp run, w save, w run"],
  ["binaries.mirror", cp({ binaries: { mirror: "http://192.0.2.9" } }), "cp save, cp run, w save, w run"],
  ["binaries.sha256", cp({ binaries: { sha256: { kubelet: "a".repeat(64) } } }), "cp save, cp run, w save, w run"],
  ["externalCa", cp({ externalCa: true }), "cp save, cp run"],
  ["ssh.user", ssh({ user: "admin" }), "cp pool, w pool"],
  ["ssh.port", ssh({ port: 2222 }), "cp pool, w pool"],
  ["ssh.privateKeyFile", ssh({ privateKeyFile: "other" }), ""],
  ["ssh.agent", ssh({ agent: true }), ""],
  ["ssh.timeout", ssh({ timeout: "1m" }), ""],
  ["etcd.dataDir", etcd({ dataDir: "/data/etcd" }), "cp save, cp run, cluster"],
  ["etcd.extraArgs", etcd({ extraArgs: [{ name: "snapshot-count", value: "5000" }] }), "cp save, cp run, cluster"],
  ["etcd.extraEnvs", etcd({ extraEnvs: env }), "cp save, cp run, cluster"],
  ["etcd.imageRepository", etcd({ imageRepository: "registry.example.org" }), "cp save, cp run, cluster"],
  ["etcd.imageTag", etcd({ imageTag: "3.6.99-0" }), "cp save, cp run, cluster"],
  ["etcd.serverCertSANs", etcd({ serverCertSANs: ["etcd.example.org"] }), "cp save, cp run, cluster"],
  ["etcd.peerCertSANs", etcd({ peerCertSANs: ["etcd.example.org"] }), "cp save, cp run, cluster"],
  ["a worker's address", worker({ address: "192.0.2.32", podSubnet: "10.244.22.0/24" }), 'roster, w-2_run, w-2_save, workers["w-2"]'],
  ["a worker's hostKey", worker({ hostKey: "unchecked" }), 'workers["w-2"]'],
  ["a worker's port", worker({ port: 2222 }), 'workers["w-2"]'],
  ["a worker's user", worker({ user: "admin" }), 'workers["w-2"]'],
  ["a worker's labels", worker({ labels: { tier: "db" } }), "roster"],
  ["a worker's podSubnet", worker({ podSubnet: "10.244.99.0/24" }), "w-2_run, w-2_save"],
  ["ssh of a pool", workers({ ssh: { user: "admin" } }), "w pool"],
  ["labels of a pool", workers({ labels: { tier: "web" } }), "roster"],
  ["taints of a pool", workers({ taints: [{ key: "gpu", effect: "NoSchedule" }] }), "w save, w run, roster"],
  ["bootstrap of a pool", workers({ bootstrap: "certificate" }), "w save, w run, - workers_token"],
  ["tokenTtl of a pool", workers({ tokenTtl: "2h" }), "token"],
  ["kubeletExtraArgs of a pool", workers({ kubeletExtraArgs: flag }), "w save, w run"],
  ["binaries of a pool", workers({ binaries: { mirror: "http://192.0.2.9" } }), "w save, w run"],
  ["maxUnavailable of a pool", workers({ maxUnavailable: 2 }), ""],
  ["network", addons({ network: flannel() }), "cp save, cp run, cluster, w save, w run, + addons_flannel"],
  ["mtu of bridgeNetwork()", addons({ network: bridgeNetwork({ mtu: 1400 }) }), "cp save, cp run, w save, w run"],
  ["coreDns.replicas", addons({ coreDns: { replicas: 3 } }), "cp save, dns"],
  ["coreDns.corefile", addons({ coreDns: { corefile: ".:53 {\n}\n" } }), "cp save, dns"],
  ["coreDns off", addons({ coreDns: false }), "cp save, cluster, - addons_coredns"],
  ["kubeProxy off", addons({ kubeProxy: false }), "cp save, cluster, - addons_kube-proxy"],
  ["manifests", addons({ manifests: { own: { apiVersion: "v1", kind: "Namespace", metadata: { name: "own" } } } }), "cp save, cluster, + addons_own"],
];

/** One control plane host instead of three: a plan takes its time from the number of facts. */
function small({ controlPlane, ...others }: Changes = {}) {
  return cluster({ ...others, controlPlane: { hosts: hosts({ "cp-1": 11 }), ...controlPlane } });
}

beforeAll(async () => {
  applied = await Applied.create(small(), Project.withKeys().unfounded());
  planned = await applied.planAll(new Map(ROWS.map(([prop, change]) => [prop, small(change)])));
}, 180_000);

afterAll(() => applied.remove());

describe("a change of", () => {
  test.each(ROWS)(
    "%s replaces what its doc comment says, and cleans no host",
    (prop, _, replaced) => {
      const plan = planned.get(prop) as Planned;

      const { create = [], delete: gone = [] } = plan.summary;
      const others = [...create.map((name) => `+ ${name}`), ...gone.map((name) => `- ${name}`)];
      expect([...plan.groups, ...others].join(", ")).toBe(replaced);
      expect(plan.cleaned).toEqual([]);
    },
  );

  test("every prop is in the table", () => {
    const missing = propsOf("control-plane.ts", "ControlPlaneSettings")
      .concat(propsOf("node-join.ts", "NodeJoinProps"), propsOf("host.ts", "HostProps"))
      .concat(propsOf("host.ts", "SshProps"), propsOf("etcd.ts", "LocalEtcdProps"))
      .concat(propsOf("addons.ts", "AddonsProps"))
      .filter((name) => !ROWS.some(([row]) => row.split(/\W+/).includes(name)));

    // Hosts that come, leave and are lost are in changes.test.ts, the key directory in review.test.ts.
    expect([...new Set(missing)].sort()).toEqual(["hosts", "lost", "pkiDir"]);
  });
});

/** Names of the props of an interface, as its file says. */
function propsOf(file: string, name: string): string[] {
  const text = fs.readFileSync(path.join(__dirname, "../../lib/model/props", file), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(text) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, prop]) => prop as string);
}
