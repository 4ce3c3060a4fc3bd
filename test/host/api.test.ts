import * as fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEALTHY, smallRevision, TestHost } from "./support";

let host: TestHost;
beforeEach(async () => {
  host = new TestHost();
  host.write("state/answers", HEALTHY);
});
afterEach(() => host.remove());

const small = smallRevision();
const ADDON = {
  component: "coredns",
  scope: "cluster",
  path: "/etc/kubernetes/addons/coredns.yaml",
  content: "kind: Deployment\n",
};
const WITH_ADDON = {
  ...small,
  files: [...small.files, ADDON],
  actions: [
    ...small.actions,
    `coredns cluster run apply ${ADDON.path}`,
    "coredns cluster run wait-rollout deployment/coredns kube-system 30 must",
  ],
};

describe("cluster", () => {
  test("applies the component's file and waits, through the API server of this host", async () => {
    const digest = await host.deploy(WITH_ADDON);
    expect(host.exists(ADDON.path)).toBe(false);
    host.calls();

    const ended = await host.step(["cluster", digest, "coredns"]);

    expect(ended.status).toBe(0);
    expect(host.read("state/apply.given")).toBe(ADDON.content);
    expect(host.calls().map((call) => call.split(" -f ")[0])).toEqual([
      "kubectl apply --server-side --field-manager=cdktf-kubeadm --force-conflicts",
      "kubectl rollout status deployment/coredns -n kube-system --timeout=30s ",
    ]);
  });

  test("tries again while a namespace is not there yet", async () => {
    const digest = await host.deploy(WITH_ADDON);
    host.write("state/kubectl.apply.errors", 'Error: namespaces "kube-public" not found\n');

    const ended = await host.step(["cluster", digest, "coredns"]);

    expect(ended.status).toBe(0);
  });

  test("says what the API server refuses", async () => {
    const digest = await host.deploy(WITH_ADDON);
    host.write("state/kubectl.apply.errors", "error: spec.replicas: Invalid value\n");

    const ended = await host.step(["cluster", digest, "coredns"]);

    expect(ended).toMatchObject({
      status: 22,
      last: "cp-1: coredns: /etc/kubernetes/addons/coredns.yaml was not accepted: error: spec.replicas: Invalid value; correct the manifest or repair the API server, then apply again",
    });
  });

  test("deletes what an earlier version had and this one has not", async () => {
    host.write(
      "state/kubectl.apply",
      "ConfigMap\tv1\tkube-system\ta\nConfigMap\tv1\tkube-system\tb\n",
    );
    const digest = await host.deploy(WITH_ADDON);
    await host.step(["cluster", digest, "coredns"]);
    host.write("state/kubectl.apply", "ConfigMap\tv1\tkube-system\tb\n");

    const ended = await host.step(["cluster", digest, "coredns"]);

    expect(ended.status).toBe(0);
    expect(JSON.parse(host.read("state/delete.given"))).toEqual({
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name: "a", namespace: "kube-system" },
    });
  });

  test("a component that is not in the revision is refused", async () => {
    const digest = await host.deploy(small);

    const ended = await host.step(["cluster", digest, "coredns"]);

    expect(ended.status).toBe(24);
  });
});

describe("token", () => {
  test("is applied with an expiry, shown nowhere, and its upload removed", async () => {
    await host.deploy(small);
    const upload = "var/lib/cdktf-kubeadm/upload/token-workers.yaml";
    host.write(
      upload,
      "kind: Secret\nstringData:\n  token-id: abcdef\n  token-secret: 0123456789abcdef\n",
    );
    host.calls();

    const ended = await host.step(["token", "workers", "3600"]);

    expect(ended.status).toBe(0);
    const given = host.read("state/apply.given");
    const expiry = /^ {2}expiration: "(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"$/m.exec(given)?.[1] ?? "";
    expect(Math.abs(Date.parse(expiry) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect(given).toContain("token-secret: 0123456789abcdef");
    expect(ended.output + host.calls().join()).not.toContain("0123456789abcdef");
    expect(host.exists(upload)).toBe(false);
    expect(fs.readdirSync(host.path("var/lib/cdktf-kubeadm"))).not.toContain("work");
  });
});

/** What the roster asks of a node beyond its health: what it set before, and what there is, between commas. */
interface Marks {
  setLabels: string;
  setTaints: string;
  labels: string;
  taints: string;
}

describe("roster", () => {
  const row = (name: string, ours: string, ready: string, marks: Partial<Marks> = {}): string => {
    const { setLabels = "", setTaints = "", labels = ",", taints = "," } = marks;
    return `${[name, ours, ready, setLabels, setTaints, labels, taints, ""].join("\t")}\n`;
  };
  const roster = (text: string): void =>
    host.write("var/lib/cdktf-kubeadm/upload/roster.txt", text);

  beforeEach(async () => {
    await host.deploy(small);
    host.calls();
  });

  test("drains and deletes nodes of ours that are not on it, and leaves others alone", async () => {
    roster("cp-1\t10.0.0.1\tcontrol-plane\t-\t-\n");
    host.write(
      "state/kubectl.get",
      row("cp-1", "ours", "True") + row("w-1", "ours", "True") + row("other", "other", "True"),
    );

    const ended = await host.step(["roster"]);

    expect(ended).toMatchObject({ status: 0 });
    const calls = host.calls().filter((call) => !call.includes("get nodes"));
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/^kubectl drain w-1 .*--timeout=120s/);
    expect(calls[1]).toMatch(/^kubectl delete node w-1 /);
  });

  test("a node that cannot be drained stays", async () => {
    roster("cp-1\t10.0.0.1\tcontrol-plane\t-\t-\n");
    host.write("state/kubectl.get", row("cp-1", "ours", "True") + row("w-1", "ours", "True"));
    host.write("state/kubectl.drain.errors", "error: Cannot evict pod: disruption budget\n");

    const ended = await host.step(["roster"]);

    expect(ended.status).toBe(23);
    expect(ended.last).toBe(
      "cp-1: roster: node w-1 cannot be drained within 120 s: error: Cannot evict pod: disruption budget; " +
        "see whether a disruption budget forbids it: kubectl get pdb -A",
    );
    expect(host.calls().some((call) => call.includes("kubectl delete"))).toBe(false);
  });

  test("a dead node is given up after a short drain", async () => {
    roster("cp-1\t10.0.0.1\tcontrol-plane\t-\t-\n");
    host.write("state/kubectl.get", row("cp-1", "ours", "True") + row("w-1", "ours", "Unknown"));
    host.write("state/kubectl.drain.errors", "error: timed out\n");

    const ended = await host.step(["roster"]);

    expect(ended.status).toBe(0);
    expect(host.calls().some((call) => call.startsWith("kubectl delete node w-1"))).toBe(true);
  });

  test("the last control plane is not removed", async () => {
    roster("w-1\t10.0.0.2\tworker\t-\t-\n");

    const ended = await host.step(["roster"]);

    expect(ended.status).toBe(23);
    expect(ended.last).toContain("roster: no control plane would be left; ");
    expect(host.calls()).toEqual([]);
  });

  test("a host that is leaving does not lead it", async () => {
    roster("cp-2\t10.0.0.2\tcontrol-plane\t-\t-\n");

    const ended = await host.step(["roster"]);

    expect(ended.status).toBe(23);
    expect(ended.last).toContain("cp-1 is leaving itself");
  });

  test("sets labels and taints that a node lacks, and takes away only what it set before", async () => {
    roster(
      "cp-1\t10.0.0.1\tcontrol-plane\t-\t-\nw-1\t10.0.0.2\tworker\tnew=1,tier=web\tdedicated=db:NoSchedule\n",
    );
    host.write(
      "state/kubectl.get",
      row("cp-1", "ours", "True", { labels: ",byhand=1,", taints: ",byhand=:NoExecute," }) +
        row("w-1", "ours", "True", {
          setLabels: "old,tier",
          setTaints: "gone:NoExecute,removed:NoSchedule",
          labels: ",byhand=1,old=1,tier=db,",
          taints: ",byhand=:NoSchedule,gone=x:NoExecute,",
        }),
    );

    const ended = await host.step(["roster"]);

    expect(ended.status).toBe(0);
    const calls = host.calls().filter((call) => !call.includes("get nodes"));
    expect(calls.map((call) => call.replace(/ --\S+/g, "").trim())).toEqual([
      "kubectl label nodes w-1 new=1 tier=web old-",
      "kubectl taint nodes w-1 dedicated=db:NoSchedule gone:NoExecute-",
      "kubectl annotate nodes w-1 cdktf-kubeadm/labels=new,tier cdktf-kubeadm/taints=dedicated:NoSchedule",
    ]);
  });

  test("asks for nothing when labels and taints are as they should be", async () => {
    roster("cp-1\t10.0.0.1\tcontrol-plane\t-\t-\nw-1\t10.0.0.2\tworker\ttier=web\ta=:NoSchedule\n");
    host.write(
      "state/kubectl.get",
      row("cp-1", "ours", "True") +
        row("w-1", "ours", "True", {
          setLabels: "tier",
          setTaints: "a:NoSchedule",
          labels: ",tier=web,",
          taints: ",a=:NoSchedule,",
        }),
    );

    const ended = await host.step(["roster"]);

    expect(ended.status).toBe(0);
    expect(host.calls().filter((call) => !call.includes("get nodes"))).toEqual([]);
  });

  test("waits for a node that is not there yet", async () => {
    roster("cp-1\t10.0.0.1\tcontrol-plane\t-\t-\nw-1\t10.0.0.2\tworker\t-\t-\n");
    host.write("state/kubectl.get", row("cp-1", "ours", "True"));

    const { ended } = host.start(["roster"]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    host.write("state/kubectl.get", row("cp-1", "ours", "True") + row("w-1", "ours", "True"));

    expect((await ended).status).toBe(0);
  });
});
