/**
 * The shape that all static pods share: what kubeadm writes for each of them, with the parts that differ as arguments.
 * Source: files that kubeadm 1.34.4 to 1.37.2 wrote.
 */
import type { Component, HostAction } from "../component";
import { byKey, sortBy } from "../model/sort";
import type { EnvVar, HostPathMount } from "../model/types";
import { toYaml } from "../model/yaml";

/** Where the kubelet looks for static pods. */
export const MANIFESTS_DIR = "/etc/kubernetes/manifests";

/** Where a probe asks. */
export interface ProbeTarget {
  readonly scheme: "HTTP" | "HTTPS";
  /** Undefined: the kubelet uses the pod's address. */
  readonly host: string | undefined;
  readonly port: number;
  readonly liveness: string;
  /** Undefined: no readiness probe. */
  readonly readiness: string | undefined;
  readonly startup: string;
}

/** What makes one static pod different from the others. */
export interface StaticPod {
  /** Name of component, pod, container and program. */
  readonly name: string;
  readonly image: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Shape: `--name=value`, in order. */
  readonly flags: readonly string[];
  readonly env: readonly EnvVar[];
  readonly requests: Readonly<Record<string, string>>;
  readonly probes: ProbeTarget;
  readonly volumes: readonly HostPathMount[];
  /** Volume names in the order of the mounts. @default - sorted by name */
  readonly mountOrder?: readonly string[];
  /** What answers 200 when the component is healthy, asked on the host. */
  readonly healthUrl: string;
}

/** kubeadm's numbers. Unit: seconds. */
const LIVENESS = {
  initialDelaySeconds: 10,
  periodSeconds: 10,
  timeoutSeconds: 15,
  failureThreshold: 8,
};
const READINESS = { periodSeconds: 1, timeoutSeconds: 15, failureThreshold: 3 };
/** 24 periods of 10 s: kubeadm's 4 minutes for a control plane component. */
const STARTUP = { ...LIVENESS, failureThreshold: 24 };

const PROBE_PORT = "probe-port";

/** Addresses that mean "all", or none: a probe cannot go there, so its host is left out. */
const UNSPECIFIED: readonly string[] = ["0.0.0.0", "::", ""];

/** The host of a probe for a component that listens on `address`. */
export function probeHost(address: string): string | undefined {
  return UNSPECIFIED.includes(address) ? undefined : address;
}

/** A static pod as a component: its manifest, and the actions that make it run. */
export function staticPod(
  pod: StaticPod,
  more: { run?: readonly HostAction[]; clean?: readonly HostAction[] } = {},
): Component {
  return {
    name: pod.name,
    scope: "host",
    files: [
      {
        path: `${MANIFESTS_DIR}/${pod.name}.yaml`,
        mode: 0o600,
        content: toYaml(manifest(pod)),
      },
    ],
    save: [],
    run: [
      { action: "make-dir", args: [MANIFESTS_DIR, "0700"] },
      ...(more.run ?? []),
      { action: "static-pod", args: [pod.name, pod.healthUrl] },
    ],
    clean: more.clean ?? [],
  };
}

function manifest(pod: StaticPod): Record<string, unknown> {
  const volumes = sortBy(pod.volumes, ({ name }) => name);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      annotations: pod.annotations,
      labels: { component: pod.name, tier: "control-plane" },
      name: pod.name,
      namespace: "kube-system",
    },
    spec: {
      containers: [container(pod, volumes)],
      hostNetwork: true,
      priority: 2000001000,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      volumes: volumes.map(({ name, hostPath, pathType }) => ({
        name,
        hostPath: { path: hostPath, type: pathType },
      })),
    },
    status: {},
  };
}

function container(pod: StaticPod, volumes: readonly HostPathMount[]): Record<string, unknown> {
  const { liveness, readiness, startup, port } = pod.probes;
  return {
    name: pod.name,
    image: pod.image,
    imagePullPolicy: "IfNotPresent",
    command: [pod.name, ...pod.flags],
    env: pod.env.length === 0 ? undefined : environment(pod.env),
    livenessProbe: { httpGet: httpGet(pod.probes, liveness), ...LIVENESS },
    readinessProbe:
      readiness === undefined
        ? undefined
        : { httpGet: httpGet(pod.probes, readiness), ...READINESS },
    startupProbe: { httpGet: httpGet(pod.probes, startup), ...STARTUP },
    ports: [{ containerPort: port, name: PROBE_PORT, protocol: "TCP" }],
    resources: { requests: pod.requests },
    volumeMounts: inMountOrder(volumes, pod.mountOrder).map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      readOnly: readOnly ? true : undefined,
    })),
  };
}

function inMountOrder(
  volumes: readonly HostPathMount[],
  order: readonly string[] | undefined,
): readonly HostPathMount[] {
  if (order === undefined) return volumes;
  return [...volumes].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function httpGet({ scheme, host }: ProbeTarget, path: string): Record<string, unknown> {
  return { host, path, port: PROBE_PORT, scheme };
}

/** Sorted by name; of two with the same name the later wins. */
function environment(env: readonly EnvVar[]): Record<string, unknown>[] {
  const last = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  return byKey(last).map(([name, value]) => ({ name, value: value === "" ? undefined : value }));
}
