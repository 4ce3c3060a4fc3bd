import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import { Addons, bridgeNetwork, ControlPlane, EtcdCluster, NodeJoin } from "../../lib";

const app = new App();
const stack = new TerraformStack(app, "external-etcd");

/** `client.key` is not in this folder: a plan does not need it, an apply does. */
const etcdFile = (name: string): string => path.join(__dirname, "etcd", name);

const etcd = new EtcdCluster(stack, "etcd", {
  external: {
    endpoints: ["https://192.0.2.31:2379", "https://192.0.2.32:2379", "https://192.0.2.33:2379"],
    caFile: etcdFile("ca.crt"),
    certFile: etcdFile("client.crt"),
    keyFile: etcdFile("client.key"),
  },
});

const controlPlane = new ControlPlane(stack, "control-plane", {
  kubernetesVersion: "1.36.3",
  controlPlaneEndpoint: "k8s.example.com:6443",
  networking: { podSubnet: "10.244.0.0/16" },
  etcd,
  ssh: { user: "root" },
  hosts: {
    "cp-1": { address: "192.0.2.11", hostKey: "unchecked" },
    "cp-2": { address: "192.0.2.12", hostKey: "unchecked" },
  },
});

new NodeJoin(stack, "workers", {
  controlPlane,
  bootstrap: "certificate",
  hosts: {
    "w-1": { address: "192.0.2.21", hostKey: "unchecked" },
    "w-2": { address: "192.0.2.22", hostKey: "unchecked" },
  },
});

new Addons(stack, "addons", { controlPlane, network: bridgeNetwork() });

app.synth();
