/** The lab's network and its fence: nothing of the lab ever leaves this machine. */
import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { run, tryRun } from "./command";
import { docker, tryDocker } from "./docker";
import { inLab } from "./paths";
import { FENCED_RANGES, GATEWAY, NETWORK } from "./table";

/** Rules that refuse what a lab host sends anywhere but to the lab. */
const FENCE: readonly (readonly [program: string, chain: string])[] = [
  ["iptables", "DOCKER-USER"],
  ["ip6tables", "FORWARD"],
];

const FENCE_RULE = ["-i", NETWORK.bridge, "!", "-o", NETWORK.bridge, "-j", "REJECT"];

/** Routes of last resort, so that an address that is not there is refused instead of sent out. */
const routeOf = (range: string): string[] => ["unreachable", range, "metric", "9999"];

/** Makes network and fence; what is there stays. */
export async function ensureNetwork(): Promise<void> {
  if ((await tryDocker(["network", "inspect", NETWORK.name])).code !== 0) {
    await docker([
      ...["network", "create", NETWORK.name, "--driver", "bridge", "--ipv6"],
      ...["--subnet", NETWORK.ipv4, "--gateway", GATEWAY],
      ...["--subnet", NETWORK.ipv6, "--gateway", NETWORK.gateway6],
      ...["-o", `com.docker.network.bridge.name=${NETWORK.bridge}`],
      ...["-o", "com.docker.network.bridge.enable_ip_masquerade=false"],
    ]);
  }
  for (const [program, chain] of FENCE) {
    if ((await tryRun(program, ["-C", chain, ...FENCE_RULE])).code !== 0) {
      await run(program, ["-I", chain, ...FENCE_RULE]);
    }
  }
  for (const range of FENCED_RANGES) await run("ip", ["route", "replace", ...routeOf(range)]);
  await ensureConnectionTracking();
}

const CONNECTIONS_KEY = "net.netfilter.nf_conntrack_max";

const savedConnections = (): string => inLab("nf_conntrack_max");

/**
 * kube-proxy sets the limit of tracked connections unless it is exactly what it wants, which it may
 * not do from inside a container, and then it ends. See `conntrack` in KubeProxyConfiguration.
 */
async function ensureConnectionTracking(): Promise<void> {
  const cores = Number(await run("nproc", []));
  const wanted = String(Math.max(131_072, 32_768 * cores));
  const current = (await tryRun("sysctl", ["-n", CONNECTIONS_KEY])).stdout.trim();
  if (current === wanted) return;
  if (!existsSync(savedConnections())) await writeFile(savedConnections(), current);
  await run("sysctl", ["-q", "-w", `${CONNECTIONS_KEY}=${wanted}`]);
}

async function restoreConnectionTracking(): Promise<void> {
  if (!existsSync(savedConnections())) return;
  const saved = readFileSync(savedConnections(), "utf8").trim();
  await tryRun("sysctl", ["-q", "-w", `${CONNECTIONS_KEY}=${saved}`]);
  await rm(savedConnections());
}

/** Takes network, fence and routes away and gives the machine its own limits back. */
export async function removeNetwork(): Promise<void> {
  for (const range of FENCED_RANGES) await tryRun("ip", ["route", "del", ...routeOf(range)]);
  for (const [program, chain] of FENCE) await tryRun(program, ["-D", chain, ...FENCE_RULE]);
  await restoreConnectionTracking();
  await tryDocker(["network", "rm", NETWORK.name]);
}
