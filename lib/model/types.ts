/**
 * The model: what props become after defaults and validation. Frozen, nothing optional that has a default, all names
 * and addresses resolved. Components render from this and from nothing else.
 */

/** A whole cluster. */
export interface Cluster {
  /** kubeadm's `clusterName`. */
  readonly name: string;
  /** Without the leading "v", for example "1.36.3". */
  readonly kubernetesVersion: string;
  /** The minor of `kubernetesVersion`, for example 36. */
  readonly minor: number;
  readonly images: Images;
  readonly imageRepository: string;
  /** What the user said of CoreDNS's image. */
  readonly dns: OwnImage;
  /** `host:port` that all clients use; IPv6 in brackets. Always with a port. */
  readonly controlPlaneEndpoint: string;
  /** Whether the user gave it; kubeadm-config holds it only then. */
  readonly hasControlPlaneEndpoint: boolean;
  readonly networking: Networking;
  readonly certificatesDir: string;
  readonly certificateValidityPeriod: string;
  readonly caCertificateValidityPeriod: string;
  readonly encryptionAlgorithm: "RSA-2048" | "RSA-3072" | "RSA-4096";
  readonly apiServer: ApiServer;
  readonly controllerManager: ControlPlaneComponent;
  readonly scheduler: ControlPlaneComponent;
  readonly etcd: LocalEtcd | ExternalEtcd;
  /** Partial KubeletConfiguration of the user, merged over kubeadm's. */
  readonly kubelet: Readonly<Record<string, unknown>>;
  /** Partial KubeProxyConfiguration of the user, merged over kubeadm's. */
  readonly kubeProxy: Readonly<Record<string, unknown>>;
  /** Whether the cluster's CA key is at hand of the hosts: without it the signing flags are empty. */
  readonly hasCaKey: boolean;
  readonly containerRuntime: ContainerRuntime;
  readonly binaries: Binaries;
  /** Preflight checks whose failure is a warning, kubeadm's names in lower case. */
  readonly ignorePreflightErrors: readonly string[];
}

/** Ranges and names of the cluster's networks. */
export interface Networking {
  /** One CIDR, or two of different families. */
  readonly serviceSubnets: readonly string[];
  /** None, one, or two of different families. */
  readonly podSubnets: readonly string[];
  readonly dnsDomain: string;
  /** First address of the first service range: the API server. */
  readonly apiServerAddress: string;
  /** Tenth address of the first service range: DNS. */
  readonly dnsAddress: string;
}

/** Full image names with tag. */
export interface Images {
  readonly kubeApiServer: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kubeProxy: string;
  readonly coreDns: string;
  readonly pause: string;
  readonly etcd: string;
}

/** What a user said of one image; what is undefined is kubeadm's choice, and stays so in later versions. */
export interface OwnImage {
  readonly imageRepository: string | undefined;
  readonly imageTag: string | undefined;
}

/** A flag as kubeadm writes it; names may repeat. */
export interface Arg {
  readonly name: string;
  readonly value: string;
}

/** An environment variable of a control plane container. */
export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

/** kubeadm's HostPathMount. */
export interface HostPathMount {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly pathType: string;
}

/** Settings that all control plane components have. */
export interface ControlPlaneComponent {
  readonly extraArgs: readonly Arg[];
  readonly extraVolumes: readonly HostPathMount[];
  /** As given: of two with the same name the later counts. */
  readonly extraEnvs: readonly EnvVar[];
}

/** The API server's settings. */
export interface ApiServer extends ControlPlaneComponent {
  /** Lower case, in the order given. */
  readonly certSANs: readonly string[];
}

/** etcd on the control plane hosts. */
export interface LocalEtcd extends OwnImage {
  readonly kind: "local";
  readonly dataDir: string;
  readonly extraArgs: readonly Arg[];
  readonly extraEnvs: readonly EnvVar[];
  readonly serverCertSANs: readonly string[];
  readonly peerCertSANs: readonly string[];
  /** Who founded the cluster: only these hosts ever start a new one. Sorted names. */
  readonly founders: readonly string[];
}

/** An etcd cluster that exists already. */
export interface ExternalEtcd {
  readonly kind: "external";
  readonly endpoints: readonly string[];
  /** PEM of the CA that signed its server certificates; undefined for plain http. */
  readonly caCertificate: string | undefined;
  /** Name in the key directory of the client certificate and key; undefined for plain http. */
  readonly clientCertificate: string | undefined;
}

/** containerd's settings. */
export interface ContainerRuntime {
  /** Shape: `unix:///…`. */
  readonly criSocket: string;
  /** Registry host → mirrors to ask first, as URLs. */
  readonly registryMirrors: Readonly<Record<string, readonly string[]>>;
  /** Merged over our containerd configuration (version 2 tables). */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Where kubelet and kubectl come from. */
export interface Binaries {
  /** "installed": they are on the host already. "mirror": fetched from `mirror`. */
  readonly source: "installed" | "mirror";
  /** Base URL in the layout of the official site: `<mirror>/release/v<version>/bin/linux/<arch>/<name>`. */
  readonly mirror: string;
  /** File name → SHA-256 in hex; a name that is not here is checked against `<url>.sha256`. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** kubeadm's Taint. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** One host as a node of the cluster. */
export interface Node {
  /** Node name and identity, lower case. */
  readonly name: string;
  readonly role: "control-plane" | "worker";
  /** Name of its pool: "control-plane" or the NodeJoin's id. */
  readonly pool: string;
  /** Advertise address, an IP. May be an unresolved token on workers only. */
  readonly address: string;
  /** API server port of this host (control plane only). */
  readonly bindPort: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly kubeletExtraArgs: readonly Arg[];
  /** "certificate": kubelet client certificate issued at synth. Control plane nodes always. */
  readonly bootstrap: "token" | "certificate";
  /** Range of this node's pods, for `bridgeNetwork()`; undefined with any other network. */
  readonly podSubnet: string | undefined;
}

/** What a component renders from. */
export interface NodeContext {
  readonly cluster: Cluster;
  readonly node: Node;
  /** Certificates by name in the key directory: "ca", "hosts/cp-1/apiserver". Throws when the name is unknown. */
  readonly certificate: (name: string) => CertificateFacts;
  /** Host part of the pod network, if it has one. */
  readonly network: NetworkPlugin;
  /** The hosts that found the etcd cluster, sorted by name; none with external etcd. */
  readonly founders: readonly { readonly name: string; readonly address: string }[];
}

/** What may be known of a certificate (or, for "sa", of a public key). */
export interface CertificateFacts {
  /** The public PEM, ending with a newline. */
  readonly pem: string;
  /** SHA-256 of the certificate's DER, lower-case hex; for "sa" of the public key. */
  readonly fingerprint: string;
  /** SHA-256 of the DER SubjectPublicKeyInfo, lower-case hex. */
  readonly publicKeyFingerprint: string;
  /** "O=…, CN=…" */
  readonly subject: string;
  readonly issuer: string;
  /** "DNS:…", "IP:…" in certificate order. */
  readonly names: readonly string[];
  /** RFC 3339, UTC, seconds. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** For example "RSA 2048". */
  readonly keyType: string;
}

/** A pod network of our own making, or none. */
export type NetworkPlugin =
  | { readonly kind: "none" }
  | { readonly kind: "bridge"; readonly mtu: number }
  | {
      readonly kind: "flannel";
      readonly image: string;
      readonly cniImage: string;
      readonly backend: string;
    };
