/** The app of cdktf.json: the quickstart's stack, one control plane host and one worker of the lab. */
import { App, TerraformStack } from "cdktf";
import { hostSettings } from "../lab/host-settings";
import { type InventoryHost, readInventory } from "../lab/inventory";
import { Addons, bridgeNetwork, ControlPlane, NodeJoin } from "../lib";

const lab = readInventory();

function host(name: string): InventoryHost {
  const found = lab.hosts[name];
  if (!found) throw new Error(`the lab has no host ${name}; run "npm run quickstart"`);
  return found;
}

const app = new App();
const stack = new TerraformStack(app, "lab");

const controlPlane = new ControlPlane(stack, "control-plane", {
  kubernetesVersion: "1.36.3",
  clusterName: "lab",
  networking: { podSubnet: "10.244.0.0/16" },
  ssh: { user: "root", privateKeyFile: lab.sshKeyFile },
  hosts: { "cp-1": host("cp-1") },
  binaries: { mirror: lab.mirrorUrl },
  ...hostSettings({ "registry.k8s.io": [`http://${lab.registry}`] }),
});
new NodeJoin(stack, "workers", { controlPlane, hosts: { "w-1": host("w-1") } });
new Addons(stack, "addons", { controlPlane, network: bridgeNetwork() });

app.synth();
