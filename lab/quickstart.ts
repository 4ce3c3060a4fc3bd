/** `npm run quickstart`: from nothing to a running cluster on this machine, and back. */
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { run, runVisibly, tryRun } from "./command";
import * as lab from "./lab";
import { PROJECT_DIR } from "./paths";
import { formatDuration } from "./progress";

const HOSTS: readonly lab.HostName[] = ["cp-1", "w-1"];

/** Where the stack of `bin/lab.ts` keeps keys and the administrator's kubeconfig. */
const PKI_DIR = join(PROJECT_DIR, "pki", "lab");

const log: lab.Log = (line) => console.log(line);

async function up(): Promise<void> {
  await lab.prepare(log);
  const isNew = await Promise.all(HOSTS.map((name) => lab.createHost(name)));
  log(`hosts: ${HOSTS.map((name, index) => (isNew[index] ? `${name} (new)` : name)).join(", ")}`);
  // A state that speaks of machines that are gone would find nothing to do.
  if (isNew.some(Boolean)) await removeFromProject(await stateFiles());
  await deploy();
  await show();
}

/** Runs what a user runs; only where providers come from may differ. */
async function deploy(): Promise<void> {
  const env = await lab.terraformEnv();
  const args = ["cdktf", "deploy", "*", "--auto-approve"];
  if (env !== undefined) args.push("--skip-provider-lock");
  log(`running npx ${args.join(" ")}`);
  // Without a terminal there is nothing to redraw: plain lines, as in a pipeline.
  const settings: Record<string, string> = { CHECKPOINT_DISABLE: "1", ...env };
  if (!process.stdout.isTTY) settings.CI = "1";
  const code = await runVisibly("npx", args, { cwd: PROJECT_DIR, env: settings });
  if (code !== 0) throw new Error(`cdktf deploy failed with exit code ${code}; see above`);
}

async function show(): Promise<void> {
  const kubectl = await lab.kubectlPath();
  const kubeconfig = join(PKI_DIR, "admin.conf");
  const get = (...args: string[]): Promise<string> =>
    run(kubectl, ["--kubeconfig", kubeconfig, "get", ...args]);
  const settled = ["wait", "--for=condition=Ready", "pods", "--all", "--namespace", "kube-system"];
  await tryRun(kubectl, ["--kubeconfig", kubeconfig, ...settled, "--timeout=60s"]);
  console.log(`\n${await get("nodes", "--output", "wide")}`);
  console.log(`\n${await get("pods", "--namespace", "kube-system", "--output", "wide")}`);
  console.log(`\nkubeconfig of the administrator: ${kubeconfig}`);
  console.log(`  ${kubectl} --kubeconfig ${kubeconfig} get pods --all-namespaces`);
  console.log(
    `log in to a host:  ssh -i ${lab.sshKeyFile()} root@${lab.inventory()["cp-1"]?.address}`,
  );
  console.log("take it all down:  npm run quickstart -- --down");
}

/** Terraform's state of the stack and what belongs to it. Shape: names in the project's folder */
const stateFiles = async (): Promise<string[]> =>
  (await readdir(PROJECT_DIR)).filter((name) => name.startsWith("terraform.lab."));

async function removeFromProject(names: readonly string[]): Promise<void> {
  for (const path of names.map((name) => join(PROJECT_DIR, name)).filter(existsSync)) {
    log(`removing ${path}`);
    await rm(path, { recursive: true, force: true });
  }
}

/** Removes the lab and what its stack has left in the project; the build cache stays. */
async function down(): Promise<void> {
  await lab.down(log);
  await removeFromProject([join("pki", "lab"), "cdktf.out", ...(await stateFiles())]);
}

async function main(): Promise<void> {
  const command = new Command("quickstart")
    .description("makes two hosts on this machine and a cluster on them")
    .option("--down", "remove hosts, network and state; what was built stays in the cache")
    .parse();
  const start = Date.now();
  await (command.opts<{ down?: boolean }>().down === true ? down() : up());
  log(`\ndone in ${formatDuration(Date.now() - start)}`);
}

main().catch((error: unknown) => {
  console.error(`quickstart: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
