/** Leaf certificates: which are kept, which are issued again, which are warned about. */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { issueLeaf } from "../../lib/pki/issue";
import type { Usage } from "../../lib/pki/table";
import {
  cluster,
  daysLater,
  filesBelow,
  issuesOf,
  LOCAL_ETCD,
  NOW,
  open,
  put,
  removeMatching,
  temporaryDirectories,
} from "./support";

const directories = temporaryDirectories();
const base = directories();
beforeAll(() => void open(base, { tokenPools: ["workers"] }));

const API_SERVER = "hosts/cp-1/apiserver";
const textOf = (directory: string, file: string) => readFileSync(join(directory, file), "utf8");
const keyOf = (directory: string, name: string) =>
  createPrivateKey(textOf(directory, `${name}.key`));

/** Puts another certificate in the API server's place, with its key, and keeps the rest as it should be. */
function replaceApiServer(
  directory: string,
  change: {
    commonName?: string;
    usages?: readonly Usage[];
    names?: readonly string[];
    notBefore?: Date;
    notAfter?: Date;
    signer?: "ca" | "front-proxy-ca";
  },
): void {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const current = new X509Certificate(textOf(directory, `${API_SERVER}.crt`));
  const names = current.subjectAltName!.split(", ").map((name) => name.replace("IP Address", "IP"));
  const wanted = {
    commonName: "kube-apiserver",
    organization: undefined,
    usages: ["serverAuth"] as readonly Usage[],
    names,
    key,
    notBefore: NOW,
    notAfter: daysLater(365),
    ...change,
  };
  const ca = change.signer ?? "ca";
  const certificate = new X509Certificate(textOf(directory, `${ca}.crt`)).raw;
  put(directory, `${API_SERVER}.key`, key.export({ type: "pkcs1", format: "pem" }).toString());
  put(
    directory,
    `${API_SERVER}.crt`,
    issueLeaf(wanted, { certificate, key: keyOf(directory, ca) }),
  );
}

const UNFIT: [string, (directory: string) => void, string][] = [
  ["is missing", (d) => rmSync(join(d, `${API_SERVER}.crt`)), "is missing;"],
  ["is no certificate", (d) => put(d, `${API_SERVER}.crt`, "text\n"), "is no PEM certificate;"],
  [
    "belongs to another key",
    (d) => put(d, `${API_SERVER}.key`, textOf(d, "sa.key")),
    "does not belong to %d/hosts/cp-1/apiserver.key;",
  ],
  [
    "has a key that cannot be read",
    (d) => put(d, `${API_SERVER}.key`, "text\n"),
    "does not belong to %d/hosts/cp-1/apiserver.key;",
  ],
  [
    "comes from another CA",
    (d) => replaceApiServer(d, { signer: "front-proxy-ca" }),
    'was not issued by %d/ca.crt, got issuer "CN=front-proxy-ca";',
  ],
  [
    "has another subject",
    (d) => replaceApiServer(d, { commonName: "other" }),
    'has another subject than "CN=kube-apiserver", got "CN=other";',
  ],
  [
    "is for other uses",
    (d) => replaceApiServer(d, { usages: ["clientAuth"] }),
    'is not for serverAuth, got "1.3.6.1.5.5.7.3.2";',
  ],
  [
    "lacks a name",
    (d) => replaceApiServer(d, { names: ["DNS:cp-1"] }),
    'does not name "DNS:k8s.example.com", "DNS:kubernetes", "DNS:kubernetes.default", "DNS:kubernetes.default.svc", "DNS:kubernetes.default.svc.cluster.local", "IP:10.96.0.1", "IP:10.0.0.11", got "DNS:cp-1";',
  ],
  [
    "has expired",
    (d) => replaceApiServer(d, { notAfter: NOW }),
    'has expired, got "2026-11-24T12:00:00Z";',
  ],
  [
    "is not valid yet",
    (d) => replaceApiServer(d, { notBefore: daysLater(1) }),
    'is not valid yet, got "2026-11-25T12:00:00Z";',
  ],
];

describe("a leaf certificate that", () => {
  test.each(UNFIT)("%s is issued again, alone", (_, spoil) => {
    const directory = directories(base);
    spoil(directory);
    const { issued } = open(directory);

    expect(issued).toEqual(
      [`${API_SERVER}.key`, `${API_SERVER}.crt`].map((file) => join(directory, file)),
    );
    expect(open(directory).issued).toEqual([]);
  });

  test.each(UNFIT)("%s is an error without the CA's key", (_, spoil, message) => {
    const directory = directories(base);
    spoil(directory);
    rmSync(join(directory, "ca.key"));
    const before = filesBelow(directory);

    expect(issuesOf(() => open(directory))).toEqual([
      `${directory}/${API_SERVER}.crt: ${message.replaceAll("%d", directory)} synthesize where ${directory}/ca.key is at hand and commit what that writes, or let the CA issue it: subject "CN=kube-apiserver", usages "serverAuth", names "DNS:cp-1", "DNS:k8s.example.com", "DNS:kubernetes", "DNS:kubernetes.default", "DNS:kubernetes.default.svc", "DNS:kubernetes.default.svc.cluster.local", "IP:10.96.0.1", "IP:10.0.0.11"`,
    ]);
    expect(filesBelow(directory)).toEqual(before);
  });

  test("has lost its key is issued again", () => {
    const directory = directories(base);
    rmSync(join(directory, `${API_SERVER}.key`));

    expect(open(directory).issued).toEqual(
      [`${API_SERVER}.key`, `${API_SERVER}.crt`].map((file) => join(directory, file)),
    );
  });

  test("has more names than asked for stays", () => {
    const directory = directories(base);
    const pki = open(directory, { cluster: cluster({ hasControlPlaneEndpoint: false }) });

    expect(pki.issued).toEqual([]);
    expect(pki.certificate(API_SERVER).names).toContain("DNS:k8s.example.com");
  });

  test("gets another name is issued again: etcd's names of the user", () => {
    const directory = directories(base);
    const etcd = { ...LOCAL_ETCD, serverCertSANs: ["etcd.example.com"] };
    const pki = open(directory, { cluster: cluster({ etcd }) });

    expect(pki.issued).toEqual(
      ["hosts/cp-1/etcd/server.key", "hosts/cp-1/etcd/server.crt"].map((f) => join(directory, f)),
    );
    expect(pki.certificate("hosts/cp-1/etcd/server").names).toContain("DNS:etcd.example.com");
  });

  test("goes into a kubeconfig is valid from the first moment of its CA on, others from now on", () => {
    const directory = directories(base);
    removeMatching(directory, /^(admin|hosts\/cp-1\/(kubelet|scheduler|apiserver))\.crt$/);
    const pki = open(directory, {}, daysLater(10));
    const start = (name: string) => pki.certificate(name).notBefore;

    expect(["admin", "hosts/cp-1/kubelet", "hosts/cp-1/scheduler"].map(start)).toEqual(
      Array(3).fill("2026-11-24T11:55:00Z"),
    );
    expect(start(API_SERVER)).toBe("2026-12-04T11:55:00Z");
    expect(pki.certificate("admin").notAfter).toBe("2027-12-04T12:00:00Z");
  });
});

describe("time", () => {
  test("a leaf certificate is warned about in its last 30 days, and stays", () => {
    const directory = directories(base);
    const pki = open(directory, {}, daysLater(365 - 12));

    expect(pki.issued).toEqual([]);
    expect(pki.warnings).toHaveLength(12);
    expect(pki.warnings).toContain(
      `${directory}/${API_SERVER}.crt: expires in 12 days, got "2027-11-24T12:00:00Z"; delete it and synthesize where ${directory}/ca.key is at hand, to have it issued again`,
    );
    expect(open(directory, {}, daysLater(365 - 30)).warnings).toEqual([]);
    expect(open(directory, {}, daysLater(365 - 1)).warnings[0]).toContain("expires in 1 day,");
  });

  test("all leaf certificates are issued again when they have ended", () => {
    const directory = directories(base);

    expect(open(directory, {}, daysLater(365)).issued).toHaveLength(25);
    expect(open(directory, {}, daysLater(365)).issued).toEqual([]);
  });

  test("a CA is warned about in its last 90 days and after its end, and stays", () => {
    const directory = directories(base);
    const before = textOf(directory, "ca.crt");
    const near = open(directory, {}, daysLater(3650 - 89)).warnings;
    const past = open(directory, {}, daysLater(3651)).warnings;
    const advice = "plan a new CA: whatever this one signed has to be issued again with it";

    expect(near).toContain(
      `${directory}/ca.crt: expires in 89 days, got "2036-11-21T12:00:00Z"; ${advice}`,
    );
    expect(past).toContain(
      `${directory}/ca.crt: has expired, got "2036-11-21T12:00:00Z"; ${advice}`,
    );
    expect(textOf(directory, "ca.crt")).toBe(before);
  });
});
