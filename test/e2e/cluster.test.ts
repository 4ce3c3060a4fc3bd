/** A first cluster on hosts that have nothing of Kubernetes, made as a user makes it: with `cdktf deploy`. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryRun } from "../../lab/command";
import * as lab from "../../lab/lab";
import { PROJECT_DIR } from "../../lab/paths";
import { waitUntil } from "../../lab/wait";
import { checkFacts, checkHostFiles, failedRows, type Role } from "../support/acceptance";
import { renewHost } from "../support/lab-stack";
import type { Outcome } from "../support/outcome";
import { deployment, IDLE, manifest, pod, service, webServer } from "../support/pods";
import { start } from "../support/running";

const NODES: Readonly<Record<string, Role>> = { "cp-1": "control-plane", "w-1": "worker" };
const HOSTS = ["cp-1", "w-1"] as const;

const project = mkdtempSync(join(tmpdir(), "cdktf-kubeadm-e2e-"));
const kubeconfig = join(project, "pki/lab/admin.conf");
let kubectlProgram = "kubectl";

const bin = (name: string): string => join(PROJECT_DIR, "node_modules/.bin", name);

/** `cdktf deploy` of the quickstart's app, in a project of its own. */
async function deploy(): Promise<Outcome> {
  const env = await lab.terraformEnv();
  const args = ["deploy", "*", "--auto-approve"];
  if (env !== undefined) args.push("--skip-provider-lock");
  const settings = { ...env, CI: "1", CHECKPOINT_DISABLE: "1" };
  return start(bin("cdktf"), args, { cwd: project, env: settings, log: join(project, "log") })
    .outcome;
}

async function kubectl(...args: string[]): Promise<string> {
  const result = await tryRun(kubectlProgram, ["--kubeconfig", kubeconfig, ...args]);
  if (result.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${result.stderr.trim()}`);
  return result.stdout.trim();
}

async function create(...objects: readonly object[]): Promise<void> {
  const args = ["--kubeconfig", kubeconfig, "create", "-f", "-"];
  const result = await tryRun(kubectlProgram, args, { input: manifest(...objects) });
  expect(result.code, result.stderr).toBe(0);
}

/** Runs shell text in a pod. */
const inPod = (name: string, text: string): Promise<string> =>
  kubectl("exec", name, "--", "sh", "-c", text);

const ready = (...what: string[]): Promise<string> =>
  kubectl("wait", "--for=condition=Ready", "--timeout=60s", ...what);

beforeAll(async () => {
  await lab.prepare(() => {});
  kubectlProgram = await lab.kubectlPath();
  await Promise.all(HOSTS.map((name) => renewHost(name, { preloaded: false })));
  const settings = { language: "typescript", projectId: "e2e", sendCrashReports: "false" };
  const app = `${bin("tsx")} ${join(PROJECT_DIR, "bin/lab.ts")}`;
  writeFileSync(join(project, "cdktf.json"), JSON.stringify({ ...settings, app }));
});

afterAll(async () => {
  await Promise.all(HOSTS.map((name) => lab.removeHost(name)));
  rmSync(project, { recursive: true, force: true });
});

describe("deploying", () => {
  test("one command makes a cluster of hosts that have nothing of Kubernetes", async () => {
    const { code, output } = await deploy();

    expect(code, output.slice(-6000)).toBe(0);
    const ready = await kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=1s");
    expect(ready.split("\n")).toHaveLength(HOSTS.length);
  });

  test("deploying again finds nothing to do", async () => {
    const { code, output, seconds } = await deploy();

    expect(code, output.slice(-6000)).toBe(0);
    expect(output).toMatch(/No changes|0 added, 0 changed, 0 destroyed/);
    expect(seconds).toBeLessThan(40);
  });

  test("the administrator's kubeconfig and the keys are for their owner alone", () => {
    for (const file of ["admin.conf", "ca.key", ".bundles/cp-1.tar"]) {
      expect(statSync(join(project, "pki/lab", file)).mode & 0o077, file).toBe(0);
    }
  });
});

describe("acceptance", () => {
  test("the cluster holds what a cluster made by kubeadm holds", async () => {
    await kubectl("rollout", "status", "-n", "kube-system", "deployment/coredns", "--timeout=60s");

    const result = await checkFacts(kubeconfig);

    expect(failedRows(result)).toEqual([]);
    expect(result.code, result.stderr).toBe(0);
  });

  test.each(HOSTS)("the files on %s are as they should be", async (host) => {
    const result = await checkHostFiles(host, NODES[host] ?? "worker");

    expect(failedRows(result)).toEqual([]);
    expect(result.code, result.stderr).toBe(0);
  });
});

describe("pods", () => {
  beforeAll(async () => {
    await create(
      pod({ name: "near", run: IDLE, node: "w-1" }),
      pod({ name: "far", run: webServer(8080), node: "cp-1" }),
      deployment({ name: "web", run: webServer(8080) }, 2),
      service("web", 8080),
    );
    await ready("pod/near", "pod/far");
    await kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  });

  test.each([
    ["near", "w-1", "10.244.21."],
    ["far", "cp-1", "10.244.11."],
  ])("pod %s has an address of the range of %s", async (name, _, range) => {
    const address = await kubectl("get", "pod", name, "-o", "jsonpath={.status.podIP}");

    expect(address.startsWith(range), address).toBe(true);
  });

  test("a pod resolves the names of services", async () => {
    const names = ["kubernetes.default.svc.cluster.local", "web"];
    for (const name of names) {
      const found = await inPod("near", `getent ahostsv4 ${name} | head -n 1 | cut -d ' ' -f 1`);
      const expected = await kubectl(
        "get",
        "service",
        name.split(".")[0] ?? "",
        "-o",
        "jsonpath={.spec.clusterIP}",
      );
      expect(found, name).toBe(expected);
    }
  });

  test("a pod reaches a pod on another node", async () => {
    const address = await kubectl("get", "pod", "far", "-o", "jsonpath={.status.podIP}");

    expect(await inPod("near", `curl -fsS --max-time 5 http://${address}:8080`)).toBe(
      "hello from far",
    );
  });

  test("a service leads to its pods", async () => {
    const pods = await kubectl(
      "get",
      "pods",
      "-l",
      "app=web",
      "-o",
      "jsonpath={.items[*].metadata.name}",
    );

    const answers = await inPod(
      "near",
      "for i in 1 2 3 4 5 6 7 8 9 10; do curl -fsS --max-time 5 http://web:8080; done",
    );

    const known = pods.split(" ").map((name) => `hello from ${name}`);
    expect(known).toEqual(expect.arrayContaining([...new Set(answers.split("\n"))]));
  });

  test("kubectl logs and exec work on both nodes", async () => {
    for (const [name, node] of [
      ["near", "w-1"],
      ["far", "cp-1"],
    ] as const) {
      expect(await kubectl("logs", name)).toBe("ready");
      expect(await inPod(name, "echo $HOSTNAME"), node).toBe(name);
    }
  });
});

describe("what happens to machines", () => {
  test("an API server that is killed comes back", async () => {
    const id = async (): Promise<string> =>
      kubectl(
        "get",
        "pod",
        "-n",
        "kube-system",
        "kube-apiserver-cp-1",
        "-o",
        "jsonpath={.status.containerStatuses[0].containerID}",
      );
    const before = await id();

    expect((await lab.ssh("cp-1", "pkill -KILL -x kube-apiserver")).code).toBe(0);

    await waitUntil("another API server", 60, async () => {
      const now = await id().catch(() => before);
      return now !== before;
    });
  });

  test.each(["w-1", "cp-1"] as const)(
    "%s comes back after a reboot, without Terraform",
    async (host) => {
      const booted = async (): Promise<string> =>
        kubectl(
          "get",
          "node",
          host,
          "-o",
          "jsonpath={.status.nodeInfo.bootID} {.status.conditions[?(@.type=='Ready')].lastHeartbeatTime}",
        );
      const before = await booted();

      await lab.restartHost(host);

      await waitUntil(`a new sign of life of ${host}`, 90, async () => {
        const now = await booted().catch(() => before);
        return now !== before;
      });
      await waitUntil(
        `${host} to be Ready`,
        90,
        async () => (await ready("node", host).catch(() => "")) !== "",
      );
    },
  );

  test("pods work again after the reboots", async () => {
    await ready("pod", "--all", "-n", "kube-system");
    await ready("pod/near");

    await waitUntil("the service to answer", 60, async () => {
      const answer = await inPod("near", "curl -fsS --max-time 3 http://web:8080").catch(() => "");
      return answer.startsWith("hello from web-");
    });
  });
});
