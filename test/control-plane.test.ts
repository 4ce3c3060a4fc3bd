import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformVariable } from "cdktf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlPlane, NodeJoin } from "../lib";
import {
  cluster,
  controlPlaneProps,
  host,
  hosts,
  Project,
  resourceOf,
  type SynthesizedStack,
  waitsFor,
  workersAndAddons,
} from "./support/stack";

const THREE = hosts({ "cp-1": 11, "cp-2": 12, "cp-3": 13 });
const project = Project.withKeys();
let stack: SynthesizedStack;

beforeAll(() => {
  stack = project.synth(cluster());
});

afterAll(() => project.remove());

describe("a control plane", () => {
  test("needs a version, one host and a way to reach it", () => {
    const small = project.fork().unfounded();

    const made = small.synth((stack) => {
      new ControlPlane(stack, "control-plane", {
        kubernetesVersion: "1.36.3",
        hosts: { "cp-1": host(11) },
        ssh: {},
        pkiDir: small.pkiDir,
      });
    });

    expect(Object.keys(made.resource.null_resource).sort()).toEqual([
      "control-plane",
      "control-plane_cluster",
      "control-plane_members",
      "control-plane_roster",
      "cp-1_run",
      "cp-1_save",
    ]);
    small.remove();
  });

  test("is the same to the last byte when it is synthesized again, whatever the order of hosts and props", () => {
    const first = project.output();
    const reversed = Object.fromEntries(Object.entries(THREE).reverse());

    project.synth((stack, { pkiDir }) => {
      const controlPlane = new ControlPlane(stack, "control-plane", {
        pkiDir,
        ssh: { privateKeyFile: "~/.ssh/id_ed25519" },
        networking: { podSubnet: "10.244.0.0/16" },
        hosts: reversed,
        kubernetesVersion: "1.36.3",
        controlPlaneEndpoint: "k8s.example.com:6443",
      });
      workersAndAddons(stack, controlPlane, {
        workers: { hosts: hosts({ "w-2": 22, "w-1": 21 }) },
      });
    });
    const second = project.output();

    expect(Object.keys(second)).toEqual(Object.keys(first));
    expect(Object.keys(second).filter((file) => second[file] !== first[file])).toEqual([]);
    expect(Object.keys(first).filter((file) => file.endsWith(".tar"))).toHaveLength(5);
  });

  test("has steps of a host with a dot or a leading digit in its name under names that Terraform takes", () => {
    const dotted = project.fork();

    const made = dotted.synth(
      cluster({ workers: { hosts: { "w-1.example.com": host(21), "2nd": host(22) } } }),
    );

    expect(Object.keys(made.resource.null_resource)).toEqual(
      expect.arrayContaining(["w-1_example_com_save", "w-1_example_com_run", "_2nd_run"]),
    );
    expect(Object.keys(resourceOf(made, "workers").for_each ?? {}).sort()).toEqual([
      "2nd",
      "w-1.example.com",
    ]);
    dotted.remove();
  });

  test("leaves a null provider of the user as it is", () => {
    const own = project.fork();

    const made = own.synth((stack, project) => {
      new NullProvider(stack, "mine", { alias: "mine" });
      cluster()(stack, project);
    });

    expect(made.provider.null).toEqual([{ alias: "mine" }]);
    own.remove();
  });
});

describe("the order of its steps", () => {
  test("saves wait for the pool alone, so all run at once", () => {
    for (const name of Object.keys(THREE)) {
      expect(waitsFor(stack, `${name}_save`)).toEqual(["control-plane"]);
    }
    expect(waitsFor(stack, "w-1_save")).toEqual(["workers"]);
    expect(waitsFor(stack, "control-plane")).toEqual([]);
  });

  test("runs are a chain, each after all saves", () => {
    const saves = ["cp-1_save", "cp-2_save", "cp-3_save"];

    expect(waitsFor(stack, "cp-1_run")).toEqual(saves);
    expect(waitsFor(stack, "cp-2_run")).toEqual(["cp-1_run", ...saves].sort());
    expect(waitsFor(stack, "cp-3_run")).toEqual(["cp-2_run", ...saves].sort());
  });

  test("the cluster step waits for all runs, the roster for everything", () => {
    expect(waitsFor(stack, "control-plane_cluster")).toEqual(["cp-1_run", "cp-2_run", "cp-3_run"]);
    expect(waitsFor(stack, "control-plane_members")).toEqual([]);
    // Not a list of names: whatever runs must come before it, directly or not.
    const before = everythingBefore("control-plane_roster");
    const others = Object.keys(stack.resource.null_resource).filter(
      (name) => name !== "control-plane_roster",
    );
    expect([...before].sort()).toEqual(others.sort());
  });

  test("the roster is replaced with the list of members, even when its own facts are the same", () => {
    expect(resourceOf(stack, "control-plane_roster").lifecycle).toMatchObject({
      replace_triggered_by: ["null_resource.control-plane_members"],
    });
  });

  test("every resource is created before its predecessor is destroyed", () => {
    for (const resource of Object.values(stack.resource.null_resource)) {
      expect(resource.lifecycle).toMatchObject({ create_before_destroy: true });
    }
  });

  test("destroy steps belong to pools, and pools have no create step", () => {
    for (const [name, { provisioner = [] }] of Object.entries(stack.resource.null_resource)) {
      const whens = provisioner.map((entry) => Object.values(entry)[0]?.when);

      expect([name, whens.includes("destroy")]).toEqual([
        name,
        name === "control-plane" || name === "workers",
      ]);
      if (whens.includes("destroy")) expect(whens).toEqual(["destroy"]);
    }
  });

  test("a save takes four connections at most, a run one", () => {
    expect(resourceOf(stack, "cp-1_save").provisioner).toHaveLength(4);
    expect(resourceOf(stack, "cp-1_run").provisioner).toHaveLength(1);
    expect(resourceOf(stack, "w-1_run").provisioner).toHaveLength(1);
  });
});

describe("what it refuses", () => {
  test("everything at once, with construct, prop, value and repair", () => {
    expect(
      project
        .refusal((stack) => {
          new ControlPlane(
            stack,
            "control-plane",
            controlPlaneProps(project, {
              kubernetesVersion: "one",
              networking: { podSubnet: "10.244.0.0" },
              hosts: { "cp-1": host(11, { address: "cp-1.example.com" }), "cp-2": host(12) },
            }),
          );
        })
        .split("\n")
        .map((line) => line.split(": ").slice(0, 2).join(": ")),
    ).toEqual([
      "test/control-plane: controlPlaneEndpoint",
      'test/control-plane: hosts["cp-1"].address',
      "test/control-plane: kubernetesVersion",
      "test/control-plane: networking.podSubnet",
    ]);
  });

  test("a second control plane in the stack", () => {
    expect(
      project.refusal((stack) => {
        new ControlPlane(stack, "one", controlPlaneProps(project));
        new ControlPlane(stack, "two", controlPlaneProps(project));
      }),
    ).toBe(
      "test/two: a stack holds one control plane, because its resources are named after hosts; put the second one into a stack of its own",
    );
  });

  test("an id that cannot name Terraform resources", () => {
    expect(
      project.refusal((stack) => new ControlPlane(stack, "my plane", controlPlaneProps(project))),
    ).toBe(
      'test/my plane: id: cannot name Terraform resources, got "my plane"; use letters, digits, "-" and "_", and begin with a letter',
    );
  });

  test("ids that give two resources one name", () => {
    expect(
      project.refusal((stack) => {
        const controlPlane = new ControlPlane(stack, "cp-1_save", controlPlaneProps(project));
        new NodeJoin(stack, "workers", { controlPlane, hosts: hosts({ "w-1": 21 }) });
      }),
    ).toBe(
      "test/cp-1_save/cp-1_save: null_resource.cp-1_save is taken by test/cp-1_save/hosts; choose another id for the construct",
    );
  });

  test("a missing control plane host in words of its own, without an account of lazy values", () => {
    const fewer = project.fork();

    expect(() => fewer.synth(cluster({ controlPlane: { hosts: hosts({ "cp-1": 11 }) } }))).toThrow(
      /^hosts: control plane hosts with an etcd member cannot come or leave in this version/,
    );
    fewer.remove();
  });

  test("an address that is not known at synth, because certificates hold it", () => {
    const text = project.refusal((stack) => {
      const address = new TerraformVariable(stack, "address", {}).stringValue;
      new ControlPlane(
        stack,
        "control-plane",
        controlPlaneProps(project, { hosts: { "cp-1": host(11, { address }) } }),
      );
    });

    expect(text).toMatch(/^test\/control-plane: hosts\["cp-1"\]\.address: .*token/);
  });
});

/** Every resource that must be done before this one. */
function everythingBefore(name: string, seen = new Set<string>()): Set<string> {
  for (const other of waitsFor(stack, name)) {
    if (!seen.has(other)) everythingBefore(other, seen.add(other));
  }
  return seen;
}
