/** The app that is measured: one cluster as a file describes it. Its last line of output is what the process used. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { Addons, bridgeNetwork, ControlPlane, NodeJoin } from "../../lib";
import { hostSettings } from "../host-settings";
import { KUBERNETES_VERSION } from "../table";
import { type Spec, STACK } from "./spec";

const file = process.argv[2];
if (file === undefined) throw new Error("usage: stack.ts SPEC_FILE");
const spec = JSON.parse(readFileSync(file, "utf8")) as Spec;

const app = new App({ outdir: join(spec.dir, "cdktf.out") });
const stack = new TerraformStack(app, STACK);
const [endpoint] = Object.values(spec.controlPlane);

const controlPlane = new ControlPlane(stack, "control-plane", {
  kubernetesVersion: KUBERNETES_VERSION,
  clusterName: "bench",
  controlPlaneEndpoint: `${endpoint?.address}:6443`,
  networking: { podSubnet: spec.podSubnet },
  ssh: { user: "root", privateKeyFile: spec.sshKeyFile },
  hosts: spec.controlPlane,
  pkiDir: spec.pkiDir,
  binaries: { source: "installed" },
  ...(spec.eventTtl === undefined
    ? {}
    : { apiServer: { extraArgs: [{ name: "event-ttl", value: spec.eventTtl }] } }),
  ...(spec.isTuned
    ? {
        controllerManager: {
          extraArgs: [
            { name: "kube-api-qps", value: "100" },
            { name: "kube-api-burst", value: "200" },
          ],
        },
      }
    : {}),
  ...hostSettings(),
});
new NodeJoin(stack, "workers", {
  controlPlane,
  hosts: spec.workers,
  bootstrap: spec.bootstrap,
});
new Addons(stack, "addons", { controlPlane, network: bridgeNetwork() });

app.synth();

const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, memoryMib: maxRSS / 1024 }),
);
