/** kubeadm's RBAC objects, as a table. Source: dry runs of `kubeadm init` 1.34.4 to 1.37.2. */

/** Group of nodes that join with a bootstrap token. */
const JOINING = "system:bootstrappers:kubeadm:default-node-token";
const NODES = "system:nodes";

const RBAC = "rbac.authorization.k8s.io";

/** Who a role is bound to. */
export type Subject =
  | { readonly kind: "Group" | "User"; readonly name: string }
  | { readonly kind: "ServiceAccount"; readonly name: string; readonly namespace: string };

/** One rule of a role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const group = (name: string): Subject => ({ kind: "Group", name });
const user = (name: string): Subject => ({ kind: "User", name });

interface ConfigMapRow {
  readonly name: string;
  readonly namespace: string;
  readonly configMap: string;
  readonly subjects: readonly Subject[];
}

/** Roles that may read one ConfigMap and nothing else. */
const CONFIG_MAP_READERS: readonly ConfigMapRow[] = [
  {
    name: "kubeadm:nodes-kubeadm-config",
    namespace: "kube-system",
    configMap: "kubeadm-config",
    subjects: [group(JOINING), group(NODES)],
  },
  {
    name: "kubeadm:kubelet-config",
    namespace: "kube-system",
    configMap: "kubelet-config",
    subjects: [group(NODES), group(JOINING)],
  },
  {
    name: "kubeadm:bootstrap-signer-clusterinfo",
    namespace: "kube-public",
    configMap: "cluster-info",
    subjects: [user("system:anonymous")],
  },
];

interface BindingRow {
  readonly name: string;
  readonly role: string;
  readonly subject: Subject;
}

/**
 * The binding for `kube-apiserver-kubelet-client` is made for every version: certificates without an organization need
 * it, and it must be there before the first of them is used.
 */
const CLUSTER_ROLE_BINDINGS: readonly BindingRow[] = [
  {
    name: "kubeadm:apiserver-kubelet-client",
    role: "system:kubelet-api-admin",
    subject: user("kube-apiserver-kubelet-client"),
  },
  {
    name: "kubeadm:cluster-admins",
    role: "cluster-admin",
    subject: group("kubeadm:cluster-admins"),
  },
  { name: "kubeadm:get-nodes", role: "kubeadm:get-nodes", subject: group(JOINING) },
  {
    name: "kubeadm:kubelet-bootstrap",
    role: "system:node-bootstrapper",
    subject: group(JOINING),
  },
  {
    name: "kubeadm:node-autoapprove-bootstrap",
    role: "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
    subject: group(JOINING),
  },
  {
    name: "kubeadm:node-autoapprove-certificate-rotation",
    role: "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
    subject: group(NODES),
  },
];

/** All of kubeadm's RBAC that belongs to no addon. */
export function clusterRbac(): object[] {
  return [
    clusterRole("kubeadm:get-nodes", [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }]),
    ...CLUSTER_ROLE_BINDINGS.map(({ name, role, subject }) =>
      clusterRoleBinding(name, role, [subject]),
    ),
    ...CONFIG_MAP_READERS.flatMap(({ name, namespace, configMap, subjects }) =>
      configMapReader(name, namespace, configMap, subjects),
    ),
  ];
}

/** A Role that may read one ConfigMap, and its RoleBinding of the same name. */
export function configMapReader(
  name: string,
  namespace: string,
  configMap: string,
  subjects: readonly Subject[],
): object[] {
  const metadata = { name, namespace };
  const rule: Rule = {
    apiGroups: [""],
    resourceNames: [configMap],
    resources: ["configmaps"],
    verbs: ["get"],
  };
  return [
    { apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules: [rule] },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name },
      subjects,
    },
  ];
}

/** A ClusterRole. */
export function clusterRole(name: string, rules: readonly Rule[]): object {
  return { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules };
}

/** A ClusterRoleBinding to a ClusterRole. */
export function clusterRoleBinding(
  name: string,
  role: string,
  subjects: readonly Subject[],
): object {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects,
  };
}

/** The group of nodes that join with a bootstrap token, as a subject. */
export const JOINING_NODES: Subject = group(JOINING);
