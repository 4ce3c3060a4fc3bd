/** Arithmetic on addresses and ranges, by numbers and never by text. The only file that calls ipaddr.js. */
import { fromByteArray, IPv4, IPv6 } from "ipaddr.js";

/** IP version. */
export type Family = 4 | 6;

/** An IP address. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
  /** Canonical: dotted decimal, or RFC 5952. */
  readonly text: string;
}

/** A range of addresses. */
export interface Cidr {
  readonly family: Family;
  /** First address. */
  readonly first: bigint;
  /** Unit: bits. */
  readonly prefix: number;
  /** Canonical: no bits set behind the prefix. */
  readonly text: string;
}

/** A host and, if given, its port. */
export interface HostPort {
  /** Without brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** Reads an address as Go does: four decimal parts without leading zeros, or IPv6 without zone or mapped IPv4. */
export function parseAddress(text: string): Address | undefined {
  if (isDottedDecimal(text)) return toAddress(IPv4.parse(text).toByteArray());
  if (!IPv6.isValid(text) || text.includes("%")) return undefined;
  const parsed = IPv6.parse(text);
  return parsed.isIPv4MappedAddress() ? undefined : toAddress(parsed.toByteArray());
}

/** An address in its canonical text; other text, such as a token, as it is. */
export function canonicalAddress(text: string): string {
  return parseAddress(text)?.text ?? text;
}

/** Whether other hosts can reach an address: not loopback, link-local, multicast, broadcast or unspecified. */
export function isReachable(address: Address): boolean {
  const range =
    address.family === 4 ? IPv4.parse(address.text).range() : IPv6.parse(address.text).range();
  return !["loopback", "linkLocal", "multicast", "broadcast", "unspecified"].includes(range);
}

function isDottedDecimal(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
  );
}

function toAddress(bytes: number[]): Address {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { family: bytes.length === 4 ? 4 : 6, value, text: fromByteArray(bytes).toString() };
}

function fromValue(family: Family, value: bigint): Address {
  const count = BITS[family] / 8;
  const bytes = Array.from({ length: count }, (_, index) =>
    Number((value >> BigInt(8 * (count - 1 - index))) & 0xffn),
  );
  return toAddress(bytes);
}

/** Reads a range; bits behind the prefix are dropped, as Go does. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > BITS[address.family]) return undefined;
  return toCidr(address.family, address.value, prefix);
}

function toCidr(family: Family, value: bigint, prefix: number): Cidr {
  const hostBits = BigInt(BITS[family] - prefix);
  const first = (value >> hostBits) << hostBits;
  return { family, first, prefix, text: `${fromValue(family, first).text}/${prefix}` };
}

/** Reads kubeadm's comma-separated ranges; what is no range is undefined in the list. An empty text is no range. */
export function parseCidrs(text: string): (Cidr | undefined)[] {
  return text === "" ? [] : text.split(",").map((part) => parseCidr(part.trim()));
}

/** How many addresses a range has. */
export function addressCount(cidr: Cidr): bigint {
  return 1n << BigInt(BITS[cidr.family] - cidr.prefix);
}

/** Whether two ranges share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  if (a.family !== b.family) return false;
  return a.first < b.first + addressCount(b) && b.first < a.first + addressCount(a);
}

/** Whether an address lies in a range. */
export function contains(cidr: Cidr, address: Address): boolean {
  const offset = address.value - cidr.first;
  return cidr.family === address.family && offset >= 0n && offset < addressCount(cidr);
}

/** Whether the first range has all of the second. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return overlaps(outer, inner) && inner.prefix >= outer.prefix;
}

/**
 * The address `n` behind a range's first: 1 is the API server's in the service range, 10 is DNS's.
 *
 * @throws RangeError when the range is not so large
 */
export function nthAddress(cidr: Cidr, n: number): Address {
  if (n < 0 || BigInt(n) >= addressCount(cidr))
    throw new RangeError(`${cidr.text} has no address ${n}`);
  return fromValue(cidr.family, cidr.first + BigInt(n));
}

/** How many ranges of a prefix fit into a range; none when it is smaller. */
export function subnetCount(cidr: Cidr, prefix: number): bigint {
  return prefix < cidr.prefix || prefix > BITS[cidr.family]
    ? 0n
    : 1n << BigInt(prefix - cidr.prefix);
}

/**
 * The range `n` of a prefix in a range, counted from 0.
 *
 * @throws RangeError when the range is not so large
 */
export function nthSubnet(cidr: Cidr, prefix: number, n: bigint): Cidr {
  if (n < 0n || n >= subnetCount(cidr, prefix))
    throw new RangeError(`${cidr.text} has no /${prefix} ${n}`);
  return toCidr(cidr.family, cidr.first + (n << BigInt(BITS[cidr.family] - prefix)), prefix);
}

/**
 * Reads `host`, `host:port`, `[ipv6]:port` or a bare IPv6 address; undefined when the form is none of these. Whether host
 * is a good name is not looked at; the port is between 1 and 65535.
 */
export function parseHostPort(text: string): HostPort | undefined {
  if (parseAddress(text) !== undefined) return { host: text, port: undefined };
  const match = /^(?:\[([^\][]+)\]|([^:\][]+))(?::(\d{1,5}))?$/.exec(text);
  const [, bracketed, plain, digits] = match ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return undefined;
  if (bracketed !== undefined && parseAddress(bracketed)?.family !== 6) return undefined;
  const port = digits === undefined ? undefined : Number(digits);
  return port === undefined || isPort(port) ? { host, port } : undefined;
}

/** Whether a number is a TCP port. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** `host:port`, with an IPv6 address in brackets. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const BRIDGE_PREFIX = 24;

/**
 * The range of a node for `bridgeNetwork()`: the /24 of `podSubnet` that the low bits of the host's address name. It
 * depends on nothing else, so that hosts that come and go move nobody. Two hosts may get the same range; validation says so.
 *
 * Undefined when `podSubnet` is no IPv4 range of at least a /24, or `address` is no address.
 */
export function bridgePodSubnet(podSubnet: string, address: string): string | undefined {
  const range = parseCidr(podSubnet);
  const host = parseAddress(address);
  if (range?.family !== 4 || host === undefined) return undefined;
  const count = subnetCount(range, BRIDGE_PREFIX);
  return count === 0n ? undefined : nthSubnet(range, BRIDGE_PREFIX, host.value % count).text;
}
