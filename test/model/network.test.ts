import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addressCount,
  bridgePodSubnet,
  type Cidr,
  canonicalAddress,
  contains,
  containsCidr,
  formatHostPort,
  isReachable,
  nthAddress,
  nthSubnet,
  overlaps,
  parseAddress,
  parseCidr,
  parseCidrs,
  parseHostPort,
  subnetCount,
} from "../../lib/model/network";

const cidr = (text: string): Cidr => parseCidr(text)!;
const range = (text: string, { min = 0, max }: { min?: number; max: number }) =>
  fc.tuple(text === "4" ? fc.ipV4() : fc.ipV6(), fc.integer({ min, max }));
const anyCidr = fc
  .oneof(range("4", { max: 32 }), range("6", { max: 128 }))
  .map(([address, prefix]) => parseCidr(`${address}/${prefix}`))
  // fast-check writes some IPv6 addresses with an IPv4 tail, which may be a mapped one
  .filter((parsed): parsed is Cidr => parsed !== undefined);

describe("addresses", () => {
  test.each([
    ["10.0.0.1", "10.0.0.1"],
    ["FD00:0:0::00A", "fd00::a"],
    ["::", "::"],
  ])("%s is %s", (text, canonical) => {
    expect(parseAddress(text)?.text).toBe(canonical);
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "0x0a.0.0.1",
    "167772161",
    "10.0.0.1/24",
    "fe80::1%eth0",
    "::ffff:10.0.0.1",
    "[::1]",
    "cp-1",
  ])("%o is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(canonicalAddress(text)).toBe(text);
  });

  test.each([
    "127.0.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "169.254.1.1",
    "::1",
    "::",
    "fe80::1",
    "ff02::1",
  ])("no other host reaches %s", (text) => expect(isReachable(parseAddress(text)!)).toBe(false));

  test.each(["10.0.0.1", "198.18.0.11", "203.0.113.1", "fd00::1", "2001:db8::1"])(
    "other hosts reach %s",
    (text) => expect(isReachable(parseAddress(text)!)).toBe(true),
  );
});

describe("ranges", () => {
  test.each([
    ["10.96.0.0/12", "10.96.0.0/12"],
    ["10.100.1.2/12", "10.96.0.0/12"],
    ["fd98:96::a/108", "fd98:96::/108"],
    ["0.0.0.0/0", "0.0.0.0/0"],
  ])("%s is %s", (text, canonical) => expect(parseCidr(text)?.text).toBe(canonical));

  test.each([
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "fd00::/129",
    "x/8",
    "/8",
  ])("%o is none", (text) => expect(parseCidr(text)).toBeUndefined());

  test("kubeadm's lists are read in order", () => {
    expect(parseCidrs("10.96.0.0/16, fd00::/108,x").map((part) => part?.text)).toEqual([
      "10.96.0.0/16",
      "fd00::/108",
      undefined,
    ]);
    expect(parseCidrs("")).toEqual([]);
  });

  test.each([
    ["10.96.0.0/12", "10.100.0.0/16", true],
    ["10.96.0.0/12", "10.112.0.0/16", false],
    ["10.0.0.0/24", "10.0.1.0/24", false],
    ["0.0.0.0/0", "::/0", false],
    ["fd00::/64", "fd00::1/128", true],
  ])("%s and %s overlap: %s", (a, b, expected) =>
    expect(overlaps(cidr(a), cidr(b))).toBe(expected),
  );

  test("overlap is symmetric, and a range overlaps itself", () => {
    fc.assert(
      fc.property(anyCidr, anyCidr, (a, b) => {
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        expect(overlaps(a, a)).toBe(true);
      }),
    );
  });

  test("ranges overlap if and only if one contains the other's first address", () => {
    const small = range("4", { min: 0, max: 6 }).map(([a, prefix]) => cidr(`${a}/${prefix}`));

    fc.assert(
      fc.property(small, small, (a, b) => {
        const shared = contains(a, nthAddress(b, 0)) || contains(b, nthAddress(a, 0));
        expect(overlaps(a, b)).toBe(shared);
      }),
    );
  });

  test("each address of a range lies in it, and the one behind its last does not", () => {
    fc.assert(
      fc.property(anyCidr, fc.nat(1_000_000), (a, n) => {
        if (BigInt(n) < addressCount(a)) {
          const address = nthAddress(a, n);
          expect(contains(a, address)).toBe(true);
          expect(address.value - a.first).toBe(BigInt(n));
          expect(parseAddress(address.text)?.value ?? address.value).toBe(address.value);
        } else {
          expect(() => nthAddress(a, n)).toThrow(RangeError);
        }
      }),
    );
  });

  test("each subnet lies in its range, and two of them share nothing", () => {
    const outer = range("4", { min: 8, max: 20 }).map(([a, prefix]) => cidr(`${a}/${prefix}`));

    fc.assert(
      fc.property(outer, fc.nat(10), fc.nat(), fc.nat(), (a, more, i, j) => {
        const prefix = a.prefix + more;
        const count = subnetCount(a, prefix);
        const [x, y] = [BigInt(i) % count, BigInt(j) % count];
        const [first, second] = [nthSubnet(a, prefix, x), nthSubnet(a, prefix, y)];
        expect(containsCidr(a, first)).toBe(true);
        expect(overlaps(first, second)).toBe(x === y);
      }),
    );
  });

  test("a range has no larger range in it", () => {
    expect(subnetCount(cidr("10.0.0.0/16"), 15)).toBe(0n);
    expect(subnetCount(cidr("10.0.0.0/16"), 33)).toBe(0n);
    expect(() => nthSubnet(cidr("10.0.0.0/16"), 24, 256n)).toThrow("10.0.0.0/16 has no /24 256");
    expect(containsCidr(cidr("10.0.1.0/24"), cidr("10.0.0.0/16"))).toBe(false);
  });

  test("the API server's and DNS's address", () => {
    expect(nthAddress(cidr("10.96.0.0/12"), 1).text).toBe("10.96.0.1");
    expect(nthAddress(cidr("fd98:96::/108"), 10).text).toBe("fd98:96::a");
  });
});

describe("host and port", () => {
  test.each([
    ["k8s.example.com", "k8s.example.com", undefined],
    ["k8s.example.com:443", "k8s.example.com", 443],
    ["10.0.0.1:6443", "10.0.0.1", 6443],
    ["[fd00::1]:6443", "fd00::1", 6443],
    ["[fd00::1]", "fd00::1", undefined],
    ["fd00::1", "fd00::1", undefined],
  ])("%s", (text, host, port) => expect(parseHostPort(text)).toEqual({ host, port }));

  test.each([
    "",
    ":6443",
    "a:0",
    "a:65536",
    "a:b",
    "a:1:2",
    "[a]:1",
    "[10.0.0.1]:1",
    "https://a:1",
  ])("%o is none", (text) => expect(parseHostPort(text)).toBeUndefined());

  test("what is written is read again", () => {
    const port = fc.integer({ min: 1, max: 65535 });
    const host = fc.oneof(
      fc.ipV4(),
      fc.constantFrom("fd00::1", "::", "2001:db8::a:b"),
      fc.domain(),
    );

    fc.assert(
      fc.property(host, port, (name, number) => {
        expect(parseHostPort(formatHostPort(name, number))).toEqual({ host: name, port: number });
      }),
    );
  });
});

describe("ranges of nodes for the bridge network", () => {
  test.each([
    ["10.244.0.0/16", "198.18.0.21", "10.244.21.0/24"],
    ["10.244.0.0/16", "10.0.7.255", "10.244.255.0/24"],
    ["10.244.0.0/20", "10.0.0.21", "10.244.5.0/24"],
    ["10.244.0.0/14", "10.0.1.21", "10.245.21.0/24"],
    ["10.244.8.0/24", "10.0.0.21", "10.244.8.0/24"],
    ["10.244.0.0/16", "fd00::15", "10.244.21.0/24"],
  ])("%s and %s: %s", (pods, address, expected) => {
    expect(bridgePodSubnet(pods, address)).toBe(expected);
  });

  test.each([
    ["10.244.0.0/25", "10.0.0.1"],
    ["fd00::/48", "10.0.0.1"],
    ["10.244.0.0/16", "<token>"],
  ])("%s and %s: none", (pods, address) => {
    expect(bridgePodSubnet(pods, address)).toBeUndefined();
  });

  test("are a /24 inside the pods' range, for any address", () => {
    const pods = range("4", { max: 24 }).map(([address, prefix]) => `${address}/${prefix}`);

    fc.assert(
      fc.property(pods, fc.ipV4(), (podSubnet, address) => {
        const text = bridgePodSubnet(podSubnet, address);
        expect(cidr(text!).prefix).toBe(24);
        expect(containsCidr(cidr(podSubnet), cidr(text!))).toBe(true);
      }),
    );
  });

  test("differ for different hosts of one network that is no larger than the pods' range", () => {
    const last = fc.integer({ min: 0, max: 255 });

    fc.assert(
      fc.property(last, last, (a, b) => {
        const [first, second] = [a, b].map((n) => bridgePodSubnet("10.244.0.0/16", `10.0.0.${n}`));
        expect(first === second).toBe(a === b);
      }),
    );
  });
});
