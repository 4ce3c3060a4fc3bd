import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEALTHY, smallRevision, TestHost, type TestRevision } from "./support";

let host: TestHost;
let processes: ChildProcess[];
beforeEach(() => {
  host = new TestHost();
  host.write("state/answers", ANSWERS);
  processes = [];
});
afterEach(() => {
  for (const child of processes) child.kill("SIGKILL");
  host.remove();
});

const ANSWERS = `${HEALTHY}http://127.0.0.1:2381/health ok\n`;
const PEER = "https://10.0.0.2:2379";

/** A control plane host with an etcd member. */
function withEtcd(
  change: { api?: string; etcd?: string; members?: string; founder?: string; peers?: string } = {},
): TestRevision {
  const small = smallRevision({ flag: change.api ?? "one" });
  const members = change.members ?? "cp-1=https://127.0.0.1:2380";
  return {
    files: [
      {
        component: "etcd",
        path: "/etc/kubernetes/manifests/etcd.yaml",
        mode: "0600",
        content: [
          "    - --data-dir=/var/lib/etcd",
          `    - --initial-cluster=${members}`,
          "    - --initial-cluster-state=new",
          `    - --max-snapshots=${change.etcd ?? "5"}`,
          "",
        ].join("\n"),
      },
      ...small.files,
    ],
    actions: ["etcd host run static-pod etcd http://127.0.0.1:2381/health", ...small.actions],
    node: { etcd: "local", founder: change.founder ?? "yes", peers: change.peers ?? "" },
  };
}

/** A process that stands for a container; one that is stubborn ignores SIGTERM. */
function container(name: string, isStubborn = false): ChildProcess {
  const child = spawn("sh", [
    "-c",
    `${isStubborn ? "trap '' TERM; " : ""}while :; do sleep 0.1; done`,
  ]);
  processes.push(child);
  host.write(`state/containers.${name}`, `old-${name}\n`);
  const tasks = host.exists("state/tasks") ? host.read("state/tasks") : "TASK PID STATUS\n";
  host.write("state/tasks", `${tasks}old-${name} ${child.pid} RUNNING\n`);
  return child;
}

const orderOf = (calls: readonly string[], ...texts: readonly string[]): number[] =>
  texts.map((text) => calls.findIndex((call) => call.includes(text)));

const isRising = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => n >= 0 && (i === 0 || n > (numbers[i - 1] ?? 0)));

describe("a changed API server", () => {
  test("has its manifest replaced, its old process killed after 2 s, and the kubelet restarted once", async () => {
    await host.deploy(withEtcd());
    const old = container("kube-apiserver", true);
    const digest = host.upload(withEtcd({ api: "two" }));
    await host.step(["save", digest]);
    host.calls();

    const ended = await host.step(["run", digest]);

    expect(ended).toMatchObject({ status: 0 });
    expect(host.read("etc/kubernetes/manifests/kube-apiserver.yaml")).toContain("flag: two");
    expect(old.killed || old.signalCode).toBe("SIGKILL");
    const calls = host.calls();
    expect(calls.filter((call) => /systemctl (stop|start|restart)/.test(call))).toEqual([
      "systemctl restart kubelet",
    ]);
    expect(
      isRising(orderOf(calls, "tasks kill -s SIGKILL old-kube-apiserver", "restart kubelet")),
    ).toBe(true);
  });
});

describe("a changed etcd member", () => {
  test("ends after its API server, while the kubelet is away and another member leads", async () => {
    await host.deploy(withEtcd());
    container("kube-apiserver");
    container("etcd");
    const own = "https://127.0.0.1:2379";
    host.write(
      "state/answers",
      [
        ANSWERS.trimEnd(),
        `${own}/health {"health":"true"}`,
        `${PEER}/health {"health":"true"}`,
        `${own}/v3/maintenance/status {"header":{"member_id":"11"}, "leader":"11"}`,
        `${own}/v3/maintenance/transfer-leadership {}`,
        `${own}/v3/cluster/member/list {"members":[{"ID":"11", "name":"cp-1", "peerURLs":["https://127.0.0.1:2380"], "clientURLs":["${own}"]}, {"ID":"22", "name":"cp-2", "peerURLs":["https://10.0.0.2:2380"], "clientURLs":["${PEER}"]}]}`,
        "",
      ].join("\n"),
    );
    const digest = host.upload(withEtcd({ etcd: "6" }));
    await host.step(["save", digest]);
    host.calls();

    const ended = await host.step(["run", digest]);

    expect(ended).toMatchObject({ status: 0 });
    expect(host.read("etc/kubernetes/manifests/etcd.yaml")).toContain("max-snapshots=6");
    const order = orderOf(
      host.calls(),
      `${PEER}/health`,
      "transfer-leadership",
      "systemctl stop kubelet",
      "tasks kill -s SIGTERM old-kube-apiserver",
      "tasks kill -s SIGTERM old-etcd",
      "systemctl restart kubelet",
    );
    expect(isRising(order), order.join()).toBe(true);
  });

  test("keeps the flags that count on an empty data directory only", async () => {
    await host.deploy(withEtcd());
    host.write("var/lib/etcd/member/wal", "");
    const live = "etc/kubernetes/manifests/etcd.yaml";
    host.write(
      live,
      host
        .read(live)
        .replace("state=new", "state=existing")
        .replace("cluster=cp-1", "cluster=cp-0=x,cp-1"),
    );
    const joined = host.read(live);

    await host.deploy(
      withEtcd({ members: "cp-1=https://127.0.0.1:2380,cp-9=https://10.0.0.9:2380" }),
    );
    expect(host.read(live)).toBe(joined);

    await host.deploy(withEtcd({ etcd: "7" }));
    expect(host.read(live)).toBe(joined.replace("snapshots=5", "snapshots=7"));
  });

  test("is not touched while another member is not healthy", async () => {
    await host.deploy(withEtcd());
    const own = "https://127.0.0.1:2379";
    host.write(
      "state/answers",
      [
        ANSWERS.trimEnd(),
        `${own}/health {"health":"true"}`,
        `${own}/v3/cluster/member/list {"members":[{"ID":"22", "name":"cp-2", "peerURLs":["https://10.0.0.2:2380"], "clientURLs":["${PEER}"]}]}`,
        "",
      ].join("\n"),
    );
    const digest = host.upload(withEtcd({ etcd: "8" }));
    await host.step(["save", digest]);
    host.calls();

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(18);
    expect(ended.last).toContain(`etcd: the etcd member at ${PEER} is not healthy; `);
    expect(host.read("etc/kubernetes/manifests/etcd.yaml")).toContain("max-snapshots=5");
    expect(host.calls().filter((call) => /systemctl (stop|restart)/.test(call))).toEqual([]);
  });
});

test("an etcd member whose data directory was emptied is not started anew beside a running cluster", async () => {
  await host.deploy(withEtcd({ peers: "cp-2=10.0.0.2" }));
  const members = `{"ID":"22", "name":"cp-2", "peerURLs":["https://10.0.0.2:2380"], "clientURLs":["${PEER}"]}`;
  host.write(
    "state/answers",
    `${ANSWERS}${PEER}/v3/cluster/member/list {"members":[${members}]}\n`,
  );
  const digest = host.upload(withEtcd({ peers: "cp-2=10.0.0.2", etcd: "6" }));
  await host.step(["save", digest]);

  const ended = await host.step(["run", digest]);

  expect(ended.status).toBe(23);
  expect(host.read("etc/kubernetes/manifests/etcd.yaml")).toContain("max-snapshots=5");
});

describe("the first start of an etcd member", () => {
  const peers = "cp-2=10.0.0.2";
  const list = (members: string): string =>
    `${PEER}/v3/cluster/member/list {"members":[${members}]}\n`;
  const other = `{"ID":"22", "name":"cp-2", "peerURLs":["https://10.0.0.2:2380"], "clientURLs":["${PEER}"]}`;

  test("happens when no other founder answers", async () => {
    const ended = await host.step(["save", host.upload(withEtcd({ peers }))]);

    expect(ended.status).toBe(0);
    expect(host.exists("etc/kubernetes/manifests/etcd.yaml")).toBe(true);
  });

  test("happens when the founders that run wait for this one", async () => {
    host.write(
      "state/answers",
      ANSWERS + list(`${other}, {"ID":"11", "name":"cp-1", "peerURLs":["https://127.0.0.1:2380"]}`),
    );

    const ended = await host.step(["save", host.upload(withEtcd({ peers }))]);

    expect(ended.status).toBe(0);
  });

  test("is refused when a cluster runs that does not wait for this one", async () => {
    host.write("state/answers", ANSWERS + list(other));

    const ended = await host.step(["save", host.upload(withEtcd({ peers }))]);

    expect(ended.status).toBe(23);
    expect(ended.last).toContain(
      "etcd: the data directory is empty, but cp-2 has a running etcd cluster; ",
    );
    expect(host.exists("etc/kubernetes/manifests/etcd.yaml")).toBe(false);
  });

  test("is refused on a host that is no founder, whoever answers", async () => {
    const ended = await host.step(["save", host.upload(withEtcd({ founder: "no", peers }))]);

    expect(ended.status).toBe(23);
    expect(ended.last).toContain("cp-1 did not found this etcd cluster and must not start one; ");
    expect(host.exists("etc/kubernetes/manifests/etcd.yaml")).toBe(false);
  });
});
