/** A cluster that Terraform believes to have applied, without any host: state without SSH. */
import * as fs from "node:fs";
import * as path from "node:path";
import { type Build, Project, type SynthesizedStack } from "../support/stack";
import { type Plan, type ResourceChange, Terraform } from "../support/terraform";

/** A project whose stack was applied with its steps taken out. */
export class Applied {
  private constructor(
    readonly project: Project,
    readonly terraform: Terraform,
    private readonly keys: Project,
    private readonly state: Buffer,
  ) {}

  /** Synthesizes, takes the provisioners out, applies. */
  static async create(build: Build, keys = Project.withKeys()): Promise<Applied> {
    const project = keys.fork();
    const stack = project.synth(build);
    // Also for keys that this stack made beyond those it was given.
    keys.takeKeysFrom(project.pkiDir);
    writeStack(
      project,
      withProvisioners(stack, () => undefined),
    );
    const terraform = await Terraform.init(project.stackDirectory);
    await terraform.run("apply", "-input=false", "-auto-approve");
    const state = fs.readFileSync(path.join(project.stackDirectory, "terraform.tfstate"));
    return new Applied(project, terraform, keys, state);
  }

  /** Synthesizes a change of what was applied, with its provisioners. Earlier changes leave no trace. */
  change(build: Build): SynthesizedStack {
    this.project.takeKeysFrom(this.keys.pkiDir);
    fs.writeFileSync(path.join(this.project.stackDirectory, "terraform.tfstate"), this.state);
    return this.project.synth(build);
  }

  /** What Terraform would do for a change. */
  async plan(build: Build): Promise<Changes> {
    this.change(build);
    return new Changes(await this.terraform.plan());
  }

  /** What Terraform would do for each of many changes, in one plan with a module each. */
  async planAll(builds: ReadonlyMap<string, Build>): Promise<ReadonlyMap<string, Changes>> {
    const root = new Project();
    const names = [...builds.keys()];
    for (const [i, name] of names.entries()) {
      const folder = path.join(root.root, moduleOf(i));
      const { provider: _, terraform, ...stack } = this.change(builds.get(name) as Build);
      fs.mkdirSync(folder);
      // Providers and state are the root's.
      const { backend: __, ...requirements } = terraform;
      const text = JSON.stringify({ ...stack, terraform: requirements });
      fs.writeFileSync(path.join(folder, "cdk.tf.json"), text);
    }
    const modules = names.map((_, i) => [moduleOf(i), { source: `./${moduleOf(i)}` }]);
    const main = JSON.stringify({ module: Object.fromEntries(modules) });
    fs.writeFileSync(path.join(root.root, "main.tf.json"), main);
    const state = JSON.parse(this.state.toString());
    const resources = names.flatMap((_, i) =>
      state.resources.map((resource: object) => ({ module: `module.${moduleOf(i)}`, ...resource })),
    );
    fs.writeFileSync(
      path.join(root.root, "terraform.tfstate"),
      JSON.stringify({ ...state, resources }),
    );
    const terraform = await Terraform.init(root.root);
    const { resource_changes } = await terraform.plan();
    root.remove();
    return new Map(
      names.map((name, i) => {
        const prefix = `module.${moduleOf(i)}.`;
        const own = resource_changes
          .filter(({ address }) => address.startsWith(prefix))
          .map((change) => ({ ...change, address: change.address.slice(prefix.length) }));
        return [name, new Changes({ resource_changes: own })];
      }),
    );
  }

  remove(): void {
    this.keys.remove();
    this.project.remove();
  }
}

function moduleOf(index: number): string {
  return `case_${index}`;
}

/** Replaces the provisioners of each resource; undefined takes them out. */
export function withProvisioners(
  stack: SynthesizedStack,
  make: (name: string) => readonly object[] | undefined,
): SynthesizedStack {
  const resources = Object.entries(stack.resource.null_resource).map(([name, resource]) => {
    const { provisioner: _, ...rest } = resource;
    const provisioner = make(name);
    return [name, provisioner ? { ...rest, provisioner } : rest];
  });
  return { ...stack, resource: { null_resource: Object.fromEntries(resources) } };
}

/** Puts a stack in the place of the synthesized one. */
export function writeStack(project: Project, stack: SynthesizedStack): void {
  fs.writeFileSync(path.join(project.stackDirectory, "cdk.tf.json"), JSON.stringify(stack));
}

/** Resources of `cluster()` that a reader takes for one thing. */
const GROUPS: readonly [group: string, names: RegExp][] = [
  ["cp pool", /^control-plane\[/],
  ["cp save", /^cp-\d_save$/],
  ["cp run", /^cp-\d_run$/],
  ["cluster", /^control-plane_cluster$/],
  ["w pool", /^workers\[/],
  ["w save", /^w-\d_save$/],
  ["w run", /^w-\d_run$/],
  ["token", /^workers_token$/],
  ["proxy", /^addons_kube-proxy$/],
  ["dns", /^addons_coredns$/],
  ["members", /^control-plane_members$/],
  ["roster", /^control-plane_roster$/],
];

/** The changes of a plan, by resource name (`cp-1_run`, `workers["w-1"]`). */
export class Changes {
  private readonly all: ReadonlyMap<string, ResourceChange>;

  constructor(plan: Plan) {
    this.all = new Map(
      plan.resource_changes.map((change) => [
        change.address.replace(/^null_resource\./, ""),
        change,
      ]),
    );
  }

  /** What happens to which resources; nothing about those that stay. */
  get summary(): Record<string, string[]> {
    const summary: Record<string, string[]> = {};
    for (const [name, { change }] of this.all) {
      const action = change.actions.join(" ");
      if (action !== "no-op") summary[action] = [...(summary[action] ?? []), name].sort();
    }
    return summary;
  }

  /** Names of the resources that are replaced. All are created before they are destroyed. */
  get replaced(): string[] {
    return this.summary["create delete"] ?? [];
  }

  /** What is replaced, with "cp save" for the saves of all control plane hosts, and so on. */
  get groups(): string[] {
    const left = new Set(this.replaced);
    const groups = GROUPS.flatMap(([group, pattern]) => {
      const names = [...this.all.keys()].filter((name) => pattern.test(name));
      if (names.length === 0 || !names.every((name) => left.has(name))) return [];
      for (const name of names) left.delete(name);
      return [group];
    });
    return [...groups, ...left];
  }

  /** Keys of triggers that differ, with both values. */
  triggers(name: string): Record<string, [before: string | undefined, after: string | undefined]> {
    const { before, after } = this.of(name).change;
    const [old, now] = [before?.triggers ?? {}, after?.triggers ?? {}];
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return Object.fromEntries(
      keys.filter((key) => old[key] !== now[key]).map((key) => [key, [old[key], now[key]]]),
    );
  }

  /** Pool resources whose destroy step runs: it does on removal, never on replacement. */
  get cleaned(): string[] {
    return [...this.all]
      .filter(
        ([, { action_reason, change }]) =>
          change.actions.join(" ") === "delete" && action_reason === "delete_because_each_key",
      )
      .map(([name]) => name);
  }

  /** One change. @throws when the plan does not name the resource */
  of(name: string): ResourceChange {
    const change = this.all.get(name);
    if (change === undefined) throw new Error(`the plan has no null_resource.${name}`);
    return change;
  }
}
