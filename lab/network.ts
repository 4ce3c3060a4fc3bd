/** The lab's network and its fence: nothing of the lab ever leaves this machine. */
import { run, tryRun } from "./command";
import { docker, tryDocker } from "./docker";
import { ensureLimits, restoreLimits } from "./limits";
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
  await ensureLimits();
}

/** Takes network, fence and routes away and gives the machine its own limits back. */
export async function removeNetwork(): Promise<void> {
  for (const range of FENCED_RANGES) await tryRun("ip", ["route", "del", ...routeOf(range)]);
  for (const [program, chain] of FENCE) await tryRun(program, ["-D", chain, ...FENCE_RULE]);
  await restoreLimits();
  await tryDocker(["network", "rm", NETWORK.name]);
}
