/**
 * A cluster on lab hosts: a project in a temporary folder, and real Terraform, kubectl and SSH. No assertions.
 * Synthesis happens in this process, so that a test changes props between two applies.
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { type CommandResult, tryRun } from "../../lab/command";
import { hostSettings } from "../../lab/host-settings";
import * as lab from "../../lab/lab";
import {
  Addons,
  type AddonsProps,
  bridgeNetwork,
  ControlPlane,
  type ControlPlaneProps,
  type HostProps,
  NodeJoin,
  type NodeJoinProps,
} from "../../lib";
import type { Outcome } from "./outcome";
import { type Running, start } from "./running";

/** A pool of workers: lab hosts, and props beyond them. */
export interface PoolShape extends Partial<Omit<NodeJoinProps, "hosts" | "controlPlane">> {
  readonly hosts: readonly lab.HostName[];
  /** User that Terraform logs in as. @default "root" */
  readonly user?: "root" | "admin";
}

/** What a test says about its cluster; the rest is what lab hosts need. */
export interface Shape {
  readonly controlPlane?: Partial<Omit<ControlPlaneProps, "hosts">>;
  /** Pool's name → pool. @default - one pool, `workers`, of all hosts of the stack but the first */
  readonly pools?: Readonly<Record<string, PoolShape>>;
  readonly addons?: Partial<Omit<AddonsProps, "controlPlane">>;
}

/** What tests read of a plan. */
export interface PlannedChange {
  readonly address: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: { readonly triggers?: Readonly<Record<string, string>> } | null;
    readonly after: { readonly triggers?: Readonly<Record<string, string>> } | null;
  };
}

const STACK = "test";

/** A cluster on lab hosts, the first of which is the control plane. */
export class LabStack {
  readonly root = mkdtempSync(join(tmpdir(), "cdktf-kubeadm-e2e-"));
  readonly pkiDir = join(this.root, "pki");
  /** Everything that Terraform printed, kept when `CDKTF_KUBEADM_KEEP` is set. */
  readonly logFile = join(this.root, "terraform.log");
  readonly kubeconfig = join(this.pkiDir, "admin.conf");
  private readonly outdir = join(this.root, "cdktf.out");
  private readonly stackDirectory = join(this.outdir, "stacks", STACK);
  private env: Record<string, string> = {};
  private kubectlProgram = "kubectl";

  private constructor(readonly hosts: readonly [lab.HostName, ...lab.HostName[]]) {}

  /** Makes the hosts anew, with programs and images in place, and an empty project. */
  static async create(...hosts: [lab.HostName, ...lab.HostName[]]): Promise<LabStack> {
    await lab.prepare(() => {});
    const stack = new LabStack(hosts);
    mkdirSync(stack.root, { recursive: true });
    stack.env = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...(await lab.terraformEnv()) };
    stack.kubectlProgram = await lab.kubectlPath();
    await Promise.all(hosts.map((host) => renewHost(host)));
    return stack;
  }

  /** Removes hosts and project. */
  async remove(): Promise<void> {
    await Promise.all(this.hosts.map((host) => lab.removeHost(host)));
    if (process.env.CDKTF_KUBEADM_KEEP === undefined) {
      rmSync(this.root, { recursive: true, force: true });
    }
  }

  /** Synthesizes as the command line does. */
  synth(shape: Shape = {}): void {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, STACK);
    new LocalBackend(stack, { path: join(this.root, "terraform.tfstate") });
    const [first, ...others] = this.hosts;
    const controlPlane = new ControlPlane(stack, "control-plane", {
      ...LAB_SETTINGS,
      pkiDir: this.pkiDir,
      ssh: { user: "root", privateKeyFile: lab.sshKeyFile(), timeout: "10s" },
      hosts: { [first]: reach(first) },
      ...shape.controlPlane,
    });
    const pools = shape.pools ?? { workers: { hosts: others } };
    for (const [name, { hosts, user, ...pool }] of Object.entries(pools)) {
      new NodeJoin(stack, name, {
        controlPlane,
        hosts: Object.fromEntries(hosts.map((host) => [host, reach(host, user)])),
        ...pool,
      });
    }
    new Addons(stack, "addons", { controlPlane, network: bridgeNetwork(), ...shape.addons });
    app.synth();
  }

  /** Applies what was synthesized last. Never fails: the caller looks at the outcome. */
  async apply(...args: string[]): Promise<Outcome> {
    return (await this.startApply(...args)).outcome;
  }

  /** Starts to apply, for tests that interrupt it. */
  async startApply(...args: string[]): Promise<Running> {
    return this.start("apply", "-auto-approve", "-input=false", ...args);
  }

  /** Destroys everything that the state knows. */
  async destroy(): Promise<Outcome> {
    return (await this.start("destroy", "-auto-approve", "-input=false")).outcome;
  }

  /** What an apply would change: resources whose plan is not "no-op". */
  async plan(): Promise<PlannedChange[]> {
    const plan = join(this.root, "test.tfplan");
    await this.must("plan", "-input=false", `-out=${plan}`);
    const shown = JSON.parse(await this.must("show", "-json", plan)) as {
      resource_changes?: PlannedChange[];
    };
    return (shown.resource_changes ?? []).filter(({ change }) => change.actions[0] !== "no-op");
  }

  /** Runs kubectl as the cluster's administrator and returns its output. @throws when it fails */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const result = await this.tryKubectl(args, input);
    if (result.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${result.stderr.trim()}`);
    return result.stdout.trim();
  }

  /** Runs kubectl, which may fail. */
  tryKubectl(args: readonly string[], input?: string): Promise<CommandResult> {
    return tryRun(this.kubectlProgram, ["--kubeconfig", this.kubeconfig, ...args], { input });
  }

  private async start(...args: string[]): Promise<Running> {
    await this.init();
    return start("terraform", [args[0] ?? "", "-no-color", ...args.slice(1)], {
      cwd: this.stackDirectory,
      env: this.env,
      log: this.logFile,
    });
  }

  private async init(): Promise<void> {
    if (existsSync(join(this.stackDirectory, ".terraform"))) return;
    await this.must("init", "-input=false");
  }

  private async must(command: string, ...args: string[]): Promise<string> {
    if (command !== "init") await this.init();
    const settings = { cwd: this.stackDirectory, env: this.env };
    const result = await tryRun("terraform", [command, "-no-color", ...args], settings);
    appendFileSync(this.logFile, `${command}\n${result.stderr}`);
    if (result.code !== 0) throw new Error(`terraform ${command}: ${result.stderr.trim()}`);
    return result.stdout;
  }
}

/** Removes a host and makes it again, so that nothing of an earlier test is on it. */
export async function renewHost(name: lab.HostName, options = { preloaded: true }): Promise<void> {
  await lab.removeHost(name);
  await lab.createHost(name, options);
}

/** Props of every cluster of the end-to-end tests. */
const LAB_SETTINGS = {
  kubernetesVersion: lab.KUBERNETES_VERSION,
  clusterName: "e2e",
  networking: { podSubnet: "10.244.0.0/16" },
  binaries: { source: "installed" },
  ...hostSettings({ "registry.k8s.io": [`http://${lab.registry}`] }),
} as const satisfies Partial<ControlPlaneProps>;

function reach(name: lab.HostName, user?: "root" | "admin"): HostProps {
  const host = lab.inventory()[name];
  if (host === undefined) throw new Error(`the lab has no host ${name}`);
  return { address: host.address, hostKey: host.hostKey, ...(user === undefined ? {} : { user }) };
}
