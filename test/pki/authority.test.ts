/** CAs: a missing key, a missing certificate, CAs of somebody else, and the review job that has no key at all. */
import { createPrivateKey } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  cluster,
  daysLater,
  filesBelow,
  issuesOf,
  NOW,
  node,
  open,
  openssl,
  put,
  removeMatching,
  request,
  temporaryDirectories,
} from "./support";

const directories = temporaryDirectories();
const base = directories();
beforeAll(() => void open(base, { tokenPools: ["workers"] }));

const textOf = (directory: string, file: string) => readFileSync(join(directory, file), "utf8");

describe("a review job, where every key is missing,", () => {
  test("has all facts, writes nothing and knows which keys it lacks", () => {
    const directory = directories(base);
    removeMatching(directory, /\.(key|token|conf)$/);
    const before = filesBelow(directory);
    const [here, there] = [
      open(directory, { tokenPools: ["workers"] }),
      open(base, { tokenPools: ["workers"] }),
    ];

    expect([here.issued, here.warnings]).toEqual([[], []]);
    expect(filesBelow(directory)).toEqual(before);
    for (const name of ["ca", "etcd/ca", "sa", "admin", "hosts/cp-1/etcd/peer"]) {
      expect(here.certificate(name)).toEqual(there.certificate(name));
    }
    expect(
      here.missing({
        parts: [
          { key: "sa", encoding: "pem" },
          "",
          { token: "workers" },
          { key: "ca", encoding: "pem" },
        ],
      }),
    ).toEqual(["ca.key", "sa.key", "tokens/workers.token"].map((file) => join(directory, file)));
  });

  test("names every certificate of a new host, and writes nothing", () => {
    const directory = directories(base);
    removeMatching(directory, /\.key$/);
    const before = filesBelow(directory);
    const issues = issuesOf(() =>
      open(directory, { nodes: [...request().nodes, node("cp-2", "10.0.0.12")] }),
    );

    expect(issues).toHaveLength(10);
    expect(issues).toContain(
      `${directory}/hosts/cp-2/kubelet.crt: is missing; synthesize where ${directory}/ca.key is at hand and commit what that writes, or let the CA issue it: subject "O=system:nodes, CN=system:node:cp-2", usages "clientAuth"`,
    );
    expect(issues).toContain(
      `${directory}/hosts/cp-2/etcd/peer.crt: is missing; synthesize where ${directory}/etcd/ca.key is at hand and commit what that writes, or let the CA issue it: subject "CN=cp-2", usages "serverAuth", "clientAuth", names "DNS:cp-2", "DNS:localhost", "IP:10.0.0.12", "IP:127.0.0.1", "IP:::1"`,
    );
    expect(filesBelow(directory)).toEqual(before);
  });

  test("asks for the public half of the service account key when that is missing too", () => {
    const directory = directories(base);
    removeMatching(directory, /\.key$|^sa\.pub$/);

    expect(issuesOf(() => open(directory))).toEqual([
      `${directory}/sa.pub: is missing; synthesize where ${directory}/sa.key is at hand and commit what that writes`,
    ]);
  });
});

describe("CA keys that are kept elsewhere", () => {
  test("are not needed while every leaf certificate fits", () => {
    const directory = directories(base);
    removeMatching(directory, /ca\.key$/);

    expect(open(directory, { externalCa: true, tokenPools: ["workers"] }).issued).toEqual([]);
  });

  test("do not keep a token from being made", () => {
    const directory = directories(base);
    removeMatching(directory, /ca\.key$/);

    expect(open(directory, { tokenPools: ["new"] }).issued).toEqual([
      join(directory, "tokens/new.token"),
    ]);
  });

  test("issue what their own CA has to sign, when only one is at hand", () => {
    const directory = directories(base);
    rmSync(join(directory, "ca.key"));
    rmSync(join(directory, "hosts/cp-1/front-proxy-client.crt"));

    expect(open(directory).issued).toHaveLength(2);
  });

  test("in an empty directory: every file is named, CAs first asked for", () => {
    const directory = directories();
    const issues = issuesOf(() => open(directory, { externalCa: true }));

    expect(issues).toHaveLength(15);
    for (const ca of ["ca", "front-proxy-ca", "etcd/ca"]) {
      expect(issues).toContain(
        `${directory}/${ca}.crt: is missing; put the certificate of your CA there`,
      );
    }
    expect(filesBelow(directory)).toEqual({});
  });

  test("a leaf certificate of theirs is taken whatever the order of its subject, but never as a CA", () => {
    const directory = directories(base);
    const issueByHand = (subject: string, extensions: string) => {
      put(directory, "extensions.txt", extensions);
      const [csr, key] = [join(directory, "x.csr"), join(directory, "admin.key")];
      openssl("req", "-new", "-key", key, "-subj", subject, "-out", csr);
      openssl(
        "x509",
        "-req",
        "-in",
        csr,
        "-CA",
        join(directory, "ca.crt"),
        "-CAkey",
        join(base, "ca.key"),
        "-days",
        "3650",
        "-extfile",
        join(directory, "extensions.txt"),
        "-out",
        join(directory, "admin.crt"),
      );
    };
    rmSync(join(directory, "ca.key"));
    const now = new Date(Date.now() + 60_000);

    issueByHand("/CN=kubernetes-admin/O=kubeadm:cluster-admins", "extendedKeyUsage=clientAuth");
    expect(open(directory, {}, now).certificate("admin").subject).toBe(
      "CN=kubernetes-admin, O=kubeadm:cluster-admins",
    );

    issueByHand(
      "/O=kubeadm:cluster-admins/CN=kubernetes-admin",
      "basicConstraints=critical,CA:TRUE\nextendedKeyUsage=clientAuth",
    );
    expect(issuesOf(() => open(directory, {}, now))).toEqual([
      expect.stringContaining("admin.crt: is not for clientAuth, got a CA; "),
    ]);

    issueByHand(
      "/O=kubeadm:cluster-admins/CN=kubernetes-admin",
      "extendedKeyUsage=anyExtendedKeyUsage",
    );
    expect(open(directory, {}, now).issued).toEqual([join(directory, "admin.conf")]);
  });
});

describe("a CA", () => {
  test.each([
    [
      "is no certificate",
      "ca.crt",
      "text",
      "ca.crt: is no PEM certificate; restore the certificate of this CA",
    ],
    [
      "is a leaf",
      "ca.crt",
      () => textOf(base, "admin.crt"),
      "ca.crt: is no CA that may sign certificates; put the certificate of the CA itself there",
    ],
    [
      "has a key that cannot be read",
      "ca.key",
      "text",
      "ca.key: is no private key in PEM without passphrase; restore it, or take it away",
    ],
    [
      "has a key with a passphrase",
      "ca.key",
      () =>
        createPrivateKey(textOf(base, "ca.key"))
          .export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "p" })
          .toString(),
      "ca.key: is no private key in PEM without passphrase; restore it, or take it away",
    ],
    [
      "has a key of another",
      "ca.key",
      () => textOf(base, "sa.key"),
      "ca.key: does not belong to %d/ca.crt; restore the key that does, or take it away to go on without issuing",
    ],
  ])("that %s is an error, and stays", (_, file, content, message) => {
    const directory = directories(base);
    put(directory, file, typeof content === "string" ? content : content());
    const before = filesBelow(directory);

    expect(issuesOf(() => open(directory))).toEqual([
      `${directory}/${message.replace("%d", directory)}`,
    ]);
    expect(filesBelow(directory)).toEqual(before);
  });

  test.each([
    ["with its key", /^ca\.crt$/],
    ["without its key", /^ca\.(crt|key)$/],
  ])("is never made a second time: certificate lost, %s", (_, lost) => {
    const directory = directories(base);
    removeMatching(directory, lost);

    expect(issuesOf(() => open(directory, {}, daysLater(400)))).toContain(
      `${directory}/ca.crt: is missing, but ${directory}/admin.crt that it signed is there; restore it, and never make a second CA for a cluster that runs`,
    );
  });

  test("of ECDSA keys signs with them", () => {
    const directory = directories();
    for (const [ca, curve] of [
      ["ca", "prime256v1"],
      ["front-proxy-ca", "secp384r1"],
    ] as const) {
      const key = join(directory, `${ca}.key`);
      openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", key);
      const self = ["-x509", "-key", key, "-subj", `/CN=${ca}`, "-days", "3650"];
      const usage = "keyUsage=critical,keyCertSign";
      openssl("req", ...self, "-addext", usage, "-out", join(directory, `${ca}.crt`));
    }
    const pki = open(directory, { cluster: cluster() }, new Date());
    const verify = (ca: string, leaf: string) =>
      openssl(
        "verify",
        "-x509_strict",
        "-CAfile",
        join(directory, `${ca}.crt`),
        join(directory, `${leaf}.crt`),
      );

    expect(pki.certificate("ca").keyType).toBe("ECDSA P-256");
    expect(verify("ca", "hosts/cp-1/apiserver")).toContain("OK");
    expect(verify("front-proxy-ca", "hosts/cp-1/front-proxy-client")).toContain("OK");
    expect(open(directory, {}, new Date()).issued).toEqual([]);
  });

  test("with a key of a kind that Kubernetes does not know cannot sign", () => {
    const directory = directories();
    const key = join(directory, "ca.key");
    openssl("genpkey", "-algorithm", "ed25519", "-out", key);
    openssl("req", "-x509", "-key", key, "-subj", "/CN=x", "-out", join(directory, "ca.crt"));

    expect(issuesOf(() => open(directory, {}, new Date()))).toEqual([
      `${directory}/ca.key: is of a kind that cannot sign here, got "ed25519"; use RSA, ECDSA P-256 or ECDSA P-384`,
    ]);
  });

  test("that is kept, is said to be valid until then", () => {
    expect(open(base).certificate("ca").notAfter).toBe(
      new Date(NOW.getTime() + 87_600 * 3_600_000).toISOString().replace(".000", ""),
    );
  });
});
