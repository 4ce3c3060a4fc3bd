/** The API server's static pod. Flags: kubeadm's, the same from 1.34 to 1.37. */
import type { Component } from "../component";
import type { Cluster, NodeContext } from "../model/types";
import { type Flags, givenFlag, mergeFlags } from "./args";
import { CERTIFICATES_ANNOTATION, certificatesDigest } from "./digest";
import { ETCD_PORTS, localEndpoint, loopback, url } from "./endpoints";
import { staticPod } from "./static-pod";
import { CA_DIRECTORIES, directory, mergeVolumes } from "./volumes";

const NAME = "kube-apiserver";

/** Where a stock kubeadm reads a control plane's address. */
const ENDPOINT_ANNOTATION = "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint";

/** The API server of one control plane host. */
export function kubeApiServer(ctx: NodeContext): Component {
  const { cluster, node } = ctx;
  const { extraArgs, extraVolumes, extraEnvs } = cluster.apiServer;
  const pki = cluster.certificatesDir;
  return staticPod({
    name: NAME,
    image: cluster.images.kubeApiServer,
    annotations: {
      [ENDPOINT_ANNOTATION]: localEndpoint(node).replace("https://", ""),
      [CERTIFICATES_ANNOTATION]: certificatesDigest(
        ctx.certificate,
        certificateNames(ctx),
        externalCa(cluster),
      ),
    },
    flags: mergeFlags(flags(ctx), extraArgs, cluster.kubernetesVersion),
    env: extraEnvs,
    requests: { cpu: "250m" },
    probes: {
      scheme: "HTTPS",
      host: node.address,
      port: node.bindPort,
      liveness: "/livez",
      readiness: "/readyz",
      startup: "/livez",
    },
    volumes: mergeVolumes([...CA_DIRECTORIES, directory("k8s-certs", pki)], extraVolumes),
    healthUrl: `${localEndpoint(node)}/readyz`,
  });
}

function flags(ctx: NodeContext): Flags {
  const { cluster, node } = ctx;
  const { networking } = cluster;
  const pki = cluster.certificatesDir;
  const authorizedByFile = givenFlag(cluster.apiServer.extraArgs, "authorization-config");
  return {
    "advertise-address": node.address,
    "allow-privileged": "true",
    "authorization-mode": authorizedByFile === undefined ? "Node,RBAC" : undefined,
    "client-ca-file": `${pki}/ca.crt`,
    "enable-admission-plugins": "NodeRestriction",
    "enable-bootstrap-token-auth": "true",
    ...etcdFlags(cluster, node.address),
    "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
    "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
    "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
    "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
    "proxy-client-key-file": `${pki}/front-proxy-client.key`,
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "secure-port": String(node.bindPort),
    "service-account-issuer": `https://kubernetes.default.svc.${networking.dnsDomain}`,
    "service-account-key-file": `${pki}/sa.pub`,
    "service-account-signing-key-file": `${pki}/sa.key`,
    "service-cluster-ip-range": networking.serviceSubnets.join(","),
    "tls-cert-file": `${pki}/apiserver.crt`,
    "tls-private-key-file": `${pki}/apiserver.key`,
  };
}

/** How the API server reaches etcd: its own member, or the given endpoints. */
function etcdFlags({ etcd, certificatesDir: pki }: Cluster, address: string): Flags {
  const hasCa = etcd.kind === "local" || etcd.caCertificate !== undefined;
  const hasClient = etcd.kind === "local" || etcd.clientCertificate !== undefined;
  const servers =
    etcd.kind === "external"
      ? etcd.endpoints.join(",")
      : (givenFlag(etcd.extraArgs, "advertise-client-urls") ??
        url("https", loopback(address), ETCD_PORTS.client));
  return {
    "etcd-cafile": hasCa ? `${pki}/etcd/ca.crt` : undefined,
    "etcd-certfile": hasClient ? `${pki}/apiserver-etcd-client.crt` : undefined,
    "etcd-keyfile": hasClient ? `${pki}/apiserver-etcd-client.key` : undefined,
    "etcd-servers": servers,
  };
}

function certificateNames({ cluster: { etcd }, node }: NodeContext): string[] {
  const own = (name: string) => `hosts/${node.name}/${name}`;
  const ofEtcd =
    etcd.kind === "local"
      ? ["etcd/ca", own("apiserver-etcd-client")]
      : etcd.clientCertificate === undefined
        ? []
        : [etcd.clientCertificate];
  return [
    "ca",
    "front-proxy-ca",
    "sa",
    own("apiserver"),
    own("apiserver-kubelet-client"),
    own("front-proxy-client"),
    ...ofEtcd,
  ];
}

function externalCa({ etcd }: Cluster): string[] {
  return etcd.kind === "external" && etcd.caCertificate !== undefined ? [etcd.caCertificate] : [];
}
