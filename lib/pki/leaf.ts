/** Leaf certificates: which may stay, which are issued again, which somebody else has to bring. */
import type { X509Certificate } from "node:crypto";
import { durationMilliseconds } from "../model/duration";
import type { Cluster } from "../model/types";
import type { Authority } from "./authority";
import type { KeyDirectory } from "./directory";
import { expiry, type Findings } from "./findings";
import { misfit, quote, subjectOf } from "./fit";
import { issueLeaf, type Signer } from "./issue";
import { belongsTogether, makeKey } from "./keys";
import { readCertificate } from "./read";
import type { WantedCertificate } from "./table";

/** Days before its end from which on a leaf certificate is warned about. */
const WARNING_DAYS = 30;

/** What becomes of a leaf certificate. */
export type LeafDecision =
  | { readonly decision: "keep"; readonly certificate: X509Certificate }
  | { readonly decision: "issue" }
  /** It cannot be issued here; that is among the findings. */
  | { readonly decision: "fault" };

/** Judges a leaf certificate. Writes nothing. */
export function inspectLeaf(
  directory: KeyDirectory,
  wanted: WantedCertificate,
  authority: Authority,
  now: Date,
  findings: Findings,
): LeafDecision {
  if (authority.state === "new") {
    return { decision: "issue" };
  }
  if (authority.state === "faulty" && authority.hasKey) {
    return { decision: "fault" };
  }
  const file = `${wanted.name}.crt`;
  const pem = directory.read(file);
  const keyPem = directory.read(`${wanted.name}.key`);
  const certificate = pem === undefined ? undefined : readCertificate(pem);
  const caFile = directory.path(`${wanted.ca}.crt`);
  const issuer = authority.state === "found" ? { ...authority, label: caFile } : undefined;
  const wrong =
    pem === undefined
      ? "is missing"
      : certificate === undefined
        ? "is no PEM certificate"
        : keyPem !== undefined && !belongsTogether(certificate, keyPem)
          ? `does not belong to ${directory.path(`${wanted.name}.key`)}`
          : misfit(certificate, wanted, issuer, now);

  const canIssue = authority.state === "found" && authority.key !== undefined;
  if (canIssue && (wrong !== undefined || keyPem === undefined)) {
    return { decision: "issue" };
  }
  if (wrong !== undefined || certificate === undefined) {
    findings.issues.push(`${directory.path(file)}: ${wrong}; ${repair(directory, wanted)}`);
    return { decision: "fault" };
  }
  const end = expiry(certificate, now, WARNING_DAYS);
  if (end !== undefined) {
    findings.warnings.push(
      `${directory.path(file)}: ${end}; delete it and synthesize where ${directory.path(`${wanted.ca}.key`)} is at hand, to have it issued again`,
    );
  }
  return { decision: "keep", certificate };
}

/** Issues a leaf certificate with a new key, and writes both, key first. */
export function issueAndWrite(
  directory: KeyDirectory,
  wanted: WantedCertificate,
  signer: Signer & { readonly notBefore: Date },
  cluster: Cluster,
  dates: { readonly notBefore: Date; readonly now: Date },
): void {
  const key = makeKey(cluster.encryptionAlgorithm);
  const pem = issueLeaf(
    {
      ...wanted,
      key: key.key,
      notBefore: wanted.inKubeconfig ? signer.notBefore : dates.notBefore,
      notAfter: new Date(
        dates.now.getTime() + durationMilliseconds(cluster.certificateValidityPeriod),
      ),
    },
    signer,
  );
  directory.write(`${wanted.name}.key`, key.pem);
  directory.write(`${wanted.name}.crt`, pem);
}

function repair(directory: KeyDirectory, wanted: WantedCertificate): string {
  const names = wanted.names.length === 0 ? "" : `, names ${quote(wanted.names)}`;
  return (
    `synthesize where ${directory.path(`${wanted.ca}.key`)} is at hand and commit what that writes, ` +
    `or let the CA issue it: subject "${subjectOf(wanted)}", usages ${quote(wanted.usages)}${names}`
  );
}
