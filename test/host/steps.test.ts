import * as fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEALTHY, smallRevision, TestHost } from "./support";

let host: TestHost;
beforeEach(() => {
  host = new TestHost();
  host.write("state/answers", HEALTHY);
});
afterEach(() => host.remove());

describe("save", () => {
  test("on a fresh host lays down all files, then starts runtime and kubelet, in this order", async () => {
    const digest = host.upload(smallRevision());

    const ended = await host.step(["save", digest]);

    expect(ended).toMatchObject({ status: 0 });
    expect(host.read("etc/kubernetes/manifests/kube-apiserver.yaml")).toContain("flag: one");
    expect(host.mode("etc/kubernetes/pki/ca.key")).toBe("600");
    expect(host.mode("etc/kubernetes/manifests")).toBe("700");
    expect(host.exists("var/lib/cdktf-kubeadm/started")).toBe(true);
    expect(host.exists("var/lib/cdktf-kubeadm/live")).toBe(false);
    expect(fs.readdirSync(host.path("var/lib/cdktf-kubeadm/upload"))).toEqual([]);
    const calls = host.calls();
    const at = (text: string): number => calls.findIndex((call) => call.includes(text));
    expect(at("restart containerd")).toBeGreaterThanOrEqual(0);
    expect(at("images ls")).toBeGreaterThan(at("restart containerd"));
    expect(at("images pull")).toBeGreaterThan(at("images ls"));
    expect(at("restart kubelet")).toBeGreaterThan(at("images pull"));
    expect(at("pinned")).toBeGreaterThan(0);
    expect(calls.filter((call) => call.includes("restart"))).toHaveLength(2);
  });

  test("on a host that runs touches nothing that is live", async () => {
    await host.deploy(smallRevision());
    const digest = host.upload(smallRevision({ config: "two", runtime: "3" }));
    host.calls();

    const ended = await host.step(["save", digest]);

    expect(ended.status).toBe(0);
    expect(host.read("var/lib/kubelet/config.yaml")).toBe("value: one\n");
    expect(host.calls().filter((call) => call.startsWith("systemctl"))).toEqual([]);
  });

  test.each(["bundle.tar", "keys.tar"])("refuses %s when it was cut off", async (name) => {
    const digest = host.upload(smallRevision());
    const file = host.path(`var/lib/cdktf-kubeadm/upload/${name}`);
    fs.truncateSync(file, 700);

    const ended = await host.step(["save", digest]);

    expect(ended.status).toBe(21);
    expect(host.exists(`var/lib/cdktf-kubeadm/revisions/${digest}`)).toBe(false);
    expect(host.exists("etc/kubernetes")).toBe(false);
  });

  test("refuses a bundle whose file was changed", async () => {
    const digest = host.upload(smallRevision());
    const file = host.path("var/lib/cdktf-kubeadm/upload/bundle.tar");
    const bytes = fs.readFileSync(file);
    bytes[bytes.indexOf("value: one")] = "V".charCodeAt(0);
    fs.writeFileSync(file, bytes);

    const ended = await host.step(["save", digest]);

    expect(ended).toMatchObject({
      status: 21,
      last: expect.stringContaining(
        "save: checksum wrong: files/var/lib/kubelet/config.yaml: FAILED; apply again, it is uploaded anew",
      ),
    });
  });

  test("refuses a bundle whose keys did not come", async () => {
    const digest = host.upload(smallRevision());
    fs.rmSync(host.path("var/lib/cdktf-kubeadm/upload/keys.tar"));

    const ended = await host.step(["save", digest]);

    expect(ended.status).toBe(21);
    expect(ended.last).toContain("/etc/kubernetes/pki/ca.key is listed but has no checksum");
  });

  test("tells the image that cannot be pulled", async () => {
    const revision = smallRevision();
    const digest = host.upload({
      ...revision,
      actions: [...revision.actions, "coredns cluster save pull-image registry.k8s.io/missing:1"],
    });

    const ended = await host.step(["save", digest]);

    expect(ended.status).toBe(21);
    expect(ended.last).toMatch(
      /^cp-1: coredns: image registry.k8s.io\/missing:1 cannot be pulled: .*not found; /,
    );
  });
});

describe("run", () => {
  test("starts what a save that was cut off left out", async () => {
    const digest = host.upload(smallRevision());
    await host.step(["save", digest]);
    for (const name of ["started", `revisions/${digest}/saved`]) {
      fs.rmSync(host.path(`var/lib/cdktf-kubeadm/${name}`));
    }
    host.calls();

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(0);
    expect(host.exists("var/lib/cdktf-kubeadm/started")).toBe(true);
    expect(host.read("var/lib/cdktf-kubeadm/live")).toBe(`${digest}\n`);
  });

  test("a second time does nothing but look", async () => {
    const digest = await host.deploy(smallRevision());
    host.calls();

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(0);
    expect(
      host.calls().filter((call) => /restart|start |stop|kill|daemon-reload/.test(call)),
    ).toEqual([]);
  });

  test.each([
    ["restarts a kubelet that could not register its node", "Unable to register node with", 1],
    ["leaves a kubelet alone that registered its node", "Successfully registered node", 0],
    ["leaves a kubelet alone that is registering its node", "Attempting to register node", 0],
  ])("%s when the API server is up", async (_, last, restarts) => {
    const digest = await host.deploy(smallRevision());
    host.write(
      "state/kubelet.journal",
      `E1 "Unable to register node with API server"\nI1 "${last}"\n`,
    );
    host.calls();

    const ended = await host.step(["run", digest]);

    expect(ended.status).toBe(0);
    expect(host.calls().filter((call) => call === "systemctl restart kubelet")).toHaveLength(
      restarts,
    );
  });

  test("replaces only the file that changed and restarts only its component", async () => {
    await host.deploy(smallRevision());
    const before = fs.statSync(host.path("etc/kubernetes/pki/ca.key")).ino;
    host.calls();

    await host.deploy(smallRevision({ config: "two" }));

    expect(host.read("var/lib/kubelet/config.yaml")).toBe("value: two\n");
    expect(fs.statSync(host.path("etc/kubernetes/pki/ca.key")).ino).toBe(before);
    expect(host.calls().filter((call) => call.includes("restart"))).toEqual([
      "systemctl restart kubelet",
    ]);
  });

  test("restores content and mode that someone changed by hand", async () => {
    const digest = await host.deploy(smallRevision());
    host.write("etc/kubernetes/pki/ca.crt", "other\n");
    fs.chmodSync(host.path("etc/kubernetes/pki/ca.key"), 0o644);

    await host.step(["run", digest]);

    expect(host.read("etc/kubernetes/pki/ca.crt")).toBe("certificate\n");
    expect(host.mode("etc/kubernetes/pki/ca.key")).toBe("600");
  });

  test("removes a file that the new revision does not have", async () => {
    const extra = { component: "kubelet", path: "/var/lib/kubelet/extra.yaml", content: "x\n" };
    const small = smallRevision();
    await host.deploy({ ...small, files: [...small.files, extra] });
    host.calls();

    await host.deploy(small);

    expect(host.exists("var/lib/kubelet/extra.yaml")).toBe(false);
    expect(host.calls()).toContain("systemctl restart kubelet");
  });

  test("fails with the command that helps when the revision is not there", async () => {
    const ended = await host.step(["run", "0123456789abcdef"]);

    expect(ended.status).toBe(24);
    expect(ended.last).toMatch(
      /: run: revision 0123456789abcdef is not on this host; save it again: terraform apply -replace 'null_resource\..*_save'$/,
    );
  });

  test("keeps this revision and the one before", async () => {
    const first = await host.deploy(smallRevision());
    const second = await host.deploy(smallRevision({ config: "two" }));
    const third = await host.deploy(smallRevision({ config: "three" }));

    const kept = fs.readdirSync(host.path("var/lib/cdktf-kubeadm/revisions"));

    expect(kept.sort()).toEqual([second, third].sort());
    expect(kept).not.toContain(first);
  });

  test("bootstrap files go when the node has its certificate, and do not come back", async () => {
    const small = smallRevision();
    const file = "/etc/kubernetes/bootstrap-kubelet.conf";
    const revision = {
      files: [
        ...small.files,
        { component: "kubelet", path: file, content: "token\n", install: "bootstrap" },
      ],
      actions: [...small.actions, "kubelet host run wait-bootstrap 20"],
    };
    const digest = host.upload(revision);
    await host.step(["save", digest]);
    expect(host.exists(file)).toBe(true);
    host.write("var/lib/kubelet/pki/kubelet-client-current.pem", "pem\n");

    const statuses = [await host.step(["run", digest]), await host.step(["run", digest])].map(
      (e) => e.status,
    );

    expect(statuses).toEqual([0, 0]);
    expect(host.exists(file)).toBe(false);
  });

  test("an unknown action fails before anything is touched by it", async () => {
    const small = smallRevision();
    const digest = host.upload({
      ...small,
      actions: [...small.actions, "kubelet host run launch-rockets now"],
    });

    const ended = await host.step(["save", digest]);

    expect(ended.status).toBe(64);
    expect(ended.last).toContain('kubelet: unknown action "launch-rockets"');
  });
});

describe("clean", () => {
  test("gives back what was found and leaves nothing of ours", async () => {
    host.write("etc/containerd/config.toml", "as found\n");
    await host.deploy(smallRevision());
    await host.deploy(smallRevision({ runtime: "3" }));

    const ended = await host.step(["clean"]);

    expect(ended.status).toBe(0);
    expect(host.read("etc/containerd/config.toml")).toBe("as found\n");
    for (const gone of [
      "etc/kubernetes/pki/ca.key",
      "etc/kubernetes/manifests/kube-apiserver.yaml",
      "etc/systemd/system/kubelet.service",
      "var/lib/cdktf-kubeadm",
    ]) {
      expect(host.exists(gone), gone).toBe(false);
    }
  });

  test("on a host with nothing does nothing", async () => {
    const ended = await host.step(["clean"]);

    expect(ended.status).toBe(0);
    expect(host.calls().filter((call) => call.startsWith("systemctl"))).toEqual([]);
  });

  test("works on a host whose save was cut off", async () => {
    const digest = host.upload(smallRevision());
    host.write("state/containerd.broken", "");
    expect((await host.step(["save", digest])).status).toBe(11);

    const ended = await host.step(["clean"]);

    expect(ended.status).toBe(0);
    expect(host.exists("etc/containerd/config.toml")).toBe(false);
  });
});

test("an unknown step is refused", async () => {
  const ended = await host.step(["reboot"]);

  expect(ended).toMatchObject({
    status: 64,
    last: expect.stringContaining('unknown step "reboot"'),
  });
});
