/** The same configuration for kubeadm: its own documents, written from the case and from nothing of the library. */

import { dump } from "js-yaml";
import { type Case, firstHost } from "./case";

/** Token that kubeadm is given, so that it makes none. */
export const TOKEN = "abcdef.0123456789abcdef";

/** Where the files of an external etcd lie on the host. */
export function etcdFiles({ props }: Case) {
  const pki = props.certificatesDir ?? "/etc/kubernetes/pki";
  return {
    caFile: `${pki}/etcd/ca.crt`,
    certFile: `${pki}/apiserver-etcd-client.crt`,
    keyFile: `${pki}/apiserver-etcd-client.key`,
  };
}

/** kubeadm's configuration as YAML of several documents. Our prop names are its own; what is ours is left out. */
export function kubeadmConfig(example: Case, version: string): string {
  const { props } = example;
  const documents = [
    initConfiguration(example),
    clusterConfiguration(example, version),
    ...component("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", props.kubelet),
    ...component("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", props.kubeProxy),
  ];
  return documents.map((document) => `---\n${dump(defined(document))}`).join("");
}

function initConfiguration(example: Case): object {
  const { name, address } = firstHost(example);
  const { localAPIEndpoint, nodeRegistration } = example.props;
  const { criSocket, taints, kubeletExtraArgs } = nodeRegistration ?? {};
  return {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "InitConfiguration",
    localAPIEndpoint: { ...localAPIEndpoint, advertiseAddress: address },
    nodeRegistration: {
      name,
      criSocket: criSocket ?? "unix:///var/run/containerd/containerd.sock",
      taints,
      kubeletExtraArgs,
    },
    bootstrapTokens: [{ token: TOKEN }],
  };
}

function clusterConfiguration(example: Case, version: string): object {
  const { props, without = [] } = example;
  return {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "ClusterConfiguration",
    kubernetesVersion: `v${version}`,
    clusterName: props.clusterName,
    controlPlaneEndpoint: props.controlPlaneEndpoint,
    networking: props.networking,
    apiServer: props.apiServer,
    controllerManager: props.controllerManager,
    scheduler: props.scheduler,
    etcd: etcd(example),
    dns: { ...props.dns, disabled: without.includes("coreDns") || undefined },
    proxy: { disabled: without.includes("kubeProxy") || undefined },
    certificatesDir: props.certificatesDir,
    imageRepository: props.imageRepository,
    encryptionAlgorithm: props.encryptionAlgorithm,
    certificateValidityPeriod: props.certificateValidityPeriod,
    caCertificateValidityPeriod: props.caCertificateValidityPeriod,
  };
}

function etcd(example: Case): object | undefined {
  const { etcd } = example;
  if (etcd === undefined || !("external" in etcd)) return etcd;
  const { endpoints, caFile, certFile, keyFile } = etcd.external;
  const onHost = etcdFiles(example);
  return {
    external: {
      endpoints,
      caFile: caFile && onHost.caFile,
      certFile: certFile && onHost.certFile,
      keyFile: keyFile && onHost.keyFile,
    },
  };
}

function component(apiVersion: string, kind: string, given: object | undefined): object[] {
  return given === undefined || Object.keys(given).length === 0
    ? []
    : [{ apiVersion, kind, ...given }];
}

/** A copy without members that are undefined. */
function defined(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
