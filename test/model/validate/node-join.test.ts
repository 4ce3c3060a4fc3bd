import { describe, expect, test } from "vitest";
import type { HostProps, NodeJoinProps } from "../../../lib/model/props";
import { controlPlaneIssues, HOST_KEY, poolIssues, untyped } from "../support";

const NAME = "a-worker-of-this-pool-that-has-a-name-of-53-letters-x";
const host = (more: Partial<HostProps> = {}) => ({
  hosts: { "w-1": { address: "10.0.0.21", hostKey: HOST_KEY, ...more } },
});
const at = 'hosts["w-1"].';

const publicKey = (type: string, size: number) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const blob = Buffer.concat([length, Buffer.from(type), Buffer.alloc(size, 1)]);
  return `${type} ${blob.toString("base64")}`;
};

test.each<[string, Partial<NodeJoinProps>]>([
  ["the smallest pool", {}],
  ["a pool without hosts", { hosts: {} }],
  ["an address that is a token", host({ address: "<token>" })],
  ["a host key that is a token", host({ hostKey: "<token>" })],
  ["a port and a user that are tokens", host({ port: untyped("<token>"), user: "<token>" })],
  ["an unchecked host key", host({ hostKey: "unchecked" })],
  ["an Ed25519 host key", host({ hostKey: publicKey("ssh-ed25519", 36) })],
  ["an RSA host key with a comment", host({ hostKey: `${publicKey("ssh-rsa", 270)} root@w-1` })],
  ["a count", { maxUnavailable: 3 }],
  ["a share", { maxUnavailable: "100%" }],
  ["a certificate", { bootstrap: "certificate", tokenTtl: "1h" }],
  ["a lost host", { lost: ["w-2"] }],
])("%s is fine", (_, props) => expect(poolIssues(props)).toEqual([]));

test.each<[string, Partial<NodeJoinProps>, string]>([
  [
    "name",
    { hosts: { w_1: host().hosts["w-1"] } },
    'hosts["w_1"]: not a node name, got "w_1"; use lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit',
  ],
  [
    "long name",
    { hosts: { [NAME]: host().hosts["w-1"] } },
    `hosts["${NAME}"]: too long for a certificate, whose "system:node:<name>" ends at 64 characters, got "${NAME}"; use at most 52 characters`,
  ],
  [
    "two cases",
    { hosts: { a: host().hosts["w-1"], A: host().hosts["w-1"] } },
    'hosts["A"]: the same node as "a", got "A"; node names are lower case; rename one',
  ],
  [
    "address",
    host({ address: "w-1.example.com" }),
    `${at}address: not an IP address, got "w-1.example.com"; write it as "10.0.0.11" or "fd00::11"`,
  ],
  [
    "no address",
    host(untyped({ address: undefined, hostKey: "unchecked" })),
    `${at}address: missing; write it as "10.0.0.11" or "fd00::11"`,
  ],
  [
    "loopback",
    host({ address: "127.0.0.1" }),
    `${at}address: no other host can reach this address, got "127.0.0.1"; use one that is not loopback, link-local, multicast or unspecified`,
  ],
  [
    "no host key",
    host(untyped({ hostKey: undefined })),
    `${at}hostKey: missing; run "ssh-keyscan -t ecdsa 10.0.0.21" and write what follows the address, or "unchecked"`,
  ],
  [
    "no host key of an unknown address",
    host({ address: "<token>", hostKey: "" }),
    `${at}hostKey: missing; run "ssh-keyscan -t ecdsa <address>" and write what follows the address, or "unchecked"`,
  ],
  ...["AAAA", `10.0.0.21 ${HOST_KEY}`, `ssh-rsa ${HOST_KEY.split(" ")[1]}`, "ssh-dss AAAA"].map(
    (key): [string, Partial<NodeJoinProps>, string] => [
      `host key ${key.slice(0, 9)}`,
      host({ hostKey: key }),
      `${at}hostKey: not an SSH public key, got "${key}"; write it as "ecdsa-sha2-nistp256 AAAA…", as ssh-keyscan prints it behind the address`,
    ],
  ),
  [
    "port",
    host({ port: 0 }),
    `${at}port: not a whole number in range, got 0; write one from 1 to 65535, without quotes`,
  ],
  [
    "user",
    host({ user: "a b" }),
    `${at}user: not a user name, got "a b"; use letters, digits, "-", "_" and "."`,
  ],
  [
    "range",
    host({ podSubnet: "10.244.1.0" }),
    `${at}podSubnet: not a range in CIDR form, got "10.244.1.0"; write it as "10.244.11.0/24"`,
  ],
  [
    "label key",
    host({ labels: { "a/b/c": "" } }),
    `${at}labels["a/b/c"]: not a label key, got "a/b/c"; write it as "tier" or "example.com/tier": at most 63 letters, digits, "-", "_" and "." behind the slash`,
  ],
  [
    "label value",
    { labels: { tier: "-web" } },
    'labels["tier"]: not a label value, got "-web"; use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit, or ""',
  ],
  [
    "label without value",
    { labels: untyped({ tier: undefined }) },
    'labels["tier"]: missing; write "" for a label without value',
  ],
  [
    "effect",
    { taints: [{ key: "a", effect: untyped("NoShedule") }] },
    'taints[0].effect: unknown effect, got "NoShedule"; did you mean "NoSchedule"? allowed: NoSchedule, PreferNoSchedule, NoExecute',
  ],
  [
    "effect that is like none",
    { taints: [{ key: "a", effect: untyped("Evict") }] },
    'taints[0].effect: unknown effect, got "Evict"; allowed: NoSchedule, PreferNoSchedule, NoExecute',
  ],
  [
    "no effect",
    { taints: [untyped({ key: "a" })] },
    "taints[0].effect: missing; allowed: NoSchedule, PreferNoSchedule, NoExecute",
  ],
  [
    "no key",
    { taints: [untyped({ effect: "NoExecute" })] },
    'taints[0].key: missing; write it as "example.com/dedicated"',
  ],
  [
    "taint twice",
    {
      taints: [
        { key: "a", effect: "NoExecute" },
        { key: "a", effect: "NoExecute", value: "b" },
      ],
    },
    'taints[1]: this key and effect were given before, got "a:NoExecute"; remove one of them',
  ],
  [
    "lost host that is there",
    { lost: ["W-1"] },
    'lost[0]: still in hosts, got "W-1"; take it out of hosts in the same change',
  ],
  [
    "way in",
    { bootstrap: untyped("tokens") },
    'bootstrap: unknown way in, got "tokens"; did you mean "token"? allowed: token, certificate',
  ],
  [
    "life of the token",
    { tokenTtl: "0s" },
    'tokenTtl: not a duration, got "0s"; write it as Go does, for example "30s" or "8760h"; it must be more than zero',
  ],
  ...[0, 1.5, Number.NaN, "0%", "101%", "2"].map(
    (value): [string, Partial<NodeJoinProps>, string] => [
      `maxUnavailable ${value}`,
      { maxUnavailable: untyped(value) },
      `maxUnavailable: not a count from 1 or a share up to 100%, got ${typeof value === "string" ? `"${value}"` : value}; write it as 2 or "25%"`,
    ],
  ),
])("%s", (_, props, line) => expect(poolIssues(props)).toEqual([line]));

describe("ssh", () => {
  test("has a path, a user, a port and a duration", () => {
    const ssh = { privateKeyFile: 'a"b', user: "", port: 0.5, timeout: "30" };

    expect(poolIssues({ ssh })).toEqual([
      "ssh.port: not a whole number in range, got 0.5; write one from 1 to 65535, without quotes",
      'ssh.privateKeyFile: not a path, got "a\\"b"; write a path without quotes, backslashes, "${" and "%{"',
      'ssh.timeout: not a duration, got "30"; write it as Go does, for example "30s" or "8760h"; it must be more than zero',
      'ssh.user: not a user name, got ""; use letters, digits, "-", "_" and "."',
    ]);
  });

  test("a private key is never shown", () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----";

    expect(poolIssues({ ssh: { privateKeyFile: key }, ...host({ hostKey: key }) })).toEqual([
      `${at}hostKey: holds a private key; write the host's public key, or "unchecked"`,
      "ssh.privateKeyFile: holds a private key; write the path of its file",
    ]);
  });
});

test("the address of a control plane host is known at synth", () => {
  const hosts = { "cp-1": { address: "<token>", hostKey: "<token>" } };

  expect(controlPlaneIssues({ hosts })).toEqual([
    'hosts["cp-1"].address: not known before apply, got a token; files of the hosts are made at synth, so write the value itself',
  ]);
});
