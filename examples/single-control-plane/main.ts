import { App, TerraformStack } from "cdktf";
import { Addons, ControlPlane, flannel, NodeJoin } from "../../lib";

const app = new App();
const stack = new TerraformStack(app, "single-control-plane");

const controlPlane = new ControlPlane(stack, "control-plane", {
  kubernetesVersion: "1.36.3",
  networking: { podSubnet: "10.244.0.0/16" },
  ssh: { user: "admin", privateKeyFile: "~/.ssh/id_ed25519" },
  hosts: {
    "cp-1": {
      address: "192.0.2.11",
      hostKey:
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBI4w1qtZjzR/xEXsw/c2qFgr/QOcamYiZEHTOikyHAWn5Xcgg1ra99v4mjke4PVAIOfNAnDxO+jW4REaVtutur4=",
    },
  },
  apiServer: { extraArgs: [{ name: "audit-log-maxage", value: "30" }] },
});

new NodeJoin(stack, "workers", {
  controlPlane,
  labels: { tier: "web" },
  hosts: {
    "w-1": {
      address: "192.0.2.21",
      hostKey:
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCMd/N1O0++Mn+6RBplcrPhXvlqby4/8cYB3ATCb491i025nYZCy35YH0+OCadV4KHEpLAxLLqb35Fn3EJMhLYM=",
    },
  },
});

new Addons(stack, "addons", { controlPlane, network: flannel() });

app.synth();
