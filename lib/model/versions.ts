/**
 * What differs between Kubernetes versions, as tables by minor and first patch. The only file that calls semver.
 * Sources: kubeadm's constants of v1.34.0 to v1.36.0, files that 1.34.4, 1.35.4, 1.36.3 and
 * 1.37.2 wrote, release notes to 1.37.
 */
import { gte, parse } from "semver";
import { unknownVersionError } from "../errors";
import type { Images } from "./types";

/** Minors of Kubernetes 1 that this library knows, ascending. */
export const SUPPORTED_MINORS: readonly number[] = [34, 35, 36, 37];

/** kubeadm's default repository; the only one where CoreDNS has a path of its own. */
export const DEFAULT_IMAGE_REPOSITORY = "registry.k8s.io";

/** What is true of one Kubernetes version. */
export interface VersionFacts {
  /** Without the leading "v". */
  readonly version: string;
  readonly minor: number;
  readonly patch: number;
  readonly etcdTag: string;
  readonly coreDnsTag: string;
  readonly pauseTag: string;
  /** Oldest external etcd that kubeadm accepts; undefined where it is not known. */
  readonly minExternalEtcd: string | undefined;
  /** Whether user flags keep their order behind the sorted defaults; else all are sorted by name, then value. */
  readonly extraArgsKeepOrder: boolean;
  /** Whether `apiserver-kubelet-client` is of `kubeadm:cluster-admins`; later it is of no organization. */
  readonly kubeletClientHasOrganization: boolean;
  /** Whether the controller manager mounts the flexvolume directory. */
  readonly flexVolumeMount: boolean;
  /** Whether the kubelet is given `--pod-infra-container-image`; a kubelet of 1.35 does not start with it. */
  readonly podInfraContainerImageFlag: boolean;
  /** Whether static pods and CoreDNS name their probe ports. */
  readonly namedProbePorts: boolean;
  /** Whether kube-proxy's `mode: iptables` is written out. */
  readonly proxyModeWritten: boolean;
  /** Whether external etcd's `httpEndpoints` are part of kubeadm-config. */
  readonly etcdHttpEndpoints: boolean;
  /** Which pair of version-bound etcd flags is written: "by-image" asks etcd's tag, see `etcdFlagPair`. */
  readonly etcdFlagPair: "by-image" | EtcdFlagPair;
}

/** "experimental": etcd 3.5's `experimental-*` flags; "feature-gates": those of etcd 3.6. */
export type EtcdFlagPair = "experimental" | "feature-gates";

interface PatchFacts {
  readonly etcdTag: string;
  readonly coreDnsTag: string;
  readonly pauseTag: string;
  readonly minExternalEtcd: string | undefined;
  readonly extraArgsKeepOrder: boolean;
  readonly kubeletClientHasOrganization: boolean;
}

interface PatchRow extends Partial<PatchFacts> {
  /** Minor and patch. */
  readonly from: readonly [number, number];
}

/** What 1.34.0 has. */
const FIRST_FACTS: PatchFacts = {
  etcdTag: "3.6.4-0",
  coreDnsTag: "v1.12.1",
  pauseTag: "3.10.1",
  minExternalEtcd: "3.5.21",
  extraArgsKeepOrder: false,
  kubeletClientHasOrganization: true,
};

/**
 * From this version on; a row changes what it names and keeps the rest, also across minors. So an unknown patch has its
 * neighbour's values. First patches of the flag order: 1.34.4 and 1.35.4 are recorded, 1.35.1 is taken from the date of
 * its backport.
 */
const PATCH_TABLE: readonly PatchRow[] = [
  { from: [34, 2], etcdTag: "3.6.5-0" },
  { from: [34, 4], extraArgsKeepOrder: true },
  { from: [34, 8], kubeletClientHasOrganization: false },
  {
    from: [35, 0],
    etcdTag: "3.6.6-0",
    coreDnsTag: "v1.13.1",
    minExternalEtcd: "3.5.24",
    extraArgsKeepOrder: false,
    kubeletClientHasOrganization: true,
  },
  { from: [35, 1], extraArgsKeepOrder: true },
  { from: [35, 5], kubeletClientHasOrganization: false },
  {
    from: [36, 0],
    etcdTag: "3.6.8-0",
    coreDnsTag: "v1.14.2",
    pauseTag: "3.10.2",
    kubeletClientHasOrganization: true,
  },
  { from: [36, 1], kubeletClientHasOrganization: false },
  { from: [37, 0], etcdTag: "3.7.0-0", coreDnsTag: "v1.14.6", minExternalEtcd: undefined },
];

/** A version in its parts. */
export interface ParsedVersion {
  /** Without the leading "v", with pre-release and build. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads a Kubernetes version, with or without its leading "v"; undefined when it is none. */
export function parseVersion(text: string): ParsedVersion | undefined {
  const parsed = /\s/.test(text) ? null : parse(text);
  if (parsed === null) return undefined;
  const build = parsed.build.length > 0 ? `+${parsed.build.join(".")}` : "";
  const { major, minor, patch } = parsed;
  return { version: parsed.version + build, major, minor, patch };
}

/** Whether this library knows the version's minor. */
export function isSupported(version: ParsedVersion): boolean {
  return version.major === 1 && SUPPORTED_MINORS.includes(version.minor);
}

/**
 * What is true of a Kubernetes version, with or without its leading "v".
 *
 * @throws unknownVersionError when it is no version or of a minor that is not in `SUPPORTED_MINORS`
 */
export function versionFacts(text: string): VersionFacts {
  const parsed = parseVersion(text);
  if (parsed === undefined || !isSupported(parsed)) {
    throw unknownVersionError(text, SUPPORTED_MINORS);
  }
  const { version, minor, patch } = parsed;
  let facts = FIRST_FACTS;
  for (const { from, ...row } of PATCH_TABLE) {
    if (isFrom(from, minor, patch)) facts = { ...facts, ...row };
  }
  return {
    version,
    minor,
    patch,
    ...facts,
    flexVolumeMount: minor <= 35,
    podInfraContainerImageFlag: minor <= 34,
    namedProbePorts: minor >= 34,
    proxyModeWritten: minor >= 37,
    etcdHttpEndpoints: minor >= 35,
    etcdFlagPair: minor <= 35 ? "by-image" : "feature-gates",
  };
}

function isFrom([fromMinor, fromPatch]: readonly [number, number], minor: number, patch: number) {
  return minor > fromMinor || (minor === fromMinor && patch >= fromPatch);
}

/** Which pair of etcd flags goes with an etcd image tag; to kubeadm a tag that is no version is an old one. */
export function etcdFlagPair(kubernetesVersion: string, etcdTag: string): EtcdFlagPair {
  const facts = versionFacts(kubernetesVersion);
  if (facts.etcdFlagPair !== "by-image") return facts.etcdFlagPair;
  const etcd = parseVersion(etcdTag);
  return etcd !== undefined && gte(etcd.version, "3.6.0") ? "feature-gates" : "experimental";
}

/** What decides the image names. */
export interface ImageChoice {
  readonly kubernetesVersion: string;
  readonly imageRepository: string;
  readonly dns?: { readonly imageRepository?: string; readonly imageTag?: string };
  readonly etcd?: { readonly imageRepository?: string; readonly imageTag?: string };
}

/** Full image names as `kubeadm config images list` prints them. @throws as `versionFacts` */
export function imagesFor(choice: ImageChoice): Images {
  const { kubernetesVersion, imageRepository, dns = {}, etcd = {} } = choice;
  const facts = versionFacts(kubernetesVersion);
  const tag = `v${facts.version}`.replaceAll("+", "_");
  const dnsDefault =
    imageRepository === DEFAULT_IMAGE_REPOSITORY ? `${imageRepository}/coredns` : imageRepository;
  return {
    kubeApiServer: `${imageRepository}/kube-apiserver:${tag}`,
    kubeControllerManager: `${imageRepository}/kube-controller-manager:${tag}`,
    kubeScheduler: `${imageRepository}/kube-scheduler:${tag}`,
    kubeProxy: `${imageRepository}/kube-proxy:${tag}`,
    coreDns: `${dns.imageRepository ?? dnsDefault}/coredns:${dns.imageTag ?? facts.coreDnsTag}`,
    pause: `${imageRepository}/pause:${facts.pauseTag}`,
    etcd: `${etcd.imageRepository ?? imageRepository}/etcd:${etcd.imageTag ?? facts.etcdTag}`,
  };
}
