/** The bootstrap token of a pool as the Secret that the token step applies; the step itself adds the expiry. */
import type { SecretContent, SecretRef } from "../component";
import { toYaml } from "../model/yaml";

/** kubeadm's group for nodes that join. */
const GROUP = "system:bootstrappers:kubeadm:default-node-token";

/**
 * The Secret `kube-system/bootstrap-token-<id>` without `expiration`.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 */
export function tokenSecret(pool: string): SecretContent {
  const id: SecretRef = { token: pool, part: "id" };
  const secret: SecretRef = { token: pool, part: "secret" };
  const text = toYaml({
    apiVersion: "v1",
    kind: "Secret",
    type: "bootstrap.kubernetes.io/token",
    metadata: { name: "bootstrap-token-@ID@", namespace: "kube-system" },
    stringData: {
      "token-id": "@ID@",
      "token-secret": "@SECRET@",
      description: `pool ${pool}`,
      "auth-extra-groups": GROUP,
      "usage-bootstrap-authentication": "true",
      "usage-bootstrap-signing": "true",
    },
  });
  const parts = text
    .split(/(@ID@|@SECRET@)/)
    .map((part) => (part === "@ID@" ? id : part === "@SECRET@" ? secret : part));
  return { parts };
}
