/** Real Terraform on synthesized stacks: with providers from the registry or, where that is not reachable, the stand-in. */
import { run } from "../../lab/command";
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

  /** Plans against an empty or the given state, and reads the plan. */
  async plan(): Promise<Plan> {
    await this.run("plan", "-input=false", "-lock=false", "-out=test.tfplan");
    return JSON.parse(await this.run("show", "-json", "test.tfplan")) as Plan;
  }
}

/** What tests read of a plan. */
export interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}
