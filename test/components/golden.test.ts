/** Every rendered file of four clusters, byte by byte; and what the files must be to whoever reads them. */
import { loadAll } from "js-yaml";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { Component } from "../../lib/component";
import { type AddonOptions, clusterComponents, hostComponents } from "../../lib/components";
import { type Fixture, fixtureCluster, readable } from "../support/cluster";

const ADDONS: AddonOptions = {
  network: { kind: "none" },
  coreDns: {},
  kubeProxy: true,
  manifests: {},
};

const CP_HOSTS = {
  "cp-1": { address: "10.0.0.11", hostKey: "unchecked" },
  "cp-2": { address: "10.0.0.12", hostKey: "unchecked" },
  "cp-3": { address: "10.0.0.13", hostKey: "unchecked" },
};

interface Case {
  readonly name: string;
  readonly fixture: Fixture;
  /** Which hosts are looked at. */
  readonly hosts: readonly string[];
  readonly addons: AddonOptions;
}

const CASES: readonly Case[] = [
  { name: "single-node", fixture: {}, hosts: ["cp-1", "w-1"], addons: ADDONS },
  {
    // The bridge network and a worker with a certificate of its own.
    name: "three-members",
    fixture: {
      controlPlane: {
        hosts: CP_HOSTS,
        containerRuntime: {
          registryMirrors: { "registry.k8s.io": ["http://mirror.example.com:5000"] },
        },
      },
      network: { kind: "bridge", mtu: 1450 },
      workers: { bootstrap: "certificate", labels: { tier: "web" } },
    },
    hosts: ["cp-2", "w-1"],
    addons: { ...ADDONS, network: { kind: "bridge", mtu: 1450 } },
  },
  {
    name: "external-etcd",
    fixture: {
      etcd: {
        external: {
          endpoints: ["https://10.0.0.31:2379", "https://10.0.0.32:2379"],
          caFile: "ca.crt",
          certFile: "client.crt",
          keyFile: "client.key",
        },
      },
      externalCaCertificate:
        "-----BEGIN CERTIFICATE-----\nZml4dHVyZTogZXRjZA==\n-----END CERTIFICATE-----\n",
    },
    hosts: ["cp-1"],
    addons: ADDONS,
  },
  {
    // IPv6 first, with flannel.
    name: "dual-stack",
    fixture: {
      controlPlane: {
        controlPlaneEndpoint: "[fd00::11]:6443",
        hosts: { "cp-1": { address: "fd00::11", hostKey: "unchecked" } },
        networking: {
          podSubnet: "fd00:244::/56,10.244.0.0/16",
          serviceSubnet: "fd00:96::/112,10.96.0.0/12",
        },
      },
      workers: { hosts: { "w-1": { address: "fd00::21", hostKey: "unchecked" } } },
    },
    hosts: ["cp-1"],
    addons: {
      ...ADDONS,
      network: {
        kind: "flannel",
        image: "ghcr.io/flannel-io/flannel:v0.27.4",
        cniImage: "ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1",
        backend: "vxlan",
      },
    },
  },
];

/** Host → its components; what runs through the API stands under "cluster". */
function rendered({ fixture, hosts, addons }: Case): [string, Component[]][] {
  const { cluster, certificate, context } = fixtureCluster(fixture);
  return [
    ...hosts.map((host): [string, Component[]] => [host, hostComponents(context(host))]),
    ["cluster", clusterComponents(cluster, certificate, addons)],
  ];
}

describe.each(CASES)("$name", (example) => {
  test("the files are the golden ones", async () => {
    for (const [host, components] of rendered(example)) {
      for (const file of components.flatMap(({ files }) => files)) {
        await expect(readable(file)).toMatchFileSnapshot(
          `../golden/${example.name}/${host}${file.path}`,
        );
      }
    }
  });

  test("the actions and modes are the golden ones", async () => {
    for (const [host, components] of rendered(example)) {
      const lines = components.flatMap((component) => [
        `${component.name} (${component.scope})`,
        ...component.files.map(
          ({ path, mode, install = "always" }) =>
            `  file ${mode.toString(8).padStart(4, "0")} ${install} ${path}`,
        ),
        ...(["save", "run", "clean"] as const).flatMap((verb) =>
          component[verb].map(({ action, args }) => `  ${[verb, action, ...args].join(" ")}`),
        ),
      ]);
      await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
        `../golden/${example.name}/${host}/components.txt`,
      );
    }
  });

  test("every structured file can be read", () => {
    const files = rendered(example).flatMap(([, components]) => components.flatMap((c) => c.files));

    for (const file of files) {
      const text = readable(file);
      if (/\.ya?ml$|\/kubernetes\/[^/]+\.conf$/.test(file.path)) {
        expect(loadAll(text).every((d) => typeof d === "object" && d !== null)).toBe(true);
      }
      if (file.path.endsWith(".toml")) expect(parseToml(text)).toBeTypeOf("object");
      if (file.path.endsWith(".conflist")) expect(JSON.parse(text)).toBeTypeOf("object");
      if (typeof file.content === "string") expect(text.endsWith("\n")).toBe(true);
    }
  });

  test("every path is absolute, plain, and of one component", () => {
    for (const [, components] of rendered(example)) {
      const paths = components.flatMap(({ files }) => files.map(({ path }) => path));

      expect(new Set(paths).size).toBe(paths.length);
      expect(paths.every((path) => /^\/[A-Za-z0-9_./-]+$/.test(path))).toBe(true);
    }
  });

  test("every argument is printable, without quote, backslash or dollar", () => {
    const args = rendered(example).flatMap(([, components]) =>
      components.flatMap((c) => [...c.save, ...c.run, ...c.clean].flatMap((a) => a.args)),
    );

    expect(args.filter((arg) => !/^[ -~]+$/.test(arg) || /["'\\$`]/.test(arg))).toEqual([]);
  });

  test("private keys are in files that only root may read", () => {
    const files = rendered(example).flatMap(([, components]) => components.flatMap((c) => c.files));

    const secret = files.filter(({ content }) => typeof content !== "string");
    expect(secret.length).toBeGreaterThan(0);
    expect(secret.filter(({ mode }) => mode !== 0o600)).toEqual([]);
  });

  test("the files of a component are sorted by path", () => {
    for (const component of rendered(example).flatMap(([, components]) => components)) {
      const paths = component.files.map(({ path }) => path);
      expect(paths).toEqual([...paths].sort());
    }
  });
});
