/** Messages about addresses and ranges. */
import { quote, wrong } from "./value";

/** Not a range. */
export function noCidr(value: string, example: string): string {
  return wrong("not a range in CIDR form", value, `write it as ${quote(example)}`);
}

/** A range with bits set behind its prefix. */
export function looseCidr(value: string, canonical: string): string {
  return wrong("has bits set behind its prefix", value, `write ${quote(canonical)}`);
}

/** More than two ranges, or two of one family. */
export function badDualStack(value: string): string {
  return wrong("not one range, or two of different families", value, "remove what is too much");
}

/** Two ranges that share addresses. */
export function rangesOverlap(other: string, value: string, otherValue: string): string {
  return `overlaps ${other}, got ${quote(value)} and ${quote(otherValue)}; choose ranges that share no address`;
}

/** A host whose address lies in a range of the cluster. */
export function addressInRange(address: string, range: string, value: string): string {
  return wrong(
    `lies in ${range} ${quote(value)}`,
    address,
    `choose a ${range} without addresses of hosts`,
  );
}

/** A range that is too small. */
export function rangeTooSmall(value: string, atLeast: number, prefix: number): string {
  return wrong(`fewer than ${atLeast} addresses`, value, `use at most /${prefix}`);
}

/** A service range that the API server refuses. */
export function rangeTooLarge(value: string, prefix: number): string {
  return wrong("too large, more than 20 host bits", value, `use at least /${prefix}`);
}

/** A pod range that holds no range of a node. */
export function noNodeRange(value: string, mask: number): string {
  return wrong(`smaller than one node's /${mask}`, value, `use at most /${mask}`);
}

/** A pod range with more than 65536 ranges of nodes. */
export function tooManyNodeRanges(value: string, mask: number): string {
  return wrong(
    `more than 16 bits shorter than a node's /${mask}`,
    value,
    `use at least /${mask - 16}, or set node-cidr-mask-size in controllerManager.extraArgs`,
  );
}

/** More hosts than ranges for them. */
export function tooFewNodeRanges(value: string, ranges: number, hosts: number): string {
  return wrong(
    `too few ranges for nodes, ${ranges} for ${hosts} hosts`,
    value,
    "use a larger range",
  );
}

/** Pods and services whose families do not fit. */
export function familiesDiffer(value: string, other: string): string {
  return `families differ from serviceSubnet, got ${quote(value)} and ${quote(other)}; give both the same families in the same order`;
}

/** A host that is not of the services' family. */
export function addressFamily(address: string, services: string): string {
  return wrong(
    `not of the family of serviceSubnet ${quote(services)}`,
    address,
    "give the host an address of that family, or change networking.serviceSubnet",
  );
}
