/** Secrets: filling content in, tokens, the service account key, the operator's kubeconfig. */
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { beforeAll, describe, expect, test } from "vitest";
import { PkiError } from "../../lib/pki";
import { cluster, issuesOf, open, put, removeMatching, temporaryDirectories } from "./support";

const directories = temporaryDirectories();
const base = directories();
beforeAll(() => void open(base, { tokenPools: ["workers"] }));

const textOf = (directory: string, file: string) => readFileSync(join(directory, file), "utf8");

describe("content with secrets", () => {
  test("is filled in, in order", () => {
    const token = textOf(base, "tokens/workers.token").trim();
    const key = textOf(base, "hosts/cp-1/apiserver.key");
    const content = {
      parts: [
        "a: ",
        { token: "workers" },
        "\nb: ",
        { key: "hosts/cp-1/apiserver", encoding: "base64" },
        "\n",
        { key: "hosts/cp-1/apiserver", encoding: "pem" },
      ],
    } as const;

    expect(open(base).fill(content)).toBe(
      `a: ${token}\nb: ${Buffer.from(key).toString("base64")}\n${key}`,
    );
    expect(open(base).missing(content)).toEqual([]);
  });

  test("of which something is missing is refused, each file named once", () => {
    const directory = directories(base);
    removeMatching(directory, /\.(key|token)$/);
    const content = {
      parts: [
        { key: "sa", encoding: "pem" },
        { key: "sa", encoding: "base64" },
        { token: "workers" },
      ],
    } as const;
    const pki = open(directory);

    expect(() => pki.fill(content)).toThrow(PkiError);
    expect(() => pki.fill(content)).toThrow(
      `${directory}/sa.key: is not at hand; synthesize where it is, to deploy\n${directory}/tokens/workers.token: is not at hand; synthesize where it is, to deploy`,
    );
  });

  test.each(["../other/ca", "/etc/ssl/private/x", "a/../../b"])(
    "never leaves the directory: %s",
    (key) => {
      expect(() => open(base).fill({ parts: [{ key, encoding: "pem" }] })).toThrow(
        `a name in the key directory must not lead out of it, got "${key}.key"`,
      );
    },
  );
});

describe("a bootstrap token", () => {
  test("is made once, in Kubernetes' form, for its owner alone", () => {
    const file = join(base, "tokens/workers.token");

    expect(readFileSync(file, "utf8")).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("is another one for each pool", () => {
    const directory = directories(base);
    const pools = Array.from({ length: 50 }, (_, i) => `pool-${i}`);
    open(directory, { tokenPools: pools });
    const tokens = pools.map((pool) => textOf(directory, `tokens/${pool}.token`));

    expect(new Set(tokens).size).toBe(50);
    expect(new Set(tokens.join("").replace(/[.\n]/g, "")).size).toBe(36);
    expect(tokens.filter((token) => !/^[a-z0-9]{6}\.[a-z0-9]{16}\n$/.test(token))).toEqual([]);
  });

  test("that is malformed is an error that does not show it", () => {
    const directory = directories(base);
    put(directory, "tokens/workers.token", "ABCDEF.0123456789abcdef\n");

    expect(issuesOf(() => open(directory, { tokenPools: ["workers"] }))).toEqual([
      `${directory}/tokens/workers.token: is no bootstrap token ([a-z0-9]{6}.[a-z0-9]{16}); delete it to have one made`,
    ]);
  });
});

describe("the service account key", () => {
  test("is a bare pair, its public half PKIX", () => {
    expect(textOf(base, "sa.key")).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(textOf(base, "sa.pub")).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    const { subject, names, fingerprint, publicKeyFingerprint, keyType, pem } =
      open(base).certificate("sa");
    expect({ subject, names, keyType }).toEqual({ subject: "", names: [], keyType: "RSA 2048" });
    expect(fingerprint).toBe(publicKeyFingerprint);
    expect(pem).toBe(textOf(base, "sa.pub"));
  });

  test("gets its public half back", () => {
    const directory = directories(base);
    rmSync(join(directory, "sa.pub"));

    expect(open(directory).issued).toEqual([join(directory, "sa.pub")]);
    expect(textOf(directory, "sa.pub")).toBe(textOf(base, "sa.pub"));
  });

  test("is never replaced, even where CA keys are at hand", () => {
    const directory = directories(base);
    rmSync(join(directory, "sa.key"));
    const pki = open(directory);

    expect(pki.issued).toEqual([]);
    expect(pki.missing({ parts: [{ key: "sa", encoding: "pem" }] })).toEqual([
      join(directory, "sa.key"),
    ]);
  });

  test.each([
    [
      "key cannot be read",
      "sa.key",
      "text",
      "sa.key: is no private key in PEM without passphrase; restore it: a new one would end every service account token",
    ],
    [
      "halves are not one pair",
      "sa.key",
      () => textOf(base, "ca.key"),
      "sa.pub: does not belong to %d/sa.key; delete it to have it written again, or restore the key",
    ],
  ])("whose %s is an error", (_, file, content, message) => {
    const directory = directories(base);
    put(directory, file, typeof content === "string" ? content : content());

    expect(issuesOf(() => open(directory))).toEqual([
      `${directory}/${message.replace("%d", directory)}`,
    ]);
  });

  test("whose public half alone is there and cannot be read is an error", () => {
    const directory = directories(base);
    rmSync(join(directory, "sa.key"));
    put(directory, "sa.pub", "text");

    expect(issuesOf(() => open(directory))).toEqual([
      `${directory}/sa.pub: is no public key in PEM; restore it`,
    ]);
  });
});

describe("the operator's admin.conf", () => {
  test("has what kubectl needs", () => {
    const conf = load(textOf(base, "admin.conf"));
    const data = (file: string) => Buffer.from(textOf(base, file)).toString("base64");

    expect(conf).toEqual({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "kubernetes-admin@kubernetes",
      clusters: [
        {
          name: "kubernetes",
          cluster: {
            server: "https://k8s.example.com:6443",
            "certificate-authority-data": data("ca.crt"),
          },
        },
      ],
      contexts: [
        {
          name: "kubernetes-admin@kubernetes",
          context: { cluster: "kubernetes", user: "kubernetes-admin" },
        },
      ],
      users: [
        {
          name: "kubernetes-admin",
          user: {
            "client-certificate-data": data("admin.crt"),
            "client-key-data": data("admin.key"),
          },
        },
      ],
    });
  });

  test("follows the endpoint", () => {
    const directory = directories(base);
    const other = { controlPlaneEndpoint: "[fd00::1]:6443", hasControlPlaneEndpoint: false };

    expect(open(directory, { cluster: cluster(other) }).issued).toEqual([
      join(directory, "admin.conf"),
    ]);
    expect(textOf(directory, "admin.conf")).toContain("server: https://[fd00::1]:6443\n");
  });
});

describe("other certificates of the directory", () => {
  test("may be asked for by name", () => {
    const directory = directories(base);
    put(directory, "external-etcd/client.crt", textOf(base, "admin.crt"));

    expect(open(directory).certificate("external-etcd/client").subject).toBe(
      "O=kubeadm:cluster-admins, CN=kubernetes-admin",
    );
  });

  test("of an etcd cluster that exists are read where they are", () => {
    const [directory, elsewhere] = [directories(base), directories()];
    put(elsewhere, "etcd.pem", textOf(base, "admin.crt"));
    put(elsewhere, "etcd-key.pem", textOf(base, "admin.key"));
    const pki = open(directory, {
      externalEtcd: {
        certFile: join(elsewhere, "etcd.pem"),
        keyFile: join(elsewhere, "etcd-key.pem"),
      },
    });

    expect(pki.certificate("external-etcd/client").fingerprint).toBe(
      pki.certificate("admin").fingerprint,
    );
    expect(pki.fill({ parts: [{ key: "external-etcd/client", encoding: "pem" }] })).toBe(
      textOf(base, "admin.key"),
    );
    expect(pki.issued).toEqual([]);
  });

  test.each([
    ["that are not there", "hosts/cp-9/apiserver", "there is no such certificate"],
    ["that cannot be read", "broken", "is no PEM certificate"],
  ])("%s are an error", (_, name, message) => {
    const directory = directories(base);
    put(directory, "broken.crt", "text");

    expect(() => open(directory).certificate(name)).toThrow(`${directory}/${name}.crt: ${message}`);
  });
});
