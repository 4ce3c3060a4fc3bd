/** Configurations at random, each one that our validation lets through. */
import fc from "fast-check";
import type { EtcdProps } from "../../lib/model/props";
import type { Case, CaseProps } from "./case";

const letters = (text: string) => fc.constantFrom(...text);
const LOWER = "abcdefghijklmnopqrstuvwxyz";

/** `ab-3` */
const label = fc
  .tuple(letters(LOWER), fc.string({ unit: letters(`${LOWER}0123456789-`), maxLength: 10 }))
  .map(([first, rest]) => `${first}${rest}0`);

const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));

const ipv4 = fc
  .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(254))
  .filter(([first]) => first !== 127)
  .map((parts) => parts.join("."));

const ipv6 = fc.nat(0xffff).map((last) => `fd00:9::${last.toString(16)}`);

/** Printable text with everything that YAML could stumble over. */
const value = fc
  .oneof(
    fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
    fc.constantFrom(
      "",
      "true",
      "null",
      "08",
      "1e3",
      "::",
      "12:30",
      "0x1F",
      "~",
      "- a",
      "a: b",
      "é",
    ),
  )
  // Ours are in other quotes: the values are the same, the bytes are not.
  .filter((text) => !/^( +|=|<<)$/.test(text));

const name = fc.oneof(label, fc.constantFrom("v", "audit-log-maxage", "bind-address", "profiling"));
const args = fc.array(fc.record({ name, value }), { maxLength: 4 });

const envs = fc.array(
  fc.record({ name: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/), value }),
  { maxLength: 3 },
);

const directory = fc
  .array(label, { minLength: 2, maxLength: 3 })
  .map((parts) => `/${parts.join("/")}`);

const volumes = fc.uniqueArray(
  fc.record(
    {
      name: label,
      hostPath: directory,
      mountPath: directory,
      readOnly: fc.boolean(),
      pathType: fc.constantFrom("", "File", "DirectoryOrCreate", "Socket"),
    },
    { requiredKeys: ["name", "hostPath", "mountPath"], noNullPrototype: true },
  ),
  { maxLength: 3, selector: (volume) => volume.name },
);

const component = record({ extraArgs: args, extraEnvs: envs, extraVolumes: volumes });

const names = fc.array(
  fc.oneof(
    domain,
    domain.map((text) => `*.${text}`),
    ipv4,
    ipv6,
  ),
  {
    maxLength: 4,
  },
);

const repository = fc.tuple(domain, fc.constantFrom("", ":5000"), fc.constantFrom("", "/k8s/x"));
const image = record({
  imageRepository: repository.map((parts) => parts.join("")),
  imageTag: fc.constantFrom("3.6.5-0", "v1.12.0", "3.5.24-0", "latest"),
});

const ranges = fc.integer({ min: 0, max: 60 }).chain((n) =>
  record({
    serviceSubnet: fc.integer({ min: 16, max: 24 }).map((bits) => `10.${64 + n}.0.0/${bits}`),
    podSubnet: fc.integer({ min: 16, max: 20 }).map((bits) => `10.${128 + n}.0.0/${bits}`),
    dnsDomain: domain,
  }),
);

const duration = fc
  .tuple(fc.nat(50), fc.nat(119), fc.integer({ min: 1, max: 3000 }))
  .map(([hours, minutes, milliseconds]) => `${hours}h${minutes}m${milliseconds}ms`);

const taint = fc.record(
  {
    key: label,
    value: label,
    effect: fc.constantFrom("NoSchedule", "PreferNoSchedule", "NoExecute"),
  },
  { requiredKeys: ["key", "effect"], noNullPrototype: true },
);

const kubelet = record({
  maxPods: fc.integer({ min: 1, max: 500 }),
  evictionHard: record({ "memory.available": fc.constantFrom("100Mi", "5%") }),
  nodeStatusUpdateFrequency: duration,
  authentication: record({ webhook: record({ cacheTTL: duration }) }),
  failSwapOn: fc.boolean(),
  serverTLSBootstrap: fc.constant(true),
});

const kubeProxy = record({
  mode: fc.constantFrom("ipvs", "nftables", "iptables"),
  conntrack: record({ tcpCloseWaitTimeout: duration, min: fc.nat(9) }),
  metricsBindAddress: fc.constantFrom("0.0.0.0:10249", "[::]:10249", ""),
});

const registration = record({
  taints: fc.uniqueArray(taint, {
    maxLength: 3,
    selector: ({ key, effect }) => `${key} ${effect}`,
  }),
  kubeletExtraArgs: fc.array(fc.record({ name, value: label }), { maxLength: 3 }),
});

const props: fc.Arbitrary<CaseProps> = record({
  clusterName: label,
  controlPlaneEndpoint: fc
    .tuple(fc.oneof(domain, ipv4), fc.constantFrom("", ":443", ":6443"))
    .map((parts) => parts.join("")),
  networking: ranges,
  localAPIEndpoint: fc.record({ bindPort: fc.integer({ min: 11_000, max: 65_535 }) }),
  apiServer: record({ extraArgs: args, extraEnvs: envs, extraVolumes: volumes, certSANs: names }),
  controllerManager: component,
  scheduler: component,
  dns: image,
  kubelet,
  kubeProxy,
  certificatesDir: directory,
  imageRepository: repository.map((parts) => parts.join("")),
  certificateValidityPeriod: fc.integer({ min: 1, max: 9000 }).map((hours) => `${hours}h7s`),
  nodeRegistration: registration,
});

const etcd: fc.Arbitrary<EtcdProps> = fc
  .tuple(
    record({
      dataDir: directory,
      extraArgs: args,
      extraEnvs: envs,
      serverCertSANs: names,
      peerCertSANs: names,
    }),
    image,
  )
  .map(([local, ofImage]) => ({ local: { ...local, ...ofImage } }));

/** Any configuration. */
export const anyCase: fc.Arbitrary<Case> = fc.record({
  name: fc.constant("drawn"),
  props,
  etcd,
  without: fc.subarray(["coreDns", "kubeProxy"] as const),
});

/** A record any of whose members may be missing. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}
