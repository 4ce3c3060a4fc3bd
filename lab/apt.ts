/** Debian packages of the developer's machine. */
import { run, tryRun } from "./command";

/** Tells whether a program is on the search path. */
export const hasProgram = async (name: string): Promise<boolean> =>
  (await tryRun("sh", ["-c", 'command -v "$1"', "sh", name])).code === 0;

/**
 * Installs those Debian packages that are missing.
 *
 * @throws Error that names the packages, where they cannot be installed by us
 */
export async function installPackages(packages: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const name of packages) {
    const state = await tryRun("dpkg", ["--status", name]);
    if (!state.stdout.includes("\nStatus: install ok installed")) missing.push(name);
  }
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !(await hasProgram("apt-get"))) {
    throw new Error(
      `the lab needs packages that are missing: ${missing.join(" ")}; install them, or run as root on Debian or Ubuntu`,
    );
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { env });
  await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], { env });
}
