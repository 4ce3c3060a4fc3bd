/** Builders for tests of the key directory: a small cluster, its hosts, a temporary directory. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Cluster, ExternalEtcd, LocalEtcd, Node } from "../../lib/model/types";
import { openPki, type Pki, type PkiRequest } from "../../lib/pki";

/** The clock of these tests. */
export const NOW = new Date("2026-11-24T12:00:00Z");

const DAY = 86_400_000;

/** A moment so many days after `NOW`. */
export function daysLater(days: number): Date {
  return new Date(NOW.getTime() + days * DAY);
}

/** What these tests need of a local etcd. */
export const LOCAL_ETCD: LocalEtcd = {
  kind: "local",
  imageRepository: undefined,
  imageTag: undefined,
  dataDir: "/var/lib/etcd",
  extraArgs: [],
  extraEnvs: [],
  serverCertSANs: [],
  peerCertSANs: [],
  founders: [],
};

/** An etcd cluster of somebody else, without client certificates. */
export const EXTERNAL_ETCD: ExternalEtcd = {
  kind: "external",
  endpoints: ["http://192.0.2.1:2379"],
  caCertificate: undefined,
  clientCertificate: undefined,
};

/** A cluster; only the fields that certificates are made from. */
export function cluster(fields: Partial<Cluster> = {}): Cluster {
  return {
    name: "kubernetes",
    kubernetesVersion: "1.36.3",
    minor: 36,
    controlPlaneEndpoint: "k8s.example.com:6443",
    hasControlPlaneEndpoint: true,
    networking: {
      serviceSubnets: ["10.96.0.0/12"],
      podSubnets: [],
      dnsDomain: "cluster.local",
      apiServerAddress: "10.96.0.1",
      dnsAddress: "10.96.0.10",
    },
    certificateValidityPeriod: "8760h",
    caCertificateValidityPeriod: "87600h",
    encryptionAlgorithm: "RSA-2048",
    apiServer: { extraArgs: [], extraVolumes: [], extraEnvs: [], certSANs: [] },
    etcd: LOCAL_ETCD,
    ...fields,
  } as Cluster;
}

/** A host; a control plane host unless said otherwise. */
export function node(name: string, address: string, fields: Partial<Node> = {}): Node {
  return {
    name,
    role: "control-plane",
    pool: "control-plane",
    address,
    bindPort: 6443,
    labels: {},
    taints: [],
    kubeletExtraArgs: [],
    bootstrap: "certificate",
    podSubnet: undefined,
    ...fields,
  };
}

/** A request with one control plane host. */
export function request(fields: Partial<PkiRequest> = {}): PkiRequest {
  return {
    cluster: cluster(),
    nodes: [node("cp-1", "10.0.0.11")],
    tokenPools: [],
    externalCa: false,
    ...fields,
  };
}

/**
 * Makes temporary directories and takes them away after the tests of the file. With a source, each is a copy of it:
 * issuing a cluster's certificates takes seconds.
 */
export function temporaryDirectories(): (source?: string) => string {
  const made: string[] = [];
  afterAll(() => {
    for (const directory of made) {
      rmSync(directory, { recursive: true, force: true });
    }
  });
  return (source) => {
    const directory = mkdtempSync(join(tmpdir(), "pki-"));
    made.push(directory);
    if (source !== undefined) {
      cpSync(source, directory, { recursive: true });
    }
    return directory;
  };
}

/** Opens and fails with what was wrong, or returns the lines of the error. */
export function issuesOf(open: () => Pki): readonly string[] {
  try {
    open();
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  throw new Error("expected an error");
}

/** Opens at `NOW`. */
export function open(directory: string, fields: Partial<PkiRequest> = {}, now = NOW): Pki {
  return openPki(directory, request(fields), now);
}

/** All files below a directory: path → mode and content. */
export function filesBelow(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(directory.length + 1),
        `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, "utf8")}`,
      ]),
  );
}

/** Removes every file below a directory whose path matches. */
export function removeMatching(directory: string, pattern: RegExp): void {
  for (const file of Object.keys(filesBelow(directory)).filter((name) => pattern.test(name))) {
    rmSync(join(directory, file));
  }
}

/** Puts a file into a directory. */
export function put(directory: string, file: string, content: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), content, { mode: 0o600 });
}

/** Runs OpenSSL and returns what it says; fails with its words. */
export function openssl(...args: string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
