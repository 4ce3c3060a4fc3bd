/** null_resources of one stack: their names, their life cycle, and paths as Terraform sees them. */
import * as path from "node:path";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource, type ResourceConfig } from "@cdktf/provider-null/lib/resource";
import { App, Lazy, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import type { Provisioner } from "./provisioners";

/** One step of the graph. */
export interface StepConfig {
  /** Asked when the tree is complete. */
  readonly triggers?: () => Readonly<Record<string, string>>;
  readonly provisioners?: readonly Provisioner[];
  readonly dependsOn?: readonly Resource[];
  /** Addresses: cdktf would write "${…}" for a construct, which Terraform refuses here. */
  readonly replaceTriggeredBy?: readonly string[];
}

/** Makes the resources of a cluster in its stack. */
export class StackResources {
  private readonly stack: TerraformStack;
  /** Names of resources and who has them. */
  private readonly names = new Map<string, string>();
  private readonly moved: { from: string; to: string }[] = [];

  constructor(scope: Construct) {
    this.stack = TerraformStack.of(scope);
    const providers = this.stack.node.findAll().filter((c) => c instanceof NullProvider);
    if (providers.length === 0) new NullProvider(this.stack, "null");
  }

  /** Where the stack's files lie in the synth output. */
  get directory(): string {
    return path.resolve(App.of(this.stack).outdir, "stacks", this.stack.node.id);
  }

  /** A resource that is replaced when a trigger changes, and whose create steps run then. */
  step(scope: Construct, id: string, config: StepConfig): Resource {
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
  call(resource: Resource, name: string): void {
    const other = this.names.get(name);
    if (other !== undefined) {
      throw new Error(
        `${resource.node.path}: null_resource.${name} is taken by ${other}; choose another id for the construct`,
      );
    }
    this.names.set(name, resource.node.path);
    resource.overrideLogicalId(name);
  }

  /** Adds a `moved` block. */
  move(from: string, to: string): void {
    this.moved.push({ from, to });
    this.stack.addOverride("moved", this.moved);
  }

  /** A path of the user's as Terraform sees it: below home or absolute as it is, else from the stack's folder. */
  terraformPath(file: string): string {
    return file.startsWith("~") || path.isAbsolute(file) ? file : this.relative(file);
  }

  /** From the stack's folder, where Terraform runs: the same on every machine. */
  relative(file: string): string {
    return path.relative(this.directory, path.resolve(file)).split(path.sep).join("/");
  }
}

/** Adds to what a resource waits for. */
export function waitsFor(resource: Resource, others: readonly Resource[]): void {
  // As addresses: cdktf takes the braces off only in its constructors.
  const addresses = others.map((other) => `null_resource.${other.friendlyUniqueId}`);
  resource.dependsOn = [...(resource.dependsOn ?? []), ...addresses];
}
