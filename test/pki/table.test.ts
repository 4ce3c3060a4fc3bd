/** Every certificate of a small cluster against what kubeadm would make, read by OpenSSL. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { wantedCertificates } from "../../lib/pki/table";
import {
  cluster,
  EXTERNAL_ETCD,
  LOCAL_ETCD,
  NOW,
  node,
  open,
  openssl,
  temporaryDirectories,
} from "./support";

const directory = temporaryDirectories()();
const CLUSTER = cluster({
  apiServer: {
    extraArgs: [],
    extraVolumes: [],
    extraEnvs: [],
    certSANs: [
      "z.example.com",
      "*.example.com",
      "192.0.2.7",
      "10.0.0.11",
      "fd00:0::7",
      "not_a_name",
    ],
  },
  etcd: { ...LOCAL_ETCD, serverCertSANs: ["etcd.example.com"], peerCertSANs: ["192.0.2.8"] },
});
const NODES = [
  node("cp-1", "10.0.0.11"),
  node("cp-2", "fd00::12"),
  node("w-1", "10.0.0.21", { role: "worker", pool: "workers" }),
  node("w-2", "10.0.0.22", { role: "worker", pool: "workers", bootstrap: "token" }),
];
open(directory, { cluster: CLUSTER, nodes: NODES });

// name, CA, subject, extended usages, alternative names; * marks those that start with their CA.
const SERVER = "TLS Web Server Authentication";
const CLIENT = "TLS Web Client Authentication";
const BOTH = `${SERVER}, ${CLIENT}`;
const API_NAMES =
  "DNS:k8s.example.com, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, DNS:z.example.com";
const hostRows = (host: string, api: string, server: string, peer: string): string[][] => [
  [`hosts/${host}/apiserver`, "ca", "CN = kube-apiserver", SERVER, api],
  [
    `hosts/${host}/apiserver-kubelet-client`,
    "ca",
    "CN = kube-apiserver-kubelet-client",
    CLIENT,
    "",
  ],
  [`hosts/${host}/front-proxy-client`, "front-proxy-ca", "CN = front-proxy-client", CLIENT, ""],
  [`hosts/${host}/etcd/server`, "etcd/ca", `CN = ${host}`, BOTH, server],
  [`hosts/${host}/etcd/peer`, "etcd/ca", `CN = ${host}`, BOTH, peer],
  [
    `hosts/${host}/etcd/healthcheck-client`,
    "etcd/ca",
    "CN = kube-etcd-healthcheck-client",
    CLIENT,
    "",
  ],
  [`hosts/${host}/apiserver-etcd-client`, "etcd/ca", "CN = kube-apiserver-etcd-client", CLIENT, ""],
  [`hosts/${host}/controller-manager`, "ca*", "CN = system:kube-controller-manager", CLIENT, ""],
  [`hosts/${host}/scheduler`, "ca*", "CN = system:kube-scheduler", CLIENT, ""],
  [`hosts/${host}/kubelet`, "ca*", `O = system:nodes, CN = system:node:${host}`, CLIENT, ""],
];
const LEAVES = [
  ["admin", "ca*", "O = kubeadm:cluster-admins, CN = kubernetes-admin", CLIENT, ""],
  ["super-admin", "ca*", "O = system:masters, CN = kubernetes-super-admin", CLIENT, ""],
  ...hostRows(
    "cp-1",
    `DNS:*.example.com, DNS:cp-1, ${API_NAMES}, IP Address:10.96.0.1, IP Address:10.0.0.11, IP Address:192.0.2.7, IP Address:FD00:0:0:0:0:0:0:7`,
    "DNS:cp-1, DNS:etcd.example.com, DNS:localhost, IP Address:10.0.0.11, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    "DNS:cp-1, DNS:localhost, IP Address:10.0.0.11, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:192.0.2.8",
  ),
  ...hostRows(
    "cp-2",
    `DNS:*.example.com, DNS:cp-2, ${API_NAMES}, IP Address:10.96.0.1, IP Address:FD00:0:0:0:0:0:0:12, IP Address:192.0.2.7, IP Address:10.0.0.11, IP Address:FD00:0:0:0:0:0:0:7`,
    "DNS:cp-2, DNS:etcd.example.com, DNS:localhost, IP Address:FD00:0:0:0:0:0:0:12, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    "DNS:cp-2, DNS:localhost, IP Address:FD00:0:0:0:0:0:0:12, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:192.0.2.8",
  ),
  ["hosts/w-1/kubelet", "ca*", "O = system:nodes, CN = system:node:w-1", CLIENT, ""],
] as [string, string, string, string, string][];
const CAS = [
  ["ca", "kubernetes"],
  ["front-proxy-ca", "front-proxy-ca"],
  ["etcd/ca", "etcd-ca"],
] as const;

const file = (name: string) => join(directory, `${name}.crt`);
const extensionsOf = (name: string) =>
  openssl("x509", "-in", file(name), "-noout", "-text")
    .split("X509v3 extensions:\n")[1]!
    .split("    Signature Algorithm")[0]!
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const read = (name: string) => new X509Certificate(readFileSync(file(name)));
const keyIdentifier = (ca: string) => {
  const lines = extensionsOf(ca);
  return lines[lines.indexOf("X509v3 Subject Key Identifier:") + 1]!;
};

test("these certificates are made, and no others", () => {
  const names = wantedCertificates(CLUSTER, NODES).map(({ name }) => name);

  expect([...names].sort()).toEqual(
    [...CAS.map(([name]) => name), ...LEAVES.map(([name]) => name)].sort(),
  );
});

describe.each(CAS)("CA %s", (name, commonName) => {
  test("has kubeadm's extensions in kubeadm's order", () => {
    expect(extensionsOf(name)).toEqual([
      "X509v3 Key Usage: critical",
      "Digital Signature, Key Encipherment, Certificate Sign",
      "X509v3 Basic Constraints: critical",
      "CA:TRUE",
      "X509v3 Subject Key Identifier:",
      expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/),
      "X509v3 Subject Alternative Name:",
      `DNS:${commonName}`,
    ]);
  });

  test("is its own issuer, for ten years and five minutes", () => {
    const certificate = read(name);

    expect([certificate.subject, certificate.issuer]).toEqual([
      `CN=${commonName}`,
      `CN=${commonName}`,
    ]);
    expect(Date.parse(certificate.validFrom)).toBe(NOW.getTime() - 300_000);
    expect(Date.parse(certificate.validTo)).toBe(NOW.getTime() + 87_600 * 3_600_000);
  });

  test("OpenSSL takes it for a strict CA", () => {
    const said = openssl(
      "verify",
      "-x509_strict",
      "-check_ss_sig",
      "-attime",
      seconds(),
      "-CAfile",
      file(name),
      file(name),
    );

    expect(said).toContain("OK");
  });
});

describe.each(LEAVES)("%s", (name, caAndMark, subject, usages, names) => {
  const ca = caAndMark.replace("*", "");

  test("has kubeadm's extensions in kubeadm's order", () => {
    expect(extensionsOf(name)).toEqual([
      "X509v3 Key Usage: critical",
      "Digital Signature, Key Encipherment",
      "X509v3 Extended Key Usage:",
      usages,
      "X509v3 Basic Constraints: critical",
      "CA:FALSE",
      "X509v3 Authority Key Identifier:",
      keyIdentifier(ca),
      ...(names === "" ? [] : ["X509v3 Subject Alternative Name:", names]),
    ]);
  });

  test("has kubeadm's subject, version, algorithm and dates", () => {
    const text = openssl("x509", "-in", file(name), "-noout", "-text");
    const certificate = read(name);

    expect(openssl("x509", "-in", file(name), "-noout", "-subject")).toBe(`subject=${subject}\n`);
    expect(text).toContain("Version: 3 (0x2)");
    expect(text).toContain("Signature Algorithm: sha256WithRSAEncryption");
    expect(text).toContain("Public-Key: (2048 bit)");
    expect(Date.parse(certificate.validTo)).toBe(NOW.getTime() + 8_760 * 3_600_000);
    expect(Date.parse(certificate.validFrom)).toBe(NOW.getTime() - 300_000);
  });

  test("OpenSSL takes it, strictly, for each of its purposes", () => {
    const purposes = [
      ...(usages.includes(SERVER) ? ["sslserver"] : []),
      ...(usages.includes(CLIENT) ? ["sslclient"] : []),
    ];
    const others = ["sslserver", "sslclient"].filter((purpose) => !purposes.includes(purpose));
    const verify = (purpose: string, ...more: string[]) =>
      openssl(
        "verify",
        "-x509_strict",
        "-attime",
        seconds(),
        "-purpose",
        purpose,
        "-CAfile",
        file(ca),
        ...more,
        file(name),
      );

    for (const purpose of purposes) {
      expect(verify(purpose)).toContain("OK");
    }
    for (const purpose of others) {
      expect(() => verify(purpose)).toThrow(/purpose/);
    }
    for (const entry of names === "" ? [] : names.split(", ")) {
      const [kind, value] = [
        entry.slice(0, entry.indexOf(":")),
        entry.slice(entry.indexOf(":") + 1),
      ];
      const option = kind === "DNS" ? "-verify_hostname" : "-verify_ip";
      expect(verify("sslserver", option, value.replace("*", "x"))).toContain("OK");
    }
  });

  test("its key is its own, in PKCS#1", () => {
    const pem = readFileSync(join(directory, `${name}.key`), "utf8");

    expect(pem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(openssl("rsa", "-in", join(directory, `${name}.key`), "-pubout")).toBe(
      openssl("x509", "-in", file(name), "-noout", "-pubkey"),
    );
  });
});

describe("apiserver-kubelet-client", () => {
  test.each([
    ["1.34.7", "kubeadm:cluster-admins"],
    ["1.34.8", undefined],
    ["1.35.4", "kubeadm:cluster-admins"],
    ["1.35.5", undefined],
    ["1.36.0", "kubeadm:cluster-admins"],
    ["1.36.1", undefined],
    ["1.37.0", undefined],
  ])("of %s has organization %s", (kubernetesVersion, organization) => {
    const minor = Number(kubernetesVersion.split(".")[1]);
    const rows = wantedCertificates(cluster({ kubernetesVersion, minor }), NODES);

    expect(
      rows.find((row) => row.name === "hosts/cp-1/apiserver-kubelet-client")?.organization,
    ).toBe(organization);
  });
});

test("with an etcd cluster of somebody else there is no etcd certificate", () => {
  const names = wantedCertificates(cluster({ etcd: EXTERNAL_ETCD }), NODES).map(({ name }) => name);

  expect(names.filter((name) => name.includes("etcd"))).toEqual([]);
  expect(names).toContain("hosts/cp-1/apiserver");
});

test("without an endpoint of the user, the endpoint adds no name", () => {
  const changed = cluster({
    controlPlaneEndpoint: "192.0.2.99:6443",
    hasControlPlaneEndpoint: false,
  });
  const rows = wantedCertificates(changed, NODES);

  expect(rows.find((row) => row.name === "hosts/cp-1/apiserver")?.names).not.toContain(
    "IP:192.0.2.99",
  );
});

test.each([
  ["k8s.example.com:6443", "DNS:k8s.example.com"],
  ["192.0.2.99:8443", "IP:192.0.2.99"],
  ["[fd00:0:0::99]:6443", "IP:fd00::99"],
])("endpoint %s adds %s", (controlPlaneEndpoint, name) => {
  const rows = wantedCertificates(cluster({ controlPlaneEndpoint }), NODES);

  expect(rows.find((row) => row.name === "hosts/cp-1/apiserver")?.names).toContain(name);
});

function seconds(): string {
  return `${NOW.getTime() / 1000}`;
}
