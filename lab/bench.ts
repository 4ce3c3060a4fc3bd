/** `npm run bench`: how long clusters, synth and plan take on this machine, as a table and in bench-report.md. */
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { benchClusters } from "./bench/cluster";
import { benchPlan } from "./bench/plan";
import { benchSynth } from "./bench/synth";
import { PROJECT_DIR } from "./paths";
import { formatDuration, type Log } from "./progress";
import { KUBERNETES_VERSION } from "./table";

const BENCHES: Readonly<Record<string, (runs: number, log: Log) => Promise<string>>> = {
  cluster: benchClusters,
  synth: benchSynth,
  plan: benchPlan,
};

const REPORT = join(PROJECT_DIR, "bench-report.md");

const start = Date.now();
const log: Log = (line) =>
  console.log(`${formatDuration(Date.now() - start).padStart(12)}  ${line}`);

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("write a number from 1 on");
  return value;
}

async function main(): Promise<void> {
  const options = new Command("bench")
    .description("measures clusters, synth and plan on this machine")
    .option("--runs <number>", "how often each thing is measured", positive, 3)
    .addOption(new Option("--only <part>", "one part alone").choices(Object.keys(BENCHES)))
    .parse()
    .opts<{ runs: number; only?: string }>();
  const sections = [
    `# Measurements\n\nKubernetes ${KUBERNETES_VERSION}, ${cpus().length} cores, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB, ${options.runs} runs, ${new Date().toISOString().slice(0, 16)} UTC.\n`,
  ];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (options.only !== undefined && options.only !== name) continue;
    sections.push(await bench(options.runs, log));
    // What is known is kept, whatever happens to the rest.
    writeFileSync(REPORT, sections.join("\n"));
  }
  console.log(`\n${sections.join("\n")}\nwritten to ${REPORT}`);
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
