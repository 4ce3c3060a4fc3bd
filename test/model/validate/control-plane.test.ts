import { expect, test } from "vitest";
import type { ControlPlaneSettings } from "../../../lib/model/props";
import { validateControlPlane } from "../../../lib/model/validate";
import { controlPlane, controlPlaneIssues, HOST_KEY, isToken, untyped } from "../support";

type Props = Partial<ControlPlaneSettings>;
const host = (address: string) => ({ address, hostKey: HOST_KEY });
const three = { a: host("10.0.0.11"), b: host("10.0.0.12"), c: host("10.0.0.13") };

test("the smallest control plane has no issue", () => {
  expect(controlPlaneIssues({})).toEqual([]);
});

test("a control plane that uses every prop has no issue", () => {
  const args = [{ name: "v", value: 'anything "printable" $(at) all' }];
  const volume = { name: "audit", hostPath: "/var/log/audit", mountPath: "/audit" };
  const component = {
    extraArgs: args,
    extraVolumes: [{ ...volume, pathType: "DirectoryOrCreate" }],
    extraEnvs: [{ name: "HTTP_PROXY", value: "http://proxy:3128" }],
  };

  const issues = controlPlaneIssues({
    kubernetesVersion: "v1.35.4",
    hosts: three,
    ssh: {
      user: "admin",
      privateKeyFile: "~/.ssh/id_ed25519",
      port: 22,
      timeout: "1m",
      agent: false,
    },
    clusterName: "my_cluster.1",
    controlPlaneEndpoint: "k8s.example.com:6443",
    networking: {
      serviceSubnet: "10.96.0.0/16,fd00:96::/108",
      podSubnet: "10.244.0.0/16,fd00:244::/56",
      dnsDomain: "cluster.local",
    },
    localAPIEndpoint: { bindPort: 7443 },
    apiServer: {
      ...component,
      certSANs: ["API.example.com", "*.example.com", "10.0.0.9", "fd00::9"],
    },
    controllerManager: component,
    scheduler: component,
    dns: { imageRepository: "example.com/dns", imageTag: "v1.14.2" },
    kubelet: {
      kind: "KubeletConfiguration",
      maxPods: 50,
      evictionHard: { "memory.available": "5%" },
    },
    kubeProxy: { mode: "nftables" },
    certificatesDir: "/etc/kubernetes/pki",
    imageRepository: "registry.example.com:5000/k8s.io",
    encryptionAlgorithm: "RSA-3072",
    certificateValidityPeriod: "4380h",
    caCertificateValidityPeriod: "43800h",
    nodeRegistration: {
      labels: { "example.com/tier": "cp", empty: "" },
      taints: [{ key: "example.com/dedicated", effect: "NoExecute" }],
      kubeletExtraArgs: [{ name: "node-labels", value: "a=b,c=d" }],
      criSocket: "/run/containerd/containerd.sock",
      ignorePreflightErrors: ["NumCPU", "port-6443"],
    },
    containerRuntime: {
      registryMirrors: {
        "docker.io": ["http://10.0.0.1:5000"],
        _default: ["https://m.example.com/v2"],
      },
      config: { debug: { level: "info" } },
    },
    binaries: {
      source: "mirror",
      mirror: "http://10.0.0.1/k8s",
      sha256: { kubelet: "0".repeat(64) },
    },
    externalCa: true,
    pkiDir: "pki/prod",
    lost: ["d"],
  });

  expect(issues).toEqual([]);
});

const RULES: readonly [string, Props, string][] = [
  [
    "version",
    { kubernetesVersion: "latest" },
    'kubernetesVersion: not a version, got "latest"; write it as "1.36.3"',
  ],
  [
    "unknown minor",
    { kubernetesVersion: "1.33.6" },
    'kubernetesVersion: not supported, got "1.33.6"; supported minors: 1.34, 1.35, 1.36, 1.37',
  ],
  [
    "no version",
    untyped({ kubernetesVersion: undefined }),
    'kubernetesVersion: missing; write it as "1.36.3"',
  ],
  [
    "token",
    { kubernetesVersion: "<token>" },
    "kubernetesVersion: not known before apply, got a token; files of the hosts are made at synth, so write the value itself",
  ],
  [
    "number",
    untyped({ kubernetesVersion: 1.36 }),
    "kubernetesVersion: not text, got 1.36; write it in quotes",
  ],
  [
    "no hosts",
    { hosts: {} },
    'hosts: no host given; name at least one, for example { "cp-1": { address: "10.0.0.11", hostKey: "…" } }',
  ],
  [
    "no endpoint",
    { hosts: three },
    'controlPlaneEndpoint: missing; 3 control plane hosts need one name that leads to all of them, for example "k8s.example.com:6443"',
  ],
  ...["https://k8s.example.com:6443", "k8s.example.com:0", "K8s", ""].map(
    (value): [string, Props, string] => [
      `endpoint "${value}"`,
      { controlPlaneEndpoint: value },
      `controlPlaneEndpoint: not a host or host:port, got "${value}"; write it as "k8s.example.com:6443", "10.0.0.10:6443" or "[fd00::10]:6443"`,
    ],
  ),
  [
    "cluster name",
    { clusterName: "a/b" },
    'clusterName: not a cluster name, got "a/b"; use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
  ],
  [
    "line break",
    { clusterName: "a\nb" },
    'clusterName: holds a control character, got "a\\nb"; use printable characters on one line',
  ],
  [
    "port of something else",
    { localAPIEndpoint: { bindPort: 2379 } },
    "localAPIEndpoint.bindPort: port of etcd, got 2379; use another, for example 6443",
  ],
  [
    "port out of range",
    { localAPIEndpoint: { bindPort: 65536 } },
    "localAPIEndpoint.bindPort: not a whole number in range, got 65536; write one from 1 to 65535, without quotes",
  ],
  [
    "NaN",
    { localAPIEndpoint: { bindPort: Number.NaN } },
    "localAPIEndpoint.bindPort: not a whole number in range, got NaN; write one from 1 to 65535, without quotes",
  ],
  [
    "algorithm",
    untyped({ encryptionAlgorithm: "RSA-2408" }),
    'encryptionAlgorithm: unknown algorithm, got "RSA-2408"; did you mean "RSA-2048"? allowed: RSA-2048, RSA-3072, RSA-4096',
  ],
  [
    "duration",
    { certificateValidityPeriod: "1y" },
    'certificateValidityPeriod: not a duration, got "1y"; write it as Go does, for example "30s" or "8760h"; it must be more than zero',
  ],
  [
    "certificate that outlives its CA",
    { caCertificateValidityPeriod: "720h" },
    'certificateValidityPeriod: longer than caCertificateValidityPeriod "720h", got "8760h"; choose a shorter one',
  ],
  [
    "relative path",
    { certificatesDir: "pki" },
    'certificatesDir: not an absolute path, got "pki"; begin with "/", without "..", spaces, quotes or a slash at the end',
  ],
  [
    "path that leaves",
    { certificatesDir: "/etc/kubernetes/../x" },
    'certificatesDir: not an absolute path, got "/etc/kubernetes/../x"; begin with "/", without "..", spaces, quotes or a slash at the end',
  ],
  [
    "system directory",
    { certificatesDir: "/etc" },
    'certificatesDir: a directory of the system, and reset would empty it, got "/etc"; use a directory of its own',
  ],
  [
    "image repository",
    { imageRepository: "https://example.com" },
    'imageRepository: not an image repository, got "https://example.com"; write it as "registry.example.com/kubernetes": no scheme, no slash at the end',
  ],
  [
    "image tag",
    { dns: { imageTag: "a b" } },
    'dns.imageTag: not an image tag, got "a b"; use at most 128 letters, digits, "_", "." and "-"',
  ],
  [
    "subject name",
    { apiServer: { certSANs: ["k8s.example.com", "a_b"] } },
    'apiServer.certSANs[1]: not an IP address, DNS name or wildcard name, got "a_b"; write it as "10.0.0.10", "k8s.example.com" or "*.example.com"',
  ],
  [
    "flag with dashes",
    { apiServer: { extraArgs: [{ name: "--v=2", value: "" }] } },
    'apiServer.extraArgs[0].name: not the name of a flag, got "--v=2"; write "v"',
  ],
  [
    "flag without a name",
    { scheduler: { extraArgs: [{ name: "", value: "" }] } },
    'scheduler.extraArgs[0].name: not the name of a flag, got ""; write it as "audit-log-maxage"',
  ],
  [
    "flag with a number",
    untyped({ scheduler: { extraArgs: [{ name: "v", value: 2 }] } }),
    "scheduler.extraArgs[0].value: not text, got 2; write it in quotes",
  ],
  [
    "flag without a value",
    untyped({ scheduler: { extraArgs: [{ name: "v" }] } }),
    'scheduler.extraArgs[0].value: missing; write "" for an empty value',
  ],
  [
    "variable",
    { controllerManager: { extraEnvs: [{ name: "1A", value: "" }] } },
    'controllerManager.extraEnvs[0].name: not the name of a variable, got "1A"; use letters, digits and "_", not beginning with a digit',
  ],
  [
    "path type",
    {
      apiServer: {
        extraVolumes: [{ name: "a", hostPath: "/a", mountPath: "/a", pathType: "Fle" }],
      },
    },
    'apiServer.extraVolumes[0].pathType: unknown path type, got "Fle"; did you mean "File"? allowed: BlockDevice, CharDevice, Directory, DirectoryOrCreate, File, FileOrCreate, Socket',
  ],
  [
    "volume twice",
    {
      apiServer: {
        extraVolumes: [1, 2].map(() => ({ name: "a", hostPath: "/a", mountPath: "/a" })),
      },
    },
    'apiServer.extraVolumes[1].name: given twice, got "a"; remove one of them',
  ],
  [
    "volume without a path",
    untyped({ apiServer: { extraVolumes: [{ name: "a", mountPath: "/a" }] } }),
    "apiServer.extraVolumes[0].hostPath: missing; give each volume a name, hostPath and mountPath",
  ],
  [
    "forced kubelet field",
    { kubelet: { rotateCertificates: false } },
    "kubelet.rotateCertificates: always true, as with kubeadm, got false; leave it out",
  ],
  [
    "kind",
    { kubeProxy: { kind: "KubeletConfiguration" } },
    'kubeProxy.kind: another kind of configuration, got "KubeletConfiguration"; leave it out or write "KubeProxyConfiguration"',
  ],
  [
    "value that YAML cannot hold",
    { kubelet: { evictionHard: { "memory.available": Number.NaN } } },
    'kubelet.evictionHard["memory.available"]: not plain data, got NaN; use text, finite numbers, booleans, null, lists and objects',
  ],
  [
    "object of a class",
    { containerRuntime: { config: { since: new Date(0) } } },
    'containerRuntime.config.since: not plain data, got "1970-01-01T00:00:00.000Z"; use text, finite numbers, booleans, null, lists and objects',
  ],
  [
    "token inside",
    { kubelet: { list: ["<token>"] } },
    "kubelet.list[0]: not known before apply, got a token; files of the hosts are made at synth, so write the value itself",
  ],
  [
    "socket",
    { nodeRegistration: { criSocket: "tcp://1.2.3.4" } },
    'nodeRegistration.criSocket: not a unix socket, got "tcp://1.2.3.4"; write it as "unix:///var/run/containerd/containerd.sock"',
  ],
  [
    "checks",
    { nodeRegistration: { ignorePreflightErrors: ["ALL", "Swap"] } },
    'nodeRegistration.ignorePreflightErrors: "all" and single checks given; keep "all" alone',
  ],
  [
    "kubelet flag",
    { nodeRegistration: { kubeletExtraArgs: [{ name: "v", value: "a b" }] } },
    'nodeRegistration.kubeletExtraArgs[0].value: a kubelet flag cannot hold spaces, quotes or backslashes, got "a b"; set the field in kubelet instead, if it has one',
  ],
  [
    "mirror",
    { binaries: { mirror: "mirror.example.com" } },
    'binaries.mirror: not a URL, got "mirror.example.com"; write it as "https://mirror.example.com", without spaces or quotes',
  ],
  [
    "digest",
    { binaries: { sha256: { kubelet: "AB" } } },
    'binaries.sha256["kubelet"]: not a SHA-256 digest, got "AB"; write 64 lower-case hex digits',
  ],
  [
    "source",
    untyped({ binaries: { source: "miror" } }),
    'binaries.source: unknown source, got "miror"; did you mean "mirror"? allowed: installed, mirror',
  ],
  [
    "registry without a mirror",
    { containerRuntime: { registryMirrors: { "docker.io": [] } } },
    'containerRuntime.registryMirrors["docker.io"]: missing; give at least one URL, for example "https://mirror.example.com"',
  ],
  [
    "key directory",
    { pkiDir: 'a"b' },
    'pkiDir: not a path, got "a\\"b"; write a path without quotes, backslashes, "${" and "%{"',
  ],
];

test.each(RULES)("%s", (_, props, line) => {
  expect(controlPlaneIssues(props)).toEqual([line]);
});

test("everything is told at once, sorted by prop", () => {
  const issues = validateControlPlane(
    {
      ...controlPlane,
      kubernetesVersion: "1.20.0",
      clusterName: "-",
      networking: { dnsDomain: "A" },
    },
    { external: { endpoints: [] } },
    "prod/cp",
    isToken,
  );

  expect(issues.map(({ constructPath, propPath }) => [constructPath, propPath])).toEqual([
    ["prod/cp", "clusterName"],
    ["prod/cp", "etcd.external.endpoints"],
    ["prod/cp", "kubernetesVersion"],
    ["prod/cp", "networking.dnsDomain"],
  ]);
});
