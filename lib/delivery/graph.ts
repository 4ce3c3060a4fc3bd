/**
 * The Terraform graph of one cluster: which resource exists for what, what it waits for and what replaces it. The
 * constructs call it; what files say is decided elsewhere. Its order is explained in docs/architecture.md.
 */
import * as path from "node:path";
import type { Resource } from "@cdktf/provider-null/lib/resource";
import type { Construct } from "constructs";
import { nodeName } from "../model/resolve";
import type { Node } from "../model/types";
import type { Assembled } from "./assembly";
import { factsOf } from "./facts";
import { resourcePrefix } from "./names";
import { KEYS, SYNTH } from "./paths";
import { type PoolOfHosts, poolResource, reachesOf } from "./pool";
import {
  type Login,
  loginOf,
  type Provisioner,
  saveProvisioners,
  step,
  upload,
} from "./provisioners";
import { rosterFacts, rosterText } from "./roster";
import { StackResources, waitsFor } from "./stack-resources";

/** The resources of one cluster in its stack. */
export class ClusterGraph {
  /** Pools that bootstrap with a token. */
  readonly tokenPools: string[] = [];
  private readonly runs: Resource[] = [];
  private readonly addons: Resource[] = [];
  private readonly tokens: Resource[] = [];
  private readonly addresses = new Map<string, string>();
  private readonly logins = new Map<string, Login>();
  private readonly resources: StackResources;
  private cluster: Resource | undefined;
  private roster: Resource | undefined;

  /** `assembled` is asked when the tree is complete, never before. */
  constructor(
    scope: Construct,
    private readonly keyDirectory: string,
    private readonly assembled: () => Assembled,
  ) {
    this.resources = new StackResources(scope);
  }

  /** Where the stack's files lie in the synth output. */
  get stackDirectory(): string {
    return this.resources.directory;
  }

  /**
   * Control plane hosts: saves in parallel, runs in a chain, then the cluster step, members and roster.
   */
  addControlPlane(scope: Construct, pool: PoolOfHosts): void {
    const identity = this.pool(scope, pool);
    const names = [...reachesOf(pool).keys()];
    const saves = names.map((name) => this.save(scope, name, identity));
    let previous: Resource | undefined;
    for (const name of names) {
      previous = this.run(scope, name, [...saves, ...(previous ? [previous] : [])]);
    }
    this.cluster = this.resources.step(scope, `${pool.id}_cluster`, {
      triggers: () => {
        const names = this.assembled().clusterComponents.map((c) => c.name);
        // Their names are a fact of this step: it takes away what an addon that left had applied.
        return { ...this.factsOfComponent("cluster-objects"), components: JSON.stringify(names) };
      },
      provisioners: [this.clusterStep("cluster-objects")],
      dependsOn: [...this.runs],
    });
    const members = this.resources.step(scope, `${pool.id}_members`, {
      triggers: () => ({ nodes: JSON.stringify([...this.addresses.keys()].sort()) }),
    });
    const login = this.firstControlPlane();
    this.roster = this.resources.step(scope, `${pool.id}_roster`, {
      triggers: () => rosterFacts(this.rosterNodes()),
      provisioners: [upload(login, SYNTH.roster, "roster.txt"), step(login, "roster")],
      dependsOn: [members, this.cluster, ...this.runs],
      replaceTriggeredBy: [`null_resource.${pool.id}_members`],
    });
  }

  /** Workers: saves in parallel, the token, runs in `lanes` chains after the cluster step. */
  addWorkers(
    scope: Construct,
    pool: PoolOfHosts,
    lanes: number,
    token: TokenStep | undefined,
  ): void {
    const identity = this.pool(scope, pool);
    const names = [...reachesOf(pool).keys()];
    const saves = names.map((name) => this.save(scope, name, identity));
    // One resource that all runs wait for: a run that named each save would make the graph grow with the square.
    const saved = this.resources.step(scope, `${pool.id}_saved`, { dependsOn: saves });
    const first = [saved, ...(this.cluster ? [this.cluster] : [])];
    if (token) {
      const resource = this.token(scope, pool.id, names, token);
      first.push(resource);
      this.tokens.push(resource);
      this.tokenPools.push(pool.id);
      for (const addon of this.addons) waitsFor(addon, [resource]);
    }
    const lane: Resource[] = [];
    names.forEach((name, i) => {
      const before = lane[i % lanes];
      lane[i % lanes] = this.run(scope, name, [...first, ...(before ? [before] : [])]);
    });
    this.rosterWaitsFor(lane);
  }

  /** An addon: its own resource after the cluster step and the addons before it. */
  addAddon(scope: Construct, id: string, component: string): void {
    const before = this.addons.at(-1);
    const resource = this.resources.step(scope, `${id}_${component}`, {
      triggers: () => this.factsOfComponent(component),
      provisioners: [this.clusterStep(component)],
      // Tokens first: workers wait for them, and a control plane host takes one step at a time.
      dependsOn: [
        ...(this.cluster ? [this.cluster] : []),
        ...this.tokens,
        ...(before ? [before] : []),
      ],
    });
    this.addons.push(resource);
    this.rosterWaitsFor([resource]);
  }

  /** The roster as the host reads it. */
  rosterText(): string {
    return rosterText(this.rosterNodes());
  }

  private pool(scope: Construct, pool: PoolOfHosts): Resource {
    for (const [node, reach] of reachesOf(pool)) {
      this.addresses.set(node, reach.host);
      this.logins.set(
        node,
        loginOf(node, reach, (file) => this.resources.terraformPath(file)),
      );
    }
    return poolResource(this.resources, scope, pool);
  }

  private save(scope: Construct, host: string, identity: Resource): Resource {
    const node = nodeName(host);
    const digest = () => this.host(node).revision.digest;
    return this.resources.step(scope, `${resourcePrefix(node)}_save`, {
      triggers: () => ({ address: this.addressOf(node), revision: digest() }),
      provisioners: saveProvisioners(
        this.login(node),
        digest,
        SYNTH.bundle(node),
        this.resources.relative(path.join(this.keyDirectory, KEYS.bundle(node))),
      ),
      dependsOn: [identity],
    });
  }

  private run(scope: Construct, host: string, after: readonly Resource[]): Resource {
    const node = nodeName(host);
    const resource = this.resources.step(scope, `${resourcePrefix(node)}_run`, {
      // A new address is another machine, on which nothing was saved and run yet, whatever its files say.
      triggers: () => ({ address: this.addressOf(node), ...this.host(node).facts }),
      provisioners: [step(this.login(node), "run", () => [this.host(node).revision.digest])],
      dependsOn: after,
    });
    this.runs.push(resource);
    return resource;
  }

  private token(
    scope: Construct,
    pool: string,
    names: readonly string[],
    token: TokenStep,
  ): Resource {
    const login = this.firstControlPlane();
    const source = this.resources.relative(path.join(this.keyDirectory, KEYS.token(pool)));
    return this.resources.step(scope, `${pool}_token`, {
      triggers: () => ({ hosts: JSON.stringify(names), seconds: String(token.seconds) }),
      provisioners: [
        upload(login, source, `token-${pool}.yaml`),
        step(login, "token", () => [pool, String(token.seconds)]),
      ],
      dependsOn: this.cluster ? [this.cluster] : [],
    });
  }

  private factsOfComponent(name: string): Record<string, string> {
    const { clusterComponents, source } = this.assembled();
    const components = clusterComponents.filter((c) => c.name === name);
    return factsOf(components, source, true);
  }

  /** A cluster component through the API, on a control plane host of today's list. */
  private clusterStep(component: string): Provisioner {
    const login = this.firstControlPlane();
    return step(login, "cluster", () => [this.host(login.label).revision.digest, component]);
  }

  private firstControlPlane(): Login {
    const [login] = this.logins.values();
    if (!login) throw new Error("no control plane host is registered");
    return login;
  }

  private login(node: string): Login {
    const login = this.logins.get(node);
    if (!login) throw new Error(`no host ${node} is registered`);
    return login;
  }

  private addressOf(node: string): string {
    return this.addresses.get(node) ?? "(none)";
  }

  private host(node: string) {
    const host = this.assembled().hosts.get(node);
    if (!host) throw new Error(`no host ${node} is assembled`);
    return host;
  }

  private rosterNodes(): Node[] {
    return [...this.assembled().hosts.values()].map(({ node }) => node);
  }

  private rosterWaitsFor(resources: readonly Resource[]): void {
    if (this.roster) waitsFor(this.roster, resources);
  }
}

/** How long a pool's bootstrap token lives. */
export interface TokenStep {
  readonly seconds: number;
}
