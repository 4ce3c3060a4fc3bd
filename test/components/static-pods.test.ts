import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { hostComponents } from "../../lib/components";
import { type Fixture, fileText, fixtureCluster } from "../support/cluster";

const PODS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
type Pod = (typeof PODS)[number];

interface Manifest {
  metadata: { annotations: Record<string, string> };
  spec: {
    containers: {
      command: string[];
      env?: object[];
      readinessProbe?: { httpGet: Record<string, unknown> };
      startupProbe: { httpGet: Record<string, unknown> };
      ports: { containerPort: number }[];
      volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
    }[];
    volumes: { name: string; hostPath: { path: string; type: string } }[];
  };
}

function manifest(pod: Pod, fixture: Fixture = {}, host = "cp-1"): Manifest {
  const components = hostComponents(fixtureCluster(fixture).context(host));
  return load(fileText(components, `/etc/kubernetes/manifests/${pod}.yaml`)) as Manifest;
}

function flag(pod: Pod, name: string, fixture: Fixture = {}, host = "cp-1"): string | undefined {
  const command = manifest(pod, fixture, host).spec.containers[0]!.command;
  return command.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** Which pods say something else when one certificate is another. */
function restartedBy(name: string): string[] {
  const fixture = { renewed: { [name]: "second" } };
  return PODS.filter(
    (pod) => JSON.stringify(manifest(pod, fixture)) !== JSON.stringify(manifest(pod)),
  );
}

const cp = (...names: string[]) =>
  Object.fromEntries(
    names.map((name, index) => [name, { address: `10.0.0.${11 + index}`, hostKey: "unchecked" }]),
  );

describe("a certificate that changed restarts exactly the pods that read it", () => {
  test.each<[string, Pod[]]>([
    ["ca", ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]],
    ["front-proxy-ca", ["kube-apiserver", "kube-controller-manager"]],
    ["etcd/ca", ["etcd", "kube-apiserver"]],
    ["sa", ["kube-apiserver", "kube-controller-manager"]],
    ["hosts/cp-1/apiserver", ["kube-apiserver"]],
    ["hosts/cp-1/apiserver-kubelet-client", ["kube-apiserver"]],
    ["hosts/cp-1/apiserver-etcd-client", ["kube-apiserver"]],
    ["hosts/cp-1/front-proxy-client", ["kube-apiserver"]],
    ["hosts/cp-1/etcd/server", ["etcd"]],
    ["hosts/cp-1/etcd/peer", ["etcd"]],
    ["hosts/cp-1/etcd/healthcheck-client", []],
    ["hosts/cp-1/controller-manager", ["kube-controller-manager"]],
    ["hosts/cp-1/scheduler", ["kube-scheduler"]],
    ["hosts/cp-1/kubelet", []],
    ["admin", []],
    ["super-admin", []],
    ["hosts/cp-2/apiserver", []],
  ])("%s", (name, pods) => {
    expect(restartedBy(name)).toEqual(pods);
  });

  test("names alone restart nothing: the certificate that is issued for them does", () => {
    const more = { controlPlane: { apiServer: { certSANs: ["more.example.com"] } } };

    expect(manifest("kube-apiserver", more)).toEqual(manifest("kube-apiserver"));
  });

  test("the CA of an external etcd counts as well", () => {
    const external = {
      etcd: { external: { endpoints: ["https://10.0.0.31:2379"], caFile: "ca.crt" } },
    };
    const [first, second] = ["a", "b"].map((externalCaCertificate) =>
      manifest("kube-apiserver", { ...external, externalCaCertificate }),
    );

    expect(first!.metadata.annotations).not.toEqual(second!.metadata.annotations);
    expect(first!.spec).toEqual(second!.spec);
  });
});

describe("volumes", () => {
  test("one of the user's is sorted in, and one of the same name replaces the default", () => {
    const { volumes, containers } = manifest("kube-apiserver", {
      controlPlane: {
        apiServer: {
          extraVolumes: [
            { name: "k8s-certs", hostPath: "/opt/pki", mountPath: "/pki", pathType: "Directory" },
            { name: "audit", hostPath: "/var/log/audit", mountPath: "/audit", readOnly: true },
          ],
        },
      },
    }).spec;

    expect(volumes.map(({ name }) => name)).toEqual([
      "audit",
      "ca-certs",
      "etc-ca-certificates",
      "k8s-certs",
      "usr-local-share-ca-certificates",
      "usr-share-ca-certificates",
    ]);
    expect(volumes[3]).toEqual({
      name: "k8s-certs",
      hostPath: { path: "/opt/pki", type: "Directory" },
    });
    expect(containers[0]!.volumeMounts[0]).toEqual({
      name: "audit",
      mountPath: "/audit",
      readOnly: true,
    });
    expect(containers[0]!.volumeMounts[3]).toEqual({ name: "k8s-certs", mountPath: "/pki" });
  });

  test("the controller manager has its flexvolume directory up to 1.35", () => {
    const names = (kubernetesVersion: string) =>
      manifest("kube-controller-manager", { controlPlane: { kubernetesVersion } }).spec.volumes.map(
        ({ name }) => name,
      );

    expect(names("1.35.4")).toContain("flexvolume-dir");
    expect(names("1.36.3")).not.toContain("flexvolume-dir");
  });
});

describe("probes", () => {
  test("follow the user's bind-address, and lose their host when it means all addresses", () => {
    const host = (value: string) =>
      manifest("kube-scheduler", {
        controlPlane: { scheduler: { extraArgs: [{ name: "bind-address", value }] } },
      }).spec.containers[0]!.startupProbe.httpGet;

    expect(host("10.0.0.11")).toHaveProperty("host", "10.0.0.11");
    expect(host("0.0.0.0")).not.toHaveProperty("host");
    expect(host("::")).not.toHaveProperty("host");
  });

  test("etcd's ask the first metrics URL", () => {
    const container = manifest("etcd", {
      etcd: {
        local: {
          extraArgs: [{ name: "listen-metrics-urls", value: "https://[fd00::1]:3381,http://x:1" }],
        },
      },
    }).spec.containers[0]!;

    expect(container.readinessProbe!.httpGet).toEqual({
      host: "fd00::1",
      path: "/readyz",
      port: "probe-port",
      scheme: "HTTPS",
    });
    expect(container.ports[0]!.containerPort).toBe(3381);
  });

  test("the controller manager has no readiness probe", () => {
    expect(manifest("kube-controller-manager").spec.containers[0]).not.toHaveProperty(
      "readinessProbe",
    );
  });
});

describe("environment", () => {
  test("is sorted, of two with the same name the later wins, and absent when there is none", () => {
    const extraEnvs = [
      { name: "Z", value: "0" },
      { name: "A", value: "2" },
      { name: "Z", value: "1" },
    ];

    expect(
      manifest("kube-apiserver", { controlPlane: { apiServer: { extraEnvs } } }).spec.containers[0]!
        .env,
    ).toEqual([
      { name: "A", value: "2" },
      { name: "Z", value: "1" },
    ]);
    expect(manifest("kube-apiserver").spec.containers[0]).not.toHaveProperty("env");
  });
});

describe("etcd's first start", () => {
  const three = { controlPlane: { hosts: cp("cp-1", "cp-2", "cp-3") } };

  test("a single founder is written as kubeadm writes it", () => {
    expect(flag("etcd", "initial-cluster")).toBe("cp-1=https://10.0.0.11:2380");
    expect(flag("etcd", "initial-cluster-state")).toBeUndefined();
  });

  test("founders name each other and start a new cluster, in whatever order they come up", () => {
    for (const host of ["cp-1", "cp-2", "cp-3"]) {
      expect(flag("etcd", "initial-cluster", three, host)).toBe(
        "cp-1=https://10.0.0.11:2380,cp-2=https://10.0.0.12:2380,cp-3=https://10.0.0.13:2380",
      );
      expect(flag("etcd", "initial-cluster-state", three, host)).toBe("new");
    }
  });

  test("a host that founded nothing can never start a second cluster", () => {
    const later = { ...three, founders: ["cp-1"] };

    expect(flag("etcd", "initial-cluster", later, "cp-3")).toBe(
      "cp-1=https://10.0.0.11:2380,cp-3=https://10.0.0.13:2380",
    );
    expect(flag("etcd", "initial-cluster-state", later, "cp-3")).toBe("existing");
  });

  test("an etcd of 3.5 has the flags of its time", () => {
    const old = {
      controlPlane: { kubernetesVersion: "1.35.4" },
      etcd: { local: { imageTag: "3.5.24-0" } },
    };

    expect(flag("etcd", "experimental-initial-corrupt-check", old)).toBe("true");
    expect(flag("etcd", "feature-gates", old)).toBeUndefined();
  });
});

describe("flags that depend on the cluster", () => {
  test("the API server asks etcd where its members say they are", () => {
    const etcd = {
      local: { extraArgs: [{ name: "advertise-client-urls", value: "https://e:2379" }] },
    };

    expect(flag("kube-apiserver", "etcd-servers", { etcd })).toBe("https://e:2379");
  });

  test("an etcd without TLS needs no files", () => {
    const etcd = { external: { endpoints: ["http://10.0.0.31:2379"] } };

    expect(flag("kube-apiserver", "etcd-cafile", { etcd })).toBeUndefined();
    expect(flag("kube-apiserver", "etcd-certfile", { etcd })).toBeUndefined();
  });

  test("authorization-config replaces the mode", () => {
    const apiServer = { extraArgs: [{ name: "authorization-config", value: "/x" }] };

    expect(
      flag("kube-apiserver", "authorization-mode", { controlPlane: { apiServer } }),
    ).toBeUndefined();
  });

  test("without a pod range the controller manager hands out none", () => {
    const none = { controlPlane: { networking: {} } };

    for (const name of ["allocate-node-cidrs", "cluster-cidr", "service-cluster-ip-range"]) {
      expect(flag("kube-controller-manager", name, none)).toBeUndefined();
    }
  });

  test("with an external CA nothing is signed, and no CA key is on the host", () => {
    const fixture = { controlPlane: { externalCa: true } };
    const files = hostComponents(fixtureCluster(fixture).context("cp-1")).flatMap((c) => c.files);

    expect(flag("kube-controller-manager", "cluster-signing-key-file", fixture)).toBe("");
    expect(files.filter(({ path }) => path.endsWith("ca.key"))).toEqual([]);
    expect(files.some(({ path }) => path.endsWith("/apiserver.key"))).toBe(true);
  });
});
