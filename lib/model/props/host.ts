/** Props of a host: how it is reached and what lies on it below Kubernetes. */

/** A host of a cluster. The key in the `hosts` map is the node's name. */
export interface HostProps {
  /**
   * Address of the host: SSH goes there, and the node announces it to the cluster. On control plane hosts it must be
   * known at synth, because certificates hold it; on workers it may be a token.
   *
   * Shape: IPv4 or IPv6 address, no name.
   * Plan: replaces save and run of this host, and the roster; on control plane hosts its certificates are issued again. The
   * machine at the old address is not reset.
   */
  readonly address: string;
  /**
   * Public SSH host key of the host, so that nobody else can answer in its place.
   *
   * Shape: `ecdsa-sha2-nistp256 AAAA…` as `ssh-keyscan` prints it behind the name, or `"unchecked"`. A server with several
   * keys shows its ECDSA key to Terraform first.
   * Plan: as `port`.
   */
  readonly hostKey: string;
  /**
   * SSH port. Plan: changes the host's pool resource in place of its old one; nothing on the host changes.
   * @default - `ssh.port`
   */
  readonly port?: number;
  /**
   * SSH user: root, or one that may `sudo -n`. Plan: as `port`.
   * @default - `ssh.user`
   */
  readonly user?: string;
  /**
   * Labels of this node alone, over those of its pool. Shape: Kubernetes label key → value.
   * Plan: replaces the roster step, which sets them; nothing restarts.
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Range of this node's pods with `bridgeNetwork()`; no other network reads it. Shape: IPv4 CIDR inside `podSubnet`.
   * Plan: replaces save and run of this host; the routes on the others follow.
   * @default - the /24 of `podSubnet` that the low bits of `address` name: 10.244.0.0/16 and 10.0.0.21 give 10.244.21.0/24
   */
  readonly podSubnet?: string;
}

/** How Terraform reaches the hosts. */
export interface SshProps {
  /** Login user: root, or one that may `sudo -n`. @default "root" */
  readonly user?: string;
  /**
   * Private key file on the machine that runs Terraform; a review does not read it. Shape: path, `~` allowed.
   * @default - none: the agent's keys
   */
  readonly privateKeyFile?: string;
  /** Whether keys of the SSH agent are tried. @default - true without `privateKeyFile` */
  readonly agent?: boolean;
  /** SSH port. @default 22 */
  readonly port?: number;
  /** Limit for connecting, not for a step. Shape: Go duration. @default "30s" */
  readonly timeout?: string;
}

/** A taint as kubeadm writes it. */
export interface TaintProps {
  /** Shape: label key. */
  readonly key: string;
  /** Shape: label value. @default "" */
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** Where kubelet and kubectl on the hosts come from. */
export interface BinariesProps {
  /**
   * "installed": they are on the host already, for example from packages. "mirror": fetched from `mirror`.
   * @default "mirror"
   */
  readonly source?: "installed" | "mirror";
  /**
   * Base URL, in the layout of the official site: `<mirror>/release/v<version>/bin/linux/<arch>/<name>`.
   * @default "https://dl.k8s.io"
   */
  readonly mirror?: string;
  /**
   * Known digests. Shape: file name → SHA-256 in lower-case hex.
   * @default - each file is checked against `<url>.sha256`
   */
  readonly sha256?: Readonly<Record<string, string>>;
}

/** containerd's settings. */
export interface ContainerRuntimeProps {
  /** Mirrors to ask before a registry. Shape: registry host → URLs, first asked first. @default - none */
  readonly registryMirrors?: Readonly<Record<string, readonly string[]>>;
  /** Merged over our containerd configuration. Shape: containerd's tables, version 2. @default - nothing */
  readonly config?: Readonly<Record<string, unknown>>;
}
