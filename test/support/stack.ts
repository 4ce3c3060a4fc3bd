/** Stacks for tests: an app whose output and keys lie in a temporary folder that is removed. No assertions. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import type { ControlPlaneProps, HostProps } from "../../lib";

/** A folder that lives as long as a test file. */
export class Project {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-test-"));
  readonly pkiDir = path.join(this.root, "pki");
  readonly stackDirectory = path.join(this.root, "cdktf.out/stacks/test");

  /** Synthesizes as the command line does, and returns the stack's JSON. */
  synth(build: (stack: TerraformStack, project: Project) => void): SynthesizedStack {
    const app = new App({ outdir: path.join(this.root, "cdktf.out") });
    build(new TerraformStack(app, "test"), this);
    app.synth();
    return JSON.parse(fs.readFileSync(path.join(this.stackDirectory, "cdk.tf.json"), "utf8"));
  }

  /** A synthesized file below the stack's folder. */
  read(file: string): string {
    return fs.readFileSync(path.join(this.stackDirectory, file), "utf8");
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** What tests read of a synthesized stack. */
export interface SynthesizedStack {
  readonly resource: { readonly null_resource: Record<string, SynthesizedResource> };
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

/** A host of the documentation range. */
export function host(last: number, more: Partial<HostProps> = {}): HostProps {
  return { address: `192.0.2.${last}`, hostKey: HOST_KEY, ...more };
}

/** Props of a small control plane, changed as given. */
export function controlPlaneProps(
  project: Project,
  more: Partial<ControlPlaneProps> = {},
): ControlPlaneProps {
  return {
    kubernetesVersion: "1.36.3",
    hosts: { "cp-1": host(11) },
    networking: { podSubnet: "10.244.0.0/16" },
    ssh: { privateKeyFile: "~/.ssh/id_ed25519" },
    pkiDir: project.pkiDir,
    ...more,
  };
}

/** A public key that nobody holds the private half of. */
export const HOST_KEY =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJ7xq2bTJ0Ql6mC4Yq3sZ0gR2p1gq6fYq4m2b1cJ1o8yJ4p7d3Xy1n5z3k9w8v7u6t5s4r3q2p1o0n9m8l7k6j5=";
