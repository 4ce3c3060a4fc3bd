/**
 * The Terraform graph of one cluster: which resource exists for what, what it waits for and what replaces it. The
 * constructs call it; what files say is decided elsewhere. Its order is explained in docs/architecture.md.
 */
import * as path from "node:path";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource, type ResourceConfig } from "@cdktf/provider-null/lib/resource";
import { App, Lazy, TerraformIterator, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import type { HostProps, SshProps } from "../model/props";
import { type Reach, resolveReach } from "../model/resolve";
import type { Node } from "../model/types";
import type { Assembled } from "./assembly";
import { factsOf } from "./facts";
import { resourcePrefix } from "./names";
import { KEYS, SYNTH } from "./paths";
import {
  cleanProvisioner,
  type Login,
  loginOf,
  type Provisioner,
  saveProvisioners,
  step,
  upload,
} from "./provisioners";

import { rosterFacts, rosterText } from "./roster";

/** A pool of hosts, as a construct declares it. */
export interface PoolOfHosts {
  readonly id: string;
  readonly hosts: Readonly<Record<string, HostProps>>;
  readonly ssh: SshProps;
  readonly lost: readonly string[];
}

/** The resources of one cluster in its stack. */
export class ClusterGraph {
  private readonly stack: TerraformStack;
  /** Pools that bootstrap with a token. */
  readonly tokenPools: string[] = [];
  private readonly runs: Resource[] = [];
  private readonly addons: Resource[] = [];
  private readonly tokens: Resource[] = [];
  private readonly addresses = new Map<string, string>();
  private readonly logins = new Map<string, Login>();
  /** Names of resources and who has them. */
  private readonly names = new Map<string, string>();
  private readonly moved: { from: string; to: string }[] = [];
  private cluster: Resource | undefined;
  private roster: Resource | undefined;

  /** `assembled` is asked when the tree is complete, never before. */
  constructor(
    scope: Construct,
    private readonly keyDirectory: string,
    private readonly assembled: () => Assembled,
  ) {
    this.stack = TerraformStack.of(scope);
    const providers = this.stack.node.findAll().filter((c) => c instanceof NullProvider);
    if (providers.length === 0) new NullProvider(this.stack, "null");
  }

  /** Where the stack's files lie in the synth output. */
  get stackDirectory(): string {
    return path.resolve(App.of(this.stack).outdir, "stacks", this.stack.node.id);
  }

  /** Names of all hosts so far and their addresses. */
  get nodes(): ReadonlyMap<string, string> {
    return this.addresses;
  }

  /**
   * Control plane hosts: saves in parallel, runs in a chain, then the cluster step, members and roster.
   */
  addControlPlane(scope: Construct, pool: PoolOfHosts): void {
    const identity = this.pool(scope, pool);
    const names = sorted(pool.hosts);
    const saves = names.map((name) => this.save(scope, name, identity));
    let previous: Resource | undefined;
    for (const name of names) {
      previous = this.run(scope, name, [...saves, ...(previous ? [previous] : [])]);
    }
    this.cluster = this.step(scope, `${pool.id}_cluster`, {
      triggers: () => {
        const names = this.assembled().clusterComponents.map((c) => c.name);
        // Their names are a fact of this step: it takes away what an addon that left had applied.
        return { ...this.factsOfComponent("cluster-objects"), components: JSON.stringify(names) };
      },
      provisioners: [this.clusterStep("cluster-objects")],
      dependsOn: [...this.runs],
    });
    const members = this.step(scope, `${pool.id}_members`, {
      triggers: () => ({ nodes: JSON.stringify([...this.addresses.keys()].sort()) }),
    });
    const login = this.firstControlPlane();
    this.roster = this.step(scope, `${pool.id}_roster`, {
      triggers: () => rosterFacts(this.rosterNodes()),
      provisioners: [upload(login, SYNTH.roster, "roster.txt"), step(login, "roster")],
      dependsOn: [members, this.cluster, ...this.runs],
      // As an address: cdktf would write "${…}", which Terraform refuses here.
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
    const names = sorted(pool.hosts);
    const saves = names.map((name) => this.save(scope, name, identity));
    // One resource that all runs wait for: a run that named each save would make the graph grow with the square.
    const saved = this.step(scope, `${pool.id}_saved`, { dependsOn: saves });
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
    const resource = this.step(scope, `${id}_${component}`, {
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
    const reaches = sorted(pool.hosts).map((name): [string, Reach] => {
      const props = pool.hosts[name] as HostProps;
      const reach = resolveReach(props, pool.ssh);
      const node = name.toLowerCase();
      this.addresses.set(node, props.address);
      this.logins.set(
        node,
        loginOf(node, reach, (file) => this.terraformPath(file)),
      );
      return [node, reach];
    });
    const hosts = TerraformIterator.fromMap(
      Object.fromEntries(
        reaches.map(([name, reach]) => [
          name,
          {
            address: reach.host,
            port: String(reach.port),
            user: reach.user,
            key: reach.hostKey ?? UNCHECKED,
          },
        ]),
      ),
    );
    const self = resolveReach({ address: SELF.address, hostKey: "unchecked" }, pool.ssh);
    const login: Login = {
      ...loginOf(SELF.name, self, (file) => this.terraformPath(file)),
      host: SELF.address,
      port: SELF.port,
      user: SELF.user,
      hostKey: `\${self.triggers.host_key == "${UNCHECKED}" ? null : self.triggers.host_key}`,
    };
    const resource = new Resource(scope, "hosts", {
      forEach: hosts,
      lifecycle: { createBeforeDestroy: true },
      triggers: {
        name: hosts.key,
        address: hosts.getString("address"),
        port: hosts.getString("port"),
        user: hosts.getString("user"),
        host_key: hosts.getString("key"),
      },
      provisioners: [cleanProvisioner(login)],
    });
    this.call(resource, pool.id);
    this.forget(scope, pool);
    return resource;
  }

  /** Hosts that are gone for good move to a pool without a destroy step, where a reviewer sees them go. */
  private forget(scope: Construct, pool: PoolOfHosts): void {
    if (pool.lost.length === 0) return;
    const lost = new Resource(scope, "lost", {
      forEach: TerraformIterator.fromMap({}),
      lifecycle: { createBeforeDestroy: true },
    });
    this.call(lost, `${pool.id}_lost`);
    for (const name of [...pool.lost].map((n) => n.toLowerCase()).sort()) {
      this.moved.push({
        from: `null_resource.${pool.id}["${name}"]`,
        to: `null_resource.${pool.id}_lost["${name}"]`,
      });
    }
    this.stack.addOverride("moved", this.moved);
  }

  private save(scope: Construct, host: string, identity: Resource): Resource {
    const node = host.toLowerCase();
    const digest = () => this.host(node).revision.digest;
    return this.step(scope, `${resourcePrefix(node)}_save`, {
      triggers: () => ({ address: this.addressOf(node), revision: digest() }),
      provisioners: saveProvisioners(
        this.login(node),
        digest,
        SYNTH.bundle(node),
        this.relative(path.join(this.keyDirectory, KEYS.bundle(node))),
      ),
      dependsOn: [identity],
    });
  }

  private run(scope: Construct, host: string, after: readonly Resource[]): Resource {
    const node = host.toLowerCase();
    const resource = this.step(scope, `${resourcePrefix(node)}_run`, {
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
    const source = this.relative(path.join(this.keyDirectory, KEYS.token(pool)));
    return this.step(scope, `${pool}_token`, {
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

  private step(scope: Construct, id: string, config: StepConfig): Resource {
    const { triggers, provisioners, dependsOn, replaceTriggeredBy } = config;
    const resource = new Resource(scope, id, {
      ...(triggers ? { triggers: Token.asStringMap(Lazy.anyValue({ produce: triggers })) } : {}),
      // An empty list would be written as an empty block, which Terraform refuses.
      ...(provisioners ? { provisioners: provisioners as ResourceConfig["provisioners"] } : {}),
      ...(dependsOn ? { dependsOn: [...dependsOn] } : {}),
      lifecycle: {
        createBeforeDestroy: true,
        ...(replaceTriggeredBy ? { replaceTriggeredBy: [...replaceTriggeredBy] } : {}),
      },
    } as ResourceConfig);
    this.call(resource, id);
    return resource;
  }

  /** Gives a resource its name in the plan. Two of one name would silently become one. */
  private call(resource: Resource, name: string): void {
    const other = this.names.get(name);
    if (other !== undefined) {
      throw new Error(
        `${resource.node.path}: null_resource.${name} is taken by ${other}; choose another id for the construct`,
      );
    }
    this.names.set(name, resource.node.path);
    resource.overrideLogicalId(name);
  }

  /** A path of the user's as Terraform sees it: below home or absolute as it is, else from the stack's folder. */
  private terraformPath(file: string): string {
    return file.startsWith("~") || path.isAbsolute(file) ? file : this.relative(file);
  }

  /** From the stack's folder, where Terraform runs: the same on every machine. */
  private relative(file: string): string {
    return path.relative(this.stackDirectory, path.resolve(file)).split(path.sep).join("/");
  }
}

/** How long a pool's bootstrap token lives. */
export interface TokenStep {
  readonly seconds: number;
}

interface StepConfig {
  readonly triggers?: () => Readonly<Record<string, string>>;
  readonly provisioners?: readonly Provisioner[];
  readonly dependsOn?: readonly Resource[];
  readonly replaceTriggeredBy?: readonly string[];
}

const UNCHECKED = "unchecked";

/** What a destroy step may ask of its own resource. */
const SELF = {
  name: "${self.triggers.name}",
  address: "${self.triggers.address}",
  port: "${self.triggers.port}",
  user: "${self.triggers.user}",
} as const;

function waitsFor(resource: Resource, others: readonly Resource[]): void {
  // As addresses: cdktf takes the braces off only in its constructors.
  const addresses = others.map((other) => `null_resource.${other.friendlyUniqueId}`);
  resource.dependsOn = [...(resource.dependsOn ?? []), ...addresses];
}

function sorted(hosts: Readonly<Record<string, HostProps>>): string[] {
  return Object.keys(hosts).sort();
}
