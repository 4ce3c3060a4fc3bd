/**
 * Defaults and kubeadm's normalizing: the props of a cluster become the model. Called after validation; what validation
 * refuses is not looked at again.
 */
import { etcdHostsError, missingError } from "../../errors";
import { DEFAULTS, EXTERNAL_ETCD_CLIENT } from "../defaults";
import { freezeCopy } from "../freeze";
import {
  type Cidr,
  canonicalAddress,
  formatHostPort,
  nthAddress,
  parseCidrs,
  parseHostPort,
} from "../network";
import type {
  BinariesProps,
  ControlPlaneComponentProps,
  ControlPlaneSettings,
  EtcdProps,
  LocalEtcdProps,
  NetworkingProps,
} from "../props";
import { byKey, sortBy } from "../sort";
import type {
  Binaries,
  Cluster,
  ControlPlaneComponent,
  ExternalEtcd,
  LocalEtcd,
  Networking,
  NetworkPlugin,
  OwnImage,
} from "../types";
import { DEFAULT_IMAGE_REPOSITORY, imagesFor, versionFacts } from "../versions";

/** What a cluster is made from. */
export interface ResolveInput {
  readonly props: ControlPlaneSettings;
  readonly etcd: EtcdProps;
  /** Names of the hosts that found the etcd cluster. */
  readonly founders: readonly string[];
  /** PEM of the CA of an external etcd. */
  readonly externalCaCertificate?: string;
  readonly network: NetworkPlugin;
}

/**
 * The whole cluster, frozen.
 *
 * @throws etcdHostsError for etcd on hosts of its own; unknownVersionError
 */
export function resolveCluster(input: ResolveInput): Cluster {
  const { props } = input;
  const facts = versionFacts(props.kubernetesVersion);
  const imageRepository = props.imageRepository ?? DEFAULT_IMAGE_REPOSITORY;
  const localEtcd = "local" in input.etcd ? input.etcd.local : undefined;
  return freezeCopy<Cluster>({
    name: props.clusterName ?? DEFAULTS.clusterName,
    kubernetesVersion: facts.version,
    minor: facts.minor,
    images: imagesFor({
      kubernetesVersion: facts.version,
      imageRepository,
      dns: props.dns,
      etcd: localEtcd,
    }),
    imageRepository,
    dns: ownImage(props.dns),
    controlPlaneEndpoint: resolveEndpoint(props),
    hasControlPlaneEndpoint: props.controlPlaneEndpoint !== undefined,
    networking: resolveNetworking(props.networking ?? {}),
    certificatesDir: props.certificatesDir ?? DEFAULTS.certificatesDir,
    certificateValidityPeriod:
      props.certificateValidityPeriod ?? DEFAULTS.certificateValidityPeriod,
    caCertificateValidityPeriod:
      props.caCertificateValidityPeriod ?? DEFAULTS.caCertificateValidityPeriod,
    encryptionAlgorithm: props.encryptionAlgorithm ?? DEFAULTS.encryptionAlgorithm,
    apiServer: {
      ...resolveComponent(props.apiServer),
      certSANs: lowerCase(props.apiServer?.certSANs),
    },
    controllerManager: resolveComponent(props.controllerManager),
    scheduler: resolveComponent(props.scheduler),
    etcd: resolveEtcd(input),
    kubelet: props.kubelet ?? {},
    kubeProxy: props.kubeProxy ?? {},
    hasCaKey: props.externalCa !== true,
    containerRuntime: {
      criSocket: withScheme(props.nodeRegistration?.criSocket ?? DEFAULTS.criSocket),
      registryMirrors: props.containerRuntime?.registryMirrors ?? {},
      config: props.containerRuntime?.config ?? {},
    },
    binaries: resolveBinaries(props.binaries),
    ignorePreflightErrors: [
      ...new Set(lowerCase(props.nodeRegistration?.ignorePreflightErrors)),
    ].sort(),
  });
}

/** Where binaries come from; what a pool leaves out is as in `base`. */
export function resolveBinaries(props: BinariesProps = {}, base?: Binaries): Binaries {
  return {
    source: props.source ?? base?.source ?? DEFAULTS.binariesSource,
    mirror: (props.mirror ?? base?.mirror ?? DEFAULTS.binariesMirror).replace(/\/+$/, ""),
    sha256: props.sha256 ?? base?.sha256 ?? {},
  };
}

/** `host:port` of the endpoint: the given one, or the first host's (which is the only one). */
function resolveEndpoint(props: ControlPlaneSettings): string {
  const bindPort = resolveBindPort(props);
  const given = props.controlPlaneEndpoint;
  if (given !== undefined) {
    const parsed = parseHostPort(given) ?? { host: given, port: undefined };
    return formatHostPort(parsed.host, parsed.port ?? bindPort);
  }
  const [, host] = byKey(props.hosts)[0] ?? [];
  if (host === undefined) throw missingError("hosts", "name at least one host");
  return formatHostPort(canonicalAddress(host.address), bindPort);
}

/** Port of the API server on each control plane host. */
export function resolveBindPort(props: ControlPlaneSettings): number {
  return props.localAPIEndpoint?.bindPort ?? DEFAULTS.bindPort;
}

function resolveNetworking(props: NetworkingProps): Networking {
  const serviceSubnets = ranges(props.serviceSubnet ?? DEFAULTS.serviceSubnet);
  const first = serviceSubnets[0];
  if (first === undefined) throw missingError("networking.serviceSubnet", "give a range");
  return {
    serviceSubnets: serviceSubnets.map(({ text }) => text),
    podSubnets: ranges(props.podSubnet ?? "").map(({ text }) => text),
    dnsDomain: props.dnsDomain ?? DEFAULTS.dnsDomain,
    apiServerAddress: nthAddress(first, 1).text,
    dnsAddress: nthAddress(first, 10).text,
  };
}

function ranges(text: string): Cidr[] {
  return parseCidrs(text).filter((cidr) => cidr !== undefined);
}

function resolveComponent(props: ControlPlaneComponentProps = {}): ControlPlaneComponent {
  return {
    extraArgs: props.extraArgs ?? [],
    extraVolumes: (props.extraVolumes ?? []).map((volume) => ({
      ...volume,
      readOnly: volume.readOnly ?? false,
      pathType: volume.pathType ?? "",
    })),
    extraEnvs: props.extraEnvs ?? [],
  };
}

function resolveEtcd(input: ResolveInput): LocalEtcd | ExternalEtcd {
  const { etcd, founders, externalCaCertificate } = input;
  if ("local" in etcd) return resolveLocalEtcd(etcd.local, founders);
  if (!("external" in etcd)) throw etcdHostsError();
  const { endpoints, certFile } = etcd.external;
  return {
    kind: "external",
    endpoints,
    caCertificate: externalCaCertificate,
    clientCertificate: certFile === undefined ? undefined : EXTERNAL_ETCD_CLIENT,
  };
}

function resolveLocalEtcd(props: LocalEtcdProps, founders: readonly string[]): LocalEtcd {
  return {
    kind: "local",
    ...ownImage(props),
    dataDir: props.dataDir ?? DEFAULTS.etcdDataDir,
    extraArgs: props.extraArgs ?? [],
    extraEnvs: props.extraEnvs ?? [],
    serverCertSANs: lowerCase(props.serverCertSANs),
    peerCertSANs: lowerCase(props.peerCertSANs),
    founders: sortBy(lowerCase(founders), (name) => name),
  };
}

function ownImage({ imageRepository, imageTag }: Partial<OwnImage> = {}): OwnImage {
  return { imageRepository, imageTag };
}

/** kubeadm adds a missing scheme too. */
function withScheme(socket: string): string {
  return socket.startsWith("/") ? `unix://${socket}` : socket;
}

function lowerCase(texts: readonly string[] = []): string[] {
  return texts.map((text) => text.trim().toLowerCase());
}
