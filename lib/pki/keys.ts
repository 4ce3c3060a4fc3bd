/** Key pairs: made, read and matched by node's own crypto. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type X509Certificate,
} from "node:crypto";
import type { Cluster } from "../model/types";

/** A private key and its PEM. */
export interface PrivateKey {
  /** PKCS#1 when made here. */
  readonly pem: string;
  readonly key: KeyObject;
}

/** Makes an RSA key as kubeadm would: `RSA PRIVATE KEY` (PKCS#1). */
export function makeKey(algorithm: Cluster["encryptionAlgorithm"]): PrivateKey {
  const modulusLength = Number(algorithm.slice("RSA-".length));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
  return { pem: privateKey.export({ type: "pkcs1", format: "pem" }).toString(), key: privateKey };
}

/** Reads a private key; undefined when the text is none, or needs a passphrase. */
export function readKey(pem: string): PrivateKey | undefined {
  try {
    return { pem, key: createPrivateKey(pem) };
  } catch {
    return undefined;
  }
}

/** The PEM of the public half (PKIX, `PUBLIC KEY`). */
export function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

/** Whether a certificate is about this private key; no if the key cannot be read. */
export function belongsTogether(certificate: X509Certificate, keyPem: string): boolean {
  const key = readKey(keyPem)?.key;
  return key !== undefined && certificate.checkPrivateKey(key);
}
