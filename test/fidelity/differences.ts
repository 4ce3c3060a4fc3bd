/**
 * Where a host or a cluster of ours is not what kubeadm would make it, field by field. Everything else must be the same,
 * and each row must be seen.
 */
import { ABSENT, type KnownDifference } from "./compare";

/** Anything but nothing. */
const PRESENT = /^(?!\(absent\)$)/;

const MANIFESTS = "file > /etc/kubernetes/manifests";
const KUBE_PROXY =
  "object > DaemonSet kube-system kube-proxy > spec > template > spec > containers > kube-proxy";
const FLAGS = "file > /var/lib/kubelet/kubeadm-flags.env > KUBELET_KUBEADM_ARGS";

/** A file or folder that we add. */
function added(paths: readonly string[], why: string, docs: string): KnownDifference[] {
  return paths.map((path) => ({ field: path, ours: PRESENT, theirs: ABSENT, why, docs }));
}

/** Differences in what lies on a host. */
const ON_HOSTS: readonly KnownDifference[] = [
  {
    field: `${MANIFESTS}/*.yaml > metadata > annotations > cdktf-kubeadm/certificates`,
    ours: /^[0-9a-f]{16}$/,
    theirs: ABSENT,
    why: "a certificate that changed restarts its pod",
    docs: "`cdktf-kubeadm/certificates`",
  },
  {
    field: "file > /etc/kubernetes/kubelet.conf > users > system:node:* > user > keptIn",
    ours: /^(\/var\/lib\/kubelet\/pki\/kubelet-client-current\.pem(, |$)){2}/,
    theirs: "the kubeconfig, the kubeconfig",
    why: "the final file at once: kubeadm writes it after the kubelet's first start",
    docs: "the final `kubelet.conf` at once",
  },
  ...added(
    [
      "file > /var/lib/kubelet/pki/kubelet-client-issued.pem > **",
      "directory > /var/lib/kubelet/pki",
    ],
    "the kubelet rotates its certificate from there",
    "`pki/kubelet-client-issued.pem`",
  ),
  {
    field: `${FLAGS} > --hostname-override`,
    ours: /^--hostname-override=(cp-1|node-1\.rack-2\.example)$/,
    theirs: ABSENT,
    why: "the host's own name is not known at synth; kubeadm writes the flag where the names differ",
    docs: "`--hostname-override`",
  },
  {
    field: `${FLAGS} > --node-labels`,
    ours: "--node-labels=cdktf-kubeadm/pool=control-plane",
    theirs: ABSENT,
    why: "nodes of ours are known from their registration on",
    docs: "`cdktf-kubeadm/pool=<pool>`",
  },
  ...added(
    [
      "file > /etc/containerd/* > **",
      "directory > /etc/containerd",
      "file > /etc/modules-load.d/cdktf-kubeadm.conf > **",
      "file > /etc/sysctl.d/99-cdktf-kubeadm.conf > **",
    ],
    "kubeadm expects a host that is prepared",
    "containerd's configuration, kernel modules and sysctls",
  ),
  ...added(
    [
      "file > /etc/systemd/system/kubelet.service > **",
      "file > /etc/systemd/system/kubelet.service.d/10-kubeadm.conf > **",
    ],
    "packages bring them otherwise",
    "`kubelet.service` from a package",
  ),
  ...added(
    ["file > /var/lib/cdktf-kubeadm/* > **", "directory > /var/lib/cdktf-kubeadm"],
    "what the steps on the host read",
    "`/var/lib/cdktf-kubeadm`",
  ),
  ...added(
    [
      "file > /etc/kubernetes/addons/*.yaml > **",
      "directory > /etc/kubernetes/addons",
      "file > /etc/kubernetes/cluster/cluster-objects.yaml > **",
      "directory > /etc/kubernetes/cluster",
    ],
    "what is sent to the API can be read",
    "`/etc/kubernetes/addons/`",
  ),
];

/** Differences in certificates. */
const IN_CERTIFICATES: readonly KnownDifference[] = [
  "file > *.crt > extensions > *KeyIdentifier > value",
  "file > *.conf > users > * > user > certificate > extensions > *KeyIdentifier > value",
].map((field) => ({
  field,
  ours: "20 bytes of sha256",
  theirs: "20 bytes of sha1",
  why: "a CA outlives versions: identifiers are those of kubeadm 1.35 and later, and only chains need them",
  docs: "key identifiers",
  minors: [34],
}));

const HA = ["high availability"];
const ETCD = `${MANIFESTS}/etcd.yaml > spec > containers > etcd > command`;

/** Differences in how several control plane hosts find each other. */
const OF_SEVERAL_HOSTS: readonly KnownDifference[] = [
  {
    field: `${ETCD} > --initial-cluster`,
    ours: /^--initial-cluster=cp-1=[^,]+,cp-2=[^,]+,cp-3=[^,]+$/,
    theirs: /^--initial-cluster=cp-1=[^,]+$/,
    why: "all hosts of the first deploy start at once",
    docs: "`--initial-cluster` of each",
    cases: HA,
  },
  {
    field: `${ETCD} > --initial-cluster-state`,
    ours: "--initial-cluster-state=new",
    theirs: ABSENT,
    why: "all hosts of the first deploy start at once",
    docs: "`--initial-cluster-state=new`",
    cases: HA,
  },
];

const [FEDORA, BARE, PROXY] = ["a Fedora host", "a bare host", "a host behind a proxy"] as const;
const CA_WHY = "files are rendered away from the host";
const CA_DOCS = "five more CA directories";
/** Where a volume stands: in the pod, and in its container. */
const VOLUMES = ["spec > volumes", "spec > containers > * > volumeMounts"];

/** Differences that only some hosts have. */
const OF_SOME_HOSTS: readonly KnownDifference[] = [
  ...VOLUMES.flatMap((place): KnownDifference[] => [
    ...["etc-ca-certificates", "usr-*share-ca-certificates"].map(
      (volume): KnownDifference => ({
        field: `${MANIFESTS}/kube-*.yaml > ${place} > ${volume} > **`,
        ours: PRESENT,
        theirs: ABSENT,
        why: CA_WHY,
        docs: CA_DOCS,
        cases: [FEDORA, BARE],
      }),
    ),
    {
      field: `${MANIFESTS}/kube-*.yaml > ${place} > etc-pki-* > **`,
      ours: ABSENT,
      theirs: PRESENT,
      why: CA_WHY,
      docs: CA_DOCS,
      cases: [FEDORA],
    },
  ]),
  ...[
    `${MANIFESTS}/*.yaml > spec > containers > * > env > * > *`,
    `${KUBE_PROXY} > env > * > *`,
  ].map(
    (field): KnownDifference => ({
      field,
      ours: ABSENT,
      theirs: /^(HTTPS_PROXY|http:\/\/proxy\.example\.com:3128|no_proxy|10\.0\.0\.0\/8)$/,
      why: "nothing is taken from the environment of the machine that synthesizes",
      docs: "`*_proxy` variables",
      cases: [PROXY],
    }),
  ),
];

/** Differences in what goes to the API. */
const IN_THE_API: readonly KnownDifference[] = [
  {
    field: "object > Secret kube-system bootstrap-token-abcdef > data > description",
    ours: "pool workers",
    theirs: ABSENT,
    why: "one token a pool",
    docs: "one token a pool",
  },
  {
    field: "object > Secret kube-system bootstrap-token-abcdef > data > expiration",
    ours: ABSENT,
    theirs: PRESENT,
    why: "the step adds it when it runs",
    docs: "with a fresh expiry",
  },
  {
    field: "object > ClusterRoleBinding kubeadm:apiserver-kubelet-client > **",
    ours: PRESENT,
    theirs: ABSENT,
    why: "a patch release can then not take `kubectl logs` away",
    docs: "the binding `kubeadm:apiserver-kubelet-client`",
    minors: [34, 35],
  },
];

/** What a dry run and a print show otherwise than the API gets it: no difference of ours. */
const SHOWN_OTHERWISE: readonly KnownDifference[] = [
  {
    field: "object > ClusterRoleBinding kubeadm:cluster-admins > **",
    ours: PRESENT,
    theirs: ABSENT,
    why: "made when kubeadm first uses a client, which a dry run leaves out",
    docs: undefined,
  },
  ...["object > * > status", "object > * > status > **"].map(
    (field): KnownDifference => ({
      field,
      ours: ABSENT,
      theirs: PRESENT,
      why: "empty fields of Go's types: the API server drops what a client says of a status",
      docs: undefined,
    }),
  ),
  {
    field: `${KUBE_PROXY} > resources`,
    ours: ABSENT,
    theirs: "{}",
    why: "an empty field of Go's types: the API server adds it",
    docs: undefined,
  },
  {
    field: "object > ConfigMap kube-system kube-proxy > metadata > annotations > *",
    ours: /^sha256:/,
    theirs: ABSENT,
    why: "a print leaves the hash out that `init` sends",
    docs: undefined,
    seenIn: "phases",
  },
  {
    field: `${KUBE_PROXY} > volumeMounts > xtables-lock > readOnly`,
    ours: ABSENT,
    theirs: "false",
    why: "stands in kubeadm's text of the object: `init` sends it without",
    docs: undefined,
    seenIn: "phases",
  },
  {
    field: "object > Service kube-system kube-dns > metadata > resourceVersion",
    ours: ABSENT,
    theirs: "0",
    why: "stands in kubeadm's text of the object: the API server writes its own",
    docs: undefined,
  },
];

/** Every difference that is meant. `docs/kubeadm.md` tells of all that are ours. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...ON_HOSTS,
  ...IN_CERTIFICATES,
  ...OF_SEVERAL_HOSTS,
  ...OF_SOME_HOSTS,
  ...IN_THE_API,
  ...SHOWN_OTHERWISE,
];
