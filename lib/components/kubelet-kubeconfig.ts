/** The kubelet's kubeconfigs. Neither holds a key of the kubelet: that is in a file which the kubelet rotates. */
import type { HostFile } from "../component";
import type { NodeContext } from "../model/types";
import { toYaml } from "../model/yaml";
import { controlPlaneUrl, localEndpoint } from "./endpoints";

/** Where the kubelet keeps its certificates. */
export const KUBELET_PKI = "/var/lib/kubelet/pki";

/** The link that always leads to the newest pair. */
const CURRENT = `${KUBELET_PKI}/kubelet-client-current.pem`;

/** Stands where the token goes; plain in YAML. */
const TOKEN_PLACE = "token-goes-here";

interface Names {
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
  readonly namespace?: string;
}

/** Names that a kubelet writes itself when it gets in by TLS bootstrap. */
const OF_KUBELET: Names = {
  cluster: "default-cluster",
  user: "default-auth",
  context: "default-context",
  namespace: "default",
};

/**
 * `kubelet.conf`. On a control plane host it is what kubeadm leaves after its first start, and leads to the host's own
 * API server; on a worker it is, byte by byte, what a kubelet writes in TLS bootstrap, so that both ways in end in the
 * same file.
 */
export function kubeletKubeconfig(ctx: NodeContext): string {
  const { cluster, node } = ctx;
  const user = `system:node:${node.name}`;
  const isControlPlane = node.role === "control-plane";
  const names: Names = isControlPlane
    ? { cluster: cluster.name, user, context: `${user}@${cluster.name}` }
    : OF_KUBELET;
  const server = isControlPlane ? localEndpoint(node) : controlPlaneUrl(cluster);
  const credentials = { "client-certificate": CURRENT, "client-key": CURRENT };
  return kubeconfigText(ctx, server, names, credentials);
}

/** `bootstrap-kubelet.conf`, with the token of the node's pool. */
export function bootstrapKubeconfig(ctx: NodeContext): HostFile {
  const user = "tls-bootstrap-token-user";
  const text = kubeconfigText(
    ctx,
    controlPlaneUrl(ctx.cluster),
    { cluster: "kubernetes", user, context: `${user}@kubernetes` },
    { token: TOKEN_PLACE },
  );
  const at = text.indexOf(TOKEN_PLACE);
  return {
    path: "/etc/kubernetes/bootstrap-kubelet.conf",
    mode: 0o600,
    install: "bootstrap",
    content: {
      parts: [text.slice(0, at), { token: ctx.node.pool }, text.slice(at + TOKEN_PLACE.length)],
    },
  };
}

function kubeconfigText(
  { certificate }: NodeContext,
  server: string,
  names: Names,
  credentials: Readonly<Record<string, string>>,
): string {
  const ca = Buffer.from(certificate("ca").pem, "utf8").toString("base64");
  const { cluster, user, context, namespace } = names;
  return toYaml({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { "certificate-authority-data": ca, server } }],
    contexts: [{ name: context, context: { cluster, namespace, user } }],
    "current-context": context,
    users: [{ name: user, user: credentials }],
  });
}
