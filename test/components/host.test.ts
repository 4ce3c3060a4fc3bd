/** What lies below Kubernetes on a host: checks, runtime, binaries, kernel, the bridge network. */
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { HostAction } from "../../lib/component";
import { hostComponents } from "../../lib/components";
import { goDuration } from "../../lib/model/duration";
import { type Fixture, fileText, fixtureCluster } from "../support/cluster";

const CONFIG = "/etc/containerd/config.toml";

const of = (fixture: Fixture = {}, host = "cp-1") =>
  hostComponents(fixtureCluster(fixture).context(host));

function actions(verb: "save" | "run", fixture: Fixture = {}, host = "cp-1"): string[] {
  return of(fixture, host)
    .flatMap((component): readonly HostAction[] => component[verb])
    .map(({ action, args }) => [action, ...args].join(" "));
}

const only = (prefix: string, lines: string[]) => lines.filter((line) => line.startsWith(prefix));

describe("preflight", () => {
  test("swap is an error unless the kubelet is told to bear it", () => {
    expect(only("check-swap", actions("save"))).toHaveLength(1);
    expect(
      only("check-swap", actions("save", { controlPlane: { kubelet: { failSwapOn: false } } })),
    ).toEqual([]);
  });

  test("a check that is ignored by kubeadm's name, in any case, is left out", () => {
    const ignoring = (...ignorePreflightErrors: string[]) =>
      actions("save", { controlPlane: { nodeRegistration: { ignorePreflightErrors } } });
    const all = only("check-", actions("save"));

    expect(only("check-", ignoring("Port-10250", "swap"))).toEqual(
      all.filter((line) => line !== "check-port 10250 kubelet" && line !== "check-swap"),
    );
    expect(only("check-kernel", ignoring("FileContent--proc-sys-net-ipv4-ip_forward"))).toEqual([]);
    expect(only("check-", ignoring("all"))).toEqual([]);
  });

  test("ports are those of the role", () => {
    const port = (fixture: Fixture, host: string) =>
      only("check-port", actions("save", fixture, host)).map((line) => line.split(" ")[1]);

    expect(port({ controlPlane: { localAPIEndpoint: { bindPort: 7443 } } }, "cp-1")).toEqual([
      "7443",
      "10257",
      "10259",
      "10250",
      "2379",
      "2380",
    ]);
    expect(port({ etcd: { external: { endpoints: ["http://e:2379"] } } }, "cp-1")).not.toContain(
      "2379",
    );
    expect(port({}, "w-1")).toEqual(["10250"]);
  });

  test("forwarding is asked for each IP version in use", () => {
    const fixture: Fixture = {
      controlPlane: { networking: { serviceSubnet: "10.96.0.0/12,fd00:96::/112" } },
    };

    expect(only("check-kernel-value", actions("save", fixture, "w-1"))).toEqual([
      "check-kernel-value net/ipv4/ip_forward 1",
      "check-kernel-value net/ipv6/conf/default/forwarding 1",
    ]);
    expect(fileText(of(fixture), "/etc/sysctl.d/99-cdktf-kubeadm.conf")).toBe(
      [
        "net.bridge.bridge-nf-call-ip6tables = 1",
        "net.bridge.bridge-nf-call-iptables = 1",
        "net.ipv4.ip_forward = 1",
        "net.ipv6.conf.all.forwarding = 1",
        "net.ipv6.conf.default.forwarding = 1",
        "",
      ].join("\n"),
    );
  });
});

describe("containerd", () => {
  test("the user's tables are laid over ours, and their order does not show", () => {
    const cri = "io.containerd.grpc.v1.cri";
    const [text, reordered] = [
      {
        oom_score: 0,
        plugins: { [cri]: { restrict_oom_score_adj: true, cni: { bin_dir: "/x" } } },
      },
      {
        plugins: { [cri]: { cni: { bin_dir: "/x" }, restrict_oom_score_adj: true } },
        oom_score: 0,
      },
    ].map((config) => fileText(of({ controlPlane: { containerRuntime: { config } } }), CONFIG));

    expect(text).toBe(reordered);
    expect(parseToml(text!)).toMatchObject({
      version: 2,
      oom_score: 0,
      plugins: {
        [cri]: {
          restrict_oom_score_adj: true,
          sandbox_image: "registry.k8s.io/pause:3.10.2",
          cni: { bin_dir: "/x", conf_dir: "/etc/cni/net.d" },
          containerd: { runtimes: { runc: { options: { SystemdCgroup: true } } } },
        },
      },
    });
  });

  test("mirrors are asked in the given order, and a miss stays with the first", () => {
    const mirrors = ["http://b:5000", "http://a:5000"];
    const text = fileText(
      of({ controlPlane: { containerRuntime: { registryMirrors: { "docker.io": mirrors } } } }),
      "/etc/containerd/certs.d/docker.io/hosts.toml",
    );

    const hosts = parseToml(text);
    expect(hosts.server).toBe("http://b:5000");
    expect(Object.keys(hosts.host as object)).toEqual(mirrors);
  });

  test("images are those of the role", () => {
    const names = (fixture: Fixture, host: string) =>
      only("pull-image", actions("save", fixture, host)).map((line) =>
        line.replace(/^.*\/(.*):.*/, "$1"),
      );

    expect(names({}, "cp-1")).toEqual([
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
      "coredns",
      "pause",
      "etcd",
    ]);
    expect(names({ etcd: { external: { endpoints: ["http://e:2379"] } } }, "cp-1")).not.toContain(
      "etcd",
    );
    expect(names({}, "w-1")).toEqual(["kube-proxy", "coredns", "pause"]);
  });
});

describe("binaries", () => {
  test("are fetched with the known digest, or looked for where they are installed", () => {
    const binaries = { mirror: "http://m/", sha256: { kubelet: "a".repeat(64) } };

    expect(only("fetch", actions("save", { controlPlane: { binaries } }))).toEqual([
      "fetch-binary http://m/release/v1.36.3/bin/linux/@ARCH@/kubectl - /usr/bin/kubectl",
      `fetch-binary http://m/release/v1.36.3/bin/linux/@ARCH@/kubelet ${"a".repeat(64)} /usr/bin/kubelet`,
    ]);
    expect(
      only(
        "check-command kube",
        actions("save", { controlPlane: { binaries: { source: "installed" } } }),
      ),
    ).toEqual(["check-command kubectl kubectl", "check-command kubelet kubelet"]);
  });
});

describe("the bridge network", () => {
  const bridge: Fixture = { network: { kind: "bridge", mtu: 1500 } };

  test("names this host and no other: a host that comes changes nothing here", () => {
    const files = (fixture: Fixture) =>
      of(fixture, "w-1").flatMap((c) => (c.name === "bridge-network" ? c.files : []));
    const more = {
      ...bridge,
      workers: {
        hosts: {
          "w-1": { address: "10.0.0.21", hostKey: "unchecked" },
          "w-2": { address: "10.0.0.22", hostKey: "unchecked" },
        },
      },
    };

    expect(files(bridge)).toHaveLength(2);
    expect(files(more)).toEqual(files(bridge));
  });

  test("gives each host's pods a range of their own and one route to all", () => {
    const components = of(bridge, "w-1");

    const cni = JSON.parse(fileText(components, "/etc/cni/net.d/10-bridge.conflist"));
    expect(cni.plugins[0].ipam.ranges).toEqual([[{ subnet: "10.244.21.0/24" }]]);
    expect(fileText(components, "/etc/systemd/system/cdktf-kubeadm-routes.service")).toContain(
      "ExecStart=/var/lib/cdktf-kubeadm/bin/bridge-routes.sh up 10.0.0.21 10.244.0.0/16\n",
    );
  });

  test("is absent with any other network", () => {
    expect(of().map(({ name }) => name)).not.toContain("bridge-network");
  });
});

describe("durations as Go prints them", () => {
  test.each([
    ["8760h", "8760h0m0s"],
    ["1000h30m", "1000h30m0s"],
    ["90m", "1h30m0s"],
    ["1.5h", "1h30m0s"],
    ["90s", "1m30s"],
    ["87600h0m0s", "87600h0m0s"],
    ["1500ms", "1.5s"],
    ["0.5s", "500ms"],
    ["1500us", "1.5ms"],
    ["2500ns", "2.5µs"],
    ["7ns", "7ns"],
    ["0", "0s"],
    ["0h0m", "0s"],
    ["soon", "soon"],
  ])("%s is %s", (given, printed) => {
    expect(goDuration(given)).toBe(printed);
  });
});
