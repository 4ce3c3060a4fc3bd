/** Messages about hosts and nodes. */
import { missing, quote, wrong } from "./value";

/** A control plane without hosts. */
export function noHosts(): string {
  return 'no host given; name at least one, for example { "cp-1": { address: "10.0.0.11", hostKey: "…" } }';
}

/** A node name that Kubernetes does not take. */
export function badNodeName(value: string): string {
  return wrong(
    "not a node name",
    value,
    'use lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit',
  );
}

/** A node name that does not fit into the common name of its certificate. */
export function longNodeName(value: string, limit: number): string {
  return wrong(
    `too long for a certificate, whose "system:node:<name>" ends at 64 characters`,
    value,
    `use at most ${limit} characters`,
  );
}

/** Two names that are the same in lower case. */
export function sameNodeName(value: string, other: string): string {
  return wrong(`the same node as ${quote(other)}`, value, "node names are lower case; rename one");
}

/** A host is named in another construct too. */
export function nameTaken(name: string, other: string): string {
  return wrong(`node name is taken by a host of ${quote(other)}`, name, "rename one of them");
}

/** Two hosts with one address. */
export function addressTaken(address: string, other: string): string {
  return wrong(`the same address as ${other}`, address, "give each host its own");
}

/** Not an IP address. */
export function noAddress(value: string): string {
  return wrong("not an IP address", value, 'write it as "10.0.0.11" or "fd00::11"');
}

/** An address that no other host can reach. */
export function unreachable(value: string): string {
  return wrong(
    "no other host can reach this address",
    value,
    "use one that is not loopback, link-local, multicast or unspecified",
  );
}

/** No SSH host key. */
export function noHostKey(address: string): string {
  return missing(
    `run ${quote(`ssh-keyscan -t ecdsa ${address}`)} and write what follows the address, or "unchecked"`,
  );
}

/** Not an SSH host key. */
export function badHostKey(value: string): string {
  return wrong(
    "not an SSH public key",
    value,
    'write it as "ecdsa-sha2-nistp256 AAAA…", as ssh-keyscan prints it behind the address',
  );
}

/** A private key where a public key or a path belongs; the value is never shown. */
export function privateKeyGiven(repair: string): string {
  return `holds a private key; ${repair}`;
}

/** A host that is lost and still wanted. */
export function lostButThere(name: string): string {
  return wrong("still in hosts", name, "take it out of hosts in the same change");
}
