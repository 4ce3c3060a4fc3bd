/** Every prop that kubeadm has too, set to something unusual: one row, one prop. */
import type { Case, CaseProps } from "./case";

/** One prop, away from its default. */
export interface Setting {
  readonly name: string;
  readonly props?: CaseProps;
  readonly local?: NonNullable<Extract<Case["etcd"], { local: unknown }>>["local"];
  readonly without?: Case["without"];
}

const arg = (name: string, value: string) => ({ name, value });

const volume = (name: string, readOnly?: boolean, pathType?: string) => ({
  name,
  hostPath: `/opt/${name}`,
  mountPath: `/mnt/${name}`,
  ...(readOnly !== undefined && { readOnly }),
  ...(pathType !== undefined && { pathType }),
});

/** Settings that cost too much time to stand in pairs: making keys of this size takes seconds. */
export const SLOW_SETTINGS: readonly Setting[] = [
  { name: "encryptionAlgorithm RSA-3072", props: { encryptionAlgorithm: "RSA-3072" } },
];

/** Settings of the cluster as a whole. */
const CLUSTER: readonly Setting[] = [
  { name: "clusterName", props: { clusterName: "prod_1" } },
  { name: "controlPlaneEndpoint without port", props: { controlPlaneEndpoint: "lb.example.com" } },
  { name: "controlPlaneEndpoint of another port", props: { controlPlaneEndpoint: "lb:443" } },
  { name: "an address as endpoint", props: { controlPlaneEndpoint: "192.0.2.7" } },
  { name: "serviceSubnet", props: { networking: { serviceSubnet: "172.30.0.0/16" } } },
  { name: "podSubnet", props: { networking: { podSubnet: "10.128.0.0/14" } } },
  { name: "dnsDomain", props: { networking: { dnsDomain: "corp.example" } } },
  { name: "bindPort", props: { localAPIEndpoint: { bindPort: 7443 } } },
  { name: "certificatesDir", props: { certificatesDir: "/etc/k8s/pki" } },
  { name: "imageRepository", props: { imageRepository: "mirror.example.com:5000/k8s" } },
  { name: "certificateValidityPeriod", props: { certificateValidityPeriod: "1000h30m" } },
  { name: "caCertificateValidityPeriod", props: { caCertificateValidityPeriod: "300000h" } },
  { name: "dns.imageRepository", props: { dns: { imageRepository: "dns.example.com/x" } } },
  { name: "dns.imageTag", props: { dns: { imageTag: "v1.11.4" } } },
  { name: "no CoreDNS", without: ["coreDns"] },
  { name: "no kube-proxy", without: ["kubeProxy"] },
];

const API_SERVER: readonly Setting[] = [
  {
    name: "apiServer.certSANs",
    props: { apiServer: { certSANs: ["B.example.com", "*.a.example.com", "10.9.9.9", "fd00::9"] } },
  },
  {
    name: "apiServer.extraArgs",
    props: {
      apiServer: {
        extraArgs: [
          arg("runtime-config", ""),
          arg("service-account-issuer", "https://b"),
          arg("audit-log-maxage", "30"),
          arg("service-account-issuer", "https://a"),
          arg("enable-admission-plugins", "NodeRestriction,AlwaysPullImages"),
        ],
      },
    },
  },
  {
    name: "apiServer with an authorization file",
    props: { apiServer: { extraArgs: [arg("authorization-config", "/etc/authz.yaml")] } },
  },
  {
    name: "apiServer.extraVolumes",
    props: {
      apiServer: {
        extraVolumes: [
          volume("zz", true, "DirectoryOrCreate"),
          volume("audit"),
          { ...volume("k8s-certs", true, "Directory"), mountPath: "/pki" },
        ],
      },
    },
  },
  {
    name: "apiServer.extraEnvs",
    props: { apiServer: { extraEnvs: [arg("Z", "1"), arg("A", "no"), arg("Z", "3")] } },
  },
];

const OTHER_COMPONENTS: readonly Setting[] = [
  {
    name: "controllerManager.extraArgs",
    props: {
      controllerManager: { extraArgs: [arg("bind-address", "0.0.0.0"), arg("kube-api-qps", "1")] },
    },
  },
  {
    name: "controllerManager.extraVolumes",
    props: {
      controllerManager: { extraVolumes: [volume("a", false), volume("zz", true, "File")] },
    },
  },
  {
    name: "controllerManager.extraEnvs",
    props: { controllerManager: { extraEnvs: [arg("GOMAXPROCS", "2")] } },
  },
  {
    name: "scheduler.extraArgs",
    props: {
      scheduler: { extraArgs: [arg("secure-port", "11259"), arg("bind-address", "10.0.0.11")] },
    },
  },
  { name: "scheduler.extraVolumes", props: { scheduler: { extraVolumes: [volume("policy")] } } },
  { name: "scheduler.extraEnvs", props: { scheduler: { extraEnvs: [arg("EMPTY", "")] } } },
];

const ETCD: readonly Setting[] = [
  { name: "etcd.local.dataDir", local: { dataDir: "/data/etcd" } },
  { name: "etcd.local.imageRepository", local: { imageRepository: "etcd.example.com/x" } },
  { name: "etcd.local.imageTag", local: { imageTag: "3.5.24-0" } },
  { name: "an etcd tag that is no version", local: { imageTag: "mine" } },
  {
    name: "etcd.local.extraArgs",
    local: {
      extraArgs: [
        arg("listen-metrics-urls", "http://10.0.0.11:3381,http://127.0.0.1:2381"),
        arg("advertise-client-urls", "https://etcd.example.com:2379"),
        arg("quota-backend-bytes", "8589934592"),
      ],
    },
  },
  { name: "etcd.local.extraEnvs", local: { extraEnvs: [arg("GOGC", "50"), arg("A", "0x1")] } },
  { name: "etcd.local.serverCertSANs", local: { serverCertSANs: ["s.example.com", "10.9.9.1"] } },
  { name: "etcd.local.peerCertSANs", local: { peerCertSANs: ["p.example.com", "fd00::7"] } },
];

const NODE: readonly Setting[] = [
  { name: "no taints", props: { nodeRegistration: { taints: [] } } },
  {
    name: "other taints",
    props: {
      nodeRegistration: {
        taints: [
          { key: "example.com/edge", value: "yes", effect: "NoExecute" },
          { key: "a", effect: "PreferNoSchedule" },
        ],
      },
    },
  },
  {
    name: "kubeletExtraArgs",
    props: {
      nodeRegistration: {
        kubeletExtraArgs: [arg("v", "2"), arg("node-ip", "10.0.0.11"), arg("max-pods", "1")],
      },
    },
  },
  {
    name: "criSocket",
    props: { nodeRegistration: { criSocket: "unix:///run/other/containerd.sock" } },
  },
  {
    name: "kubelet",
    props: {
      kubelet: {
        maxPods: 200,
        clusterDNS: ["10.1.1.1"],
        evictionHard: { "memory.available": "200Mi" },
        failSwapOn: false,
        featureGates: { NodeSwap: true },
        imageMinimumGCAge: "90s",
        nodeStatusUpdateFrequency: "1.5m",
        authentication: { anonymous: { enabled: true }, webhook: { cacheTTL: "2m" } },
        logging: { verbosity: 3 },
      },
    },
  },
  {
    name: "kubeProxy",
    props: {
      kubeProxy: {
        mode: "nftables",
        bindAddress: "10.0.0.11",
        conntrack: { min: 1, tcpEstablishedTimeout: "0", tcpCloseWaitTimeout: "90m" },
        nodePortAddresses: ["primary"],
        featureGates: { NFTablesProxyMode: true },
      },
    },
  },
];

/** All settings, each compared alone and in pairs. */
export const SETTINGS: readonly Setting[] = [
  ...CLUSTER,
  ...API_SERVER,
  ...OTHER_COMPONENTS,
  ...ETCD,
  ...NODE,
];

/** A case of some settings. */
export function caseOf(settings: readonly Setting[]): Case {
  const merged = settings.reduce<Setting>(
    (all, { props, local, without }) => ({
      name: "",
      props: merge(all.props ?? {}, props ?? {}) as CaseProps,
      local: merge(all.local ?? {}, local ?? {}),
      without: [...(all.without ?? []), ...(without ?? [])],
    }),
    { name: "" },
  );
  return {
    name: settings.map(({ name }) => name).join(" + "),
    props: merged.props ?? {},
    etcd: { local: merged.local ?? {} },
    without: merged.without ?? [],
  };
}

/** Paths of the props that a setting sets; lists count as a whole. */
export function pathsOf({ props = {}, local = {}, without = [] }: Setting): string[] {
  return [...paths({ props, local }), ...without];
}

function paths(value: object, at = ""): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    isObject(inner) ? paths(inner, `${at}.${key}`) : [`${at}.${key}`],
  );
}

function merge(base: object, over: object): object {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = result[key];
    result[key] = isObject(value) && isObject(under) ? merge(under, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
