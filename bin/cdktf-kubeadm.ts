#!/usr/bin/env node
/** The command `cdktf-kubeadm`: what is asked outside a synth. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { pkiStatus } from "../lib/cli/pki-status";

/** The version of this package: its package.json is one folder up, or two from the compiled file. */
function version(): string {
  const found = ["..", "../.."]
    .map((folder) => path.join(__dirname, folder, "package.json"))
    .find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`no package.json above ${__dirname}`);
  return (JSON.parse(fs.readFileSync(found, "utf8")) as { version: string }).version;
}

const program = new Command("cdktf-kubeadm")
  .description("Kubernetes clusters on plain Linux hosts, made at synth")
  .version(version());

program
  .command("pki")
  .description("the key directory of a cluster")
  .command("status")
  .description("certificates by expiry, and whether their keys are at hand")
  .argument("<directory>", 'the key directory, for example "pki/prod"')
  .action((directory: string) => {
    try {
      process.stdout.write(pkiStatus(directory, new Date()));
    } catch (error) {
      program.error(error instanceof Error ? error.message : String(error));
    }
  });

program.parse();
