/** A control plane, looked at alone. Source of most rules: kubeadm's validation. */
import {
  allAndOthers,
  badEndpoint,
  forced,
  noEndpoint,
  noHosts,
  noVersion,
  outlivesCa,
  portTaken,
  unknownVersion,
  wrongKind,
} from "../../errors";
import { DEFAULTS } from "../defaults";
import { durationSeconds } from "../duration";
import { type Findings, type Issue, type IsToken, join, toIssues } from "../issue";
import { parseAddress, parseHostPort } from "../network";
import type { ControlPlaneSettings, EtcdProps, NodeRegistrationProps } from "../props";
import { isSupported, parseVersion, SUPPORTED_MINORS } from "../versions";
import { checkBinaries, checkRuntime } from "./binaries";
import { checkComponent, checkKubeletArgs } from "./component";
import { checkEtcd } from "./etcd";
import { checkHosts, checkSsh } from "./host";
import { checkLabels, checkTaints } from "./labels";
import { checkHostsInRanges, checkNetworking, rangesOf } from "./networking";
import * as syntax from "./syntax";
import {
  checkPlain,
  checkPort,
  checkText,
  checkTexts,
  oneOf,
  required,
  type TextRule,
} from "./text";

/**
 * Everything wrong with a control plane. `etcd` is left out when it is a construct of its own, which is then validated by
 * `validateEtcd`.
 */
export function validateControlPlane(
  props: ControlPlaneSettings,
  etcd: EtcdProps | undefined,
  path: string,
  isToken: IsToken,
): Issue[] {
  return toIssues(path, checkControlPlane(props, etcd, isToken));
}

/** Everything wrong with an etcd that is a construct of its own. */
export function validateEtcd(props: EtcdProps, path: string, isToken: IsToken): Issue[] {
  return toIssues(path, checkEtcd("", props, isToken));
}

/** Texts with a form and nothing more to them. */
const FORMS: readonly [keyof ControlPlaneSettings, TextRule][] = [
  ["kubernetesVersion", version],
  ["clusterName", syntax.clusterName],
  ["controlPlaneEndpoint", endpoint],
  ["certificatesDir", syntax.ownDirectory],
  ["imageRepository", syntax.imageRepository],
  ["encryptionAlgorithm", oneOf("algorithm", ["RSA-2048", "RSA-3072", "RSA-4096"])],
  ["certificateValidityPeriod", syntax.duration],
  ["caCertificateValidityPeriod", syntax.duration],
  ["pkiDir", syntax.localPath],
];

/** Ports of a control plane host that are not the API server's. Source: Kubernetes' "Ports and protocols". */
const PORTS: Readonly<Record<number, string>> = {
  2379: "etcd",
  2380: "etcd",
  2381: "etcd",
  10248: "the kubelet",
  10249: "kube-proxy",
  10250: "the kubelet",
  10256: "kube-proxy",
  10257: "kube-controller-manager",
  10259: "kube-scheduler",
};

function* checkControlPlane(
  props: ControlPlaneSettings,
  etcd: EtcdProps | undefined,
  isToken: IsToken,
): Findings {
  yield* required("kubernetesVersion", props.kubernetesVersion, 'write it as "1.36.3"');
  for (const [name, rule] of FORMS) yield* checkText(name, props[name], isToken, rule);
  yield* checkControlPlaneHosts(props, isToken);
  yield* checkSsh(props.ssh, isToken);
  yield* checkNetworking(props, isToken);
  yield* checkBindPort(props.localAPIEndpoint?.bindPort, isToken);
  yield* checkComponent("apiServer", props.apiServer, isToken);
  yield* checkTexts("apiServer.certSANs", props.apiServer?.certSANs, isToken, syntax.subjectName);
  yield* checkComponent("controllerManager", props.controllerManager, isToken);
  yield* checkComponent("scheduler", props.scheduler, isToken);
  if (etcd !== undefined) yield* checkEtcd("etcd", etcd, isToken);
  yield* checkText(
    "dns.imageRepository",
    props.dns?.imageRepository,
    isToken,
    syntax.imageRepository,
  );
  yield* checkText("dns.imageTag", props.dns?.imageTag, isToken, syntax.imageTag);
  yield* checkConfiguration("kubelet", props.kubelet, KUBELET, isToken);
  yield* checkConfiguration("kubeProxy", props.kubeProxy, KUBE_PROXY, isToken);
  yield* checkValidity(props);
  yield* checkRegistration("nodeRegistration", props.nodeRegistration ?? {}, isToken);
  yield* checkRuntime("containerRuntime", props.containerRuntime, isToken);
  yield* checkBinaries("binaries", props.binaries, isToken);
}

function version(text: string): string | undefined {
  const parsed = parseVersion(text);
  if (parsed === undefined) return noVersion(text);
  return isSupported(parsed) ? undefined : unknownVersion(text, SUPPORTED_MINORS);
}

function endpoint(text: string): string | undefined {
  const host = parseHostPort(text)?.host;
  const fits = host !== undefined && (parseAddress(host) !== undefined || syntax.isSubdomain(host));
  return fits ? undefined : badEndpoint(text);
}

function* checkControlPlaneHosts(props: ControlPlaneSettings, isToken: IsToken): Findings {
  const count = Object.keys(props.hosts).length;
  if (count === 0) yield { propPath: "hosts", message: noHosts() };
  if (count > 1 && props.controlPlaneEndpoint === undefined) {
    yield { propPath: "controlPlaneEndpoint", message: noEndpoint(count) };
  }
  yield* checkHosts(props, isToken, false);
  yield* checkHostsInRanges(props.hosts, rangesOf(props), true);
}

function* checkBindPort(port: unknown, isToken: IsToken): Findings {
  const propPath = "localAPIEndpoint.bindPort";
  yield* checkPort(propPath, port, isToken);
  const owner = typeof port === "number" ? PORTS[port] : undefined;
  if (owner !== undefined) yield { propPath, message: portTaken(Number(port), owner) };
}

function* checkValidity(props: ControlPlaneSettings): Findings {
  const ca = props.caCertificateValidityPeriod ?? DEFAULTS.caCertificateValidityPeriod;
  const own = props.certificateValidityPeriod ?? DEFAULTS.certificateValidityPeriod;
  const [caSeconds = Number.NaN, seconds = Number.NaN] = [ca, own].map(durationSeconds);
  if (seconds > caSeconds) {
    yield { propPath: "certificateValidityPeriod", message: outlivesCa(own, ca) };
  }
}

/** A component's configuration object: its kind, and fields that are set elsewhere. */
interface Configuration {
  readonly apiVersion: string;
  readonly kind: string;
  readonly forced: Readonly<Record<string, string>>;
}

const KUBELET: Configuration = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  forced: {
    rotateCertificates: "always true, as with kubeadm",
    staticPodPath: "always /etc/kubernetes/manifests, where the control plane lies",
    containerRuntimeEndpoint: "set by nodeRegistration.criSocket",
  },
};

const KUBE_PROXY: Configuration = {
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  forced: {},
};

function* checkConfiguration(
  path: string,
  value: Readonly<Record<string, unknown>> | undefined,
  configuration: Configuration,
  isToken: IsToken,
): Findings {
  if (value === undefined) return;
  yield* checkPlain(path, value, isToken);
  for (const field of ["apiVersion", "kind"] as const) {
    const given = value[field];
    if (given !== undefined && given !== configuration[field]) {
      yield { propPath: join(path, field), message: wrongKind(given, configuration[field]) };
    }
  }
  for (const [field, why] of Object.entries(configuration.forced)) {
    if (value[field] !== undefined) {
      yield { propPath: join(path, field), message: forced(value[field], why) };
    }
  }
}

function* checkRegistration(
  path: string,
  props: NodeRegistrationProps,
  isToken: IsToken,
): Findings {
  const at = (field: string) => join(path, field);
  yield* checkLabels(at("labels"), props.labels, isToken);
  yield* checkTaints(at("taints"), props.taints, isToken);
  yield* checkKubeletArgs(at("kubeletExtraArgs"), props.kubeletExtraArgs, isToken);
  yield* checkText(at("criSocket"), props.criSocket, isToken, syntax.criSocket);
  const checks = props.ignorePreflightErrors ?? [];
  yield* checkTexts(at("ignorePreflightErrors"), checks, isToken, syntax.checkName);
  if (checks.length > 1 && checks.some((name) => `${name}`.toLowerCase() === "all")) {
    yield { propPath: at("ignorePreflightErrors"), message: allAndOthers() };
  }
}
