import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Build, type Changes, cluster, host, hosts } from "../support/stack";
import { Applied } from "./support";

const MAXAGE = [{ name: "audit-log-maxage", value: "30" }];
const APISERVER = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const ALL_OF_CLUSTER = ["control-plane_members", "control-plane_roster", "workers_token"];
let applied: Applied;

beforeAll(async () => {
  applied = await Applied.create(build());
});

afterAll(() => applied.remove());

/** The cluster as it was applied, but for these changes. */
function build({ controlPlane, ...others }: Changes = {}): Build {
  return cluster({
    ...others,
    controlPlane: { apiServer: { extraArgs: MAXAGE }, ...controlPlane },
  });
}

test("without a change there is none in the plan", async () => {
  const plan = await applied.plan(build());

  expect(plan.summary).toEqual({});
});

describe("a worker", () => {
  test("that comes touches no host that is there", async () => {
    const plan = await applied.plan(
      build({ workers: { hosts: hosts({ "w-0": 20, "w-1": 21, "w-2": 22 }) } }),
    );

    expect(plan.summary).toEqual({
      create: ["w-0_run", "w-0_save", 'workers["w-0"]'],
      "create delete": ALL_OF_CLUSTER,
    });
  });

  test("that leaves is cleaned, alone, after the roster", async () => {
    const plan = await applied.plan(build({ workers: { hosts: hosts({ "w-2": 22 }) } }));

    expect(plan.summary).toEqual({
      delete: ["w-1_run", "w-1_save", 'workers["w-1"]'],
      "create delete": ALL_OF_CLUSTER,
    });
    expect(plan.cleaned).toEqual(['workers["w-1"]']);
    expect(plan.triggers("control-plane_roster")).toEqual({ "w-1": ["192.0.2.21", undefined] });
  });

  test("that is lost moves to where no destroy step is", async () => {
    const plan = await applied.plan(
      build({ workers: { hosts: hosts({ "w-1": 21 }), lost: ["w-2"] } }),
    );

    expect(plan.summary).toEqual({
      delete: ["w-2_run", "w-2_save", 'workers_lost["w-2"]'],
      "create delete": ALL_OF_CLUSTER,
    });
    expect(plan.of('workers_lost["w-2"]').previous_address).toBe('null_resource.workers["w-2"]');
  });

  test("that was lost and forgotten leaves nothing to do when its name is still there", async () => {
    const plan = await applied.plan(build({ workers: { lost: ["w-9"] } }));

    expect(plan.summary).toEqual({});
  });
});

describe("the plan names what changes and nothing else:", () => {
  test("a flag of the API servers", async () => {
    const plan = await applied.plan(
      build({
        controlPlane: { apiServer: { extraArgs: [{ name: "audit-log-maxage", value: "60" }] } },
      }),
    );

    expect(plan.groups).toEqual(["cp save", "cp run", "cluster"]);
    for (const name of ["cp-1_run", "cp-2_run", "cp-3_run"]) {
      expect(plan.triggers(name)).toEqual({ [`${APISERVER}: --audit-log-maxage`]: ["30", "60"] });
    }
    expect(Object.keys(plan.triggers("control-plane_cluster"))).toEqual([
      "ConfigMap/kube-system/kubeadm-config: data.ClusterConfiguration",
    ]);
    expect(Object.keys(plan.triggers("cp-1_save"))).toEqual(["revision"]);
  });

  test("an audit policy through flags and volumes", async () => {
    const plan = await applied.plan(
      build({
        controlPlane: {
          apiServer: {
            extraArgs: [...MAXAGE, { name: "audit-policy-file", value: "/etc/audit.yaml" }],
            extraVolumes: [
              { name: "audit", hostPath: "/etc/audit.yaml", mountPath: "/etc/audit.yaml" },
            ],
          },
        },
      }),
    );

    const changed = Object.keys(plan.triggers("cp-1_run"));
    expect(plan.groups).toEqual(["cp save", "cp run", "cluster"]);
    expect(plan.triggers("cp-1_run")[`${APISERVER}: --audit-policy-file`]).toEqual([
      undefined,
      "/etc/audit.yaml",
    ]);
    expect(changed.every((key) => key.startsWith(APISERVER))).toBe(true);
    expect(changed.filter((key) => key.includes("audit")).length).toBeGreaterThan(1);
  });

  test("names of the API servers' certificates", async () => {
    const plan = await applied.plan(
      build({ controlPlane: { apiServer: { extraArgs: MAXAGE, certSANs: ["api.example.org"] } } }),
    );

    const { "/etc/kubernetes/pki/apiserver.crt: names": names, ...others } =
      plan.triggers("cp-1_run");
    expect(plan.groups).toEqual(["cp save", "cp run", "cluster"]);
    expect(JSON.parse(names?.[1] ?? "")).toEqual([
      "DNS:api.example.org",
      ...JSON.parse(names?.[0] ?? ""),
    ]);
    expect(Object.keys(others)).toEqual([
      `${APISERVER}: annotations.cdktf-kubeadm/certificates`,
      "/etc/kubernetes/pki/apiserver.crt: expires",
      "/etc/kubernetes/pki/apiserver.crt: fingerprint",
      "/etc/kubernetes/pki/apiserver.key: key",
    ]);
  });

  test("a label of workers", async () => {
    const plan = await applied.plan(build({ workers: { labels: { tier: "web" } } }));

    expect(plan.groups).toEqual(["roster"]);
    expect(plan.triggers("control-plane_roster")).toEqual({
      "w-1: label tier": [undefined, "web"],
      "w-2: label tier": [undefined, "web"],
    });
  });

  test("a setting of the kubelets", async () => {
    const plan = await applied.plan(build({ controlPlane: { kubelet: { maxPods: 200 } } }));

    for (const name of ["cp-1_run", "cp-2_run", "cp-3_run", "w-1_run", "w-2_run"]) {
      expect(plan.triggers(name)).toEqual({
        "/var/lib/kubelet/config.yaml: maxPods": [undefined, "200"],
      });
    }
  });

  test("a mirror of a registry", async () => {
    const plan = await applied.plan(
      build({
        controlPlane: {
          containerRuntime: { registryMirrors: { "registry.k8s.io": ["http://192.0.2.9:5000"] } },
        },
      }),
    );

    const file = "/etc/containerd/certs.d/registry.k8s.io/hosts.toml";
    const changed = Object.keys(plan.triggers("w-1_run"));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((key) => key.startsWith(file))).toBe(true);
  });

  test("a line of the Corefile", async () => {
    const plan = await applied.plan(
      build({ addons: { coreDns: { corefile: ".:53 {\n  whoami\n}\n" } } }),
    );

    expect(plan.groups).toEqual(["cp save", "dns"]);
    expect(plan.triggers("addons_coredns")).toEqual({
      "ConfigMap/kube-system/coredns: data.Corefile": [
        expect.stringContaining("kubernetes cluster.local"),
        '[".:53 {","  whoami","}"]',
      ],
    });
  });

  test("the way to a host", async () => {
    const plan = await applied.plan(
      build({
        workers: {
          hosts: {
            "w-1": host(21, { port: 2222, user: "admin", hostKey: "unchecked" }),
            "w-2": host(22),
          },
        },
      }),
    );

    expect(plan.summary).toEqual({ "create delete": ['workers["w-1"]'] });
    expect(plan.triggers('workers["w-1"]')).toEqual({
      host_key: [expect.stringContaining("ecdsa"), "unchecked"],
      port: ["22", "2222"],
      user: ["root", "admin"],
    });
  });

  test("the address of a worker, also where no file holds it", async () => {
    const address = "192.0.2.61";

    const plan = await applied.plan(
      build({
        workers: {
          hosts: { "w-1": host(21), "w-2": host(22, { address, podSubnet: "10.244.22.0/24" }) },
        },
      }),
    );

    for (const name of ["w-2_save", "w-2_run", 'workers["w-2"]']) {
      expect(plan.triggers(name).address).toEqual(["192.0.2.22", address]);
    }
    expect(plan.cleaned).toEqual([]);
  });
});
