/** The key directory of a cluster, opened: what is there is used, what is missing is made. The only place of keys. */
import type { X509Certificate } from "node:crypto";
import type { SecretContent, SecretRef } from "../component";
import { kubeconfigAroundKey } from "../model/kubeconfig";
import type { CertificateFacts, Cluster, Node } from "../model/types";
import { type Authority, createAuthority, inspectAuthority } from "./authority";
import { KeyDirectory } from "./directory";
import { type Findings, PkiError } from "./findings";
import type { Signer } from "./issue";
import { inspectLeaf, issueAndWrite } from "./leaf";
import { certificateFacts, publicKeyFacts, readCertificate } from "./read";
import { createServiceAccountKey, inspectServiceAccountKey } from "./service-account";
import { type WantedCertificate, wantedCertificates } from "./table";
import { createToken, inspectToken } from "./token";

/** What a cluster needs of its key directory. */
export interface PkiRequest {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
  /** Pools that bootstrap with a token. */
  readonly tokenPools: readonly string[];
  /** Whether the CAs are kept elsewhere: then none is ever made here. */
  readonly externalCa: boolean;
  /** Client certificate and key of an etcd cluster that exists already: read where they are, as "external-etcd/client". */
  readonly externalEtcd?: { readonly certFile?: string; readonly keyFile?: string };
}

/** An opened key directory. */
export interface Pki {
  /**
   * Facts of a certificate (or of "sa", a public key) by its name: path in the directory without ending.
   *
   * @throws when there is no such certificate
   */
  certificate(name: string): CertificateFacts;
  /**
   * The content with its secrets filled in: for the tar of keys alone, never for the synth output.
   *
   * @throws naming every file that is not at hand
   */
  fill(content: SecretContent): string;
  /** Paths of the files that `fill` would need and that are not at hand, sorted. */
  missing(content: SecretContent): readonly string[];
  /** Paths of the files that were written in this run, in order. */
  readonly issued: readonly string[];
  /** Things to know, one line each. Shape: `<file>: <what>, got <value>; <what to do>`. */
  readonly warnings: readonly string[];
}

/** How far certificates start before now, against clocks that differ. */
const BACKDATED_MILLISECONDS = 5 * 60_000;

/**
 * Opens a key directory and completes it, as `kubeadm init` would: what is there and fits is used, what is missing or
 * does not fit is issued if its CA's key is at hand. A CA that is there is never replaced.
 *
 * Without CA keys nothing is issued; without any key at all (a review job) nothing is written and everything public
 * works. Certificates and keys of hosts that left stay where they are.
 *
 * @param directory shape: a path, as messages shall name it
 * @throws PkiError with everything that is wrong, before anything is written
 */
export function openPki(directory: string, request: PkiRequest, now: Date): Pki {
  const files = new KeyDirectory(directory, filesElsewhere(request));
  const inspection = inspect(files, request, now);
  const { issues, warnings } = inspection.findings;
  if (issues.length > 0) {
    throw new PkiError([...issues].sort());
  }
  complete(files, inspection, request, now);
  return new OpenPki(files, inspection.kept, warnings);
}

interface Inspection {
  readonly authorities: ReadonlyMap<string, { wanted: WantedCertificate; found: Authority }>;
  readonly toIssue: readonly WantedCertificate[];
  readonly kept: Map<string, X509Certificate>;
  readonly newServiceAccountKey: boolean;
  readonly newTokens: readonly string[];
  readonly findings: Findings;
}

/** Looks at everything and decides; writes nothing. */
function inspect(files: KeyDirectory, request: PkiRequest, now: Date): Inspection {
  const { externalCa } = request;
  const findings: Findings = { issues: [], warnings: [] };
  const wanted = wantedCertificates(request.cluster, request.nodes);
  const kept = new Map<string, X509Certificate>();
  const authorities = new Map<string, { wanted: WantedCertificate; found: Authority }>();
  for (const ca of wanted.filter((row) => row.ca === "itself")) {
    const signs = wanted.filter((row) => row.ca === ca.name);
    const found = inspectAuthority(
      { directory: files, wanted: ca, signs, externalCa, now },
      findings,
    );
    authorities.set(ca.name, { wanted: ca, found });
    if (found.state === "found") {
      kept.set(ca.name, found.certificate);
    }
  }
  const toIssue: WantedCertificate[] = [];
  for (const leaf of wanted.filter((row) => row.ca !== "itself")) {
    const found = authorities.get(leaf.ca)?.found;
    if (found === undefined) {
      throw new Error(`no row for the CA of ${leaf.name}, got "${leaf.ca}"`);
    }
    const outcome = inspectLeaf(files, leaf, found, now, findings);
    if (outcome.decision === "keep") {
      kept.set(leaf.name, outcome.certificate);
    } else if (outcome.decision === "issue") {
      toIssue.push(leaf);
    }
  }
  // Who lacks keys cannot deploy: no token is made then, and nothing is written.
  const keyless = [...kept.keys()].some(
    (name) => !authorities.has(name) && files.read(`${name}.key`) === undefined,
  );
  return {
    authorities,
    toIssue,
    kept,
    newServiceAccountKey: inspectServiceAccountKey(files, keyless, findings),
    newTokens: request.tokenPools.filter((pool) => inspectToken(files, pool, findings) && !keyless),
    findings,
  };
}

/** Writes what is missing: CAs before what they sign, each key before its certificate. */
function complete(
  files: KeyDirectory,
  inspection: Inspection,
  { cluster }: PkiRequest,
  now: Date,
): void {
  const dates = { now, notBefore: new Date(now.getTime() - BACKDATED_MILLISECONDS) };
  const signers = new Map<string, Signer & { readonly notBefore: Date }>();
  for (const [name, { wanted, found }] of inspection.authorities) {
    if (found.state === "new") {
      const signer = createAuthority(files, wanted, found.key, cluster, dates);
      signers.set(name, { ...signer, notBefore: dates.notBefore });
    } else if (found.state === "found" && found.key !== undefined) {
      const { certificate, key } = found;
      const notBefore = new Date(Date.parse(certificate.validFrom));
      signers.set(name, { certificate: certificate.raw, key, notBefore });
    }
  }
  if (inspection.newServiceAccountKey) {
    createServiceAccountKey(files, cluster.encryptionAlgorithm);
  }
  for (const leaf of inspection.toIssue) {
    const signer = signers.get(leaf.ca);
    if (signer !== undefined) {
      issueAndWrite(files, leaf, signer, cluster, dates);
    }
  }
  for (const pool of inspection.newTokens) {
    createToken(files, pool);
  }
  writeAdminConf(files, cluster);
}

/** The operator's own kubeconfig, when the admin key is at hand. */
function writeAdminConf(files: KeyDirectory, cluster: Cluster): void {
  const caPem = files.read("ca.crt");
  const clientCertificatePem = files.read("admin.crt");
  const key = files.read("admin.key");
  if (caPem === undefined || clientCertificatePem === undefined || key === undefined) {
    return;
  }
  const [before, after] = kubeconfigAroundKey({
    clusterName: cluster.name,
    server: `https://${cluster.controlPlaneEndpoint}`,
    caPem,
    user: "kubernetes-admin",
    clientCertificatePem,
  });
  files.write("admin.conf", `${before}${base64(key)}${after}`);
}

class OpenPki implements Pki {
  private readonly facts = new Map<string, CertificateFacts>();

  constructor(
    private readonly files: KeyDirectory,
    private readonly parsed: ReadonlyMap<string, X509Certificate>,
    readonly warnings: readonly string[],
  ) {}

  get issued(): readonly string[] {
    return this.files.written;
  }

  certificate(name: string): CertificateFacts {
    const known = this.facts.get(name) ?? this.readFacts(name);
    this.facts.set(name, known);
    return known;
  }

  fill(content: SecretContent): string {
    const missing = this.missing(content);
    if (missing.length > 0) {
      throw new PkiError(
        missing.map((path) => `${path}: is not at hand; synthesize where it is, to deploy`),
      );
    }
    return content.parts
      .map((part) => (typeof part === "string" ? part : this.secret(part)))
      .join("");
  }

  missing(content: SecretContent): readonly string[] {
    const needed = content.parts.filter((part) => typeof part !== "string").map(fileOf);
    const absent = needed.filter((file) => this.files.read(file) === undefined);
    return [...new Set(absent.map((file) => this.files.path(file)))].sort();
  }

  private secret(reference: SecretRef): string {
    const text = this.files.read(fileOf(reference)) ?? "";
    if ("token" in reference) {
      const [id = "", secret = ""] = text.trim().split(".");
      const parts = { whole: text.trim(), id, secret };
      return parts[reference.part ?? "whole"];
    }
    return reference.encoding === "base64" ? base64(text) : text;
  }

  private readFacts(name: string): CertificateFacts {
    const file = name === "sa" ? "sa.pub" : `${name}.crt`;
    const pem = this.files.read(file);
    if (pem !== undefined && name === "sa") {
      return publicKeyFacts(pem);
    }
    const certificate = this.parsed.get(name) ?? (pem && readCertificate(pem)) ?? undefined;
    if (pem === undefined || !certificate) {
      const what = pem === undefined ? "there is no such certificate" : "is no PEM certificate";
      throw new PkiError([`${this.files.path(file)}: ${what}`]);
    }
    return certificateFacts(pem, certificate);
  }
}

function fileOf(reference: SecretRef): string {
  return "token" in reference ? `tokens/${reference.token}.token` : `${reference.key}.key`;
}

function filesElsewhere({ externalEtcd }: PkiRequest): ReadonlyMap<string, string> {
  const places: [string, string | undefined][] = [
    ["external-etcd/client.crt", externalEtcd?.certFile],
    ["external-etcd/client.key", externalEtcd?.keyFile],
  ];
  return new Map(
    places.flatMap(([file, path]): [string, string][] =>
      path === undefined ? [] : [[file, path]],
    ),
  );
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
