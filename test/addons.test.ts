import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Addons, type ControlPlane, flannel } from "../lib";
import { cluster, Project, resourceOf, type SynthesizedStack, waitsFor } from "./support/stack";

const project = Project.withKeys();
const CONFIG_MAP = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x" },
  data: { a: "1" },
};
let stack: SynthesizedStack;

beforeAll(() => {
  stack = project.synth(
    cluster({
      addons: { network: flannel(), manifests: { zeta: CONFIG_MAP, alpha: [CONFIG_MAP] } },
    }),
  );
});

afterAll(() => project.remove());

describe("addons", () => {
  test("come after the cluster step and the tokens, in order: proxy, network, DNS, own manifests by name", () => {
    const common = ["control-plane_cluster", "workers_token"];
    const waits = (name: string) => waitsFor(stack, `addons_${name}`);

    expect(waits("kube-proxy")).toEqual(common);
    expect(waits("flannel")).toEqual(["addons_kube-proxy", ...common]);
    expect(waits("coredns")).toEqual(["addons_flannel", ...common]);
    expect(waits("alpha")).toEqual(["addons_coredns", ...common]);
    expect(waits("zeta")).toEqual(["addons_alpha", ...common]);
  });

  test("are one connection each, to one control plane host", () => {
    for (const name of ["kube-proxy", "flannel", "coredns", "alpha", "zeta"]) {
      const { provisioner = [] } = resourceOf(stack, `addons_${name}`);

      expect(provisioner).toHaveLength(1);
      expect(provisioner[0]?.["remote-exec"]).toMatchObject({
        connection: { host: "192.0.2.11" },
        inline: [expect.stringMatching(new RegExp(`step\\.sh cluster [0-9a-f]{32} ${name}$`))],
      });
    }
  });

  test("lie as files on every control plane host, and on no worker", () => {
    for (const name of ["kube-proxy", "flannel", "coredns", "alpha", "zeta"]) {
      const file = `etc/kubernetes/addons/${name}.yaml`;

      expect(project.read(`hosts/cp-2/${file}`)).toBe(project.read(`hosts/cp-1/${file}`));
    }
    expect(Object.keys(project.output()).filter((file) => /hosts\/w-.*addons/.test(file))).toEqual(
      [],
    );
  });

  test("that are turned off have no step", () => {
    const made = project.synth(cluster({ addons: { coreDns: false, kubeProxy: false } }));

    expect(Object.keys(made.resource.null_resource).filter((n) => n.startsWith("addons"))).toEqual(
      [],
    );
  });

  test("are refused with everything that is wrong at once", () => {
    const text = project.refusal(
      cluster({
        addons: { coreDns: { replicas: 0 }, manifests: { "Not a name": CONFIG_MAP, empty: [] } },
      }),
    );

    expect(text.split("\n").map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual([
      "test/addons: coreDns.replicas",
      'test/addons: manifests["Not a name"]',
      'test/addons: manifests["empty"]',
    ]);
  });

  test("are refused twice", () => {
    const text = project.refusal((stack, project) => {
      cluster()(stack, project);
      new Addons(stack, "more", {
        controlPlane: stack.node.findChild("control-plane") as ControlPlane,
      });
    });

    expect(text).toBe(
      "test/more: test/control-plane has addons already; put all addons of a cluster into one Addons",
    );
  });
});
