/** What one measurement is about, as the app in `stack.ts` reads it from a file. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryRun } from "../command";
import { inLab, PROJECT_DIR, SOURCE_DIR } from "../paths";

/** Name of the stack. */
export const STACK = "bench";

/** A host as a stack takes it. */
export interface SpecHost {
  readonly address: string;
  readonly hostKey: string;
}

/** One cluster. */
export interface Spec {
  /** Folder of the synth output, of Terraform's state and of this file. */
  readonly dir: string;
  readonly pkiDir: string;
  readonly controlPlane: Readonly<Record<string, SpecHost>>;
  readonly workers: Readonly<Record<string, SpecHost>>;
  readonly bootstrap: "certificate" | "token";
  /** Whether the controller manager may ask the API server more often than by default. */
  readonly isTuned: boolean;
  /** Range for pods, a /24 for each node. */
  readonly podSubnet: string;
  readonly sshKeyFile: string;
  /** Written as an event flag of the API server; another value is a change of one flag. Shape: Go duration */
  readonly eventTtl?: string;
}

/** What a synth took. */
export interface SynthUsage {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** User and system time of the process. */
  readonly cpuSeconds: number;
  /** Most memory that the process held. */
  readonly memoryMib: number;
}

/** A fresh or existing folder for measurements. */
export function benchDir(...parts: string[]): string {
  const dir = inLab("bench", ...parts);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** Folder in which Terraform runs. */
export const stackDir = (spec: Spec): string => join(spec.dir, "cdktf.out", "stacks", STACK);

/**
 * Synthesizes in a process of its own, as the command line of CDKTF does.
 *
 * @throws Error with its output, if it fails
 */
export async function synth(spec: Spec): Promise<SynthUsage> {
  mkdirSync(spec.dir, { recursive: true });
  const file = join(spec.dir, "spec.json");
  writeFileSync(file, JSON.stringify(spec));
  // By its path: the folder in which the app runs has no packages.
  const loader = require.resolve("tsx", { paths: [PROJECT_DIR] });
  const args = ["--import", loader, join(SOURCE_DIR, "bench", "stack.ts"), file];
  const start = performance.now();
  const result = await tryRun(process.execPath, args, { cwd: spec.dir });
  const seconds = (performance.now() - start) / 1000;
  if (result.code !== 0) throw new Error(`synth failed:\n${result.stderr}${result.stdout}`);
  const usage = JSON.parse(result.stdout.trim().split("\n").at(-1) ?? "") as Omit<
    SynthUsage,
    "seconds"
  >;
  return { seconds, ...usage };
}
