/**
 * Puts a cluster together from what its constructs registered: model, certificates, components, revisions, facts.
 * It happens once, when the tree is complete: the constructs' resources hold lazy values that ask here.
 */
import { readFileSync } from "node:fs";
import type { Component } from "../component";
import { type AddonOptions, clusterComponents, hostComponents } from "../components";
import { membersChangedError } from "../errors";
import type { AddonsProps, ControlPlaneProps, EtcdProps, NodeJoinProps } from "../model/props";
import {
  nodeName,
  resolveBinaries,
  resolveCluster,
  resolveControlPlaneNodes,
  resolvePool,
} from "../model/resolve";
import type { CertificateFacts, Cluster, NetworkPlugin, Node, NodeContext } from "../model/types";
import { openPki, type Pki, readFounders } from "../pki";
import { bundleTar, keysTar, type Revision, revisionOf } from "./bundle";
import { type FactSource, factsOf } from "./facts";

/** What the constructs registered. */
export interface Registered {
  readonly controlPlane: ControlPlaneProps;
  readonly etcd: EtcdProps;
  readonly pkiDir: string;
  readonly pools: ReadonlyMap<string, NodeJoinProps>;
  readonly addons: AddonsProps | undefined;
  readonly addonOptions: AddonOptions;
}

/** One host, ready to be delivered. */
export interface AssembledHost {
  readonly node: Node;
  readonly components: readonly Component[];
  readonly revision: Revision;
  /** Triggers of its run. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A whole cluster, ready to be delivered. */
export interface Assembled {
  readonly cluster: Cluster;
  readonly hosts: ReadonlyMap<string, AssembledHost>;
  /** Components of scope "cluster", in order. */
  readonly clusterComponents: readonly Component[];
  readonly source: FactSource;
  readonly pki: Pki;
}

/** Assembles. Reads and completes the key directory; `now` is the only clock. */
export function assemble(registered: Registered, now: Date): Assembled {
  const { controlPlane, etcd, pkiDir } = registered;
  const network: NetworkPlugin = registered.addons?.network ?? { kind: "none" };
  const founders = "local" in etcd ? foundersOf(pkiDir, Object.keys(controlPlane.hosts)) : [];
  const external = "external" in etcd ? etcd.external : undefined;
  const cluster = resolveCluster({
    props: controlPlane,
    etcd,
    founders,
    ...(external?.caFile === undefined
      ? {}
      : { externalCaCertificate: readFileSync(external.caFile, "utf8") }),
    network,
  });
  const nodes = [
    ...resolveControlPlaneNodes(cluster, controlPlane, network),
    ...[...registered.pools].flatMap(([pool, props]) => resolvePool(cluster, pool, props, network)),
  ];
  const pki = openPki(
    pkiDir,
    {
      cluster,
      nodes,
      tokenPools: [...registered.pools]
        .filter(([, props]) => (props.bootstrap ?? "token") === "token")
        .map(([pool]) => pool),
      externalCa: controlPlane.externalCa ?? false,
      ...(external?.certFile === undefined ? {} : { externalEtcd: external }),
    },
    now,
  );
  const byPem = new Map<string, CertificateFacts>();
  const certificate = (name: string): CertificateFacts => {
    const facts = pki.certificate(name);
    byPem.set(facts.pem, facts);
    return facts;
  };
  const keyFingerprint = (key: string): string => pki.certificate(key).publicKeyFingerprint;
  const source: FactSource = { certificateOf: (pem) => byPem.get(pem), keyFingerprint };
  const founderNodes = nodes
    .filter((n) => founders.includes(n.name))
    .map(({ name, address }) => ({ name, address }));
  const clusterOf = (node: Node): Cluster => {
    const own = registered.pools.get(node.pool)?.binaries;
    return own ? { ...cluster, binaries: resolveBinaries(own, cluster.binaries) } : cluster;
  };
  const ofCluster = clusterComponents(cluster, certificate, registered.addonOptions);
  const hosts = nodes.map((node): [string, AssembledHost] => {
    const context: NodeContext = {
      cluster: clusterOf(node),
      node,
      certificate,
      network,
      founders: founderNodes,
    };
    const ofHost = hostComponents(context);
    const components = node.role === "control-plane" ? [...ofHost, ...ofCluster] : ofHost;
    return [
      node.name,
      {
        node,
        components,
        revision: revisionOf(cluster, node, founderNodes, components, keyFingerprint),
        facts: factsOf(ofHost, source),
      },
    ];
  });
  return { cluster, hosts: new Map(hosts), clusterComponents: ofCluster, source, pki };
}

/** Who founded the etcd cluster. Members cannot join or leave a running one in this version: all others are refused. */
function foundersOf(pkiDir: string, hosts: readonly string[]): readonly string[] {
  const names = hosts.map(nodeName).sort();
  const founders = readFounders(pkiDir, names);
  const changed = [
    ...names.filter((name) => !founders.includes(name)),
    ...founders.filter((name) => !names.includes(name)),
  ];
  if (changed.length > 0) throw membersChangedError(changed, founders, pkiDir);
  return founders;
}

/** The two tars of a host. */
export function tarsOf(
  host: AssembledHost,
  pki: Pki,
  scripts: Readonly<Record<string, string>>,
): { bundle: Buffer; keys: Buffer | undefined; missing: readonly string[] } {
  const missing = host.revision.secretFiles.flatMap((f) =>
    typeof f.content === "string" ? [] : pki.missing(f.content),
  );
  return {
    bundle: bundleTar(host.revision, scripts),
    keys: missing.length > 0 ? undefined : keysTar(host.revision, (content) => pki.fill(content)),
    missing,
  };
}
