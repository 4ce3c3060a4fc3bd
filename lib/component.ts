/**
 * The one idea of this library: every part of a cluster is a value with the verbs render (its files), save, run and
 * clean. This module holds the types only; a component is made by a pure function in `components/`.
 */

/** One part of a cluster, as it lands on one host. */
export interface Component {
  /** kubeadm's phase name where there is one: "certs", "etcd", "kube-apiserver", "kubelet-start", "coredns", … */
  readonly name: string;
  /**
   * Where run happens. "host": in the run step of every host that has it. "cluster": through the API, once, on one
   * control plane host; its files lie on all control plane hosts, so that any of them can run it.
   */
  readonly scope: "host" | "cluster";
  /** What render made: the files of this part, sorted by path. */
  readonly files: readonly HostFile[];
  /** Beyond bringing the files: checks, binaries to fetch, images to pull. Touches nothing that runs. */
  readonly save: readonly HostAction[];
  /** Makes the saved files live and waits until what they describe is healthy. */
  readonly run: readonly HostAction[];
  /** Takes away what it leaves beside its files, which the host removes itself; components in reverse order. */
  readonly clean: readonly HostAction[];
}

/** A file on a host. Owner is always root:root. */
export interface HostFile {
  /** Absolute path on the host. Shape: no spaces, no control characters. */
  readonly path: string;
  /** Permission bits, for example 0o600. */
  readonly mode: number;
  readonly content: FileContent;
  /**
   * "always": the live file is made equal in every run. "bootstrap": laid down only while the node has no client
   * certificate yet (`/var/lib/kubelet/pki/kubelet-client-current.pem`); run removes it afterwards.
   */
  readonly install?: "always" | "bootstrap";
  /** How facts read the content; by default told by the file's ending. */
  readonly format?: "yaml" | "toml" | "ini" | "lines" | "pem" | "env" | "json";
}

/** Public text, or text with secrets in it that are named here and filled in by `pki` outside the synth output. */
export type FileContent = string | SecretContent;

/** Content that holds secrets: literal text and references, in order. */
export interface SecretContent {
  readonly parts: readonly (string | SecretRef)[];
}

/** Names a secret without holding it. */
export type SecretRef =
  /** A private key of the key directory by its name there, without ".key": "ca", "hosts/cp-1/apiserver". */
  | { readonly key: string; readonly encoding: "pem" | "base64" }
  /** The bootstrap token of a pool, `<id>.<secret>`, or one part of it. */
  | { readonly token: string; readonly part?: "id" | "secret" };

/** One thing to do on a host: a word that `lib/host` knows, and its arguments. */
export interface HostAction {
  readonly action: HostActionName;
  /** Shape: printable ASCII without tab, quote, backslash, dollar; checked when the bundle is written. */
  readonly args: readonly string[];
}

/** The words that the host scripts know; `lib/host/README.md` says what each does and which arguments it takes. */
export type HostActionName =
  // checks, in save
  | "check-command"
  | "check-swap"
  | "check-port"
  | "check-disk"
  | "check-unit"
  | "check-kernel-value"
  // things to bring, in save
  | "fetch-binary"
  | "pull-image"
  // making live, in run
  | "load-modules"
  | "apply-sysctls"
  | "make-dir"
  | "service"
  | "kubelet-client"
  | "static-pod"
  | "kubelet"
  | "wait-http"
  | "wait-bootstrap"
  | "patch-node"
  | "taint-node"
  // through the API, in cluster and addon steps
  | "apply"
  | "wait-rollout"
  // taking away, in clean
  | "stop-service"
  | "remove-pods"
  | "unmount-below"
  | "remove-path"
  | "remove-contents"
  | "remove-link";

/** Whether content holds secrets. */
export function isSecret(content: FileContent): content is SecretContent {
  return typeof content !== "string";
}
