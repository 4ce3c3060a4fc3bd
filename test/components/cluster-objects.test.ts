import { createHash } from "node:crypto";
import { load, loadAll } from "js-yaml";
import { describe, expect, test } from "vitest";
import { type AddonOptions, clusterComponents } from "../../lib/components";
import { type Fixture, fixtureCluster } from "../support/cluster";

const HASH = "kubeadm.kubernetes.io/component-config.hash";

interface KubeObject {
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
  spec?: { clusterIP?: string; replicas?: number };
}

function components(fixture: Fixture, addons: Partial<AddonOptions> = {}) {
  const { cluster, certificate } = fixtureCluster(fixture);
  return clusterComponents(cluster, certificate, {
    network: { kind: "none" },
    coreDns: {},
    kubeProxy: true,
    manifests: {},
    ...addons,
  });
}

function objects(fixture: Fixture = {}, addons: Partial<AddonOptions> = {}): KubeObject[] {
  return components(fixture, addons).flatMap(({ files }) =>
    files.flatMap(({ content }) => loadAll(content as string) as KubeObject[]),
  );
}

function find(all: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = all.find((o) => o.kind === kind && o.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

const config = (fixture: Fixture, addons: Partial<AddonOptions> = {}) =>
  load(
    find(objects(fixture, addons), "ConfigMap", "kubeadm-config").data!.ClusterConfiguration!,
  ) as Record<string, unknown>;

describe("hash of component configs", () => {
  test.each(["kubelet-config", "kube-proxy"])("%s: fits what is stored", (name) => {
    const { data, metadata } = find(objects(), "ConfigMap", name);
    const values = Object.keys(data!)
      .sort()
      .map((key) => data![key])
      .join("");

    expect(metadata.annotations).toEqual({
      [HASH]: `sha256:${createHash("sha256").update(values).digest("hex")}`,
    });
  });

  test("of kube-proxy moves with the endpoint", () => {
    const hash = (fixture: Fixture) =>
      find(objects(fixture), "ConfigMap", "kube-proxy").metadata.annotations![HASH];

    expect(hash({ controlPlane: { controlPlaneEndpoint: "b:6443" } })).not.toBe(hash({}));
  });

  test("is left out where the user gave a field", () => {
    const all = objects({
      controlPlane: { kubelet: { maxPods: 200 }, kubeProxy: { mode: "nftables" } },
    });

    expect(find(all, "ConfigMap", "kubelet-config").metadata).not.toHaveProperty("annotations");
    expect(find(all, "ConfigMap", "kube-proxy").metadata).not.toHaveProperty("annotations");
  });
});

describe("kubeadm-config", () => {
  test("holds what a user set, in kubeadm's form", () => {
    const stored = config({
      controlPlane: {
        apiServer: {
          certSANs: ["B.example.com"],
          extraArgs: [{ name: "a", value: "b" }],
          extraVolumes: [{ name: "v", hostPath: "/h", mountPath: "/m" }],
        },
        controlPlaneEndpoint: "lb.example.com",
        dns: { imageTag: "v1.13.1" },
        certificateValidityPeriod: "1000h30m",
      },
      etcd: { local: { imageRepository: "e.example.com:5000/x", imageTag: "3.6.9-0" } },
    });

    expect(stored).toMatchObject({
      apiServer: {
        certSANs: ["b.example.com"],
        extraArgs: [{ name: "a", value: "b" }],
        extraVolumes: [{ name: "v", hostPath: "/h", mountPath: "/m" }],
      },
      controlPlaneEndpoint: "lb.example.com:6443",
      dns: { imageTag: "v1.13.1" },
      certificateValidityPeriod: "1000h30m0s",
      etcd: { local: { imageRepository: "e.example.com:5000/x", imageTag: "3.6.9-0" } },
    });
  });

  test("says of an image what the user said, so that an upgrade may choose the rest", () => {
    const stored = config({
      controlPlane: { dns: { imageTag: "v1.13.1" } },
      etcd: { local: { imageRepository: "e.example.com" } },
    });

    expect(stored.dns).toEqual({ imageTag: "v1.13.1" });
    expect(stored.etcd).toEqual({
      local: { dataDir: "/var/lib/etcd", imageRepository: "e.example.com" },
    });
  });

  test("says which addons are not kubeadm's", () => {
    expect(config({}, { coreDns: false, kubeProxy: false })).toMatchObject({
      dns: { disabled: true },
      proxy: { disabled: true },
    });
  });

  test("leaves out an endpoint that nobody gave", () => {
    expect(
      config({ controlPlane: { controlPlaneEndpoint: undefined as never } }),
    ).not.toHaveProperty("controlPlaneEndpoint");
  });

  test("has the second list of external endpoints from 1.35 on", () => {
    const external = (kubernetesVersion: string) =>
      config({
        controlPlane: { kubernetesVersion },
        etcd: { external: { endpoints: ["http://10.0.0.31:2379"] } },
      }).etcd;

    expect(external("1.34.4")).not.toHaveProperty("external.httpEndpoints");
    expect(external("1.35.4")).toHaveProperty("external.httpEndpoints", ["http://10.0.0.31:2379"]);
  });
});

describe("RBAC", () => {
  test.each(["1.34.4", "1.36.3"])("%s: the API server may use the kubelets' API", (version) => {
    const all = objects({ controlPlane: { kubernetesVersion: version } });

    expect(find(all, "ClusterRoleBinding", "kubeadm:apiserver-kubelet-client")).toMatchObject({
      roleRef: { name: "system:kubelet-api-admin" },
      subjects: [{ kind: "User", name: "kube-apiserver-kubelet-client" }],
    });
  });
});

describe("addons", () => {
  test("come after the objects: kube-proxy, network, CoreDNS, then manifests by name", () => {
    const names = components(
      {},
      {
        network: { kind: "flannel", image: "f:1", cniImage: "c:1", backend: "vxlan" },
        manifests: { b: "kind: A\n", a: [{ kind: "B" }] },
      },
    ).map(({ name }) => name);

    expect(names).toEqual(["cluster-objects", "kube-proxy", "flannel", "coredns", "a", "b"]);
  });

  test("that are turned off are not there", () => {
    expect(components({}, { coreDns: false, kubeProxy: false }).map(({ name }) => name)).toEqual([
      "cluster-objects",
    ]);
  });

  test("manifests stay as the user wrote them, objects become one file", () => {
    const [, , , text, list] = components(
      {},
      { manifests: { a: "# mine\nkind: A\n", b: [{ kind: "B" }, { kind: "C" }] } },
    ).flatMap(({ files }) => files.map(({ content }) => content));

    expect(text).toBe("# mine\nkind: A\n");
    expect(list).toBe("---\nkind: B\n---\nkind: C\n");
  });

  test("CoreDNS takes the user's replicas and Corefile", () => {
    const all = objects({}, { coreDns: { replicas: 3, corefile: ". {\n}\n" } });

    expect(find(all, "Deployment", "coredns").spec!.replicas).toBe(3);
    expect(find(all, "ConfigMap", "coredns").data!.Corefile).toBe(". {\n}\n");
  });

  test("DNS is the tenth address of the first service range", () => {
    const all = objects({ controlPlane: { networking: { serviceSubnet: "10.100.0.0/16" } } });

    expect(find(all, "Service", "kube-dns").spec!.clusterIP).toBe("10.100.0.10");
  });

  test("kube-proxy's mode is written out from 1.37 on", () => {
    const mode = (kubernetesVersion: string) =>
      load(
        find(objects({ controlPlane: { kubernetesVersion } }), "ConfigMap", "kube-proxy").data![
          "config.conf"
        ]!,
      );

    expect(mode("1.36.3")).toHaveProperty("mode", "");
    expect(mode("1.37.0")).toHaveProperty("mode", "iptables");
  });

  test("flannel gets a range for each IP version", () => {
    const net = (podSubnet: string) =>
      JSON.parse(
        find(
          objects(
            { controlPlane: { networking: { podSubnet } } },
            { network: { kind: "flannel", image: "f:1", cniImage: "c:1", backend: "host-gw" } },
          ),
          "ConfigMap",
          "kube-flannel-cfg",
        ).data!["net-conf.json"]!,
      );

    expect(net("10.244.0.0/16")).toEqual({
      Network: "10.244.0.0/16",
      Backend: { Type: "host-gw" },
    });
    expect(net("10.244.0.0/16,fd00:244::/56")).toEqual({
      Network: "10.244.0.0/16",
      EnableIPv6: true,
      IPv6Network: "fd00:244::/56",
      Backend: { Type: "host-gw" },
    });
    expect(net("fd00:244::/56")).toMatchObject({ EnableIPv4: false, EnableIPv6: true });
  });
});
