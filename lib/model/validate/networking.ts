/** Ranges of services and pods. Sources: kubeadm's validation, the API server's rules for dual stack. */
import {
  addressFamily,
  addressInRange,
  badDualStack,
  familiesDiffer,
  looseCidr,
  noCidr,
  noNodeRange,
  rangesOverlap,
  rangeTooLarge,
  rangeTooSmall,
  tooManyNodeRanges,
} from "../../errors";
import { DEFAULTS } from "../defaults";
import { entry, type Findings, type IsToken, join } from "../issue";
import {
  addressCount,
  type Cidr,
  contains,
  type Family,
  overlaps,
  parseAddress,
  parseCidr,
  parseCidrs,
} from "../network";
import type { ControlPlaneSettings, HostProps } from "../props";
import { dnsSubdomain } from "./syntax";
import { checkText, type TextRule } from "./text";

const SERVICE_HOST_BITS = 20;
const MIN_SERVICE_ADDRESSES = 10;
const MIN_POD_ADDRESSES = 14;
const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };
const NODE_MASK: Readonly<Record<Family, number>> = { 4: 24, 6: 64 };
const MAX_MASK_DIFFERENCE = 16;

/** Ranges that could be read, for rules that look at several constructs. */
export interface Ranges {
  readonly services: readonly Cidr[];
  readonly pods: readonly Cidr[];
  readonly serviceText: string;
  readonly podText: string;
  /** Prefix of each node's IPv4 range. */
  readonly nodeMask: number;
}

/** The ranges of a control plane, without those that cannot be read. */
export function rangesOf(props: ControlPlaneSettings): Ranges {
  const serviceText = textOf(props.networking?.serviceSubnet, DEFAULTS.serviceSubnet);
  const podText = textOf(props.networking?.podSubnet, "");
  const read = (text: string) => parseCidrs(text).filter((cidr) => cidr !== undefined);
  return {
    services: read(serviceText),
    pods: read(podText),
    serviceText,
    podText,
    nodeMask: nodeMask(props, 4),
  };
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** Everything about the ranges and the domain of a control plane but its hosts. */
export function* checkNetworking(props: ControlPlaneSettings, isToken: IsToken): Findings {
  const networking = props.networking ?? {};
  const mask = (family: Family) => nodeMask(props, family);
  yield* checkText("networking.dnsDomain", networking.dnsDomain, isToken, dnsSubdomain);
  const services = "networking.serviceSubnet";
  yield* checkText(
    services,
    networking.serviceSubnet,
    isToken,
    ranges("10.96.0.0/12", serviceSize),
  );
  const pods = "networking.podSubnet";
  const podRule = ranges("10.244.0.0/16", (cidr, text) => podSize(cidr, text, mask(cidr.family)));
  yield* checkText(pods, networking.podSubnet, isToken, podRule);
  yield* checkTogether(rangesOf(props));
}

/** The node mask that the controller manager is told, or its default. */
function nodeMask(props: ControlPlaneSettings, family: Family): number {
  const names = ["node-cidr-mask-size", `node-cidr-mask-size-ipv${family}`];
  const given = props.controllerManager?.extraArgs?.findLast(({ name }) => names.includes(name));
  const mask = given === undefined ? Number.NaN : Number(given.value);
  return Number.isInteger(mask) && mask > 0 && mask <= BITS[family] ? mask : NODE_MASK[family];
}

/** One range, or two of different families, each of a good size. */
function ranges(example: string, size: (cidr: Cidr, text: string) => string | undefined): TextRule {
  return (text) => {
    const parts = text.split(",").map((part) => part.trim());
    for (const part of parts) {
      const cidr = parseCidr(part);
      if (cidr === undefined) return noCidr(part, example);
      const message = isLoose(part, cidr) ? looseCidr(part, cidr.text) : size(cidr, part);
      if (message !== undefined) return message;
    }
    const families = new Set(parts.map((part) => parseCidr(part)?.family));
    return parts.length === families.size ? undefined : badDualStack(text);
  };
}

function isLoose(text: string, cidr: Cidr): boolean {
  return parseAddress(text.split("/")[0] ?? "")?.value !== cidr.first;
}

function serviceSize(cidr: Cidr, text: string): string | undefined {
  const bits = BITS[cidr.family];
  if (addressCount(cidr) < MIN_SERVICE_ADDRESSES) {
    return rangeTooSmall(text, MIN_SERVICE_ADDRESSES, bits - 4);
  }
  const largest = bits - SERVICE_HOST_BITS;
  return cidr.prefix < largest ? rangeTooLarge(text, largest) : undefined;
}

function podSize(cidr: Cidr, text: string, mask: number): string | undefined {
  if (addressCount(cidr) < MIN_POD_ADDRESSES) {
    return rangeTooSmall(text, MIN_POD_ADDRESSES, BITS[cidr.family] - 4);
  }
  if (cidr.prefix > mask) return noNodeRange(text, mask);
  return mask - cidr.prefix > MAX_MASK_DIFFERENCE ? tooManyNodeRanges(text, mask) : undefined;
}

/** Pods beside services: no address in common, and the same families first. */
function* checkTogether({ services, pods, serviceText, podText }: Ranges): Findings {
  for (const pod of pods) {
    for (const service of services.filter((cidr) => overlaps(cidr, pod))) {
      const message = rangesOverlap("networking.podSubnet", service.text, pod.text);
      yield { propPath: "networking.serviceSubnet", message };
    }
  }
  const [firstService] = services;
  const [firstPod] = pods;
  if (firstService === undefined || firstPod === undefined) return;
  const podFamilies = pods.map(({ family }) => family);
  const hasAll = services.every(({ family }) => podFamilies.includes(family));
  if (!hasAll || firstService.family !== firstPod.family) {
    const message = familiesDiffer(podText, serviceText);
    yield { propPath: "networking.podSubnet", message };
  }
}

/** Hosts beside the ranges of the cluster; a control plane announces its address in the first family of services. */
export function* checkHostsInRanges(
  hosts: Readonly<Record<string, HostProps>>,
  { services, pods, serviceText }: Ranges,
  isControlPlane: boolean,
): Findings {
  const families = services.map(({ family }) => family).slice(0, isControlPlane ? 1 : 2);
  for (const [key, host] of Object.entries(hosts)) {
    const address = typeof host.address === "string" ? parseAddress(host.address) : undefined;
    if (address === undefined) continue;
    const propPath = join(entry("hosts", key), "address");
    for (const range of services.filter((cidr) => contains(cidr, address))) {
      yield { propPath, message: addressInRange(host.address, "serviceSubnet", range.text) };
    }
    for (const range of pods.filter((cidr) => contains(cidr, address))) {
      yield { propPath, message: addressInRange(host.address, "podSubnet", range.text) };
    }
    if (families.length > 0 && !families.includes(address.family)) {
      yield { propPath, message: addressFamily(host.address, serviceText) };
    }
  }
}
