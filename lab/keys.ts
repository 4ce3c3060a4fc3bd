/** SSH keys of the lab: one to log in with, and the host keys of every possible host. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cached";
import { run } from "./command";
import { inLab } from "./paths";
import { addressOf, HOSTS, type HostName, isHostName } from "./table";

/** Types of host keys; Terraform asks for ECDSA first. */
const HOST_KEY_TYPES = ["ecdsa", "ed25519"] as const;

/** Private key that root and `admin` accept on every host. */
export const sshKeyFile = (): string => inLab("ssh", "id_ed25519");

/** The hosts' keys in the form that OpenSSH reads. */
export const knownHostsFile = (): string => inLab("ssh", "known_hosts");

/** Folder that becomes part of `/etc/ssh` on a host. */
export const hostSshDir = (name: HostName): string => inLab("ssh", "hosts", name);

const generate = (path: string, type: string, comment: string): Promise<string> =>
  run("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", comment, "-f", path]);

/** Public ECDSA key of a host. Shape: `ecdsa-sha2-nistp256 AAAA…` */
export function hostKeyOf(name: HostName): string {
  const file = join(hostSshDir(name), "ssh_host_ecdsa_key.pub");
  return readFileSync(file, "utf8").trim().split(" ").slice(0, 2).join(" ");
}

/** Makes those keys that are missing. A host keeps its keys when it is made anew. */
export async function ensureKeys(): Promise<void> {
  await cached(inLab("ssh"), async (dir) => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await generate(join(dir, "id_ed25519"), "ed25519", "lab");
    const authorized = readFileSync(join(dir, "id_ed25519.pub"), "utf8");
    const names = Object.keys(HOSTS).filter(isHostName);
    const knownHosts: string[] = [];
    for (const name of names) {
      const hostDir = join(dir, "hosts", name);
      await mkdir(hostDir, { recursive: true });
      await writeFile(join(hostDir, "lab_authorized_keys"), authorized, { mode: 0o644 });
      for (const type of HOST_KEY_TYPES) {
        const path = join(hostDir, `ssh_host_${type}_key`);
        await generate(path, type, name);
        knownHosts.push(`${addressOf(name)} ${readFileSync(`${path}.pub`, "utf8")}`);
      }
    }
    await writeFile(join(dir, "known_hosts"), knownHosts.join(""));
  });
}
