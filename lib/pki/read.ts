/** Reads certificates and public keys: what may be known of them. Verifying is node's own crypto, never node-forge. */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "../model/types";
import { canonicalIp } from "./names";

/** Names of elliptic curves as people know them. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384" };

/** The first certificate of a PEM file; undefined when there is none. */
export function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Facts of a certificate. `pem` is the whole file, intermediate certificates included. */
export function certificateFacts(pem: string, certificate: X509Certificate): CertificateFacts {
  const { publicKey } = certificate;
  return Object.freeze({
    pem: withNewline(pem),
    fingerprint: sha256(certificate.raw),
    publicKeyFingerprint: sha256(publicKey.export({ type: "spki", format: "der" })),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: Object.freeze(alternativeNames(certificate)),
    notBefore: rfc3339(Date.parse(certificate.validFrom)),
    notAfter: rfc3339(Date.parse(certificate.validTo)),
    keyType: keyType(publicKey),
  });
}

/**
 * Facts of a bare public key: `sa.pub`.
 *
 * @throws when the text is no public key
 */
export function publicKeyFacts(pem: string): CertificateFacts {
  const publicKey = createPublicKey(pem);
  const fingerprint = sha256(publicKey.export({ type: "spki", format: "der" }));
  return Object.freeze({
    pem: withNewline(pem),
    fingerprint,
    publicKeyFingerprint: fingerprint,
    subject: "",
    issuer: "",
    names: Object.freeze([]),
    notBefore: "",
    notAfter: "",
    keyType: keyType(publicKey),
  });
}

/** Alternative names in certificate order. Shape: `DNS:…`, `IP:…` in canonical form, other kinds as OpenSSL writes them. */
export function alternativeNames(certificate: X509Certificate): string[] {
  // node quotes a name that holds anything unusual, as JSON.
  const entries = certificate.subjectAltName?.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return entries.map((entry) => {
    const name = entry.trim();
    return name.startsWith("IP Address:")
      ? `IP:${canonicalIp(name.slice("IP Address:".length))}`
      : name;
  });
}

/** A subject or issuer in one line: "O=…, CN=…", in certificate order. */
export function oneLine(distinguishedName: string | undefined): string {
  return (distinguishedName ?? "").split("\n").join(", ");
}

/** RFC 3339, UTC, seconds. */
export function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

function keyType(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === "rsa") {
    return `RSA ${details?.modulusLength}`;
  }
  const curve = details?.namedCurve;
  return curve === undefined ? `${key.asymmetricKeyType}` : `ECDSA ${CURVES[curve] ?? curve}`;
}

function sha256(data: Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
