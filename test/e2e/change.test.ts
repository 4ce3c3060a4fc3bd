/** Changes of a cluster that runs: what they touch, and that they touch nothing else. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabStack, renewHost, type Shape } from "../support/lab-stack";
import { createdSteps, destroyedSteps, explain, type Outcome } from "../support/outcome";
import { processesOf } from "../support/processes";

const [CONTROL_PLANE, WORKER, ADDED] = ["cp-1", "w-1", "w-2"] as const;
const AUDIT_FLAG = { name: "audit-log-maxage", value: "7" };

/** Shorter than the usual one: it answers nothing but probes. */
const COREFILE = `.:53 {
    ready
    health
    log
}
`;

function configMap(name: string): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default" },
    data: { a: "b" },
  };
}

describe("changes of a cluster", () => {
  let stack: LabStack;
  let shape: Shape = {};

  /** Applies a shape that is kept for the tests after this one. */
  async function change(more: Shape): Promise<Outcome> {
    shape = { ...shape, ...more };
    stack.synth(shape);
    const outcome = await stack.apply();
    expect(outcome.code, explain(outcome)).toBe(0);
    return outcome;
  }

  const configMaps = async (): Promise<string[]> => {
    const names = await stack.kubectl([
      "get",
      "configmap",
      "-o",
      "jsonpath={.items[*].metadata.name}",
    ]);
    return names.split(" ").filter((name) => name !== "kube-root-ca.crt");
  };

  beforeAll(async () => {
    stack = await LabStack.create(CONTROL_PLANE, WORKER, ADDED);
    await change({
      pools: { workers: { hosts: [WORKER] } },
      addons: {
        manifests: { keep: configMap("keep"), mixed: [configMap("one"), configMap("two")] },
      },
    });
  });

  afterAll(() => stack?.remove());

  test("nothing to do is said at once", async () => {
    stack.synth(shape);

    expect(await stack.plan()).toEqual([]);
  });

  test("a flag of the API server is named by the plan and restarts the API server alone", async () => {
    const before = await processesOf(CONTROL_PLANE);
    const worker = await processesOf(WORKER);
    shape = { ...shape, controlPlane: { apiServer: { extraArgs: [AUDIT_FLAG] } } };
    stack.synth(shape);

    const plan = await stack.plan();
    await change(shape);

    expect(changedFacts(plan, `${CONTROL_PLANE}_run`)).toEqual([
      "/etc/kubernetes/manifests/kube-apiserver.yaml: --audit-log-maxage",
    ]);
    const { "kube-apiserver": old, ...others } = withoutKubelet(before);
    const { "kube-apiserver": current, ...same } = withoutKubelet(await processesOf(CONTROL_PLANE));
    expect(current).not.toBe(old);
    expect(same).toEqual(others);
    expect(await processesOf(WORKER)).toEqual(worker);
    expect(await stack.kubectl(["get", "--raw", "/readyz"])).toBe("ok");
  });

  test("a Corefile reaches the cluster, and no host is touched", async () => {
    const before = await Promise.all([CONTROL_PLANE, WORKER].map(processesOf));

    const outcome = await change({
      addons: {
        ...shape.addons,
        coreDns: {
          corefile: COREFILE,
        },
      },
    });

    expect(createdSteps(outcome).filter((step) => step.endsWith("_run"))).toEqual([]);
    const live = await stack.kubectl([
      "get",
      "configmap",
      "coredns",
      "-n",
      "kube-system",
      "-o",
      "jsonpath={.data.Corefile}",
    ]);
    expect(live).toContain("    log\n");
    expect(await Promise.all([CONTROL_PLANE, WORKER].map(processesOf))).toEqual(before);
  });

  test("an object that left a manifest is deleted, and so is everything of a manifest that is gone", async () => {
    await change({
      addons: {
        ...shape.addons,
        manifests: { keep: configMap("keep"), mixed: [configMap("two")] },
      },
    });
    expect(await configMaps()).toEqual(["keep", "two"]);

    await change({ addons: { ...shape.addons, manifests: { keep: configMap("keep") } } });

    expect(await configMaps()).toEqual(["keep"]);
  });

  test("labels reach the Nodes, and leave them, and nothing restarts", async () => {
    const label = (node: string): Promise<string> =>
      stack.kubectl(["get", "node", node, "-o", "jsonpath={.metadata.labels.example\\.com/zone}"]);
    const before = await Promise.all([CONTROL_PLANE, WORKER].map(processesOf));
    const labels = { "example.com/zone": "a" };
    const { controlPlane } = shape;

    await change({
      controlPlane: { ...controlPlane, nodeRegistration: { labels } },
      pools: { workers: { hosts: [WORKER], labels } },
    });

    expect(await Promise.all([CONTROL_PLANE, WORKER].map(label))).toEqual(["a", "a"]);
    await change({ controlPlane, pools: { workers: { hosts: [WORKER] } } });
    expect(await Promise.all([CONTROL_PLANE, WORKER].map(label))).toEqual(["", ""]);
    expect(await Promise.all([CONTROL_PLANE, WORKER].map(processesOf))).toEqual(before);
  });

  test("another worker restarts nothing", async () => {
    const before = await Promise.all([CONTROL_PLANE, WORKER].map(processesOf));

    const outcome = await change({ pools: { workers: { hosts: [WORKER, ADDED] } } });

    const steps = [...createdSteps(outcome), ...destroyedSteps(outcome)];
    expect(steps.filter((step) => /_(save|run)$/.test(step))).toEqual([
      `${ADDED}_save`,
      `${ADDED}_run`,
    ]);
    await stack.kubectl(["wait", "--for=condition=Ready", "node", ADDED, "--timeout=1s"]);
    expect(await Promise.all([CONTROL_PLANE, WORKER].map(processesOf))).toEqual(before);
  });

  test("a host that was made anew by its provider is asked for, and comes back", async () => {
    await stack.kubectl(["delete", "node", ADDED]);
    await renewHost(ADDED);
    stack.synth(shape);
    const outcome = await stack.apply(
      `-replace=null_resource.${ADDED}_save`,
      `-replace=null_resource.${ADDED}_run`,
    );

    expect(outcome.code, explain(outcome)).toBe(0);
    await stack.kubectl(["wait", "--for=condition=Ready", "node", ADDED, "--timeout=30s"]);
  });
});

function withoutKubelet({ kubelet: _, ...others }: Record<string, string>): Record<string, string> {
  return others;
}

type Planned = Awaited<ReturnType<LabStack["plan"]>>;

/** Names of the facts of a step that differ. */
function changedFacts(plan: Planned, step: string): string[] {
  const found = plan.find(({ address }) => address === `null_resource.${step}`);
  const before = found?.change.before?.triggers ?? {};
  const after = found?.change.after?.triggers ?? {};
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => before[key] !== after[key],
  );
}
