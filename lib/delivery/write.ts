/** Writes what lies beside the synthesized JSON: bundles, scripts, the rendered tree; and the tars of keys, outside it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
import type { Construct } from "constructs";
import { isSecret } from "../component";
import { type Assembled, type AssembledHost, tarsOf } from "./assembly";
import { describe } from "./bundle";
import type { ClusterGraph } from "./graph";
import { KEYS, SYNTH } from "./paths";
import { tokenSecret } from "./token-secret";
import { WrittenTree } from "./written-tree";

/** What is written. */
export interface Synthesized {
  readonly assembled: Assembled;
  readonly graph: ClusterGraph;
  readonly pkiDir: string;
}

/** What every cluster has beside its hosts' files. */
const OTHER_FILES = [SYNTH.prepare, SYNTH.leave, SYNTH.roster];

/** Writes when the construct is synthesized. */
export function writeOnSynth(construct: Construct, synthesized: () => Synthesized): void {
  addCustomSynthesis(construct, { onSynthesize: () => write(synthesized()) });
}

function write({ assembled, graph, pkiDir }: Synthesized): void {
  const root = graph.stackDirectory;
  const written = new WrittenTree(root, [...OTHER_FILES, ...hostFiles(assembled)]);
  const scripts = hostScripts();
  for (const [name, file] of [
    ["prepare.sh", SYNTH.prepare],
    ["leave.sh", SYNTH.leave],
  ] as const) {
    written.write(file, scripts[name] ?? "");
  }
  written.write(SYNTH.roster, graph.rosterText());
  for (const host of assembled.hosts.values()) writeHost(written, pkiDir, assembled, host, scripts);
  for (const pool of graph.tokenPools) {
    const secret = tokenSecret(pool);
    if (assembled.pki.missing(secret).length > 0) continue; // a review job: the plan needs no token
    writeKeys(path.join(pkiDir, KEYS.token(pool)), assembled.pki.fill(secret));
  }
}

/** Files of the hosts, relative to the stack's folder. */
function hostFiles({ hosts }: Assembled): string[] {
  return [...hosts].flatMap(([name, { components }]) => [
    SYNTH.bundle(name),
    ...components.flatMap((c) => c.files.map((file) => `${SYNTH.tree(name)}${file.path}`)),
  ]);
}

function writeHost(
  written: WrittenTree,
  pkiDir: string,
  assembled: Assembled,
  host: AssembledHost,
  scripts: Readonly<Record<string, string>>,
): void {
  const { name } = host.node;
  const { bundle, keys } = tarsOf(host, assembled.pki, scripts);
  written.write(SYNTH.bundle(name), bundle);
  if (keys) writeKeys(path.join(pkiDir, KEYS.bundle(name)), keys);
  for (const file of host.components.flatMap((c) => c.files)) {
    const text = isSecret(file.content)
      ? describe(file.content, assembled.source.keyFingerprint)
      : file.content;
    written.write(`${SYNTH.tree(name)}${file.path}`, text);
  }
}

/** The scripts that lie on hosts, by file name. */
export function hostScripts(): Record<string, string> {
  const folder = path.join(__dirname, "..", "host");
  return Object.fromEntries(
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".sh"))
      .sort()
      .map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]),
  );
}

/** Never readable by others, not for a moment: made 0600, then renamed. */
function writeKeys(file: string, content: string | Buffer): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
  fs.renameSync(temporary, file);
}
