/** The acceptance checks: programs that judge a cluster without knowing how it was made. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CommandResult, tryRun } from "../../lab/command";
import * as lab from "../../lab/lab";
import { PROJECT_DIR } from "../../lab/paths";

/** Acceptance checks are kept beside the checkout. */
const BESIDE_CHECKOUT = join("..", "shared", "acceptance");

/** The role that a host's files are checked for. */
export type Role = "control-plane" | "worker";

/** Folder of the acceptance checks. @throws when it is not there */
export function acceptanceDir(): string {
  const given = process.env.CDKTF_KUBEADM_ACCEPTANCE;
  const dir = resolve(PROJECT_DIR, given ?? BESIDE_CHECKOUT);
  if (!existsSync(join(dir, "facts.mjs"))) {
    throw new Error(
      `${dir}: no acceptance checks; set CDKTF_KUBEADM_ACCEPTANCE to the folder that has them`,
    );
  }
  return dir;
}

/** What a cluster shows through its API. */
export async function checkFacts(
  kubeconfig: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const KUBECTL = await lab.kubectlPath();
  return tryRun(process.execPath, [join(acceptanceDir(), "facts.mjs")], {
    env: { ...env, KUBECTL, KUBECONFIG: kubeconfig },
  });
}

/** What the files of a host look like, seen from the host. */
export function checkHostFiles(host: lab.HostName, role: Role): Promise<CommandResult> {
  const input = readFileSync(join(acceptanceDir(), "host-files.sh"), "utf8");
  return lab.ssh(host, `sh -s ${role}`, { input });
}

/** The rows of a check that do not hold. */
export function failedRows({ stdout, stderr }: CommandResult): string[] {
  return `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("FAIL"));
}
