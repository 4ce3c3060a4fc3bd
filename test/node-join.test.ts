import { App, Lazy, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlPlane, flannel, NodeJoin } from "../lib";
import {
  cluster,
  controlPlaneProps,
  host,
  hosts,
  Project,
  resourceOf,
  type SynthesizedStack,
  waitsFor,
} from "./support/stack";

const FIVE = hosts({ "w-1": 21, "w-2": 22, "w-3": 23, "w-4": 24, "w-5": 25 });
const project = Project.withKeys();
let stack: SynthesizedStack;

beforeAll(() => {
  stack = project.synth(cluster({ workers: { hosts: FIVE, maxUnavailable: 2 } }));
});

afterAll(() => project.remove());

describe("a pool of workers", () => {
  test("needs a control plane and one host", () => {
    const small = project.fork().unfounded();

    const made = small.synth((stack) => {
      const controlPlane = new ControlPlane(stack, "control-plane", controlPlaneProps(small));
      new NodeJoin(stack, "workers", { controlPlane, hosts: hosts({ "w-1": 21 }) });
    });

    expect(Object.keys(made.resource.null_resource).filter((name) => /^w/.test(name))).toEqual([
      "w-1_run",
      "w-1_save",
      "workers",
      "workers_saved",
      "workers_token",
    ]);
    small.remove();
  });

  test("saves all at once", () => {
    for (const name of Object.keys(FIVE)) {
      expect(waitsFor(stack, `${name}_save`)).toEqual(["workers"]);
    }
    expect(waitsFor(stack, "workers_saved")).toEqual(Object.keys(FIVE).map((n) => `${n}_save`));
  });

  test("runs after the cluster step, the token and all saves, in as many chains as may be away", () => {
    const first = ["control-plane_cluster", "workers_saved", "workers_token"];
    const runOf = (name: string) => waitsFor(stack, `${name}_run`);

    expect(runOf("w-1")).toEqual(first);
    expect(runOf("w-2")).toEqual(first);
    expect(runOf("w-3")).toEqual([...first, "w-1_run"].sort());
    expect(runOf("w-4")).toEqual([...first, "w-2_run"].sort());
    expect(runOf("w-5")).toEqual([...first, "w-3_run"].sort());
    expect(waitsFor(stack, "workers_token")).toEqual(["control-plane_cluster"]);
  });

  test.each([
    ["25%", 5, 1],
    ["100%", 5, 5],
    ["50%", 5, 2],
    [9, 5, 5],
    [1, 5, 1],
  ] as const)("with maxUnavailable %s of %d hosts has %d first runs", (share, size, lanes) => {
    const names = Object.keys(FIVE).slice(0, size);

    const made = project.synth(cluster({ workers: { hosts: FIVE, maxUnavailable: share } }));

    const first = names.filter(
      (n) => !waitsFor(made, `${n}_run`).some((w) => /^w-\d_run$/.test(w)),
    );
    expect(first).toHaveLength(lanes);
  });

  test("with certificates needs no token", () => {
    const made = project.synth(
      cluster({ workers: { hosts: hosts({ "w-1": 21 }), bootstrap: "certificate" } }),
    );

    expect(made.resource.null_resource).not.toHaveProperty("workers_token");
    expect(waitsFor(made, "w-1_run")).toEqual(["control-plane_cluster", "workers_saved"]);
  });

  test("that is made after the addons still comes before them where it must", () => {
    const made = project.synth((stack, project) => {
      cluster()(stack, project);
      const controlPlane = stack.node.findChild("control-plane") as ControlPlane;
      new NodeJoin(stack, "late", { controlPlane, hosts: hosts({ "l-1": 31 }) });
    });

    expect(waitsFor(made, "addons_coredns")).toContain("late_token");
    expect(waitsFor(made, "control-plane_roster")).toContain("l-1_run");
  });
});

describe("an address that is known at apply only", () => {
  test.each([
    ["a variable", (stack: TerraformStack) => new TerraformVariable(stack, "ip", {}).stringValue],
    ["a lazy value", () => Lazy.stringValue({ produce: () => "192.0.2.21" })],
  ])("may be %s", (_, address) => {
    const made = project.synth((stack, project) => {
      cluster({
        workers: { hosts: { "w-1": host(21, { address: address(stack) }) } },
        addons: { network: flannel() },
      })(stack, project);
    });

    const expected = /^(\$\{var\.ip\}|192\.0\.2\.21)$/;
    const [upload] = resourceOf(made, "w-1_run").provisioner ?? [];
    expect(resourceOf(made, "workers").for_each?.["w-1"]?.address).toMatch(expected);
    expect(resourceOf(made, "control-plane_roster").triggers?.["w-1"]).toMatch(expected);
    expect(upload?.["remote-exec"]?.connection).toMatchObject({
      host: expect.stringMatching(expected),
    });
  });

  test("is in no file that is read on a host", () => {
    const made = project.fork();

    made.synth((stack, project) => {
      const address = new TerraformVariable(stack, "ip", {}).stringValue;
      cluster({
        workers: { hosts: { "w-1": host(21, { address }) } },
        addons: { network: flannel() },
      })(stack, project);
    });

    const holding = Object.entries(made.output()).filter(
      ([file, text]) => !file.endsWith("cdk.tf.json") && /TfToken|\$\{var\./.test(text),
    );
    expect(holding.map(([file]) => file)).toEqual([]);
    made.remove();
  });
});

test("an address that is known at apply only is refused with a network that writes it into a unit", () => {
  const text = project.refusal((stack, project) => {
    const address = new TerraformVariable(stack, "ip", {}).stringValue;
    cluster({ workers: { hosts: { "w-1": host(21, { address, podSubnet: "10.244.21.0/24" }) } } })(
      stack,
      project,
    );
  });

  expect(text).toMatch(/^test\/workers: hosts\["w-1"\]\.address: not known before apply/);
});

describe("a lost host", () => {
  test("moves to a pool that is empty and has no destroy step", () => {
    const made = project.synth(
      cluster({ workers: { hosts: hosts({ "w-1": 21 }), lost: ["w-2", "W-3"] } }),
    );

    expect(made.moved).toEqual([
      { from: 'null_resource.workers["w-2"]', to: 'null_resource.workers_lost["w-2"]' },
      { from: 'null_resource.workers["w-3"]', to: 'null_resource.workers_lost["w-3"]' },
    ]);
    expect(resourceOf(made, "workers_lost")).toMatchObject({ for_each: {} });
    expect(resourceOf(made, "workers_lost").provisioner).toBeUndefined();
  });

  test("of one pool does not hide those of another", () => {
    const made = project.synth(
      cluster({
        controlPlane: { lost: ["cp-9"] },
        workers: { hosts: hosts({ "w-1": 21 }), lost: ["w-9"] },
      }),
    );

    expect(made.moved?.map(({ to }) => to)).toEqual([
      'null_resource.control-plane_lost["cp-9"]',
      'null_resource.workers_lost["w-9"]',
    ]);
  });
});

describe("what it refuses", () => {
  test("everything at once", () => {
    const text = project.refusal((stack, project) => {
      cluster({
        workers: {
          hosts: { "w 1": host(21), "w-2": host(22, { address: "here" }) },
          maxUnavailable: 0,
          tokenTtl: "soon",
        },
      })(stack, project);
    });

    expect(text.split("\n").map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual([
      'test/workers: hosts["w 1"]',
      'test/workers: hosts["w-2"].address',
      "test/workers: maxUnavailable",
      "test/workers: tokenTtl",
    ]);
  });

  test("names and addresses that the control plane or another pool has", () => {
    const text = project.refusal((stack, project) => {
      cluster()(stack, project);
      const controlPlane = stack.node.findChild("control-plane") as ControlPlane;
      new NodeJoin(stack, "more", {
        controlPlane,
        hosts: { "W-1": host(31), "cp-1": host(32), "w-9": host(11) },
      });
    });

    expect(text.split("\n").map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual(
      expect.arrayContaining([
        'test/more: hosts["W-1"]',
        'test/more: hosts["cp-1"]',
        'test/more: hosts["w-9"].address',
      ]),
    );
    expect(text).toContain("test/workers");
  });

  test("an id that another pool has, or that Terraform does not take", () => {
    const refusalOf = (id: string) =>
      project.refusal((stack, project) => {
        cluster()(stack, project);
        const controlPlane = stack.node.findChild("control-plane") as ControlPlane;
        new NodeJoin(new Construct(stack, "nested"), id, {
          controlPlane,
          hosts: hosts({ "x-1": 31 }),
        });
      });

    expect(refusalOf("workers")).toMatch(/^test\/nested\/workers: id: .*"workers"/);
    expect(refusalOf("web pool")).toMatch(
      /^test\/nested\/web pool: id: cannot name Terraform resources/,
    );
  });

  test("a control plane of another stack", () => {
    const text = project.refusal((stack, project) => {
      const controlPlane = new ControlPlane(stack, "control-plane", controlPlaneProps(project));
      const other = new TerraformStack(App.of(stack), "other");
      new NodeJoin(other, "workers", { controlPlane, hosts: hosts({ "w-1": 21 }) });
    });

    expect(text).toBe(
      'other/workers: controlPlane: is in another stack, got "test/control-plane"; put both into one stack',
    );
  });
});
