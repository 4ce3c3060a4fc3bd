import { spawn } from "node:child_process";
import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEALTHY, smallRevision, TestHost } from "./support";

let host: TestHost;
let digest: string;
beforeEach(async () => {
  host = new TestHost();
  host.write("state/answers", HEALTHY);
  digest = host.upload(smallRevision());
  await host.step(["save", digest]);
  host.write("state/answers", "http://127.0.0.1:10248/healthz ok\n"); // the API server does not answer
});
afterEach(() => host.remove());

const DOWN = "ActiveState=failed\nSubState=failed\nNRestarts=0\n";
const AGAIN = "ActiveState=activating\nSubState=auto-restart\nNRestarts=3\n";

/** Log of the API server's container, one file an attempt. */
function podLog(attempt: number, line: string): void {
  const folder = "var/log/pods/kube-system_kube-apiserver-cp-1_0123/kube-apiserver";
  host.write(`${folder}/${attempt}.log`, `2026-11-24T12:00:00.000000000Z stderr F ${line}\n`);
}

describe("run says why the API server does not come up", () => {
  test("the runtime is down", async () => {
    host.write("state/containerd.show", DOWN);
    host.write(
      "state/containerd.journal",
      "containerd: failed to load TOML: /etc/containerd/config.toml: (1, 2): bad\n",
    );

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(11);
    expect(ended.last).toBe(
      "cp-1: kube-apiserver: the containerd is failed: containerd: failed to load TOML: " +
        "/etc/containerd/config.toml: (1, 2): bad; see: systemctl status containerd",
    );
  });

  test("the kubelet keeps exiting", async () => {
    host.write("state/kubelet.show", AGAIN);
    host.write(
      "state/kubelet.journal",
      [
        'I1124 12:00:00.000001     812 server.go:500] "Kubelet version" kubeletVersion="v1.36.3"',
        'E1124 12:00:00.000002     812 run.go:72] "command failed" err="failed to parse kubelet flag: unknown flag: --foo"',
        "kubelet.service: Main process exited, code=exited, status=1/FAILURE",
        "",
      ].join("\n"),
    );

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(12);
    expect(ended.last).toBe(
      'cp-1: kube-apiserver: the kubelet keeps exiting: "command failed" err="failed to parse kubelet flag: ' +
        'unknown flag: --foo"; see: systemctl status kubelet',
    );
  });

  test("swap is on", async () => {
    host.write("proc/swaps", "Filename Type Size Used Priority\n/swapfile file 1 0 -2\n");
    host.write("state/kubelet.show", AGAIN.replace("3", "0"));
    host.write(
      "state/kubelet.journal",
      'E1124 12:00:00.0 812 run.go:72] "command failed" err="failed to run Kubelet: running with swap on is not supported, please disable swap"\n',
    );

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(16);
    expect(ended.last).toBe(
      "cp-1: kube-apiserver: the kubelet keeps exiting because swap is on (/swapfile); " +
        "turn it off: swapoff -a, and take it out of /etc/fstab",
    );
  });

  test("its image is missing", async () => {
    host.write("state/images", "");
    host.write(
      "state/kubelet.journal",
      'E1124 12:00:00.0 812 pod_workers.go:1] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"kube-apiserver\\" with ErrImagePull: \\"failed to pull and unpack image: not found\\"" pod="kube-system/kube-apiserver-cp-1" podUID="1"\n',
    );

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(13);
    expect(ended.last).toMatch(
      /^cp-1: kube-apiserver: image registry.k8s.io\/kube-apiserver:v1 is missing and cannot be pulled: .*not found.*; make its registry/,
    );
  });

  test("its container exits with the same message again and again", async () => {
    host.write("state/containers.kube-apiserver", "c1\n");
    host.write("state/tasks", "TASK PID STATUS\n");
    host.write(
      "var/lib/containerd/io.containerd.grpc.v1.cri/containers/c1/status",
      '{"Version":"v1","Metadata":{"FinishedAt":1764000000,"ExitCode":1,"Reason":"Error"}}',
    );
    podLog(0, "Error: unknown flag: --foo");

    const { ended: ending } = host.start(["run", digest]);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    podLog(1, "Error: unknown flag: --foo"); // after the kubelet was restarted, once more
    const ended = await ending;

    expect(host.calls()).toContain("systemctl restart kubelet");
    expect(ended.status).toBe(14);
    expect(ended.last).toMatch(
      /^cp-1: kube-apiserver: its container keeps exiting with status 1: Error: unknown flag: --foo; correct /,
    );
  });

  test("a certificate does not fit", async () => {
    host.write("state/tasks", "TASK PID STATUS\n");
    const line =
      "F1124 12:00:00.0 1 x.go:1] tls: x509: certificate is valid for 10.0.0.1, not 10.0.0.2";
    podLog(2, line);

    const { ended: ending } = host.start(["run", digest]);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    podLog(3, line);
    const ended = await ending;

    expect(ended.status).toBe(19);
    expect(ended.last).toContain(
      "a certificate does not fit: tls: x509: certificate is valid for 10.0.0.1, not 10.0.0.2; ",
    );
  });

  describe("when another process has its port", () => {
    let server: Server;
    afterEach(() => server.close());

    test("names port and process", async () => {
      server = createServer();
      const port = await new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
      });
      const small = smallRevision();
      const actions = small.actions.map((line) =>
        line.replace("127.0.0.1:6443", `127.0.0.1:${port}`),
      );
      const other = host.upload({ ...small, actions });
      await host.step(["save", other]);

      const ended = await host.step(["run", other]);

      expect(ended.status).toBe(15);
      expect(ended.last).toMatch(
        new RegExp(
          `^cp-1: kube-apiserver: port ${port} is taken by .+ \\(pid ${process.pid}\\); stop it, then apply again$`,
        ),
      );
    });
  });

  test("a disk is full", async () => {
    host.write("var/lib/etcd/.keep", "");
    host.write(
      "stand-ins/df",
      '#!/bin/sh\nprintf "Filesystem 1M-blocks Used Available Use%% Mounted\\n/dev/x 100 100 0 100%% /\\n"\n',
    );
    await new Promise((resolve) =>
      spawn("chmod", ["755", host.path("stand-ins/df")]).on("close", resolve),
    );

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(17);
    expect(ended.last).toBe(
      "cp-1: kube-apiserver: the disk of /var/lib/etcd is full; free some space there, then apply again",
    );
  });

  test("waits on while it is not certain", async () => {
    host.write("state/tasks", "TASK PID STATUS\n");
    podLog(1, "F1124 12:00:00.0 1 x.go:1] dial tcp 127.0.0.1:2379: connect: connection refused");

    const { ended } = host.start(["run", digest]);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    host.write("state/answers", HEALTHY);

    expect((await ended).status).toBe(0);
  });
});

describe("checks of save", () => {
  test.each([
    [
      "check-command no-such-command some-package",
      10,
      "preflight: the command no-such-command is missing; install the package some-package",
    ],
    [
      "check-disk /var/lib 999999999",
      17,
      "MiB are free for /var/lib, 999999999 are needed; free some space there",
    ],
    [
      "check-kernel-value net/ipv4/nothing 1",
      10,
      "preflight: the kernel has no net/ipv4/nothing; ",
    ],
  ])("%s", async (action, status, text) => {
    const other = new TestHost();
    const small = smallRevision();
    const id = other.upload({
      ...small,
      actions: [`preflight host save ${action}`, ...small.actions],
    });

    const ended = await other.step(["save", id]);

    expect(ended.status).toBe(status);
    expect(ended.last).toContain(text);
    expect(other.exists("etc/kubernetes")).toBe(false);
    other.remove();
  });

  test("a kernel value that can be set is set", async () => {
    const other = new TestHost();
    const small = smallRevision();
    const id = other.upload({
      ...small,
      actions: ["preflight host save check-kernel-value net/ipv4/ip_forward 1", ...small.actions],
    });

    const ended = await other.step(["save", id]);

    expect(ended.status).toBe(0);
    expect(other.read("proc/sys/net/ipv4/ip_forward")).toBe("1\n");
    other.remove();
  });

  test("a port that something else holds", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
    const other = new TestHost();
    const small = smallRevision();
    const id = other.upload({
      ...small,
      actions: [`preflight host save check-port ${port} etcd`, ...small.actions],
    });

    const ended = await other.step(["save", id]);
    server.close();

    expect(ended.status).toBe(15);
    expect(ended.last).toMatch(
      new RegExp(`: etcd: port ${port} is taken by .+ \\(pid ${process.pid}\\); `),
    );
    other.remove();
  });
});
