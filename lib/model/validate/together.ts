/** Rules that look at a control plane, its pools and its addons at the same time. */
import {
  addressTaken,
  bridgeNeedsOneRange,
  nameTaken,
  networkNeedsPods,
  notKnown,
  outsidePods,
  podRangeTaken,
  poolTaken,
  quote,
  tooFewNodeRanges,
} from "../../errors";
import { CONTROL_PLANE_POOL } from "../defaults";
import {
  entry,
  type Finding,
  type Findings,
  type Issue,
  type IsToken,
  join,
  sortIssues,
  toIssues,
} from "../issue";
import {
  type Cidr,
  canonicalAddress,
  containsCidr,
  nthSubnet,
  overlaps,
  parseCidr,
  subnetCount,
} from "../network";
import type { AddonsProps, ControlPlaneSettings, HostProps } from "../props";
import { hostPodSubnet, nodeName } from "../resolve/node";
import { byKey } from "../sort";
import type { NetworkPlugin } from "../types";
import { checkHostsInRanges, type Ranges, rangesOf } from "./networking";

/** A control plane and, if there are any, its addons. */
export interface ControlPlanePart {
  readonly path: string;
  readonly props: ControlPlaneSettings;
  readonly addons?: AddonsProps;
}

/** A pool of workers. */
export interface PoolPart {
  /** Path of the construct; its last part is the pool's name. */
  readonly path: string;
  readonly hosts: Readonly<Record<string, HostProps>>;
}

interface Place {
  readonly path: string;
  readonly key: string;
  readonly host: HostProps;
}

/** Everything that is wrong between the constructs of a cluster. */
export function validateTogether(
  controlPlane: ControlPlanePart,
  pools: readonly PoolPart[],
  isToken: IsToken,
): Issue[] {
  const { path, props, addons } = controlPlane;
  const network = addons?.network ?? { kind: "none" };
  const ranges = rangesOf(props);
  const places = [{ path, hosts: props.hosts }, ...pools].flatMap((part) =>
    byKey(part.hosts).map(([key, host]) => ({ path: part.path, key, host })),
  );
  return sortIssues([
    ...samePools(path, pools),
    ...sameHosts(places, isToken),
    ...pools.flatMap((pool) => toIssues(pool.path, checkHostsInRanges(pool.hosts, ranges, false))),
    ...toIssues(path, checkPods(ranges, network, places.length)),
    ...(network.kind === "bridge" ? bridgeRanges(ranges, places, isToken) : []),
  ]);
}

function samePools(controlPlane: string, pools: readonly PoolPart[]): Issue[] {
  const seen = new Map([[CONTROL_PLANE_POOL, controlPlane]]);
  const issues: Issue[] = [];
  for (const { path } of pools) {
    const pool = path.split("/").at(-1) ?? path;
    const other = seen.get(pool);
    if (other === undefined) seen.set(pool, path);
    else issues.push({ constructPath: path, propPath: "id", message: poolTaken(pool, other) });
  }
  return issues;
}

/** A name or an address that an earlier host has; within one construct names are looked at there. */
function sameHosts(places: readonly Place[], isToken: IsToken): Issue[] {
  const names = new Map<string, Place>();
  const addresses = new Map<string, Place>();
  return places.flatMap((place) => {
    const findings: Finding[] = [];
    const named = names.get(nodeName(place.key));
    if (named === undefined) names.set(nodeName(place.key), place);
    else if (named.path !== place.path) {
      findings.push({
        propPath: entry("hosts", place.key),
        message: nameTaken(place.key, named.path),
      });
    }
    const { address } = place.host;
    const canonical = isToken(address) ? undefined : canonicalAddress(`${address ?? ""}`);
    const addressed = canonical && addresses.get(canonical);
    if (addressed) {
      const message = addressTaken(address, describe(addressed, place.path));
      findings.push({ propPath: at(place, "address"), message });
    } else if (canonical) addresses.set(canonical, place);
    return toIssues(place.path, findings);
  });
}

function at({ key }: Place, field: string): string {
  return join(entry("hosts", key), field);
}

/** A host in a message; with its construct when that is another one. */
function describe(place: Place, from: string): string {
  return place.path === from ? quote(place.key) : `${quote(place.key)} of ${quote(place.path)}`;
}

/** Prefix of a node's range with `bridgeNetwork()`. */
const NODE_PREFIX = 24;

/** The range of pods beside the network, and beside the number of hosts. */
function* checkPods(
  { pods, podText, nodeMask }: Ranges,
  network: NetworkPlugin,
  hosts: number,
): Findings {
  const propPath = "networking.podSubnet";
  if (network.kind !== "none" && podText === "") {
    yield { propPath, message: networkNeedsPods(network.kind) };
  } else if (network.kind === "bridge" && pods.length > 0 && bridgeRange(pods) === undefined) {
    yield { propPath, message: bridgeNeedsOneRange(podText) };
  }
  const first = pods.find(({ family }) => family === 4);
  const count = first === undefined ? 0n : subnetCount(first, nodeMask);
  if (first !== undefined && count > 0n && count < BigInt(hosts)) {
    yield { propPath, message: tooFewNodeRanges(first.text, Number(count), hosts) };
  }
}

function bridgeRange(pods: readonly Cidr[]): Cidr | undefined {
  const [only, ...rest] = pods;
  return only?.family === 4 && only.prefix <= NODE_PREFIX && rest.length === 0 ? only : undefined;
}

/** Each host's own range: inside the pods' range, and shared with nobody. */
function bridgeRanges(ranges: Ranges, places: readonly Place[], isToken: IsToken): Issue[] {
  const pods = bridgeRange(ranges.pods);
  if (pods === undefined) return [];
  const taken: { readonly place: Place; readonly range: Cidr }[] = [];
  const all = places.flatMap(({ host }) => rangeOfHost(host, pods) ?? []);
  return places.flatMap((place) => {
    const propPath = at(place, "podSubnet");
    const issue = (message: string) => [{ constructPath: place.path, propPath, message }];
    if (isToken(place.host.address)) {
      // The unit that sets the routes holds it.
      return [{ constructPath: place.path, propPath: at(place, "address"), message: notKnown() }];
    }
    const range = rangeOfHost(place.host, pods);
    if (range === undefined) return [];
    if (!containsCidr(pods, range)) return issue(outsidePods(range.text, pods.text));
    const other = taken.find((earlier) => overlaps(earlier.range, range));
    taken.push({ place, range });
    if (other === undefined) return [];
    const free = freeRange(pods, all);
    return issue(
      podRangeTaken(range.text, describe(other.place, place.path), other.range.text, free),
    );
  });
}

function rangeOfHost(host: HostProps, pods: Cidr): Cidr | undefined {
  const text = hostPodSubnet(host, [pods.text]);
  return text === undefined ? undefined : parseCidr(text);
}

/** The last range that no host has; the last, because low addresses of hosts name the first ones. */
function freeRange(pods: Cidr, taken: readonly Cidr[]): string | undefined {
  for (let n = subnetCount(pods, NODE_PREFIX) - 1n; n >= 0n; n--) {
    const range = nthSubnet(pods, NODE_PREFIX, n);
    if (!taken.some((other) => overlaps(other, range))) return range.text;
  }
  return undefined;
}
