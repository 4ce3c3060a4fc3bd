/** The CAs of a cluster: what is there, what is made once, what only a person may decide. */
import { type KeyObject, X509Certificate } from "node:crypto";
import { durationMilliseconds } from "../model/duration";
import type { Cluster } from "../model/types";
import type { KeyDirectory } from "./directory";
import { expiry, type Findings } from "./findings";
import { canSign, issueCa, kindOf, type Signer, subjectDer } from "./issue";
import { makeKey, type PrivateKey, readKey } from "./keys";
import { readCertificate } from "./read";
import type { WantedCertificate } from "./table";

/** A CA as it was found, before anything is written. */
export type Authority =
  | {
      readonly state: "found";
      readonly certificate: X509Certificate;
      readonly publicKey: KeyObject;
      /** DER of its subject. */
      readonly subject: Buffer;
      /** Undefined when the key is not at hand: nothing can be issued. */
      readonly key: KeyObject | undefined;
    }
  /** Nothing is there, or only the key of a run that was cut off. */
  | { readonly state: "new"; readonly key: PrivateKey | undefined }
  /** Something is wrong with it, and that is among the findings. With its key, leaves can wait until it is repaired. */
  | { readonly state: "faulty"; readonly hasKey: boolean };

/** What `inspectAuthority` looks at. */
export interface AuthorityQuestion {
  readonly directory: KeyDirectory;
  readonly wanted: WantedCertificate;
  /** Certificates that it has to have signed. */
  readonly signs: readonly WantedCertificate[];
  readonly externalCa: boolean;
  readonly now: Date;
}

/** Days before its end from which on a CA is warned about. */
const WARNING_DAYS = 90;

/** Judges a CA. Writes nothing; a CA that is there is never replaced. */
export function inspectAuthority(question: AuthorityQuestion, findings: Findings): Authority {
  const { directory, wanted, now } = question;
  const certificateFile = `${wanted.name}.crt`;
  const keyFile = `${wanted.name}.key`;
  const pem = directory.read(certificateFile);
  const keyPem = directory.read(keyFile);
  const key = keyPem === undefined ? undefined : readKey(keyPem);
  const fault = (file: string, message: string): Authority => {
    findings.issues.push(`${directory.path(file)}: ${message}`);
    return { state: "faulty", hasKey: keyPem !== undefined };
  };

  if (keyPem !== undefined && key === undefined) {
    return fault(
      keyFile,
      "is no private key in PEM without passphrase; restore it, or take it away",
    );
  }
  if (key !== undefined && !canSign(key.key)) {
    return fault(
      keyFile,
      `is of a kind that cannot sign here, got "${kindOf(key.key)}"; use RSA, ECDSA P-256 or ECDSA P-384`,
    );
  }
  if (pem === undefined) {
    return inspectMissing(question, key, fault);
  }
  const certificate = readCertificate(pem);
  if (certificate === undefined) {
    return fault(certificateFile, "is no PEM certificate; restore the certificate of this CA");
  }
  if (!certificate.ca) {
    return fault(
      certificateFile,
      "is no CA that may sign certificates; put the certificate of the CA itself there",
    );
  }
  if (key !== undefined && !certificate.checkPrivateKey(key.key)) {
    return fault(
      keyFile,
      `does not belong to ${directory.path(certificateFile)}; restore the key that does, or take it away to go on without issuing`,
    );
  }
  const end = expiry(certificate, now, WARNING_DAYS);
  if (end !== undefined) {
    findings.warnings.push(
      `${directory.path(certificateFile)}: ${end}; plan a new CA: whatever this one signed has to be issued again with it`,
    );
  }
  return {
    state: "found",
    certificate,
    publicKey: certificate.publicKey,
    subject: subjectDer(certificate.raw),
    key: key?.key,
  };
}

/** Makes a new CA and writes it, key first. */
export function createAuthority(
  directory: KeyDirectory,
  wanted: WantedCertificate,
  existingKey: PrivateKey | undefined,
  cluster: Cluster,
  dates: { readonly notBefore: Date; readonly now: Date },
): Signer {
  const key = existingKey ?? makeKey(cluster.encryptionAlgorithm);
  const validity = durationMilliseconds(cluster.caCertificateValidityPeriod);
  const pem = issueCa({
    ...wanted,
    key: key.key,
    notBefore: dates.notBefore,
    notAfter: new Date(dates.now.getTime() + validity),
  });
  directory.write(`${wanted.name}.key`, key.pem);
  directory.write(`${wanted.name}.crt`, pem);
  return { certificate: new X509Certificate(pem).raw, key: key.key };
}

/** A CA without certificate: to be made, unless someone must have it. */
function inspectMissing(
  { directory, wanted, signs, externalCa }: AuthorityQuestion,
  key: PrivateKey | undefined,
  fault: (file: string, message: string) => Authority,
): Authority {
  const certificateFile = `${wanted.name}.crt`;
  if (externalCa) {
    return fault(certificateFile, "is missing; put the certificate of your CA there");
  }
  const signed = signs.find(({ name }) => directory.read(`${name}.crt`) !== undefined);
  if (signed !== undefined) {
    return fault(
      certificateFile,
      `is missing, but ${directory.path(`${signed.name}.crt`)} that it signed is there; restore it, and never make a second CA for a cluster that runs`,
    );
  }
  return { state: "new", key };
}
