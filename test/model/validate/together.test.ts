import { describe, expect, test } from "vitest";
import { formatIssue } from "../../../lib/model/issue";
import type { ControlPlaneSettings, HostProps } from "../../../lib/model/props";
import type { NetworkPlugin } from "../../../lib/model/types";
import { validateTogether } from "../../../lib/model/validate";
import { controlPlane, HOST_KEY, isToken } from "../support";

const bridge: NetworkPlugin = { kind: "bridge", mtu: 1500 };
const flannel: NetworkPlugin = {
  kind: "flannel",
  image: "a/b:1",
  cniImage: "a/c:1",
  backend: "vxlan",
};
const host = (address: string, more: Partial<HostProps> = {}) => ({
  address,
  hostKey: HOST_KEY,
  ...more,
});

interface Case {
  readonly podSubnet?: string;
  readonly network?: NetworkPlugin;
  readonly serviceSubnet?: string;
  readonly controllerManager?: ControlPlaneSettings["controllerManager"];
  readonly pools?: Readonly<Record<string, Readonly<Record<string, HostProps>>>>;
}

function issues({ pools = {}, network, controllerManager, ...networking }: Case): string[] {
  return validateTogether(
    {
      path: "prod/cp",
      props: { ...controlPlane, networking, controllerManager },
      addons: network && { network },
    },
    Object.entries(pools).map(([path, hosts]) => ({ path: `prod/${path}`, hosts })),
    isToken,
  ).map(formatIssue);
}

const podSubnet = "10.244.0.0/16";

test("a cluster with pools and a network has no issue", () => {
  const pools = {
    web: { "w-1": host("10.0.0.21"), "w-2": host("10.0.0.22") },
    db: { "w-3": host("10.0.0.23", { podSubnet: "10.244.200.0/24" }), "w-4": host("10.0.0.24") },
  };

  expect(issues({ podSubnet, network: bridge, pools })).toEqual([]);
  expect(issues({ podSubnet, network: flannel, pools })).toEqual([]);
  expect(issues({ pools })).toEqual([]);
});

describe("hosts", () => {
  test("a node name is given once, in any case", () => {
    expect(issues({ pools: { web: { "CP-1": host("10.0.0.21") } } })).toEqual([
      'prod/web: hosts["CP-1"]: node name is taken by a host of "prod/cp", got "CP-1"; rename one of them',
    ]);
  });

  test("an address is given once, in any writing", () => {
    const pools = {
      web: { "w-1": host("fd00::1"), "w-2": host("FD00:0::1"), "w-3": host("10.0.0.11") },
    };

    expect(issues({ pools, serviceSubnet: "10.96.0.0/16,fd01::/108" })).toEqual([
      'prod/web: hosts["w-2"].address: the same address as "w-1", got "FD00:0::1"; give each host its own',
      'prod/web: hosts["w-3"].address: the same address as "cp-1" of "prod/cp", got "10.0.0.11"; give each host its own',
    ]);
  });

  test("tokens are no address", () => {
    const pools = { web: { "w-1": host("<token>"), "w-2": host("<token>") } };

    expect(issues({ pools })).toEqual([]);
  });

  test("a worker lies outside the ranges and is of a family of services", () => {
    const pools = { web: { "w-1": host("fd00::1"), "w-2": host("10.96.0.9") } };

    expect(issues({ pools })).toEqual([
      'prod/web: hosts["w-1"].address: not of the family of serviceSubnet "10.96.0.0/12", got "fd00::1"; give the host an address of that family, or change networking.serviceSubnet',
      'prod/web: hosts["w-2"].address: lies in serviceSubnet "10.96.0.0/12", got "10.96.0.9"; choose a serviceSubnet without addresses of hosts',
    ]);
  });
});

describe("pools", () => {
  test("have names of their own", () => {
    const pools = { "a/web": {}, "b/web": {}, "control-plane": {} };

    expect(issues({ pools })).toEqual([
      'prod/b/web: id: pool name is taken by "prod/a/web", got "web"; give one construct another id',
      'prod/control-plane: id: pool name is taken by "prod/cp", got "control-plane"; give one construct another id',
    ]);
  });
});

describe("ranges for pods", () => {
  const w = (more: Partial<HostProps> = {}) => ({ web: { "w-1": host("10.0.1.11", more) } });

  test("a network needs them", () => {
    expect(issues({ network: flannel })).toEqual([
      'prod/cp: networking.podSubnet: missing; the flannel network hands out ranges of it, for example "10.244.0.0/16"',
    ]);
  });

  test.each(["fd02::/48", "10.244.0.0/16,fd02::/48", "10.244.0.0/25"])(
    "the bridge network does not take %s",
    (text) => {
      expect(issues({ network: bridge, podSubnet: text })).toEqual([
        `prod/cp: networking.podSubnet: the bridge network takes one IPv4 range of at least a /24, got "${text}"; write one, for example "10.244.0.0/16", or choose another network`,
      ]);
    },
  );

  test("are enough for all hosts", () => {
    const case24 = { podSubnet: "10.244.0.0/24", network: flannel, pools: w() };
    const extraArgs = [{ name: "node-cidr-mask-size", value: "25" }];

    expect(issues(case24)).toEqual([
      'prod/cp: networking.podSubnet: too few ranges for nodes, 1 for 2 hosts, got "10.244.0.0/24"; use a larger range',
    ]);
    expect(issues({ ...case24, controllerManager: { extraArgs } })).toEqual([]);
  });

  test("of two hosts do not overlap with the bridge network", () => {
    expect(issues({ podSubnet, network: bridge, pools: w() })).toEqual([
      'prod/web: hosts["w-1"].podSubnet: range for pods overlaps "10.244.11.0/24" of "cp-1" of "prod/cp", got "10.244.11.0/24"; set podSubnet of one of the two hosts, for example "10.244.255.0/24"',
    ]);
    expect(issues({ podSubnet, network: flannel, pools: w() })).toEqual([]);
  });

  test("that are proposed are free", () => {
    const pools = {
      web: { ...w().web, "w-2": host("10.0.0.254", { podSubnet: "10.244.254.0/23" }) },
    };

    expect(issues({ podSubnet, network: bridge, pools })[0]).toContain(
      'for example "10.244.253.0/24"',
    );
  });

  test("a given one wins", () => {
    expect(
      issues({ podSubnet, network: bridge, pools: w({ podSubnet: "10.244.0.0/24" }) }),
    ).toEqual([]);
  });

  test("lie inside podSubnet", () => {
    expect(issues({ podSubnet, network: bridge, pools: w({ podSubnet: "10.1.0.0/24" }) })).toEqual([
      'prod/web: hosts["w-1"].podSubnet: not inside podSubnet "10.244.0.0/16", got "10.1.0.0/24"; choose a range inside it',
    ]);
  });

  test("need an address that is known at synth, because a unit of the host holds it", () => {
    const pools = { web: { "w-1": host("<token>", { podSubnet: "10.244.200.0/24" }) } };

    expect(issues({ podSubnet, network: bridge, pools })).toEqual([
      'prod/web: hosts["w-1"].address: not known before apply, got a token; files of the hosts are made at synth, so write the value itself',
    ]);
    expect(issues({ podSubnet, network: flannel, pools })).toEqual([]);
  });
});
