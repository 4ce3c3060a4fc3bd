/** Stacks for tests: an app whose output and keys lie in a temporary folder that is removed. No assertions. */
import * as fs from "node:fs";
import * as path from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { inject } from "vitest";
import {
  Addons,
  type AddonsProps,
  bridgeNetwork,
  ControlPlane,
  type ControlPlaneProps,
  EtcdCluster,
  type EtcdClusterProps,
  type HostProps,
  NodeJoin,
  type NodeJoinProps,
} from "../../lib";
import { madeOnce } from "./shared-keys";

/** What a test puts into its stack. */
export type Build = (stack: TerraformStack, project: Project) => void;

/** A folder that lives until it is removed, at the latest with the test run: `pki` for keys, `cdktf.out` for the synth output. */
export class Project {
  readonly root = fs.mkdtempSync(path.join(inject("sharedFolder"), "project-"));
  readonly pkiDir = path.join(this.root, "pki");
  readonly stackDirectory = path.join(this.root, "cdktf.out/stacks/test");

  /** Synthesizes as the command line does, and returns the stack's JSON. */
  synth(build: Build): SynthesizedStack {
    const app = new App({ outdir: path.join(this.root, "cdktf.out") });
    const stack = new TerraformStack(app, "test");
    // Below the stack's folder: without it cdktf names a file in the working directory.
    new LocalBackend(stack, { path: "terraform.tfstate" });
    build(stack, this);
    app.synth();
    return JSON.parse(this.read("cdk.tf.json")) as SynthesizedStack;
  }

  /** A project that has the keys of `cluster()` already. */
  static withKeys(): Project {
    const project = new Project();
    project.takeKeysFrom(sharedKeys());
    return project;
  }

  /** The message with which a stack is refused; nothing is written. @throws when it is not */
  refusal(build: Build): string {
    const app = new App({ outdir: path.join(this.root, "refused") });
    try {
      build(new TerraformStack(app, "test"), this);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("nothing was refused");
  }

  /** A second project with the same keys. */
  fork(): Project {
    const project = new Project();
    project.takeKeysFrom(this.pkiDir);
    return project;
  }

  /** Lets another set of control plane hosts found etcd with these keys. */
  unfounded(): this {
    fs.rmSync(path.join(this.pkiDir, "etcd/founders.txt"));
    return this;
  }

  /** Makes the key directory what another one is: making keys anew takes a second. */
  takeKeysFrom(pkiDir: string): void {
    fs.rmSync(this.pkiDir, { recursive: true, force: true });
    fs.cpSync(pkiDir, this.pkiDir, { recursive: true, preserveTimestamps: true });
  }

  /** A synthesized file below the stack's folder. */
  read(file: string): string {
    return fs.readFileSync(path.join(this.stackDirectory, file), "utf8");
  }

  /** Every synthesized file by its path: content as latin1, which keeps each byte. */
  output(): Record<string, string> {
    return filesBelow(path.join(this.root, "cdktf.out"));
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

function sharedKeys(): string {
  return madeOnce(inject("sharedFolder"), "keys", (folder) => {
    const project = new Project();
    project.synth(cluster());
    fs.cpSync(project.pkiDir, folder, { recursive: true });
    project.remove();
  });
}

/** Regular files below a folder by their relative path, sorted: content as latin1, which keeps each byte. */
export function filesBelow(folder: string): Record<string, string> {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    files.map((file) => [path.relative(folder, file), fs.readFileSync(file, "latin1")]),
  );
}

/** What tests read of a synthesized stack. */
export interface SynthesizedStack {
  readonly resource: { readonly null_resource: Record<string, SynthesizedResource> };
  readonly terraform: { readonly backend?: object };
  readonly provider: { readonly null: readonly Record<string, unknown>[] };
  readonly moved?: readonly { from: string; to: string }[];
}

/** One null_resource. */
export interface SynthesizedResource {
  readonly triggers?: Record<string, string>;
  readonly depends_on?: readonly string[];
  readonly for_each?: Record<string, Record<string, string>>;
  readonly lifecycle?: Record<string, unknown>;
  readonly provisioner?: readonly Record<string, Record<string, unknown>>[];
}

/** Names of the resources that a resource waits for, sorted. */
export function waitsFor(stack: SynthesizedStack, name: string): string[] {
  const { depends_on = [] } = resourceOf(stack, name);
  return depends_on.map((address) => address.replace(/^null_resource\./, "")).sort();
}

/** One resource. @throws when there is none of this name */
export function resourceOf(stack: SynthesizedStack, name: string): SynthesizedResource {
  const resource = stack.resource.null_resource[name];
  if (resource === undefined) throw new Error(`the stack has no null_resource.${name}`);
  return resource;
}

/** A host of the documentation range. */
export function host(last: number, more: Partial<HostProps> = {}): HostProps {
  return { address: `192.0.2.${last}`, hostKey: HOST_KEY, ...more };
}

/** Hosts of the documentation range by name. */
export function hosts(addresses: Readonly<Record<string, number>>): Record<string, HostProps> {
  return Object.fromEntries(Object.entries(addresses).map(([name, last]) => [name, host(last)]));
}

/** Props of a small control plane, changed as given. */
export function controlPlaneProps(
  project: Project,
  more: Partial<ControlPlaneProps> = {},
): ControlPlaneProps {
  return {
    kubernetesVersion: "1.36.3",
    hosts: hosts({ "cp-1": 11 }),
    networking: { podSubnet: "10.244.0.0/16" },
    ssh: { privateKeyFile: "~/.ssh/id_ed25519" },
    pkiDir: project.pkiDir,
    ...more,
  };
}

/** What a test changes in the cluster of `cluster()`. */
export interface Changes {
  readonly etcd?: EtcdClusterProps;
  readonly controlPlane?: Partial<ControlPlaneProps>;
  readonly workers?: Partial<NodeJoinProps>;
  readonly addons?: Partial<AddonsProps>;
}

/** A cluster with all of it: three control plane hosts, a pool of two workers, addons with a network of files. */
export function cluster(changes: Changes = {}): Build {
  return (stack, project) => {
    const etcd = changes.etcd && new EtcdCluster(stack, "etcd", changes.etcd);
    const controlPlane = new ControlPlane(
      stack,
      "control-plane",
      controlPlaneProps(project, {
        controlPlaneEndpoint: "k8s.example.com:6443",
        hosts: hosts({ "cp-1": 11, "cp-2": 12, "cp-3": 13 }),
        ...(etcd ? { etcd } : {}),
        ...changes.controlPlane,
      }),
    );
    workersAndAddons(stack, controlPlane, changes);
  };
}

/** What `cluster` has beside its control plane. */
export function workersAndAddons(
  stack: TerraformStack,
  controlPlane: ControlPlane,
  { workers, addons }: Changes = {},
): void {
  new NodeJoin(stack, "workers", {
    controlPlane,
    hosts: hosts({ "w-1": 21, "w-2": 22 }),
    ...workers,
  });
  new Addons(stack, "addons", { controlPlane, network: bridgeNetwork(), ...addons });
}

/** A public key that nobody holds the private half of. */
export const HOST_KEY =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJ7xq2bTJ0Ql6mC4Yq3sZ0gR2p1gq6fYq4m2b1cJ1o8yJ4p7d3Xy1n5z3k9w8v7u6t5s4r3q2p1o0n9m8l7k6j5=";
