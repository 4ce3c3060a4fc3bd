/** Issuing: serials, names, dates, and CAs of others, read by OpenSSL and node. */
import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CertificateRequest, issueCa, issueLeaf, randomSerial } from "../../lib/pki/issue";
import { makeKey } from "../../lib/pki/keys";
import { canonicalIp, ipOctets } from "../../lib/pki/names";
import { alternativeNames } from "../../lib/pki/read";
import { daysLater, NOW, openssl, temporaryDirectories } from "./support";

const directory = temporaryDirectories()();
const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const DEFAULTS: CertificateRequest = {
  commonName: "kubernetes",
  organization: undefined,
  usages: ["clientAuth"],
  names: [],
  key,
  notBefore: NOW,
  notAfter: daysLater(365),
};
const caPem = issueCa(DEFAULTS);
const signer = { certificate: new X509Certificate(caPem).raw, key };
writeFileSync(join(directory, "ca.crt"), caPem);

function leaf(fields: Partial<CertificateRequest>): { path: string; certificate: X509Certificate } {
  const pem = issueLeaf({ ...DEFAULTS, ...fields }, signer);
  const path = join(directory, `${randomBytes(4).toString("hex")}.crt`);
  writeFileSync(path, pem);
  return { path, certificate: new X509Certificate(pem) };
}

describe("serial numbers", () => {
  test("are positive, at most 63 bits, and never the same: 1000 draws", () => {
    const serials = Array.from({ length: 1000 }, () => randomSerial());
    const numbers = serials.map((serial) => serial.readBigUInt64BE());

    expect(serials.every((serial) => serial.length === 8 && serial[0]! < 0x80)).toBe(true);
    expect(numbers.every((number) => number >= 1n && number <= 2n ** 63n - 2n)).toBe(true);
    expect(new Set(numbers).size).toBe(1000);
    // All 63 bits are used.
    expect(numbers.reduce((all, number) => all | number, 0n)).toBe(2n ** 63n - 1n);
  });

  test("are written in the shortest form and read as positive: 300 certificates", () => {
    for (let i = 0; i < 300; i++) {
      const der = new X509Certificate(issueLeaf(DEFAULTS, signer)).raw;
      // Certificate, TBSCertificate (both with two length bytes), [0] version, then the serial.
      const at = 4 + 4 + 5;
      const [tag, length, first, second] = [der[at]!, der[at + 1]!, der[at + 2]!, der[at + 3]!];
      expect(tag).toBe(0x02);
      expect(length).toBeLessThanOrEqual(8);
      expect(first).toBeLessThan(0x80);
      expect(first === 0 && second < 0x80).toBe(false);
    }
  });
});

describe("subjects", () => {
  test("are PrintableString where their characters allow it, as in Go", () => {
    const { path } = leaf({ commonName: "system:node:cp-1.example", organization: "a (b)'+,/=?" });
    const structure = openssl("asn1parse", "-in", path);

    expect(structure.match(/PRINTABLESTRING/g)).toHaveLength(3);
    expect(structure).not.toContain("UTF8STRING");
  });

  test("are UTF8String where they do not", () => {
    const { path, certificate } = leaf({ commonName: "knoten-ä@例_*", organization: "Größe" });
    const structure = openssl("asn1parse", "-in", path);

    expect(structure.match(/UTF8STRING/g)).toHaveLength(2);
    expect(certificate.subject).toBe("O=Größe\nCN=knoten-ä@例_*");
    expect(
      openssl("x509", "-in", path, "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus"),
    ).toBe("subject=O=Größe,CN=knoten-ä@例_*\n");
  });

  test("of long node names go beyond the 64 characters of X.520, and are read all the same", () => {
    const commonName = `system:node:${"n".repeat(63)}.${"example".repeat(5)}`;
    const { path, certificate } = leaf({ commonName, organization: "system:nodes" });

    expect(certificate.subject).toBe(`O=system:nodes\nCN=${commonName}`);
    expect(
      openssl(
        "verify",
        "-x509_strict",
        "-attime",
        `${NOW.getTime() / 1000 + 60}`,
        "-purpose",
        "sslclient",
        "-CAfile",
        join(directory, "ca.crt"),
        path,
      ),
    ).toContain("OK");
  });
});

test("alternative names of every kind are read as they were written", () => {
  const names = ["DNS:*.example.com", "DNS:a", "IP:10.0.0.1", "IP:::1", "IP:fd00:1::a"];

  expect(alternativeNames(leaf({ names }).certificate)).toEqual(names);
});

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["FD00:0:0:0::0001", "fd00::1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::ffff:a00:1", "10.0.0.1"],
  ["0:0:0:0:0:0:0:0", "::"],
])("address %s is %s", (address, canonical) => {
  expect(canonicalIp(address)).toBe(canonical);
});

test("any IPv6 address has the bytes it says", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(14), (bytes, zeros) => {
      // Runs of zeros are what is shortened.
      const octets = Buffer.from(bytes.map((byte, i) => (i >= zeros && i < zeros + 9 ? 0 : byte)));
      const groups = octets.toString("hex").match(/.{4}/g)!;
      const canonical = canonicalIp(groups.join(":"));
      const expected = canonical.includes(":") ? octets : octets.subarray(12);
      expect(ipOctets(canonical)).toEqual(expected);
    }),
  );
});

test("dates from 2050 on are GeneralizedTime, earlier ones UTCTime", () => {
  const { path, certificate } = leaf({
    notBefore: new Date("2049-12-31T23:59:59Z"),
    notAfter: new Date("2050-01-01T00:00:00Z"),
  });
  const structure = openssl("asn1parse", "-in", path);

  expect(structure).toMatch(/UTCTIME\s+:491231235959Z/);
  expect(structure).toMatch(/GENERALIZEDTIME\s+:20500101000000Z/);
  expect(certificate.validTo).toBe("Jan  1 00:00:00 2050 GMT");
});

test.each(["RSA-2048", "RSA-4096"] as const)("%s keys are PKCS#1 of that size", (algorithm) => {
  const { pem, key: made } = makeKey(algorithm);

  expect(pem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  expect(made.asymmetricKeyDetails).toEqual({
    modulusLength: Number(algorithm.slice(4)),
    publicExponent: 65537n,
  });
});

test("the CA's key identifier is that of newer Go: 160 bits of the SHA-256 of the key", () => {
  const bits = createPublicKey(key).export({ type: "pkcs1", format: "der" });
  const path = join(directory, "key.der");
  writeFileSync(path, bits);
  const digest = openssl("dgst", "-sha256", path).trim().split(" ").at(-1)!;
  const text = openssl(
    "x509",
    "-in",
    join(directory, "ca.crt"),
    "-noout",
    "-ext",
    "subjectKeyIdentifier",
  );

  expect(text.replaceAll(":", "").toLowerCase()).toContain(digest.slice(0, 40));
});
