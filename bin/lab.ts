/** The app of cdktf.json: the quickstart's stack, one control plane host and one worker of the lab. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import { Addons, bridgeNetwork, ControlPlane, NodeJoin } from "../lib";

/** What the lab says of its hosts. */
interface Inventory {
  readonly hosts: Readonly<Record<string, { address: string; hostKey: string }>>;
  readonly sshKeyFile: string;
  readonly mirrorUrl: string;
  readonly registry: string;
}

function inventory(): Inventory {
  const cache = process.env.CDKTF_KUBEADM_CACHE ?? path.join(os.homedir(), ".cache/cdktf-kubeadm");
  const file = path.join(cache, "lab/inventory.json");
  if (!fs.existsSync(file))
    throw new Error(`no lab is up: ${file} is missing; run "npm run quickstart"`);
  return JSON.parse(fs.readFileSync(file, "utf8")) as Inventory;
}

function host(lab: Inventory, name: string) {
  const found = lab.hosts[name];
  if (!found) throw new Error(`the lab has no host ${name}; run "npm run quickstart"`);
  return { address: found.address, hostKey: found.hostKey };
}

const lab = inventory();
const app = new App();
const stack = new TerraformStack(app, "lab");

const controlPlane = new ControlPlane(stack, "control-plane", {
  kubernetesVersion: "1.36.3",
  clusterName: "lab",
  networking: { podSubnet: "10.244.0.0/16" },
  ssh: { user: "root", privateKeyFile: lab.sshKeyFile },
  hosts: { "cp-1": host(lab, "cp-1") },
  binaries: { mirror: lab.mirrorUrl },
  // Containers on a machine with cgroup v1, without the right to lower their OOM score.
  kubelet: { failCgroupV1: false },
  nodeRegistration: { ignorePreflightErrors: ["SystemVerification"] },
  containerRuntime: {
    registryMirrors: { "registry.k8s.io": [`http://${lab.registry}`] },
    config: {
      oom_score: 0,
      plugins: { "io.containerd.grpc.v1.cri": { restrict_oom_score_adj: true } },
    },
  },
});
new NodeJoin(stack, "workers", { controlPlane, hosts: { "w-1": host(lab, "w-1") } });
new Addons(stack, "addons", { controlPlane, network: bridgeNetwork() });

app.synth();
