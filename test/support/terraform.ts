/** Real Terraform on synthesized stacks: with providers from the registry or, where that is not reachable, the stand-in. */
import { type CommandResult, run, tryRun } from "../../lab/command";
import { Progress } from "../../lab/progress";
import { terraformEnv } from "../../lab/terraform";

/** Terraform in one stack's folder of the synth output. */
export class Terraform {
  private constructor(
    private readonly directory: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Initializes. The first call on a machine may build the stand-in, which takes a minute. */
  static async init(directory: string): Promise<Terraform> {
    const providers = await terraformEnv(new Progress(() => {}));
    const terraform = new Terraform(directory, { CHECKPOINT_DISABLE: "1", ...providers });
    await terraform.run("init", "-input=false");
    return terraform;
  }

  /** Runs a command and returns what it prints, without colours. @throws when it fails */
  run(command: string, ...args: string[]): Promise<string> {
    return run("terraform", [command, "-no-color", ...args], {
      cwd: this.directory,
      env: this.env,
    });
  }

  /** Runs a shell script with a command of Terraform as its arguments. @throws when it fails */
  runInShell(script: string, command: string, ...args: string[]): Promise<string> {
    return run("sh", ["-c", script, "sh", "terraform", command, "-no-color", ...args], {
      cwd: this.directory,
      env: this.env,
    });
  }

  /** Runs a command that may fail, with more in its environment. */
  tryRun(
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<CommandResult> {
    return tryRun("terraform", [command, "-no-color", ...args], {
      cwd: this.directory,
      env: { ...this.env, ...env },
    });
  }

  /** Plans against an empty or the given state, and reads the plan. */
  async plan(): Promise<Plan> {
    await this.run("plan", "-input=false", "-lock=false", "-out=test.tfplan");
    return JSON.parse(await this.run("show", "-json", "test.tfplan")) as Plan;
  }
}

/** What tests read of a plan. */
export interface Plan {
  readonly resource_changes: readonly ResourceChange[];
}

/** What a plan does to one resource. */
export interface ResourceChange {
  readonly address: string;
  /** Why it is replaced or destroyed, where Terraform tells. */
  readonly action_reason?: string;
  /** Where a moved resource was before. */
  readonly previous_address?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: ResourceValues | null;
    readonly after: ResourceValues | null;
  };
}

/** Values of a null_resource. */
export interface ResourceValues {
  readonly triggers?: Readonly<Record<string, string>> | null;
}
