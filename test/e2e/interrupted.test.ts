/** A deploy whose Terraform dies without a word: applying again is enough, whenever it happened. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pause } from "../../lab/wait";
import { LabStack } from "../support/lab-stack";
import { explain } from "../support/outcome";

const HOSTS = ["cp-1", "w-1"] as const;

/** A first deploy takes about this long, and most of it is over sooner. Unit: milliseconds */
const LATEST = 14_000;
const ROUNDS = 3;

/** Repeats a run that failed: `CDKTF_KUBEADM_SEED=<seed>`. */
const seed = Number(process.env.CDKTF_KUBEADM_SEED ?? Date.now() % 1_000_000);

/** Moments spread over the whole deploy, one in each third. Unit: milliseconds */
function moments(): number[] {
  let state = seed;
  return Array.from({ length: ROUNDS }, (_, round) => {
    state = (state * 48_271 + 11) % 2_147_483_647;
    return Math.round(((round + state / 2_147_483_647) * LATEST) / ROUNDS);
  });
}

describe(`Terraform killed during a first deploy (seed ${seed})`, () => {
  let stack: LabStack | undefined;

  beforeAll(() => console.log(`seed ${seed}: killed after ${moments().join(", ")} ms`));

  afterAll(() => stack?.remove());

  test.each(moments())("after %i ms", async (milliseconds) => {
    await stack?.remove();
    stack = await LabStack.create(...HOSTS);
    stack.synth();
    const first = await stack.startApply();
    await pause(milliseconds);
    first.kill();
    await first.outcome;

    const second = await stack.apply();

    expect(second.code, explain(second)).toBe(0);
    const nodes = await stack.kubectl([
      "wait",
      "--for=condition=Ready",
      "node",
      "--all",
      "--timeout=30s",
    ]);
    expect(nodes.split("\n")).toHaveLength(HOSTS.length);
    expect(await stack.plan()).toEqual([]);
    await stack.kubectl([
      "rollout",
      "status",
      "deployment/coredns",
      "-n",
      "kube-system",
      "--timeout=60s",
    ]);
  });
});
