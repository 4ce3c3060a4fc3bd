/** Clusters and hosts of different kinds. What single props do is in `settings.ts`. */
import type { Case } from "./case";

/** Files of an external etcd on the machine that synthesizes. */
export interface EtcdFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** The files in a key directory of ours, as if they came from elsewhere. */
export function etcdFilesIn(directory: string): EtcdFiles {
  return {
    caFile: `${directory}/etcd/ca.crt`,
    certFile: `${directory}/hosts/cp-1/apiserver-etcd-client.crt`,
    keyFile: `${directory}/hosts/cp-1/apiserver-etcd-client.key`,
  };
}

/** A cluster whose CA keeps its key elsewhere: kubeadm has nothing to make but manifests. Compared with phases alone. */
export const EXTERNAL_CA: Case = { name: "external CA", props: { externalCa: true } };

/** Kinds of clusters, each compared with a dry run and with the phases. */
export function kinds(etcdFiles: EtcdFiles): readonly Case[] {
  return [
    { name: "defaults", props: {} },
    {
      name: "high availability",
      props: {
        controlPlaneEndpoint: "k8s.example.com:6443",
        networking: { podSubnet: "10.244.0.0/16" },
      },
      hosts: { "cp-1": "10.0.0.11", "cp-2": "10.0.0.12", "cp-3": "10.0.0.13" },
    },
    {
      name: "external etcd",
      props: {},
      etcd: {
        external: { endpoints: ["https://10.0.0.31:2379", "https://etcd:2379"], ...etcdFiles },
      },
    },
    {
      name: "external etcd without TLS",
      props: { controlPlaneEndpoint: "10.0.0.100:7443" },
      etcd: { external: { endpoints: ["http://10.0.0.31:2379"] } },
    },
    {
      name: "dual stack, IPv4 first",
      props: {
        networking: {
          serviceSubnet: "10.96.0.0/16,fd00:96::/112",
          podSubnet: "10.244.0.0/16,fd00:244::/56",
        },
      },
    },
    {
      name: "dual stack, IPv6 first",
      props: {
        controlPlaneEndpoint: "[fd00::100]:6443",
        networking: {
          serviceSubnet: "fd00:96::/112,10.96.0.0/16",
          podSubnet: "fd00:244::/56,10.244.0.0/16",
        },
      },
      hosts: { "cp-1": "fd00::11" },
    },
    {
      name: "IPv6 only",
      props: { networking: { serviceSubnet: "fd00:96::/112", podSubnet: "fd00:244::/56" } },
      hosts: { "cp-1": "fd00::11" },
    },
    { name: "a long node name", props: {}, hosts: { "node-1.rack-2.example": "10.0.0.11" } },
    { name: "a host of another name", props: {}, host: { hostname: "machine-7" } },
    {
      name: "a Fedora host",
      props: {},
      host: { caDirectories: ["/etc/ssl/certs", "/etc/pki/ca-trust", "/etc/pki/tls/certs"] },
    },
    { name: "a bare host", props: {}, host: { caDirectories: [] } },
    {
      name: "a host behind a proxy",
      props: {},
      host: { env: { HTTPS_PROXY: "http://proxy.example.com:3128", no_proxy: "10.0.0.0/8" } },
    },
  ];
}
