/** The baseline: stock kubeadm over SSH on the same hosts, with the same runtime, network and kubelet unit. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packTar } from "../../lib/delivery/tar";
import type { CommandResult } from "../command";
import * as lab from "../lab";
import { PROJECT_DIR } from "../paths";
import { addressOf, KUBERNETES_VERSION } from "../table";
import { type Spec, stackDir } from "./spec";

const TOKEN = "abcdef.0123456789abcdef";
const IGNORED = "SystemVerification";
const ROUTES_SCRIPT = "var/lib/cdktf-kubeadm/bin/bridge-routes.sh";

/** Folders of the rendered tree that are no part of Kubernetes. */
const FOLDERS = ["etc/containerd", "etc/cni", "etc/modules-load.d", "etc/sysctl.d", "etc/systemd"];

/** Brings the files that stock kubeadm expects to find, as the synthesized stack has them. */
export async function prepareHost(spec: Spec, host: lab.HostName): Promise<void> {
  const tree = join(stackDir(spec), "hosts", host);
  const rendered = FOLDERS.flatMap((folder) =>
    readdirSync(join(tree, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const tar = packTar([
    ...rendered.map((file) => ({
      path: file.slice(tree.length + 1),
      mode: 0o644,
      content: readFileSync(file),
    })),
    {
      path: ROUTES_SCRIPT,
      mode: 0o700,
      content: readFileSync(join(PROJECT_DIR, "lib", "host", "bridge-routes.sh")),
    },
  ]);
  const commands = [
    "tar -x -C / --no-overwrite-dir",
    "systemctl daemon-reload",
    "systemctl restart containerd systemd-modules-load",
    "sysctl -q -p /etc/sysctl.d/*cdktf-kubeadm.conf",
    "systemctl enable -q --now cdktf-kubeadm-routes",
    "systemctl enable -q kubelet",
  ];
  await succeed(host, commands.join(" && "), tar.toString());
}

/** Runs `kubeadm init` and then `kubeadm join` on the worker. Resolves when the latter has returned. */
export async function initAndJoin(
  spec: Spec,
  cp: lab.HostName,
  worker: lab.HostName,
): Promise<void> {
  const init = await succeed(cp, "kubeadm init --config /dev/stdin", kubeadmConfig(spec, cp));
  const [hash] = /sha256:[0-9a-f]{64}/.exec(init.stdout) ?? [];
  if (hash === undefined) throw new Error(`kubeadm init printed no hash:\n${init.stdout}`);
  const flags = [
    `--node-name ${worker} --token ${TOKEN} --discovery-token-ca-cert-hash ${hash}`,
    `--ignore-preflight-errors=${IGNORED}`,
  ];
  await succeed(worker, `kubeadm join ${addressOf(cp)}:6443 ${flags.join(" ")}`);
}

/** Everything that is not said here is kubeadm's default. */
function kubeadmConfig(spec: Spec, cp: lab.HostName): string {
  return `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: ${addressOf(cp)}, bindPort: 6443}
nodeRegistration: {name: ${cp}, ignorePreflightErrors: [${IGNORED}]}
bootstrapTokens: [{token: ${TOKEN}}]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${KUBERNETES_VERSION}
controlPlaneEndpoint: ${addressOf(cp)}:6443
networking: {podSubnet: ${spec.podSubnet}}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
`;
}

async function succeed(host: lab.HostName, command: string, input = ""): Promise<CommandResult> {
  const result = await lab.ssh(host, command, { input });
  if (result.code === 0) return result;
  const output = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-20).join("\n  ");
  throw new Error(`${host}: ${command}: exit code ${result.code}\n  ${output}`);
}
