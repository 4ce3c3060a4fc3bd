/** Hosts that leave, come back and die, and the end of a whole cluster. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker } from "../../lab/docker";
import { containerOf } from "../../lab/hosts";
import type * as lab from "../../lab/lab";
import { pause, waitUntil } from "../../lab/wait";
import { LabStack, type PoolShape, type Shape } from "../support/lab-stack";
import { leftovers } from "../support/leftovers";
import { createdSteps, destroyedSteps, explain, type Outcome } from "../support/outcome";
import { deployment, IDLE, manifest } from "../support/pods";
import { processesOf } from "../support/processes";

const [CONTROL_PLANE, STAYS, LEAVES] = ["cp-1", "w-1", "w-2"] as const;

/** The cluster is told of a dead host after 12 s instead of 50, because a test waits for it. */
const GRACE = { name: "node-monitor-grace-period", value: "12s" };

const shapeOf = (pool: PoolShape): Shape => ({
  controlPlane: { controllerManager: { extraArgs: [GRACE] } },
  pools: { workers: pool },
});

const workers = (...hosts: lab.HostName[]): Shape => shapeOf({ hosts });

describe("hosts that leave", () => {
  let stack: LabStack;

  async function apply(shape: Shape): Promise<Outcome> {
    stack.synth(shape);
    return stack.apply();
  }

  async function applied(shape: Shape): Promise<Outcome> {
    const outcome = await apply(shape);
    expect(outcome.code, explain(outcome)).toBe(0);
    return outcome;
  }

  const nodes = async (): Promise<string[]> =>
    (await stack.kubectl(["get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"])).split(" ");

  const nodesOfPods = async (): Promise<string[]> => {
    const where = "jsonpath={.items[*].spec.nodeName}";
    return (await stack.kubectl(["get", "pods", "-l", "app=spread", "-o", where]))
      .split(" ")
      .sort();
  };

  beforeAll(async () => {
    stack = await LabStack.create(CONTROL_PLANE, STAYS, LEAVES);
    await applied(workers(STAYS, LEAVES));
  });

  afterAll(() => stack?.remove());

  test("a worker whose line is deleted is drained, within its pods' budgets, and reset", async () => {
    const budget = {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "spread", namespace: "default" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "spread" } } },
    };
    const spread = deployment({ name: "spread", run: IDLE }, 2) as SpreadDeployment;
    spread.spec.template.spec.topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { app: "spread" } },
      },
    ];
    await stack.kubectl(["create", "-f", "-"], manifest(spread, budget));
    await stack.kubectl(["rollout", "status", "deployment/spread", "--timeout=60s"]);
    expect(await nodesOfPods()).toEqual([STAYS, LEAVES].sort());
    const before = await Promise.all([CONTROL_PLANE, STAYS].map(processesOf));

    const outcome = await applied(workers(STAYS));

    expect(await nodes()).toEqual([CONTROL_PLANE, STAYS]);
    expect(await nodesOfPods()).toEqual([STAYS, STAYS]);
    expect(await leftovers(LEAVES)).toEqual([]);
    expect(createdSteps(outcome).filter((step) => /_(save|run)$/.test(step))).toEqual([]);
    const [roster, ...after] = destroyedSteps(outcome).filter((step) =>
      /roster|workers\[/.test(step),
    );
    expect([roster, ...after].sort()).toEqual(["control-plane_roster", `workers["${LEAVES}"]`]);
    expect(await Promise.all([CONTROL_PLANE, STAYS].map(processesOf))).toEqual(before);
  });

  test("put back, it is a node again", async () => {
    await applied(workers(STAYS, LEAVES));

    await stack.kubectl(["wait", "--for=condition=Ready", "node", LEAVES, "--timeout=1s"]);
  });

  test("a budget that forbids the eviction holds the removal up", async () => {
    const patch = (minAvailable: number): Promise<string> =>
      stack.kubectl([
        "patch",
        "pdb",
        "spread",
        "--type=merge",
        "-p",
        JSON.stringify({ spec: { minAvailable } }),
      ]);
    await patch(2);
    await stack.kubectl(["delete", "pods", "-l", "app=spread"]);
    await stack.kubectl(["cordon", STAYS]);
    await stack.kubectl(["rollout", "status", "deployment/spread", "--timeout=60s"]);
    stack.synth(workers(STAYS));
    const running = await stack.startApply();
    await waitUntil("the drain to begin", 30, async () => {
      const cordoned = ["get", "node", LEAVES, "-o", "jsonpath={.spec.unschedulable}"];
      return (await stack.kubectl(cordoned)) === "true";
    });
    await pause(5000);

    const before = await nodes();
    const pods = await nodesOfPods();
    await stack.kubectl(["uncordon", STAYS]);
    await patch(1);
    const outcome = await running.outcome;

    expect(before).toContain(LEAVES);
    expect(pods).toContain(LEAVES);
    expect(outcome.code, explain(outcome)).toBe(0);
    expect(await nodesOfPods()).toEqual([STAYS, STAYS]);
    await applied(workers(STAYS, LEAVES));
  });

  test("a host that is dead cannot be reset, which is said; the cluster forgets it all the same", async () => {
    await docker(["stop", "--time", "0", containerOf(LEAVES)]);
    await waitUntil("the cluster to notice", 90, async () => {
      const ready = "jsonpath={.status.conditions[?(@.type=='Ready')].status}";
      return (await stack.kubectl(["get", "node", LEAVES, "-o", ready])) !== "True";
    });

    const outcome = await apply(workers(STAYS));

    expect(outcome.code).not.toBe(0);
    expect(outcome.output).toMatch(new RegExp(`with null_resource\\.workers\\["${LEAVES}"\\]`));
    expect(await nodes()).toEqual([CONTROL_PLANE, STAYS]);
  });

  test("named as lost, it leaves the state too", async () => {
    const lost = shapeOf({ hosts: [STAYS], lost: [LEAVES] });

    await applied(lost);

    expect(await stack.plan()).toEqual([]);
    stack.synth(workers(STAYS));
    expect(await stack.plan()).toEqual([]);
  });

  test("destroying the cluster resets every host", async () => {
    const outcome = await stack.destroy();

    expect(outcome.code, explain(outcome)).toBe(0);
    expect(await leftovers(CONTROL_PLANE)).toEqual([]);
    expect(await leftovers(STAYS)).toEqual([]);
  });

  test("the same hosts and keys make a new cluster", async () => {
    await applied(workers(STAYS));

    await stack.kubectl(["wait", "--for=condition=Ready", "node", "--all", "--timeout=1s"]);
  });
});

/** The part of a Deployment that is laid over the usual one. */
interface SpreadDeployment {
  readonly spec: {
    readonly template: { readonly spec: { topologySpreadConstraints?: readonly object[] } };
  };
}
