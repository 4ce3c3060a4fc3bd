/** What a synth takes, with keys that are there already, by the number of workers. */
import { rm } from "node:fs/promises";
import * as lab from "../lab";
import type { Log } from "../progress";
import { spread, table } from "./report";
import { benchDir, type Spec, type SpecHost, type SynthUsage, synth } from "./spec";

const SIZES = [1, 10, 100, 1000] as const;
const BOOTSTRAPS = ["token", "certificate"] as const;

/** Longest synth with existing keys. Unit: seconds */
const TARGETS: Readonly<Record<number, number>> = { 100: 2, 1000: 15 };

/** Measures every size so many times and returns the report's section. */
export async function benchSynth(runs: number, log: Log): Promise<string> {
  const rows: string[][] = [];
  for (const bootstrap of BOOTSTRAPS) {
    for (const size of SIZES) {
      const spec = specOfSize(size, bootstrap);
      await rm(spec.dir, { recursive: true, force: true });
      const first = await synth(spec);
      log(`synth of ${size} workers, ${bootstrap}: the first took ${first.seconds.toFixed(1)} s`);
      const all: SynthUsage[] = [];
      for (let run = 1; run <= runs; run++) {
        all.push(await synth(spec));
        log(`synth of ${size} workers, ${bootstrap}: ${all.at(-1)?.seconds.toFixed(1)} s`);
      }
      const target = TARGETS[size];
      rows.push([
        `${size}, ${bootstrap}`,
        spread(all.map((usage) => usage.seconds)),
        target === undefined ? "" : `< ${target}`,
        spread(all.map((usage) => usage.cpuSeconds)),
        spread(
          all.map((usage) => usage.memoryMib),
          0,
        ),
      ]);
    }
  }
  return [
    "## Synth with existing keys\n",
    "A process of its own, compiler of TypeScript and start of node included.\n",
    table(["workers", "seconds", "target", "CPU seconds", "memory, MiB"], rows),
  ].join("\n");
}

/** A cluster that is never applied: three control plane hosts, so many workers. Keys are kept between runs. */
export function specOfSize(size: number, bootstrap: Spec["bootstrap"]): Spec {
  const hosts = (prefix: string, count: number, first: number): Record<string, SpecHost> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `${prefix}-${i + 1}`,
        { address: `10.2.${first + Math.floor(i / 250)}.${(i % 250) + 1}`, hostKey: "unchecked" },
      ]),
    );
  return {
    dir: benchDir(`synth-${bootstrap}-${size}`),
    pkiDir: benchDir(`pki-${bootstrap}-${size}`),
    controlPlane: hosts("cp", 3, 4),
    workers: hosts("w", size, 0),
    bootstrap,
    isTuned: false,
    podSubnet: "10.240.0.0/13",
    sshKeyFile: lab.sshKeyFile(),
  };
}
