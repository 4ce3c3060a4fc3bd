/** A folder that stands for a host: the scripts run in it under dash, commands of the system are stand-ins. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const SCRIPTS = path.resolve(__dirname, "../../lib/host");
const STAND_INS = path.resolve(__dirname, "stand-ins");

/** A file of a revision. */
export interface TestFile {
  readonly component: string;
  readonly path: string;
  readonly content: string;
  readonly mode?: string;
  readonly scope?: string;
  readonly install?: string;
  readonly isSecret?: boolean;
}

/** A revision by hand. */
export interface TestRevision {
  readonly files: readonly TestFile[];
  /** Lines of actions.list, columns separated by a blank. */
  readonly actions: readonly string[];
  readonly node?: Readonly<Record<string, string>>;
}

/** How a step ended. */
export interface Ended {
  readonly status: number;
  readonly output: string;
  /** Last line of the output: the cause, when it failed. */
  readonly last: string;
}

export class TestHost {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-host-"));
  readonly ours = path.join(this.root, "var/lib/cdktf-kubeadm");

  constructor() {
    for (const folder of ["state", "proc/sys/net/ipv4", "sys/module/overlay", "etc", "run"]) {
      fs.mkdirSync(path.join(this.root, folder), { recursive: true });
    }
    fs.mkdirSync(path.join(this.ours, "upload"), { recursive: true });
    fs.cpSync(STAND_INS, path.join(this.root, "stand-ins"), { recursive: true });
    fs.cpSync(SCRIPTS, path.join(this.ours, "bin"), { recursive: true });
    this.write("proc/swaps", "Filename Type Size Used Priority\n");
    this.write("proc/sys/net/ipv4/ip_forward", "0\n");
    this.write("state/images", "");
    this.write("state/answers", "http://127.0.0.1:10248/healthz ok\n");
    this.write("calls", "");
  }

  /** Puts a revision into the upload folder; gives its digest. */
  upload(revision: TestRevision): string {
    const staging = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-kubeadm-bundle-"));
    const put = (name: string, text: string): void => {
      fs.mkdirSync(path.dirname(path.join(staging, name)), { recursive: true });
      fs.writeFileSync(path.join(staging, name), text);
    };
    const sum = (f: TestFile): string =>
      `${createHash("sha256").update(f.content).digest("hex")}  files${f.path}\n`;
    const open = revision.files.filter((f) => !f.isSecret);
    const secret = revision.files.filter((f) => f.isSecret);
    const node = {
      name: "cp-1",
      address: "127.0.0.1",
      start: "save",
      "api-server": "https://127.0.0.1:6443",
    };
    const lists = {
      "files.list": revision.files
        .map((f) =>
          [
            f.component,
            f.scope ?? "host",
            f.mode ?? "0644",
            f.install ?? "always",
            f.isSecret ? "secret" : "public",
            f.path,
          ].join("\t"),
        )
        .map((line) => `${line}\n`)
        .join(""),
      "actions.list": revision.actions.map((line) => `${line.replaceAll(" ", "\t")}\n`).join(""),
      "node.list": Object.entries({ ...node, ...revision.node })
        .map(([key, value]) => `${key}\t${value}\n`)
        .join(""),
      "public.sha256": open.map(sum).join(""),
    };
    for (const [name, text] of Object.entries(lists)) put(`revision/${name}`, text);
    for (const file of open) put(`revision/files${file.path}`, file.content);
    for (const file of secret) put(`keys/files${file.path}`, file.content);
    put("keys/secret.sha256", secret.map(sum).join(""));
    const to = path.join(this.ours, "upload");
    execFileSync("tar", ["-cf", path.join(to, "bundle.tar"), "-C", staging, "revision"]);
    if (secret.length > 0) {
      const names = ["files", "secret.sha256"];
      execFileSync("tar", [
        "-cf",
        path.join(to, "keys.tar"),
        "-C",
        path.join(staging, "keys"),
        ...names,
      ]);
    }
    fs.rmSync(staging, { recursive: true });
    return createHash("sha256")
      .update(Object.values(lists).join("") + secret.map(sum).join(""))
      .digest("hex")
      .slice(0, 32);
  }

  /** Starts a step without waiting for it. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn("dash", [path.join(this.ours, "bin/step.sh"), ...args], {
      env: { CDKTF_KUBEADM_ROOT: this.root, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a process group of its own, as a terminal gives to a login
    });
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (status) => {
        resolve({ status: status ?? -1, output, last: output.trimEnd().split("\n").at(-1) ?? "" });
      });
    });
    return { child, ended };
  }

  step(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** Uploads, saves and runs a revision. */
  async deploy(revision: TestRevision): Promise<string> {
    const digest = this.upload(revision);
    for (const step of ["save", "run"]) {
      const { status, output } = await this.step([step, digest]);
      if (status !== 0) throw new Error(`${step} ended with ${status}:\n${output}`);
    }
    return digest;
  }

  path(name: string): string {
    return path.join(this.root, name);
  }

  read(name: string): string {
    return fs.readFileSync(this.path(name), "utf8");
  }

  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), text);
  }

  exists(name: string): boolean {
    return fs.existsSync(this.path(name));
  }

  mode(name: string): string {
    return (fs.statSync(this.path(name)).mode & 0o7777).toString(8);
  }

  /** Calls of stand-ins since the last time this was asked. */
  calls(): string[] {
    const lines = this.read("calls").split("\n").filter(Boolean);
    this.write("calls", "");
    return lines;
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** A small control plane host: runtime, a key, one static pod, kubelet. */
export function smallRevision(
  change: { config?: string; flag?: string; runtime?: string } = {},
): TestRevision {
  return {
    files: [
      {
        component: "container-runtime",
        path: "/etc/containerd/config.toml",
        content: `version = ${change.runtime ?? "2"}\n`,
      },
      { component: "certs", path: "/etc/kubernetes/pki/ca.crt", content: "certificate\n" },
      {
        component: "certs",
        path: "/etc/kubernetes/pki/ca.key",
        content: "key\n",
        mode: "0600",
        isSecret: true,
      },
      {
        component: "kube-apiserver",
        path: "/etc/kubernetes/manifests/kube-apiserver.yaml",
        content: `image: registry.k8s.io/kube-apiserver:v1\nflag: ${change.flag ?? "one"}\n`,
        mode: "0600",
      },
      {
        component: "kubelet",
        path: "/etc/systemd/system/kubelet.service",
        content: "[Service]\nExecStart=/usr/bin/kubelet\n",
      },
      {
        component: "kubelet",
        path: "/var/lib/kubelet/config.yaml",
        content: `value: ${change.config ?? "one"}\n`,
      },
    ],
    actions: [
      "preflight host save check-command tar tar",
      "container-runtime host save pull-image registry.k8s.io/kube-apiserver:v1",
      "container-runtime host save pull-image registry.k8s.io/pause:3",
      "container-runtime host run service containerd.service",
      "kube-apiserver host run make-dir /etc/kubernetes/manifests 0700",
      "kube-apiserver host run static-pod kube-apiserver https://127.0.0.1:6443/readyz",
      "kube-apiserver host clean remove-path /etc/kubernetes/manifests/kube-apiserver.yaml",
      "kubelet host run kubelet",
      "kubelet host clean stop-service kubelet.service",
      "kubelet host clean remove-pods",
      "kubelet host clean remove-contents /var/lib/kubelet",
    ],
  };
}

export const HEALTHY = "http://127.0.0.1:10248/healthz ok\nhttps://127.0.0.1:6443/readyz ok\n";
