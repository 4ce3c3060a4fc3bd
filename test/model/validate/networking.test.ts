import { expect, test } from "vitest";
import type { ControlPlaneSettings } from "../../../lib/model/props";
import { controlPlaneIssues, HOST_KEY } from "../support";

const v6 = { "cp-1": { address: "fd00::11", hostKey: HOST_KEY } };
const issues = (networking: ControlPlaneSettings["networking"], more = {}) =>
  controlPlaneIssues({ networking, ...more });

const SERVICE = "networking.serviceSubnet: ";
const POD = "networking.podSubnet: ";
const ADDRESS = 'hosts["cp-1"].address: ';

test.each([
  ["one family", { serviceSubnet: "10.96.0.0/12", podSubnet: "10.244.0.0/16" }],
  [
    "two families",
    { serviceSubnet: "10.96.0.0/16,fd01::/108", podSubnet: "10.244.0.0/16, fd02::/48" },
  ],
  ["pods of two families", { podSubnet: "10.244.0.0/16,fd02::/48" }],
  ["the smallest ranges", { serviceSubnet: "10.96.0.0/28", podSubnet: "10.244.0.0/24" }],
  ["the largest ranges", { serviceSubnet: "10.96.0.0/12", podSubnet: "11.0.0.0/8" }],
])("%s is fine", (_, networking) => expect(issues(networking)).toEqual([]));

test("one family of IPv6 is fine", () => {
  const networking = { serviceSubnet: "fd01::/108", podSubnet: "fd02::/48" };

  expect(issues(networking, { hosts: v6 })).toEqual([]);
});

test.each([
  [
    { serviceSubnet: "10.96.0.0" },
    `${SERVICE}not a range in CIDR form, got "10.96.0.0"; write it as "10.96.0.0/12"`,
  ],
  [{ podSubnet: "" }, `${POD}not a range in CIDR form, got ""; write it as "10.244.0.0/16"`],
  [
    { podSubnet: "10.244.1.0/16" },
    `${POD}has bits set behind its prefix, got "10.244.1.0/16"; write "10.244.0.0/16"`,
  ],
  [
    { podSubnet: "10.244.0.0/16,10.245.0.0/16" },
    `${POD}not one range, or two of different families, got "10.244.0.0/16,10.245.0.0/16"; remove what is too much`,
  ],
  [
    { serviceSubnet: "10.96.0.0/29" },
    `${SERVICE}fewer than 10 addresses, got "10.96.0.0/29"; use at most /28`,
  ],
  [
    { serviceSubnet: "11.0.0.0/8" },
    `${SERVICE}too large, more than 20 host bits, got "11.0.0.0/8"; use at least /12`,
  ],
  [
    { podSubnet: "10.244.0.0/29" },
    `${POD}fewer than 14 addresses, got "10.244.0.0/29"; use at most /28`,
  ],
  [
    { podSubnet: "10.244.0.0/25" },
    `${POD}smaller than one node's /24, got "10.244.0.0/25"; use at most /24`,
  ],
  [
    { podSubnet: "12.0.0.0/7" },
    `${POD}more than 16 bits shorter than a node's /24, got "12.0.0.0/7"; use at least /8, or set node-cidr-mask-size in controllerManager.extraArgs`,
  ],
  [
    { podSubnet: "10.100.0.0/16" },
    `${SERVICE}overlaps networking.podSubnet, got "10.96.0.0/12" and "10.100.0.0/16"; choose ranges that share no address`,
  ],
  [
    { podSubnet: "fd02::/48" },
    `${POD}families differ from serviceSubnet, got "fd02::/48" and "10.96.0.0/12"; give both the same families in the same order`,
  ],
  [
    { serviceSubnet: "10.96.0.0/16,fd01::/108", podSubnet: "fd02::/48,10.244.0.0/16" },
    `${POD}families differ from serviceSubnet, got "fd02::/48,10.244.0.0/16" and "10.96.0.0/16,fd01::/108"; give both the same families in the same order`,
  ],
  [
    { serviceSubnet: "10.96.0.0/16,fd01::/108", podSubnet: "10.244.0.0/16" },
    `${POD}families differ from serviceSubnet, got "10.244.0.0/16" and "10.96.0.0/16,fd01::/108"; give both the same families in the same order`,
  ],
  [
    { podSubnet: "10.0.0.0/16" },
    `${ADDRESS}lies in podSubnet "10.0.0.0/16", got "10.0.0.11"; choose a podSubnet without addresses of hosts`,
  ],
  [
    { serviceSubnet: "10.0.0.0/24" },
    `${ADDRESS}lies in serviceSubnet "10.0.0.0/24", got "10.0.0.11"; choose a serviceSubnet without addresses of hosts`,
  ],
  [
    { serviceSubnet: "fd01::/108,10.96.0.0/16" },
    `${ADDRESS}not of the family of serviceSubnet "fd01::/108,10.96.0.0/16", got "10.0.0.11"; give the host an address of that family, or change networking.serviceSubnet`,
  ],
  [
    { dnsDomain: "Cluster.local" },
    `networking.dnsDomain: not a DNS name, got "Cluster.local"; use lower-case letters, digits, "-" and ".", for example "cluster.local"`,
  ],
])("%o", (networking, line) => expect(issues(networking)).toEqual([line]));

test("the node mask of the controller manager counts", () => {
  const mask = (value: string) => ({
    controllerManager: { extraArgs: [{ name: "node-cidr-mask-size-ipv4", value }] },
  });

  expect(issues({ podSubnet: "10.244.0.0/25" }, mask("26"))).toEqual([]);
  expect(issues({ podSubnet: "10.244.0.0/25" }, mask("x"))).toHaveLength(1);
  expect(issues({ podSubnet: "10.244.0.0/22" }, mask("20"))).toEqual([
    `${POD}smaller than one node's /20, got "10.244.0.0/22"; use at most /20`,
  ]);
});
