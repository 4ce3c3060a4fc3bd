/** What a plan takes on an applied state. No host is there: the state is made of resources without provisioners. */
import { readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../progress";
import { terraform, terraformInit } from "./ours";
import { spread, table } from "./report";
import { stackDir, synth } from "./spec";
import { specOfSize } from "./synth";

const WORKERS = 100;

interface Configuration {
  readonly terraform: { backend?: unknown };
  readonly resource: { readonly null_resource: Record<string, { provisioner?: unknown }> };
}

/** Measures so many times and returns the report's section. */
export async function benchPlan(runs: number, log: Log): Promise<string> {
  const spec = specOfSize(WORKERS, "token");
  const dir = stackDir(spec);
  await rm(spec.dir, { recursive: true, force: true });
  await synth(spec);
  // Without a backend the state lies in the stack's own folder.
  edit(dir, (configuration) => {
    delete configuration.terraform.backend;
    for (const resource of Object.values(configuration.resource.null_resource)) {
      delete resource.provisioner;
    }
  });
  log(`plan of ${WORKERS} workers: making the state`);
  await terraformInit(dir);
  await terraform(dir, "apply", "-input=false", "-auto-approve");

  const rows: string[][] = [];
  for (const [title, changed] of [
    ["no change", spec],
    ["a flag of the API server changed", { ...spec, eventTtl: "2h0m0s" }],
  ] as const) {
    await synth(changed);
    edit(dir, (configuration) => delete configuration.terraform.backend);
    const seconds: number[] = [];
    let summary = "";
    for (let run = 1; run <= runs; run++) {
      const start = performance.now();
      const output = await terraform(dir, "plan", "-input=false", "-lock=false");
      seconds.push((performance.now() - start) / 1000);
      summary = /^(Plan: .*|No changes)/m.exec(output)?.[0] ?? "";
      log(`plan of ${WORKERS} workers, ${title}: ${seconds.at(-1)?.toFixed(1)} s; ${summary}`);
    }
    rows.push([title, spread(seconds), summary]);
  }
  return [
    `## Plan of three control plane hosts and ${WORKERS} workers\n`,
    table(["", "seconds", "says"], rows),
  ].join("\n");
}

function edit(dir: string, change: (configuration: Configuration) => void): void {
  const file = join(dir, "cdk.tf.json");
  const configuration = JSON.parse(readFileSync(file, "utf8")) as Configuration;
  change(configuration);
  writeFileSync(file, JSON.stringify(configuration));
}
