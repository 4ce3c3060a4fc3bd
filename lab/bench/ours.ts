/** The measured side: `terraform apply` of a synthesized stack. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, tryRun } from "../command";
import * as lab from "../lab";
import { Progress } from "../progress";
import { terraformEnv } from "../terraform";
import { benchDir, type Spec, stackDir } from "./spec";

/** When one resource of an apply was being made. Unit: seconds from its start. */
export interface Step {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

const settings = async (): Promise<Record<string, string>> => ({
  CHECKPOINT_DISABLE: "1",
  ...(await terraformEnv(new Progress(() => {}))),
});

/** Fetches providers; not part of what is measured. */
export async function terraformInit(dir: string): Promise<void> {
  await run("terraform", ["init", "-input=false", "-no-color"], {
    cwd: dir,
    env: await settings(),
  });
}

/** Runs Terraform and returns its output. @throws Error if it fails */
export async function terraform(dir: string, ...args: string[]): Promise<string> {
  return run("terraform", [...args, "-no-color"], { cwd: dir, env: await settings() });
}

/**
 * Applies, and tells when each resource was made. The output with times is kept as `<log>.log` beside the state.
 *
 * @throws Error with the end of Terraform's output, if it fails
 */
export async function apply(spec: Spec, log: string, start: number): Promise<Step[]> {
  const lines: [number, string][] = [];
  let rest = "";
  const result = await tryRun(
    "terraform",
    ["apply", "-input=false", "-auto-approve", "-no-color"],
    {
      cwd: stackDir(spec),
      env: await settings(),
      onOutput: (text) => {
        const seconds = (performance.now() - start) / 1000;
        const parts = `${rest}${text}`.split("\n");
        rest = parts.pop() ?? "";
        for (const line of parts) lines.push([seconds, line]);
      },
    },
  );
  const text = lines.map(([seconds, line]) => `${seconds.toFixed(2).padStart(7)} ${line}\n`);
  writeFileSync(join(benchDir("logs"), `${log}.log`), text.join("") + result.stderr);
  if (result.code !== 0) {
    throw new Error(`terraform apply failed; see ${benchDir("logs")}/${log}.log\n${result.stderr}`);
  }
  return stepsOf(lines);
}

/** From Terraform's own lines, which begin with the address of the resource. */
function stepsOf(lines: readonly (readonly [number, string])[]): Step[] {
  const begun = new Map<string, number>();
  const steps: Step[] = [];
  for (const [seconds, line] of lines) {
    const [, name, what] =
      /^null_resource\.(\S+): (Creating\.\.\.|Creation complete)/.exec(line) ?? [];
    if (name === undefined) continue;
    if (what === "Creating...") begun.set(name, seconds);
    else steps.push({ name, begin: begun.get(name) ?? 0, end: seconds });
  }
  return steps;
}

/** How many logins of root a host has seen since it was made. */
export async function connections(host: lab.HostName): Promise<number> {
  const count = "sudo journalctl -u ssh -o cat | grep -c '^Accepted publickey for root '";
  return Number((await lab.ssh(host, count, { user: "admin" })).stdout.trim());
}
