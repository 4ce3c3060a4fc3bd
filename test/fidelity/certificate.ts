/** Certificates and keys as fields, down to what stands in their bytes. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { asn1 } from "node-forge";
import type { Tree, TreeMap } from "./tree";

type Asn1 = asn1.Asn1;

/** CA certificates by name. */
export type Authorities = Readonly<Record<string, X509Certificate>>;

const NAMES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.10045.4.3.2": "ecdsaWithSHA256",
  "1.2.840.10045.4.3.3": "ecdsaWithSHA384",
  "1.3.6.1.5.5.7.3.1": "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
  "2.5.4.3": "CN",
  "2.5.4.10": "O",
  "2.5.29.14": "subjectKeyIdentifier",
  "2.5.29.15": "keyUsage",
  "2.5.29.17": "subjectAltName",
  "2.5.29.19": "basicConstraints",
  "2.5.29.35": "authorityKeyIdentifier",
  "2.5.29.37": "extKeyUsage",
};

/**
 * Everything that a certificate says but for its serial number, its key and the moment of its making.
 *
 * `roundSeconds` evens out lifetimes where several processes made what one would make at one moment.
 */
export function certificateFields(
  pem: string,
  authorities: Authorities,
  roundSeconds: number,
): TreeMap {
  const certificate = new X509Certificate(pem);
  const [, serial, algorithm, issuer, validity, subject, , ...rest] = items(
    items(decode(certificate.raw))[0],
  );
  const [ca, authority] = Object.entries(authorities).find(([, candidate]) =>
    certificate.verify(candidate.publicKey),
  ) ?? ["nobody here", certificate];
  const [notBefore, notAfter, caNotBefore] = [
    certificate.validFrom,
    certificate.validTo,
    authority.validFrom,
  ].map((time) => Date.parse(time) / 1000) as [number, number, number];
  const extensions = rest.find(({ tagClass, type }) => tagClass === 0x80 && Number(type) === 3);
  return {
    pem: pemShape(pem),
    serialNumber: positiveOf(serial, 8),
    signature: algorithmName(algorithm),
    issuer: name(issuer),
    signedBy: ca,
    subject: name(subject),
    timeForms: items(validity).map(({ type }) => Number(type)),
    lifetimeSeconds: Math.round((notAfter - notBefore) / roundSeconds) * roundSeconds,
    secondsFromBeginOfCa: Math.round((notBefore - caNotBefore) / roundSeconds) * roundSeconds,
    key: keyKind(certificate.publicKey),
    extensions: items(items(extensions)[0]).map((item) => extension(item, certificate, authority)),
  };
}

/** A private key as fields, and whether it belongs to a public key. */
export function privateKeyFields(pem: string, publicKey: KeyObject | undefined): TreeMap {
  const key = createPrivateKey(pem);
  return {
    pem: pemShape(pem),
    kind: keyKind(key),
    belongsToItsPublicKey:
      publicKey === undefined ? "there is none" : createPublicKey(key).equals(publicKey),
  };
}

/** A public key as fields. */
export function publicKeyFields(pem: string): TreeMap {
  return { pem: pemShape(pem), kind: keyKind(createPublicKey(pem)) };
}

function decode(der: Buffer): Asn1 {
  return asn1.fromDer(der.toString("latin1"), { decodeBitStrings: false } as never);
}

function items(value: Asn1 | undefined): Asn1[] {
  return Array.isArray(value?.value) ? value.value : [];
}

function bytes(value: Asn1 | undefined): Buffer {
  return Buffer.from(typeof value?.value === "string" ? value.value : "", "latin1");
}

function oid(value: Asn1 | undefined): string {
  const text = asn1.derToOid(bytes(value).toString("latin1"));
  return NAMES[text] ?? text;
}

function algorithmName(value: Asn1 | undefined): string {
  const [algorithm, parameters] = items(value);
  return `${oid(algorithm)}${parameters === undefined ? "" : " with parameters"}`;
}

function positiveOf(value: Asn1 | undefined, length: number): string {
  const number = bytes(value);
  const isPositive =
    number.length > 0 && (number[0] ?? 0) < 0x80 && number.some((byte) => byte > 0);
  return isPositive && number.length <= length
    ? `positive, at most ${length * 8 - 1} bits`
    : number.toString("hex");
}

/** A distinguished name: each attribute with the type of its string. */
function name(value: Asn1 | undefined): Tree {
  return items(value).map((set) => {
    const [type, text] = items(items(set)[0]);
    return `${oid(type)}=${bytes(text).toString("utf8")} (string type ${Number(text?.type)})`;
  });
}

function extension(item: Asn1, certificate: X509Certificate, authority: X509Certificate): TreeMap {
  const [id, ...rest] = items(item);
  const kind = oid(id);
  const value = bytes(rest.at(-1));
  return {
    name: kind,
    isCritical: rest.length > 1 && bytes(rest[0])[0] === 0xff,
    value: extensionValue(kind, value, certificate, authority),
  };
}

function extensionValue(
  kind: string,
  value: Buffer,
  certificate: X509Certificate,
  authority: X509Certificate,
): Tree {
  switch (kind) {
    case "extKeyUsage":
      return items(decode(value)).map(oid);
    case "subjectAltName":
      return items(decode(value)).map((entry) =>
        Number(entry.type) === 2
          ? `DNS:${bytes(entry).toString()}`
          : `type ${Number(entry.type)}: ${bytes(entry).toString("hex")}`,
      );
    case "subjectKeyIdentifier":
      return keyIdentifier(bytes(decode(value)), certificate);
    case "authorityKeyIdentifier":
      return items(decode(value))
        .map((part) => keyIdentifier(bytes(part), authority))
        .join(", ");
    default:
      return value.toString("hex");
  }
}

/** How an identifier was made from a certificate's key. */
function keyIdentifier(identifier: Buffer, { publicKey }: X509Certificate): string {
  const spki = publicKey.export({ type: "spki", format: "der" });
  // The first byte of a bit string counts the bits that are unused.
  const key = bytes(items(decode(spki))[1]).subarray(1);
  const method = ["sha1", "sha256"].find((hash) =>
    createHash(hash).update(key).digest().subarray(0, 20).equals(identifier),
  );
  return `20 bytes of ${method ?? `something else: ${identifier.toString("hex")}`}`;
}

function keyKind(key: KeyObject): string {
  const { modulusLength, namedCurve, publicExponent } = key.asymmetricKeyDetails ?? {};
  return [key.asymmetricKeyType, modulusLength, publicExponent, namedCurve]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** Labels of the blocks, and whether they are written as Go writes them. */
function pemShape(pem: string): string {
  const labels = [...pem.matchAll(/^-----BEGIN (.*)-----$/gm)].map((match) => match[1]);
  const isPlain =
    /^(-----BEGIN [A-Z ]+-----\n([A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n-----END [A-Z ]+-----\n)+$/.test(
      pem,
    );
  return `${labels.join(", ")}${isPlain ? "" : ", not as Go writes it"}`;
}
