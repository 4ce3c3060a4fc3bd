/** A hundred workers: what a user waits for at synth and at plan. Limits are twice what it shall take. */
import { afterAll, expect, test } from "vitest";
import { flannel, type HostProps } from "../lib";
import { cluster, host, Project } from "./support/stack";
import { Terraform } from "./support/terraform";

const WORKERS = 100;
const SYNTH_SECONDS = 4;
const PLAN_SECONDS = 10;
const project = Project.withKeys();

afterAll(() => project.remove());

const build = cluster({
  workers: {
    hosts: Object.fromEntries(
      Array.from({ length: WORKERS }, (_, i): [string, HostProps] => [`w-${i}`, host(21 + i)]),
    ),
  },
  addons: { network: flannel() },
});

/** Seconds of processor time that this process takes for a piece of work: other tests run beside it. */
function processorSecondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The same for a program: the last line of the shell's `times` is about what it started. */
async function processorSecondsOfPlan(terraform: Terraform): Promise<number> {
  const output = await terraform.runInShell(
    '"$@" >plan.txt && times',
    "plan",
    "-input=false",
    "-lock=false",
  );
  const times = [...(output.split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  expect(times).toHaveLength(2);
  return times.reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

test("a hundred workers are synthesized and planned while one waits", async () => {
  project.synth(build);
  const synth = processorSecondsOf(() => project.synth(build));
  const terraform = await Terraform.init(project.stackDirectory);

  const plan = await processorSecondsOfPlan(terraform);

  console.log(`${WORKERS} workers: synth ${synth.toFixed(1)} s, plan ${plan.toFixed(1)} s`);
  expect(synth).toBeLessThan(SYNTH_SECONDS);
  expect(plan).toBeLessThan(PLAN_SECONDS);
});
