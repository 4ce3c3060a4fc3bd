/** Opening a key directory: a first run, a second one, one that was cut off. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openPki } from "../../lib/pki";
import {
  cluster,
  daysLater,
  EXTERNAL_ETCD,
  filesBelow,
  NOW,
  node,
  open,
  put,
  request,
  temporaryDirectories,
} from "./support";

const directories = temporaryDirectories();
const base = directories();
beforeAll(() => void open(base, { tokenPools: ["workers"] }));

const API_SERVER = "hosts/cp-1/apiserver";
const textOf = (directory: string, file: string) => readFileSync(join(directory, file), "utf8");

describe("a first run", () => {
  test("writes every file, keys before their certificates, and names them", () => {
    const directory = directories();
    const { issued } = open(directory, { tokenPools: ["workers"] });

    expect([...issued].sort()).toEqual(
      Object.keys(filesBelow(directory)).map((file) => join(directory, file)),
    );
    for (const certificate of issued.filter((path) => path.endsWith(".crt"))) {
      expect(issued.indexOf(certificate.replace(".crt", ".key"))).toBe(
        issued.indexOf(certificate) - 1,
      );
    }
  });

  test("makes secrets readable by their owner alone, in directories of the owner", () => {
    const modes = Object.entries(filesBelow(base)).map(([file, text]) => [
      file,
      text.split(" ")[0],
    ]);

    expect(modes).toEqual(
      modes.map(([file]) => [file, /\.(key|token|conf)$/.test(file!) ? "600" : "644"]),
    );
    for (const part of ["etcd", "hosts", "hosts/cp-1", "hosts/cp-1/etcd", "tokens"]) {
      expect(statSync(join(base, part)).mode & 0o777).toBe(0o700);
    }
  });

  test("keeps secrets from git", () => {
    expect(textOf(base, ".gitignore")).toBe("*.key\n*.token\n*.conf\n.bundles/\n");
  });

  test("makes keys of the size asked for", () => {
    const fields = { encryptionAlgorithm: "RSA-3072", etcd: EXTERNAL_ETCD } as const;
    const pki = open(directories(), { cluster: cluster(fields), nodes: [] });

    expect(["ca", "admin", "sa"].map((name) => pki.certificate(name).keyType)).toEqual(
      Array(3).fill("RSA 3072"),
    );
  });
});

describe("a second run", () => {
  test("writes nothing and says the same", () => {
    const directory = directories(base);
    const before = filesBelow(directory);
    const pki = open(directory, { tokenPools: ["workers"] }, daysLater(1));

    expect(pki.issued).toEqual([]);
    expect(pki.warnings).toEqual([]);
    expect(filesBelow(directory)).toEqual(before);
  });

  test("issues only what a new host needs", () => {
    const directory = directories(base);
    const worker = node("w-1", "10.0.0.21", { role: "worker", pool: "workers" });
    const { issued } = open(directory, { nodes: [...request().nodes, worker] });

    expect(issued).toEqual(
      ["hosts/w-1/kubelet.key", "hosts/w-1/kubelet.crt"].map((file) => join(directory, file)),
    );
  });

  test("leaves the files of a host that left where they are", () => {
    const directory = directories(base);
    const before = filesBelow(directory);

    expect(open(directory, { nodes: [] }).issued).toEqual([]);
    expect(filesBelow(directory)).toEqual(before);
  });

  test("lays no second .gitignore over the user's own", () => {
    const directory = directories();
    put(directory, ".gitignore", "*\n");
    open(directory, { nodes: [] });

    expect(textOf(directory, ".gitignore")).toBe("*\n");
  });
});

describe("a run that was cut off", () => {
  test("anywhere is finished by the next one, with the CAs of the first", () => {
    const whole = directories();
    const { issued } = openPki(whole, request({ tokenPools: ["workers"] }), NOW);
    const files = issued.map((path) => path.slice(whole.length + 1));
    // A few places that differ: within the CAs, between a key and its certificate, at the end.
    const places = [1, 3, 7, files.length - 4, files.length - 2, files.length - 1];

    for (const place of places) {
      const directory = directories();
      for (const file of files.slice(0, place)) {
        put(directory, file, textOf(whole, file));
      }
      const pki = open(directory, { tokenPools: ["workers"] });

      expect(Object.keys(filesBelow(directory))).toEqual(Object.keys(filesBelow(whole)));
      for (const file of files.slice(0, place).filter((name) => name.endsWith("ca.key"))) {
        expect(textOf(directory, file)).toBe(textOf(whole, file));
      }
      expect(pki.certificate(API_SERVER).issuer).toBe("CN=kubernetes");
      expect(open(directory, { tokenPools: ["workers"] }).issued).toEqual([]);
    }
  });

  test("between a new key and its certificate is finished too", () => {
    const directory = directories(base);
    put(directory, `${API_SERVER}.key`, textOf(base, "sa.key"));
    put(directory, `hosts/cp-1/.new-apiserver.crt`, "half");

    expect(open(directory).issued).toHaveLength(2);
    expect(Object.keys(filesBelow(directory))).toEqual(Object.keys(filesBelow(base)));
  });
});
