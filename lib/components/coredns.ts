/** CoreDNS as an addon. Source: dry runs of `kubeadm init` 1.34.4 to 1.37.2, which differ in the image tag alone. */
import type { Component } from "../component";
import type { Cluster } from "../model/types";
import { ADDONS_DIR, apiComponent, documents, mayRollOut } from "./api-component";
import { configMap } from "./cluster-objects";
import { clusterRole, clusterRoleBinding } from "./rbac";

const NAME = "coredns";
const NAMESPACE = "kube-system";
const ROLE = "system:coredns";
const LABELS = { "k8s-app": "kube-dns" };

/** Bounded: without a pod network its pods cannot start, and that network may come later. Unit: seconds. */
const WAIT_SECONDS = 30;

/** kubeadm's number of pods. */
const REPLICAS = 2;

/** What a user may set of CoreDNS. */
export interface CoreDnsOptions {
  /** Unit: pods. */
  readonly replicas?: number | undefined;
  /** The whole Corefile. */
  readonly corefile?: string | undefined;
}

/** Cluster DNS. */
export function coreDns(cluster: Cluster, options: CoreDnsOptions = {}): Component {
  const { dnsDomain, dnsAddress } = cluster.networking;
  const subject = { kind: "ServiceAccount", name: NAME, namespace: NAMESPACE } as const;
  const objects = [
    configMap(NAMESPACE, NAME, { Corefile: options.corefile ?? corefile(dnsDomain) }),
    clusterRole(ROLE, [
      {
        apiGroups: [""],
        resources: ["endpoints", "services", "pods", "namespaces"],
        verbs: ["list", "watch"],
      },
      {
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["list", "watch"],
      },
    ]),
    clusterRoleBinding(ROLE, ROLE, [subject]),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: NAMESPACE } },
    deployment(cluster.images.coreDns, options.replicas ?? REPLICAS),
    service(dnsAddress),
  ];
  return apiComponent(NAME, ADDONS_DIR, documents(objects), [
    mayRollOut(`deployment/${NAME}`, NAMESPACE, WAIT_SECONDS),
  ]);
}

/** kubeadm's Corefile, to the space. */
function corefile(domain: string): string {
  return `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${domain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success ${domain}
       disable denial ${domain}
    }
    loop
    reload
    loadbalance
}
`;
}

function service(clusterIP: string): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
      labels: {
        ...LABELS,
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
      },
      name: "kube-dns",
      namespace: NAMESPACE,
    },
    spec: {
      clusterIP,
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
        { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
      ],
      selector: LABELS,
    },
  };
}

function deployment(image: string, replicas: number): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { labels: LABELS, name: NAME, namespace: NAMESPACE },
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      strategy: { rollingUpdate: { maxUnavailable: 1 }, type: "RollingUpdate" },
      template: { metadata: { labels: LABELS }, spec: podSpec(image) },
    },
  };
}

function podSpec(image: string): object {
  const spread = {
    labelSelector: {
      matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }],
    },
    topologyKey: "kubernetes.io/hostname",
  };
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: spread, weight: 100 }],
      },
    },
    containers: [container(image)],
    dnsPolicy: "Default",
    nodeSelector: { "kubernetes.io/os": "linux" },
    priorityClassName: "system-cluster-critical",
    serviceAccountName: NAME,
    tolerations: [
      { key: "CriticalAddonsOnly", operator: "Exists" },
      { effect: "NoSchedule", key: "node-role.kubernetes.io/control-plane" },
    ],
    volumes: [
      {
        configMap: { items: [{ key: "Corefile", path: "Corefile" }], name: NAME },
        name: "config-volume",
      },
    ],
  };
}

function container(image: string): object {
  return {
    args: ["-conf", "/etc/coredns/Corefile"],
    image,
    imagePullPolicy: "IfNotPresent",
    livenessProbe: {
      failureThreshold: 5,
      httpGet: { path: "/health", port: "liveness-probe", scheme: "HTTP" },
      initialDelaySeconds: 60,
      successThreshold: 1,
      timeoutSeconds: 5,
    },
    name: NAME,
    ports: [
      { containerPort: 53, name: "dns", protocol: "UDP" },
      { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
      { containerPort: 9153, name: "metrics", protocol: "TCP" },
      { containerPort: 8080, name: "liveness-probe", protocol: "TCP" },
      { containerPort: 8181, name: "readiness-probe", protocol: "TCP" },
    ],
    readinessProbe: { httpGet: { path: "/ready", port: "readiness-probe", scheme: "HTTP" } },
    resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ mountPath: "/etc/coredns", name: "config-volume", readOnly: true }],
  };
}
