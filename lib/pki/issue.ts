/**
 * Issues X.509 certificates as kubeadm's would be, field by field. node-forge writes the structure; the signature is
 * made by node's own crypto.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import { asn1, util } from "node-forge";
import { ipOctets } from "./names";
import type { Usage } from "./table";

const { Class, Type } = asn1;
type Asn1 = asn1.Asn1;

/** What to put into a certificate. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organization: string | undefined;
  readonly usages: readonly Usage[];
  /** `DNS:…`, `IP:…`, in certificate order. */
  readonly names: readonly string[];
  /** Private or public key of the subject; only its public half is used. */
  readonly key: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Who signs. */
export interface Signer {
  /** DER of the CA's certificate. */
  readonly certificate: Buffer;
  readonly key: KeyObject;
}

const OID = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Object identifiers of the extended key usages. */
export const USAGE_OID: Readonly<Record<Usage, string>> = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
};

/** Signature algorithms by the kind of the signing key; a user's own CA may be ECDSA. */
const SIGNATURES: Readonly<Record<string, { oid: string; hash: string; hasNull: boolean }>> = {
  rsa: { oid: "1.2.840.113549.1.1.11", hash: "sha256", hasNull: true },
  prime256v1: { oid: "1.2.840.10045.4.3.2", hash: "sha256", hasNull: false },
  secp384r1: { oid: "1.2.840.10045.4.3.3", hash: "sha384", hasNull: false },
};

// Bit strings with the number of unused bits in front.
const LEAF_KEY_USAGE = "\x05\xa0"; // digitalSignature, keyEncipherment
const CA_KEY_USAGE = "\x02\xa4"; // digitalSignature, keyEncipherment, keyCertSign

/** X.680's characters of a PrintableString. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** First second that UTCTime cannot write. */
const GENERALIZED_TIME_FROM = Date.UTC(2050, 0, 1);

/** Issues a certificate that is no CA. Returns its PEM. */
export function issueLeaf(request: CertificateRequest, signer: Signer): string {
  const issuer = readIssuer(signer.certificate);
  const { keyIdentifier } = issuer;
  return issue(request, issuer.subject, signer.key, [
    extension(OID.keyUsage, true, primitive(Type.BITSTRING, LEAF_KEY_USAGE)),
    extension(
      OID.extendedKeyUsage,
      false,
      sequence(request.usages.map((usage) => oid(USAGE_OID[usage]))),
    ),
    extension(OID.basicConstraints, true, sequence([])),
    ...(keyIdentifier === undefined
      ? []
      : [
          extension(
            OID.authorityKeyIdentifier,
            false,
            sequence([asn1.create(Class.CONTEXT_SPECIFIC, 0, false, keyIdentifier)]),
          ),
        ]),
    ...alternativeNames(request.names),
  ]);
}

/** Makes a CA certificate, signed by its own key (`request.key` must be the private one). Returns its PEM. */
export function issueCa(request: CertificateRequest): string {
  return issue(request, distinguishedName(request), request.key, [
    extension(OID.keyUsage, true, primitive(Type.BITSTRING, CA_KEY_USAGE)),
    extension(OID.basicConstraints, true, sequence([primitive(Type.BOOLEAN, "\xff")])),
    extension(
      OID.subjectKeyIdentifier,
      false,
      primitive(Type.OCTETSTRING, keyIdentifierOf(request.key)),
    ),
    ...alternativeNames(request.names),
  ]);
}

/**
 * A random serial number in [1, 2^63 - 2], as kubeadm draws it.
 *
 * Shape: eight bytes, big endian; the first bit is never set, so that no reader takes it for negative.
 */
export function randomSerial(): Buffer {
  for (;;) {
    const value = randomBytes(8).readBigUInt64BE() >> 1n;
    if (value >= 1n && value <= 2n ** 63n - 2n) {
      const serial = Buffer.alloc(8);
      serial.writeBigUInt64BE(value);
      return serial;
    }
  }
}

/** Whether certificates can be signed with this key: RSA, ECDSA P-256, ECDSA P-384. */
export function canSign(key: KeyObject): boolean {
  return SIGNATURES[kindOf(key)] !== undefined;
}

/** The kind of a key as OpenSSL calls it: "rsa", "ed25519", or the curve. */
export function kindOf(key: KeyObject): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  return (type === "ec" ? details?.namedCurve : type) ?? "";
}

/** The DER of a CA's subject, as it must stand in the issuer field of what it signs: Go compares the bytes. */
export function subjectDer(certificate: Buffer): Buffer {
  return toDer(readIssuer(certificate).subject);
}

function issue(
  request: CertificateRequest,
  issuer: Asn1,
  signingKey: KeyObject,
  extensions: Asn1[],
): string {
  const algorithm = signatureOf(signingKey);
  const identifier = sequence([
    oid(algorithm.oid),
    ...(algorithm.hasNull ? [primitive(Type.NULL, "")] : []),
  ]);
  const toBeSigned = sequence([
    context(0, [primitive(Type.INTEGER, "\x02")]), // version 3
    integer(randomSerial()),
    identifier,
    issuer,
    sequence([time(request.notBefore), time(request.notAfter)]),
    distinguishedName(request),
    fromDer(publicKeyDer(request.key)),
    context(3, [sequence(extensions)]),
  ]);
  const signature = sign(algorithm.hash, toDer(toBeSigned), signingKey);
  const certificate = sequence([
    toBeSigned,
    identifier,
    primitive(Type.BITSTRING, `\0${signature.toString("latin1")}`),
  ]);
  return pem(toDer(certificate));
}

function signatureOf(key: KeyObject): { oid: string; hash: string; hasNull: boolean } {
  const signature = SIGNATURES[kindOf(key)];
  if (signature === undefined) {
    throw new Error(`no key that can sign, got "${kindOf(key)}"`);
  }
  return signature;
}

/** O, then CN. As in Go, PrintableString where the characters allow it, else UTF8String. */
function distinguishedName(subject: {
  readonly commonName: string;
  readonly organization: string | undefined;
}): Asn1 {
  const attribute = (type: string, value: string) =>
    asn1.create(Class.UNIVERSAL, Type.SET, true, [
      sequence([
        oid(type),
        PRINTABLE.test(value)
          ? primitive(Type.PRINTABLESTRING, value)
          : primitive(Type.UTF8, util.encodeUtf8(value)),
      ]),
    ]);
  return sequence([
    ...(subject.organization === undefined
      ? []
      : [attribute(OID.organization, subject.organization)]),
    attribute(OID.commonName, subject.commonName),
  ]);
}

function alternativeNames(names: readonly string[]): Asn1[] {
  if (names.length === 0) {
    return [];
  }
  const entries = names.map((name) => {
    const value = name.slice(name.indexOf(":") + 1);
    return name.startsWith("IP:")
      ? asn1.create(Class.CONTEXT_SPECIFIC, 7, false, ipOctets(value).toString("latin1"))
      : asn1.create(Class.CONTEXT_SPECIFIC, 2, false, value);
  });
  return [extension(OID.subjectAltName, false, sequence(entries))];
}

/** Subject and key identifier of a CA, as they go into what it signs. */
function readIssuer(certificate: Buffer): { subject: Asn1; keyIdentifier: string | undefined } {
  const fields = children(children(fromDer(certificate))[0]);
  // The version stands in front if it is not 1: serial, algorithm, issuer, validity, subject.
  const subject = fields[fields[0]?.tagClass === Class.CONTEXT_SPECIFIC ? 5 : 4];
  if (subject === undefined) {
    throw new Error("a CA certificate without subject");
  }
  const last = fields.at(-1);
  const hasExtensions = last?.tagClass === Class.CONTEXT_SPECIFIC && last.type === 3;
  const extensions = hasExtensions ? children(children(last)[0]) : [];
  const identifier = extensions.find((entry) => {
    const type = children(entry)[0];
    return type !== undefined && asn1.derToOid(text(type)) === OID.subjectKeyIdentifier;
  });
  const value = identifier === undefined ? undefined : children(identifier).at(-1);
  return {
    subject,
    keyIdentifier: value && text(fromDer(Buffer.from(text(value), "latin1"))),
  };
}

/** RFC 7093, method 1: the first 160 bits of the SHA-256 of the public key, as newer Go does. */
function keyIdentifierOf(key: KeyObject): string {
  const bits = children(fromDer(publicKeyDer(key)))[1];
  const publicKey = Buffer.from(text(bits), "latin1").subarray(1);
  return createHash("sha256").update(publicKey).digest().subarray(0, 20).toString("latin1");
}

function publicKeyDer(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ type: "spki", format: "der" });
}

function extension(type: string, critical: boolean, value: Asn1): Asn1 {
  return sequence([
    oid(type),
    ...(critical ? [primitive(Type.BOOLEAN, "\xff")] : []),
    primitive(Type.OCTETSTRING, toDer(value).toString("latin1")),
  ]);
}

function time(date: Date): Asn1 {
  return date.getTime() < GENERALIZED_TIME_FROM
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** DER wants the shortest form: zero bytes in front go, unless the next bit would read as a sign. */
function integer(value: Buffer): Asn1 {
  let start = 0;
  while (start < value.length - 1 && value[start] === 0 && (value[start + 1] ?? 0) < 0x80) {
    start++;
  }
  return primitive(Type.INTEGER, value.subarray(start).toString("latin1"));
}

const sequence = (value: Asn1[]) => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, value);
const context = (tag: number, value: Asn1[]) =>
  asn1.create(Class.CONTEXT_SPECIFIC, tag, true, value);
const primitive = (type: asn1.Type, value: string) =>
  asn1.create(Class.UNIVERSAL, type, false, value);
const oid = (value: string) => primitive(Type.OID, asn1.oidToDer(value).getBytes());
const children = (node: Asn1 | undefined): Asn1[] => (Array.isArray(node?.value) ? node.value : []);
const text = (node: Asn1 | undefined): string =>
  typeof node?.value === "string" ? node.value : "";

function toDer(node: Asn1): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), "latin1");
}

// Bit strings stay bytes: reading them as structure and writing that again could change them. The types of node-forge
// do not know the option.
const readDer = asn1.fromDer as unknown as (
  der: string,
  options: { decodeBitStrings: false },
) => Asn1;
const fromDer = (der: Buffer) => readDer(der.toString("latin1"), { decodeBitStrings: false });

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
