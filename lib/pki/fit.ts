/** Whether an existing leaf certificate may stay: what is wrong with it, in the words of an issue. */
import type { KeyObject, X509Certificate } from "node:crypto";
import { USAGE_OID } from "./issue";
import { alternativeNames, oneLine, rfc3339 } from "./read";
import type { WantedCertificate } from "./table";

/** The CA that a leaf has to come from. */
export interface Issuer {
  /** How messages name its certificate. */
  readonly label: string;
  readonly publicKey: KeyObject;
  /** DER of its subject. */
  readonly subject: Buffer;
}

const ANY_USAGE = "2.5.29.37.0";

/**
 * What is wrong with a leaf certificate; undefined if it fits.
 *
 * More names than expected are fine. The issuer is compared byte by byte, since Go builds chains that way. Without an
 * issuer (its own file is at fault) the rest is checked.
 *
 * Shape: `<what is wrong>, got <value>`.
 */
export function misfit(
  certificate: X509Certificate,
  wanted: WantedCertificate,
  issuer: Issuer | undefined,
  now: Date,
): string | undefined {
  if (
    issuer !== undefined &&
    !(certificate.raw.includes(issuer.subject) && certificate.verify(issuer.publicKey))
  ) {
    return `was not issued by ${issuer.label}, got issuer "${oneLine(certificate.issuer)}"`;
  }
  const subject = subjectOf(wanted);
  if (parts(oneLine(certificate.subject)) !== parts(subject)) {
    return `has another subject than "${subject}", got "${oneLine(certificate.subject)}"`;
  }
  // node's name for the extended usages.
  const usages = certificate.keyUsage ?? [];
  if (
    certificate.ca ||
    (!usages.includes(ANY_USAGE) &&
      wanted.usages.some((usage) => !usages.includes(USAGE_OID[usage])))
  ) {
    return `is not for ${wanted.usages.join(" and ")}, got ${certificate.ca ? "a CA" : quote(usages)}`;
  }
  const names = alternativeNames(certificate);
  const lacking = wanted.names.filter((name) => !names.includes(name));
  if (lacking.length > 0) {
    return `does not name ${quote(lacking)}, got ${quote(names)}`;
  }
  const notBefore = Date.parse(certificate.validFrom);
  if (notBefore > now.getTime()) {
    return `is not valid yet, got "${rfc3339(notBefore)}"`;
  }
  const notAfter = Date.parse(certificate.validTo);
  return notAfter <= now.getTime() ? `has expired, got "${rfc3339(notAfter)}"` : undefined;
}

/** The subject that a certificate has to have. Shape: "O=…, CN=…". */
export function subjectOf(wanted: WantedCertificate): string {
  const organization = wanted.organization === undefined ? "" : `O=${wanted.organization}, `;
  return `${organization}CN=${wanted.commonName}`;
}

/** A subject regardless of the order of its parts: Kubernetes asks for O and CN, wherever they stand. */
function parts(subject: string): string {
  return subject.split(", ").sort().join(", ");
}

/** Values in double quotes, with commas; "none" if there are none. */
export function quote(values: readonly string[]): string {
  return values.length === 0 ? "none" : values.map((value) => `"${value}"`).join(", ");
}
