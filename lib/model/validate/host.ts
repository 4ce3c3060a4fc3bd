/** Hosts: names, addresses, host keys, and the way to them. */
import {
  badHostKey,
  badNodeName,
  longNodeName,
  lostButThere,
  noAddress,
  noCidr,
  noHostKey,
  privateKeyGiven,
  sameNodeName,
  unreachable,
} from "../../errors";
import { entry, type Findings, type IsToken, join } from "../issue";
import { isReachable, parseAddress, parseCidr } from "../network";
import type { HostProps, SshProps } from "../props";
import { nodeName } from "../resolve/node";
import { UNCHECKED } from "../resolve/reach";
import { checkLabels } from "./labels";
import { duration, isSubdomain, localPath, userName } from "./syntax";
import { checkPort, checkText, checkTextOrToken, required, type TextRule } from "./text";

/** So that `system:node:<name>` has at most 64 characters. Source: X.520, upper bound of a common name. */
const NODE_NAME_LIMIT = 52;

/** Kinds of SSH host keys that Terraform compares. */
const HOST_KEY_TYPES = [
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-ed25519",
  "ssh-rsa",
];

/** A map of hosts, and the names of those that are lost. */
export function* checkHosts(
  props: {
    readonly hosts: Readonly<Record<string, HostProps>>;
    readonly lost?: readonly string[];
  },
  isToken: IsToken,
  addressMayBeToken: boolean,
): Findings {
  const keys = new Map<string, string>();
  for (const [key, host] of Object.entries(props.hosts)) {
    const path = entry("hosts", key);
    const other = keys.get(nodeName(key));
    if (other !== undefined) yield { propPath: path, message: sameNodeName(key, other) };
    keys.set(nodeName(key), key);
    yield* checkText(path, key, isToken, nodeNameRule);
    yield* checkHost(path, host, isToken, addressMayBeToken);
  }
  for (const [index, name] of (props.lost ?? []).entries()) {
    const path = join("lost", index);
    yield* checkText(path, name, isToken, nodeNameRule);
    if (keys.has(nodeName(name))) yield { propPath: path, message: lostButThere(name) };
  }
}

function nodeNameRule(key: string): string | undefined {
  const name = nodeName(key);
  if (!isSubdomain(name)) return badNodeName(key);
  return name.length > NODE_NAME_LIMIT ? longNodeName(key, NODE_NAME_LIMIT) : undefined;
}

function* checkHost(
  path: string,
  host: HostProps,
  isToken: IsToken,
  addressMayBeToken: boolean,
): Findings {
  const at = (field: string) => join(path, field);
  yield* required(at("address"), host.address, 'write it as "10.0.0.11" or "fd00::11"');
  const checkAddress = addressMayBeToken ? checkTextOrToken : checkText;
  yield* checkAddress(at("address"), host.address, isToken, address);
  yield* checkHostKey(at("hostKey"), host, isToken);
  yield* checkPort(at("port"), host.port, isToken, true);
  yield* checkTextOrToken(at("user"), host.user, isToken, userName);
  yield* checkLabels(at("labels"), host.labels, isToken);
  yield* checkText(at("podSubnet"), host.podSubnet, isToken, (text) =>
    parseCidr(text) === undefined ? noCidr(text, "10.244.11.0/24") : undefined,
  );
}

function address(text: string): string | undefined {
  const parsed = parseAddress(text);
  if (parsed === undefined) return noAddress(text);
  return isReachable(parsed) ? undefined : unreachable(text);
}

function* checkHostKey(path: string, host: HostProps, isToken: IsToken): Findings {
  const key: unknown = host.hostKey;
  if (key === undefined || key === "") {
    const known = isToken(host.address) ? "<address>" : host.address;
    yield { propPath: path, message: noHostKey(known) };
  } else if (holdsPrivateKey(key)) {
    const message = privateKeyGiven('write the host\'s public key, or "unchecked"');
    yield { propPath: path, message };
  } else if (key !== UNCHECKED) {
    yield* checkTextOrToken(path, typeof key === "string" ? key.trim() : key, isToken, hostKey);
  }
}

/** `<type> <base64>`, where the base64 says the same type; a comment may follow. */
const hostKey: TextRule = (text) => {
  const [type = "", base64 = ""] = text.split(/ +/);
  const name = Buffer.from(type);
  const blob = Buffer.from(base64, "base64");
  const isSame =
    blob.length > name.length + 4 &&
    blob.readUInt32BE(0) === name.length &&
    blob.subarray(4, 4 + name.length).equals(name);
  return HOST_KEY_TYPES.includes(type) && isSame ? undefined : badHostKey(text);
};

function holdsPrivateKey(value: unknown): boolean {
  return typeof value === "string" && /PRIVATE KEY/.test(value);
}

/** How Terraform reaches the hosts of a pool. */
export function* checkSsh(ssh: SshProps | undefined, isToken: IsToken): Findings {
  if (ssh === undefined) return;
  const file = ssh.privateKeyFile;
  if (holdsPrivateKey(file)) {
    const message = privateKeyGiven("write the path of its file");
    yield { propPath: "ssh.privateKeyFile", message };
  } else {
    yield* checkText("ssh.privateKeyFile", file, isToken, localPath);
  }
  yield* checkTextOrToken("ssh.user", ssh.user, isToken, userName);
  yield* checkPort("ssh.port", ssh.port, isToken, true);
  yield* checkText("ssh.timeout", ssh.timeout, isToken, duration);
}
