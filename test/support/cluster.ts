/** Models and fixture certificates for tests of what is rendered. Nothing here reads or writes anything. */
import { createHash } from "node:crypto";
import { type Component, type HostFile, isSecret } from "../../lib/component";
import type { ControlPlaneSettings, EtcdProps, NodeJoinProps } from "../../lib/model/props";
import { resolveCluster, resolveControlPlaneNodes, resolvePool } from "../../lib/model/resolve";
import type {
  CertificateFacts,
  Cluster,
  NetworkPlugin,
  Node,
  NodeContext,
} from "../../lib/model/types";

/** What a test says about its cluster; all of it has a default. */
export interface Fixture {
  readonly controlPlane?: Partial<ControlPlaneSettings>;
  readonly etcd?: EtcdProps;
  readonly workers?: Partial<NodeJoinProps>;
  readonly network?: NetworkPlugin;
  /** Names of the hosts that founded etcd. @default - all control plane hosts */
  readonly founders?: readonly string[];
  readonly externalCaCertificate?: string;
  /** Certificates that are not the fixture's usual ones: name → any text. */
  readonly renewed?: Readonly<Record<string, string>>;
}

/** A cluster in the form in which components take it. */
export interface FixtureCluster {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
  readonly certificate: (name: string) => CertificateFacts;
  /** @throws when there is no such node */
  readonly context: (node: string) => NodeContext;
}

const HOST_KEY = "unchecked";

/** A certificate that is none: recognizable, constant, and different for every name. */
export function fixtureCertificate(name: string, edition = "first"): CertificateFacts {
  const label = name === "sa" ? "PUBLIC KEY" : "CERTIFICATE";
  const body = Buffer.from(`fixture, ${edition} edition: ${name}`).toString("base64");
  return {
    pem: `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`,
    fingerprint: sha256(`certificate ${edition} ${name}`),
    publicKeyFingerprint: sha256(`public key ${edition} ${name}`),
    subject: `CN=${name}`,
    issuer: "CN=fixture",
    names: [],
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2027-01-01T00:00:00Z",
    keyType: "RSA 2048",
  };
}

/** A cluster of one control plane host and one worker, but for what the fixture says. */
export function fixtureCluster(fixture: Fixture = {}): FixtureCluster {
  const network = fixture.network ?? { kind: "none" };
  const props: ControlPlaneSettings = {
    kubernetesVersion: "1.36.3",
    controlPlaneEndpoint: "api.example.com:6443",
    networking: { podSubnet: "10.244.0.0/16" },
    hosts: { "cp-1": { address: "10.0.0.11", hostKey: HOST_KEY } },
    ssh: {},
    ...fixture.controlPlane,
  };
  const pool: NodeJoinProps = {
    hosts: { "w-1": { address: "10.0.0.21", hostKey: HOST_KEY } },
    ...fixture.workers,
  };
  const etcd = fixture.etcd ?? { local: {} };
  const founderNames = "local" in etcd ? (fixture.founders ?? Object.keys(props.hosts)) : [];
  const cluster = resolveCluster({
    props,
    etcd,
    founders: founderNames,
    network,
    ...(fixture.externalCaCertificate === undefined
      ? {}
      : { externalCaCertificate: fixture.externalCaCertificate }),
  });
  const nodes = [
    ...resolveControlPlaneNodes(cluster, props, network),
    ...resolvePool(cluster, "workers", pool, network),
  ];
  const founders = nodes
    .filter(({ name }) => founderNames.includes(name))
    .map(({ name, address }) => ({ name, address }));
  const certificate = (name: string) => fixtureCertificate(name, fixture.renewed?.[name]);
  return {
    cluster,
    nodes,
    certificate,
    context: (name) => {
      const node = nodes.find((candidate) => candidate.name === name);
      if (node === undefined) throw new Error(`the fixture has no node ${name}`);
      return { cluster, node, certificate, network, founders };
    },
  };
}

/** What a file looks like to a reader: each secret is named in its place. */
export function readable({ content }: HostFile): string {
  if (!isSecret(content)) return content;
  return content.parts
    .map((part) => {
      if (typeof part === "string") return part;
      return "key" in part ? `(${part.encoding} of key ${part.key})` : `(token of ${part.token})`;
    })
    .join("");
}

/** The text of one file of some components. @throws when none has it */
export function fileText(components: readonly Component[], path: string): string {
  const file = components.flatMap(({ files }) => files).find((f) => f.path === path);
  if (file === undefined) throw new Error(`no component has ${path}`);
  return readable(file);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
