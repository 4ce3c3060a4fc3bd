/** The key pair that signs service account tokens: made once, never replaced. */
import { createPublicKey } from "node:crypto";
import type { Cluster } from "../model/types";
import type { KeyDirectory } from "./directory";
import type { Findings } from "./findings";
import { makeKey, publicPem, readKey } from "./keys";

const KEY = "sa.key";
const PUBLIC = "sa.pub";

/**
 * Whether the pair, or its public half, has to be written.
 *
 * A public half without its key stays: another key would make every token of the cluster worthless. Whether it is
 * needed turns out when the files of a host are filled in.
 */
export function inspectServiceAccountKey(
  directory: KeyDirectory,
  keyless: boolean,
  findings: Findings,
): boolean {
  const publicText = directory.read(PUBLIC);
  const keyText = directory.read(KEY);
  if (keyText !== undefined) {
    const key = readKey(keyText)?.key;
    if (key === undefined) {
      findings.issues.push(
        `${directory.path(KEY)}: is no private key in PEM without passphrase; restore it: a new one would end every service account token`,
      );
    } else if (publicText !== undefined && !isPublicHalf(publicText, publicPem(key))) {
      findings.issues.push(
        `${directory.path(PUBLIC)}: does not belong to ${directory.path(KEY)}; delete it to have it written again, or restore the key`,
      );
    }
    return publicText === undefined;
  }
  if (publicText === undefined) {
    if (keyless) {
      findings.issues.push(
        `${directory.path(PUBLIC)}: is missing; synthesize where ${directory.path(KEY)} is at hand and commit what that writes`,
      );
    }
    return true;
  }
  if (!isPublicHalf(publicText, publicText)) {
    findings.issues.push(`${directory.path(PUBLIC)}: is no public key in PEM; restore it`);
  }
  return false;
}

/** Writes the pair, key first; with a key there, only its public half. */
export function createServiceAccountKey(
  directory: KeyDirectory,
  algorithm: Cluster["encryptionAlgorithm"],
): void {
  const existing = directory.read(KEY);
  const key = (existing === undefined ? undefined : readKey(existing)) ?? makeKey(algorithm);
  directory.write(KEY, key.pem);
  directory.write(PUBLIC, publicPem(key.key));
}

function isPublicHalf(text: string, expected: string): boolean {
  try {
    return createPublicKey(text).equals(createPublicKey(expected));
  } catch {
    return false;
  }
}
