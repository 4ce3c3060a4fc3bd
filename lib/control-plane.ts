/** The control plane: the construct that everything else of a cluster hangs on. */
import * as path from "node:path";
import { Annotations, TerraformElement, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { type AddonOptions, addonNames } from "./components";
import { type Assembled, assemble, type Registered } from "./delivery/assembly";
import { ClusterGraph } from "./delivery/graph";
import { checkId } from "./delivery/names";
import { writeOnSynth } from "./delivery/write";
import type { EtcdCluster } from "./etcd-cluster";
import { throwIssues } from "./model/issue";
import type { AddonsProps, ControlPlaneSettings, EtcdProps, NodeJoinProps } from "./model/props";
import { validateControlPlane, validateTogether } from "./model/validate";

/** kubeadm's ClusterConfiguration and the hosts it runs on. */
export interface ControlPlaneProps extends ControlPlaneSettings {
  /**
   * Where the cluster keeps its data. Plan: cannot be changed for a running cluster.
   * @default - an etcd member on each control plane host
   */
  readonly etcd?: EtcdCluster;
}

/**
 * A Kubernetes control plane on plain Linux hosts, made at synth as kubeadm would make it.
 *
 * Renders certificates, kubeconfigs, static pods and kubelet files of each host, writes them beside the synthesized
 * JSON, and adds the Terraform resources that bring them there: `<host>_save` for all hosts at once, `<host>_run` one
 * host after another, `<id>_cluster` for what goes through the API, `<id>_roster` for who belongs to the cluster.
 * One control plane a stack: the resources are named after hosts.
 *
 * @throws with every problem of the props, one a line
 * @see docs/control-plane.md
 */
export class ControlPlane extends Construct {
  /** The props as given. */
  readonly props: ControlPlaneProps;
  private readonly pools = new Map<string, { path: string; props: NodeJoinProps }>();
  private readonly graph: ClusterGraph;
  private readonly etcd: EtcdProps;
  private readonly pkiDir: string;
  private addons: { props: AddonsProps; options: AddonOptions } | undefined;
  private cache: Assembled | undefined;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    checkId(id, this.node.path);
    const { etcd, ...settings } = props;
    this.props = props;
    this.etcd = etcd?.props ?? { local: {} };
    throwIssues(validateControlPlane(settings, this.etcd, this.node.path, Token.isUnresolved));
    const stack = TerraformStack.of(this);
    if (stack.node.findAll().some((c) => c !== this && ControlPlane.isControlPlane(c))) {
      throw new Error(
        `${this.node.path}: a stack holds one control plane, because its resources are named after hosts; put the second one into a stack of its own`,
      );
    }
    this.pkiDir = path.resolve(props.pkiDir ?? `pki/${props.clusterName ?? stack.node.id}`);
    new Assembling(this, "assembling", () => this.assembled());
    this.graph = new ClusterGraph(this, this.pkiDir, () => this.assembled());
    this.graph.addControlPlane(this, {
      id: id,
      hosts: props.hosts,
      ssh: props.ssh,
      lost: props.lost ?? [],
    });
    writeOnSynth(this, () => ({
      assembled: this.assembled(),
      graph: this.graph,
      pkiDir: this.pkiDir,
    }));
    this.node.addValidation({ validate: () => this.warn() });
  }

  /** Whether a construct is a control plane, also one from another copy of this package. */
  static isControlPlane(construct: unknown): construct is ControlPlane {
    return typeof construct === "object" && construct !== null && CONTROL_PLANE in construct;
  }

  /** Adds a pool of workers. For `NodeJoin`. */
  _addPool(scope: Construct, pool: string, props: NodeJoinProps, step: PoolStep): void {
    if (TerraformStack.of(scope) !== TerraformStack.of(this)) {
      throw new Error(
        `${scope.node.path}: controlPlane: is in another stack, got "${this.node.path}"; put both into one stack`,
      );
    }
    this.checkTogether(this.addons?.props, [
      ...this.pools.values(),
      { path: scope.node.path, props },
    ]);
    this.pools.set(pool, { path: scope.node.path, props });
    this.cache = undefined;
    const seconds = step.tokenSeconds;
    this.graph.addWorkers(
      scope,
      {
        id: pool,
        hosts: props.hosts,
        ssh: props.ssh ?? this.props.ssh,
        lost: props.lost ?? [],
      },
      step.lanes,
      seconds === undefined ? undefined : { seconds },
    );
  }

  /** Adds the addons. For `Addons`. */
  _addAddons(scope: Construct, props: AddonsProps, options: AddonOptions): void {
    if (this.addons) {
      throw new Error(
        `${scope.node.path}: ${this.node.path} has addons already; put all addons of a cluster into one Addons`,
      );
    }
    this.checkTogether(props, [...this.pools.values()]);
    this.addons = { props, options };
    this.cache = undefined;
    for (const name of addonNames(options)) this.graph.addAddon(scope, scope.node.id, name);
  }

  /** What can be wrong only between constructs: looked at whenever one is added. */
  private checkTogether(
    addons: AddonsProps | undefined,
    pools: readonly { path: string; props: NodeJoinProps }[],
  ): void {
    const { etcd: _, ...props } = this.props;
    throwIssues(
      validateTogether(
        { path: this.node.path, props, ...(addons ? { addons } : {}) },
        pools.map((pool) => ({ path: pool.path, hosts: pool.props.hosts })),
        Token.isUnresolved,
      ),
    );
  }

  /** Everything rendered, once the tree is complete. */
  private assembled(): Assembled {
    if (!this.cache) {
      const { etcd: _, ...controlPlane } = this.props;
      const registered: Registered = {
        controlPlane,
        etcd: this.etcd,
        pkiDir: this.pkiDir,
        pools: new Map([...this.pools].map(([pool, { props }]) => [pool, props])),
        addons: this.addons?.props,
        addonOptions: this.addons?.options ?? NO_ADDONS,
      };
      this.cache = assemble(registered, new Date());
    }
    return this.cache;
  }

  private warn(): string[] {
    for (const warning of this.assembled().pki.warnings) Annotations.of(this).addWarning(warning);
    return [];
  }
}

/**
 * Assembles before cdktf asks for any lazy value, so that what is wrong with keys or hosts is thrown as it is, without
 * cdktf's account of where the value was made. Writes nothing.
 */
class Assembling extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly assemble: () => unknown,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    this.assemble();
    return {};
  }
}

/** What a pool's steps need beyond its hosts. */
export interface PoolStep {
  /** How many chains of runs there are: hosts that may change at the same time. */
  readonly lanes: number;
  /** Unit: seconds. Undefined: the pool needs no token. */
  readonly tokenSeconds: number | undefined;
}

const CONTROL_PLANE = Symbol.for("cdktf-kubeadm/ControlPlane");
Object.defineProperty(ControlPlane.prototype, CONTROL_PLANE, { value: true });

const NO_ADDONS: AddonOptions = {
  network: { kind: "none" },
  coreDns: false,
  kubeProxy: false,
  manifests: {},
};
