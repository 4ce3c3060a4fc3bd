import { describe, expect, test } from "vitest";
import type { ControlPlaneSettings } from "../../lib/model/props";
import {
  type ResolveInput,
  resolveBinaries,
  resolveCluster,
  resolveControlPlaneNodes,
  resolvePool,
  resolveReach,
} from "../../lib/model/resolve";
import type { NetworkPlugin } from "../../lib/model/types";
import { controlPlane, HOST_KEY, pool } from "./support";

const none: NetworkPlugin = { kind: "none" };
const bridge: NetworkPlugin = { kind: "bridge", mtu: 1500 };

const resolve = (props: Partial<ControlPlaneSettings> = {}, more: Partial<ResolveInput> = {}) =>
  resolveCluster({
    props: { ...controlPlane, ...props },
    etcd: { local: {} },
    founders: ["cp-1"],
    network: none,
    ...more,
  });

const host = (address: string) => ({ address, hostKey: HOST_KEY });

describe("a cluster", () => {
  test("has kubeadm's defaults", () => {
    const cluster = resolve();

    expect(cluster).toMatchObject({
      name: "kubernetes",
      kubernetesVersion: "1.36.3",
      minor: 36,
      imageRepository: "registry.k8s.io",
      controlPlaneEndpoint: "10.0.0.11:6443",
      hasControlPlaneEndpoint: false,
      networking: {
        serviceSubnets: ["10.96.0.0/12"],
        podSubnets: [],
        dnsDomain: "cluster.local",
        apiServerAddress: "10.96.0.1",
        dnsAddress: "10.96.0.10",
      },
      certificatesDir: "/etc/kubernetes/pki",
      certificateValidityPeriod: "8760h",
      caCertificateValidityPeriod: "87600h",
      encryptionAlgorithm: "RSA-2048",
      apiServer: { extraArgs: [], extraVolumes: [], extraEnvs: [], certSANs: [] },
      etcd: { kind: "local", dataDir: "/var/lib/etcd", founders: ["cp-1"] },
      kubelet: {},
      kubeProxy: {},
      hasCaKey: true,
      containerRuntime: { criSocket: "unix:///var/run/containerd/containerd.sock" },
      binaries: { source: "mirror", mirror: "https://dl.k8s.io", sha256: {} },
      ignorePreflightErrors: [],
    });
  });

  test.each([
    [{ controlPlaneEndpoint: "k8s.example.com" }, "k8s.example.com:6443"],
    [{ controlPlaneEndpoint: "k8s.example.com:443" }, "k8s.example.com:443"],
    [{ controlPlaneEndpoint: "fd00::10" }, "[fd00::10]:6443"],
    [
      { controlPlaneEndpoint: "k8s.example.com", localAPIEndpoint: { bindPort: 7443 } },
      "k8s.example.com:7443",
    ],
    [{ localAPIEndpoint: { bindPort: 7443 } }, "10.0.0.11:7443"],
    [{ hosts: { "cp-1": host("FD00::0:11") } }, "[fd00::11]:6443"],
  ])("with %o has the endpoint %s", (props, endpoint) => {
    const cluster = resolve(props);

    expect(cluster.controlPlaneEndpoint).toBe(endpoint);
    expect(cluster.hasControlPlaneEndpoint).toBe("controlPlaneEndpoint" in props);
  });

  test("has its ranges in canonical text, in the order given", () => {
    const { networking } = resolve({
      networking: { serviceSubnet: "FD98:96::/108, 10.96.0.0/16", podSubnet: "fd98:0:1::/48" },
    });

    expect(networking).toMatchObject({
      serviceSubnets: ["fd98:96::/108", "10.96.0.0/16"],
      podSubnets: ["fd98:0:1::/48"],
      apiServerAddress: "fd98:96::1",
      dnsAddress: "fd98:96::a",
    });
  });

  test("writes names in lower case and keeps flags as they are", () => {
    const cluster = resolve({
      apiServer: {
        certSANs: ["API.example.com", "10.0.0.9"],
        extraArgs: [
          { name: "v", value: "2" },
          { name: "audit-log-path", value: "-" },
        ],
      },
      nodeRegistration: { ignorePreflightErrors: ["Swap", "NumCPU", "swap"] },
    });

    expect(cluster.apiServer.certSANs).toEqual(["api.example.com", "10.0.0.9"]);
    expect(cluster.apiServer.extraArgs.map(({ name }) => name)).toEqual(["v", "audit-log-path"]);
    expect(cluster.ignorePreflightErrors).toEqual(["numcpu", "swap"]);
  });

  test("variables stay as they are given, as kubeadm stores them", () => {
    const extraEnvs = [
      { name: "B", value: "1" },
      { name: "A", value: "2" },
      { name: "B", value: "3" },
    ];

    expect(resolve({ scheduler: { extraEnvs } }).scheduler.extraEnvs).toEqual(extraEnvs);
  });

  test("volumes are written out", () => {
    const volume = { name: "audit", hostPath: "/var/log/audit", mountPath: "/audit" };

    const [mount] = resolve({ apiServer: { extraVolumes: [volume] } }).apiServer.extraVolumes;

    expect(mount).toEqual({ ...volume, readOnly: false, pathType: "" });
  });

  test("with an external etcd names the client certificate of the key directory", () => {
    const endpoints = ["https://10.0.0.31:2379"];
    const files = { caFile: "ca.crt", certFile: "client.crt", keyFile: "client.key" };

    const { etcd } = resolve(
      {},
      { etcd: { external: { endpoints, ...files } }, externalCaCertificate: "PEM\n" },
    );

    expect(etcd).toEqual({
      kind: "external",
      endpoints,
      caCertificate: "PEM\n",
      clientCertificate: "external-etcd/client",
    });
  });

  test("with an external etcd over http has no certificates", () => {
    const { etcd } = resolve({}, { etcd: { external: { endpoints: ["http://10.0.0.31:2379"] } } });

    expect(etcd).toEqual({ kind: "external", endpoints: ["http://10.0.0.31:2379"] });
  });

  test("with etcd hosts of its own is not made", () => {
    expect(() => resolve({}, { etcd: { hosts: {} } })).toThrow(
      'etcd.hosts: members on hosts of their own are not available in this version; use "local" or "external"',
    );
  });

  test("without hosts or services is not made, should validation be skipped", () => {
    expect(() => resolve({ hosts: {} })).toThrow("hosts: missing; name at least one host");
    expect(() => resolve({ networking: { serviceSubnet: "" } })).toThrow(
      "networking.serviceSubnet: missing; give a range",
    );
  });

  test("takes etcd's image and names from its local form", () => {
    const cluster = resolve(
      {},
      { etcd: { local: { imageTag: "3.6.99-0", peerCertSANs: ["ETCD"] } }, founders: ["b", "A"] },
    );

    expect(cluster.images.etcd).toBe("registry.k8s.io/etcd:3.6.99-0");
    expect(cluster.etcd).toMatchObject({ peerCertSANs: ["etcd"], founders: ["a", "b"] });
  });

  test("has no CA key with an external CA", () => {
    expect(resolve({ externalCa: true }).hasCaKey).toBe(false);
  });

  test("adds the scheme of a socket", () => {
    const { containerRuntime } = resolve({ nodeRegistration: { criSocket: "/run/cd.sock" } });

    expect(containerRuntime.criSocket).toBe("unix:///run/cd.sock");
  });

  test("is frozen and shares nothing with the props", () => {
    const kubelet = { maxPods: 50, evictionHard: { "memory.available": "5%" }, none: undefined };

    const cluster = resolve({ kubelet });
    kubelet.evictionHard["memory.available"] = "9%";

    expect(cluster.kubelet).toEqual({ maxPods: 50, evictionHard: { "memory.available": "5%" } });
    expect(Object.keys(cluster.kubelet)).not.toContain("none");
    expect(Object.isFrozen(cluster.kubelet.evictionHard)).toBe(true);
    expect(Object.isFrozen(cluster.apiServer.extraArgs)).toBe(true);
  });

  test("is the same whatever the order of hosts", () => {
    const hosts = { b: host("10.0.0.12"), a: host("10.0.0.11") };
    const turned = { a: hosts.a, b: hosts.b };

    expect(JSON.stringify(resolve({ hosts: turned }))).toBe(JSON.stringify(resolve({ hosts })));
  });
});

describe("binaries", () => {
  test("of a pool are the control plane's where it says nothing", () => {
    const base = resolveBinaries({ mirror: "https://mirror.example.com/k8s/" });

    expect(base.mirror).toBe("https://mirror.example.com/k8s");
    expect(resolveBinaries({ source: "installed" }, base)).toEqual({
      ...base,
      source: "installed",
    });
  });
});

describe("control plane nodes", () => {
  const hosts = { "cp-2": host("10.0.0.12"), "CP-1": host("10.0.0.11") };

  test("are sorted, lower case, and have kubeadm's taint", () => {
    const nodes = resolveControlPlaneNodes(resolve({ hosts }), { ...controlPlane, hosts }, none);

    expect(nodes.map(({ name }) => name)).toEqual(["cp-1", "cp-2"]);
    expect(nodes[0]).toEqual({
      name: "cp-1",
      role: "control-plane",
      pool: "control-plane",
      address: "10.0.0.11",
      bindPort: 6443,
      labels: {},
      taints: [{ key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" }],
      kubeletExtraArgs: [],
      bootstrap: "certificate",
    });
  });

  test("have no taint with an empty list", () => {
    const props = { ...controlPlane, nodeRegistration: { taints: [] } };

    expect(resolveControlPlaneNodes(resolve(), props, none)[0]?.taints).toEqual([]);
  });
});

describe("a pool", () => {
  const cluster = resolve({ networking: { podSubnet: "10.244.0.0/16" } });

  test("is of workers that join with a token", () => {
    const [node] = resolvePool(cluster, "workers", pool, none);

    expect(node).toMatchObject({ role: "worker", pool: "workers", bootstrap: "token", taints: [] });
    expect(node?.podSubnet).toBeUndefined();
  });

  test("has labels of the pool under those of the host, sorted", () => {
    const hosts = { "w-1": { ...host("10.0.0.21"), labels: { tier: "db", disk: "ssd" } } };

    const [node] = resolvePool(cluster, "workers", { hosts, labels: { tier: "web" } }, none);

    expect(Object.entries(node?.labels ?? {})).toEqual([
      ["disk", "ssd"],
      ["tier", "db"],
    ]);
  });

  test("gets its ranges with the bridge network, and a host's own range wins", () => {
    const hosts = {
      "w-1": host("10.0.0.21"),
      "w-2": { ...host("10.0.0.22"), podSubnet: "10.244.200.0/24" },
    };

    const nodes = resolvePool(cluster, "workers", { hosts }, bridge);

    expect(nodes.map(({ podSubnet }) => podSubnet)).toEqual(["10.244.21.0/24", "10.244.200.0/24"]);
  });

  test("keeps an address that is a token", () => {
    const [node] = resolvePool(cluster, "workers", { hosts: { "w-1": host("<token>") } }, bridge);

    expect(node?.address).toBe("<token>");
    expect(node?.podSubnet).toBeUndefined();
  });

  test("a host that is added or removed changes no other", () => {
    const all = { a: host("10.0.0.21"), b: host("10.0.0.22"), c: host("10.0.0.23") };
    const [a, , c] = resolvePool(cluster, "workers", { hosts: all }, bridge);

    expect(resolvePool(cluster, "workers", { hosts: { a: all.a, c: all.c } }, bridge)).toEqual([
      a,
      c,
    ]);
  });
});

describe("the way to a host", () => {
  test("has defaults", () => {
    expect(resolveReach(host("10.0.0.21"), {})).toEqual({
      host: "10.0.0.21",
      port: 22,
      user: "root",
      hostKey: HOST_KEY,
      privateKeyFile: undefined,
      agent: true,
      timeout: "30s",
    });
  });

  test("is the host's own before the pool's", () => {
    const ssh = { port: 2222, user: "admin", privateKeyFile: "~/.ssh/id", timeout: "1m" };

    expect(resolveReach({ ...host("10.0.0.21"), port: 22022 }, ssh)).toMatchObject({
      port: 22022,
      user: "admin",
      privateKeyFile: "~/.ssh/id",
      agent: false,
      timeout: "1m",
    });
  });

  test("goes on without a host key only when that is written", () => {
    const reach = resolveReach({ address: "10.0.0.21", hostKey: "unchecked" }, {});

    expect(reach.hostKey).toBeUndefined();
  });
});
