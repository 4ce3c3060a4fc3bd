/** Messages about the settings of a cluster, its pools and its addons. */
import { missing, quote, quoteAll, wrong } from "./value";

/** No version at all. */
export function noVersion(value: string): string {
  return wrong("not a version", value, 'write it as "1.36.3"');
}

/** A version of a minor that this library does not know. */
export function unknownVersion(value: string, minors: readonly number[]): string {
  const supported = minors.map((minor) => `1.${minor}`).join(", ");
  return wrong("not supported", value, `supported minors: ${supported}`);
}

/** etcd on hosts of its own. */
export function etcdHosts(): string {
  return 'members on hosts of their own are not available in this version; use "local" or "external"';
}

/** No form of etcd, or several. */
export function etcdForms(given: readonly string[]): string {
  return given.length === 0
    ? 'no form given; write "local" or "external"'
    : `more than one form, got ${quoteAll(given)}; keep one`;
}

/** A certificate without its key, or a key without its certificate. */
export function onlyTogether(other: string): string {
  return missing(`certFile and keyFile belong together, and ${other} is given`);
}

/** A client certificate without the CA of the servers. */
export function needsCaFile(): string {
  return missing("a client certificate is given, so give the CA of the servers too");
}

/** Not the URL of an etcd member. */
export function badEndpointUrl(value: string): string {
  return wrong("not the URL of an etcd member", value, 'write it as "https://10.0.0.31:2379"');
}

/** Plain http beside certificates. */
export function httpWithFiles(value: string): string {
  return wrong("http, although certificate files are given", value, "use https");
}

/** Several control plane hosts and no endpoint. */
export function noEndpoint(hosts: number): string {
  return missing(
    `${hosts} control plane hosts need one name that leads to all of them, for example "k8s.example.com:6443"`,
  );
}

/** Not an endpoint. */
export function badEndpoint(value: string): string {
  return wrong(
    "not a host or host:port",
    value,
    'write it as "k8s.example.com:6443", "10.0.0.10:6443" or "[fd00::10]:6443"',
  );
}

/** A port that something else on the host has. */
export function portTaken(port: number, owner: string): string {
  return wrong(`port of ${owner}`, port, "use another, for example 6443");
}

/** A certificate that outlives its CA. */
export function outlivesCa(value: string, ca: string): string {
  return wrong(
    `longer than caCertificateValidityPeriod ${quote(ca)}`,
    value,
    "choose a shorter one",
  );
}

/** A kubelet setting that this library keeps for itself. */
export function forced(value: unknown, why: string): string {
  return wrong(why, value, "leave it out");
}

/** Not the kind of configuration that belongs here. */
export function wrongKind(value: unknown, expected: string): string {
  return wrong("another kind of configuration", value, `leave it out or write ${quote(expected)}`);
}

/** Every check, and single ones beside it. */
export function allAndOthers(): string {
  return '"all" and single checks given; keep "all" alone';
}

/** A flag of the kubelet that its one-line file cannot hold. */
export function badKubeletFlag(value: string): string {
  return wrong(
    "a kubelet flag cannot hold spaces, quotes or backslashes",
    value,
    "set the field in kubelet instead, if it has one",
  );
}

/** A directory that is not the cluster's own. */
export function systemDirectory(value: string): string {
  return wrong(
    "a directory of the system, and reset would empty it",
    value,
    "use a directory of its own",
  );
}

/** The same taint twice. */
export function sameTaint(value: string): string {
  return wrong("this key and effect were given before", value, "remove one of them");
}

/** Not a number of workers, nor a share of them. */
export function badMaxUnavailable(value: unknown): string {
  return wrong("not a count from 1 or a share up to 100%", value, 'write it as 2 or "25%"');
}

/** A name that an addon of this library has. */
export function addonNameTaken(name: string): string {
  return wrong("name of a built-in addon", name, "rename it");
}

/** An object that Kubernetes does not take. */
export function noObject(value: unknown): string {
  return wrong("not a Kubernetes object", value, "give it apiVersion, kind and metadata.name");
}

/** A Corefile with nothing in it. */
export function emptyCorefile(): string {
  return "holds nothing; write the whole Corefile, or leave it out";
}

/** A list of objects with nothing in it. */
export function emptyManifest(): string {
  return "holds no object; remove the name, or add an object";
}

/** A network that hands out ranges, and no range. */
export function networkNeedsPods(network: string): string {
  return missing(`the ${network} network hands out ranges of it, for example "10.244.0.0/16"`);
}

/** `bridgeNetwork()` and another pod range than one of IPv4. */
export function bridgeNeedsOneRange(value: string): string {
  return wrong(
    "the bridge network takes one IPv4 range of at least a /24",
    value,
    'write one, for example "10.244.0.0/16", or choose another network',
  );
}

/** A range of a node outside the range of pods. */
export function outsidePods(value: string, podSubnet: string): string {
  return wrong(`not inside podSubnet ${quote(podSubnet)}`, value, "choose a range inside it");
}

/** Two hosts with the same range for pods. */
export function podRangeTaken(
  range: string,
  other: string,
  otherRange: string,
  free: string | undefined,
): string {
  const example = free === undefined ? "" : `, for example ${quote(free)}`;
  return wrong(
    `range for pods overlaps ${quote(otherRange)} of ${other}`,
    range,
    `set podSubnet of one of the two hosts${example}`,
  );
}

/** Two pools with one name. */
export function poolTaken(name: string, other: string): string {
  return wrong(`pool name is taken by ${quote(other)}`, name, "give one construct another id");
}
