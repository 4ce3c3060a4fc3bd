/** Digests that are part of what is rendered. */
import { createHash } from "node:crypto";
import { byKey } from "../model/sort";
import type { NodeContext } from "../model/types";

/** Annotation of a static pod: changes when a certificate that it read at its start has changed. */
export const CERTIFICATES_ANNOTATION = "cdktf-kubeadm/certificates";

/** kubeadm's annotation of component configs that no user gave. */
export const CONFIG_HASH_ANNOTATION = "kubeadm.kubernetes.io/component-config.hash";

/**
 * A short digest of the certificates that a pod reads: those of the key directory by name, and others by their PEM.
 *
 * @throws when a name is unknown to `certificate`
 */
export function certificatesDigest(
  certificate: NodeContext["certificate"],
  names: readonly string[],
  pems: readonly string[] = [],
): string {
  const fingerprints = names.map((name) => certificate(name).fingerprint);
  return sha256([...fingerprints, ...pems].join("\n")).slice(0, 16);
}

/** kubeadm's hash of a ConfigMap: over all values, in the order of their keys. */
export function configHash(data: Readonly<Record<string, string>>): string {
  const values = byKey(data).map(([, value]) => value);
  return `sha256:${sha256(values.join(""))}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
