import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEALTHY, smallRevision, TestHost } from "./support";

let host: TestHost;
beforeEach(() => {
  host = new TestHost();
  host.write("state/answers", HEALTHY);
});
afterEach(() => host.remove());

/** Every file below etc and var/lib/kubelet with mode and content. */
function tree(of: TestHost): Record<string, string> {
  const found: Record<string, string> = {};
  for (const top of ["etc", "var/lib/kubelet"]) {
    if (!of.exists(top)) continue;
    for (const entry of fs.readdirSync(of.path(top), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const full = path.join(entry.parentPath, entry.name);
      const mode = (fs.statSync(full).mode & 0o777).toString(8);
      found[path.relative(of.root, full)] = `${mode} ${fs.readFileSync(full, "utf8")}`;
    }
  }
  return found;
}

/** Kills the step itself, not only the shell that follows it: everything that holds the lock. */
function killStep(of: TestHost): void {
  for (const pid of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8");
      if (environment.split("\0").includes(`CDKTF_KUBEADM_ROOT=${of.root}`))
        process.kill(Number(pid), "SIGKILL");
    } catch {
      // gone meanwhile
    }
  }
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("killed with -9 at any point", () => {
  // 30 ms apart over the length of a step; where exactly it hits differs from run to run, the outcome must not.
  const moments = [...Array(8).keys()].map((n) => 15 + n * 30);

  test.each(moments)("a first save and run converge (%i ms)", async (moment) => {
    const reference = new TestHost();
    reference.write("state/answers", HEALTHY);
    await reference.deploy(smallRevision());
    const digest = host.upload(smallRevision());

    const { ended } = host.start(["save", digest]);
    await wait(moment);
    killStep(host);
    await ended;
    host.upload(smallRevision()); // terraform uploads again
    const save = await host.step(["save", digest]);
    const run = await host.step(["run", digest]);

    expect(save, save.output).toMatchObject({ status: 0 });
    expect(run, run.output).toMatchObject({ status: 0 });
    expect(tree(host)).toEqual(tree(reference));
    expect(fs.readdirSync(path.join(host.ours, "changed"))).toEqual([]);
    reference.remove();
  });

  test.each(moments)(
    "a changing run converges and restarts what changed (%i ms)",
    async (moment) => {
      await host.deploy(smallRevision());
      const digest = host.upload(smallRevision({ config: "two", runtime: "3" }));
      await host.step(["save", digest]);
      host.calls();

      const { ended } = host.start(["run", digest]);
      await wait(moment);
      killStep(host);
      await ended;
      const again = await host.step(["run", digest]);

      expect(again, again.output).toMatchObject({ status: 0 });
      expect(host.read("var/lib/kubelet/config.yaml")).toBe("value: two\n");
      expect(host.read("etc/containerd/config.toml")).toBe("version = 3\n");
      const calls = host.calls();
      expect(calls).toContain("systemctl restart kubelet");
      expect(calls).toContain("systemctl restart containerd.service");
      expect(fs.readdirSync(path.join(host.ours, "changed"))).toEqual([]);
    },
  );
});

test("a step goes on when its connection is lost, and the next one waits for it", async () => {
  host.write("state/answers", ""); // nobody is healthy: run waits
  const digest = host.upload(smallRevision());
  await host.step(["save", digest]);
  const first = host.start(["run", digest]);
  await wait(500);

  process.kill(-(first.child.pid ?? 0), "SIGHUP");
  await first.ended;
  await wait(300);
  host.write("state/answers", HEALTHY);
  const second = await host.step(["run", digest]);

  expect(second.status).toBe(0);
  expect(host.read("var/lib/cdktf-kubeadm/live")).toBe(`${digest}\n`);
});

test("two steps never run at once; the second says that it waits and gives up after its time", async () => {
  host.write("state/answers", "");
  const digest = host.upload(smallRevision());
  await host.step(["save", digest]);
  const first = host.start(["run", digest]);
  await wait(400);

  const second = await host.step(["run", digest], { CDKTF_KUBEADM_LOCK_SECONDS: "1" });

  expect(second.status).toBe(25);
  expect(second.output).toContain("run: waits for another step on this host, up to 1 s");
  expect(second.last).toContain("run: another step still runs on this host; look at ");
  killStep(host);
  await first.ended;
});

test("a key is never readable by others, not for a moment", async () => {
  const folder = host.path("etc/kubernetes/pki");
  const wide: string[] = [];
  let looks = 0;
  let isDone = false;
  const look = (): void => {
    for (const base of [folder, host.path("var/lib/cdktf-kubeadm/revisions")]) {
      try {
        for (const name of fs.readdirSync(base, { recursive: true }) as string[]) {
          if (!name.includes(".key")) continue;
          const { mode } = fs.statSync(path.join(base, name));
          looks += 1;
          if (mode & 0o077) wide.push(`${name} ${mode.toString(8)}`);
        }
      } catch {
        // not there yet, or renamed meanwhile
      }
    }
    if (!isDone) setImmediate(look);
  };
  look();

  const digest = host.upload(smallRevision());
  await host.step(["save", digest]);
  isDone = true;

  expect(looks).toBeGreaterThan(5);
  expect(wide).toEqual([]);
});
