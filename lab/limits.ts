/** Kernel limits that all hosts share with this machine: set for the lab, given back when it goes. */
import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { run, tryRun } from "./command";
import { inLab } from "./paths";

interface Limit {
  readonly key: string;
  /** What the lab needs, from what is set. */
  readonly wanted: (current: number) => number;
}

const LIMITS: readonly Limit[] = [
  {
    // kube-proxy sets it unless it is exactly what it wants, which it may not do from inside a container, and then it
    // ends. See `conntrack` in KubeProxyConfiguration.
    key: "net.netfilter.nf_conntrack_max",
    wanted: () => Math.max(131_072, 32_768 * cpus().length),
  },
  {
    // Root of all hosts is one user: systemd, containerd and kubelet of a host need some 20.
    key: "fs.inotify.max_user_instances",
    wanted: (current) => Math.max(current, 1024),
  },
];

/** File that keeps the value from before the lab. */
const savedFile = (key: string): string => inLab(key.split(".").at(-1) ?? key);

/** Sets what differs. */
export async function ensureLimits(): Promise<void> {
  for (const { key, wanted } of LIMITS) {
    const current = (await tryRun("sysctl", ["-n", key])).stdout.trim();
    const value = String(wanted(Number(current)));
    if (current === value) continue;
    if (!existsSync(savedFile(key))) await writeFile(savedFile(key), current);
    await run("sysctl", ["-q", "-w", `${key}=${value}`]);
  }
}

/** Gives the machine its own limits back. */
export async function restoreLimits(): Promise<void> {
  for (const { key } of LIMITS.filter((limit) => existsSync(savedFile(limit.key)))) {
    const saved = readFileSync(savedFile(key), "utf8").trim();
    await tryRun("sysctl", ["-q", "-w", `${key}=${saved}`]);
    await rm(savedFile(key));
  }
}
