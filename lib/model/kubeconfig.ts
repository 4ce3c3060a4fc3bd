/** Kubeconfig files in kubeadm's shape: all data embedded, one cluster, one user, one context. */
import { toYaml } from "./yaml";

/** What a kubeconfig says, apart from the private key. */
export interface KubeconfigFields {
  /** Name of the cluster entry: kubeadm's `clusterName`. */
  readonly clusterName: string;
  /** Shape: `https://host:port`. */
  readonly server: string;
  /** PEM of the cluster's CA. */
  readonly caPem: string;
  /** Name of the user entry: the common name of the client certificate. */
  readonly user: string;
  /** PEM of the client certificate. */
  readonly clientCertificatePem: string;
}

/** Stands where the private key goes; plain in YAML, so that nothing is quoted around it. */
const KEY_PLACE = "client-key-data-goes-here";

/**
 * The kubeconfig as an object.
 *
 * `clientKey` becomes `client-key-data` as it is: the base64 of the PEM, or a description in its place.
 */
export function kubeconfig(
  fields: KubeconfigFields & { readonly clientKey: string },
): Record<string, unknown> {
  const context = `${fields.user}@${fields.clusterName}`;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: fields.clusterName,
        cluster: {
          "certificate-authority-data": base64(fields.caPem),
          server: fields.server,
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: fields.clusterName, user: fields.user } }],
    "current-context": context,
    users: [
      {
        name: fields.user,
        user: {
          "client-certificate-data": base64(fields.clientCertificatePem),
          "client-key-data": fields.clientKey,
        },
      },
    ],
  };
}

/**
 * The kubeconfig as text around the key: what comes before and after the base64 of the private key's PEM.
 *
 * For content with a secret in it: `{ parts: [before, { key: name, encoding: "base64" }, after] }`.
 */
export function kubeconfigAroundKey(
  fields: KubeconfigFields,
): readonly [before: string, after: string] {
  const text = toYaml(kubeconfig({ ...fields, clientKey: KEY_PLACE }));
  const at = text.indexOf(KEY_PLACE);
  return [text.slice(0, at), text.slice(at + KEY_PLACE.length)];
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
