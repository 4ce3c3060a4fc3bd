import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { hostComponents } from "../../lib/components";
import { kubelet } from "../../lib/components/kubelet";
import { type Fixture, fileText, fixtureCluster } from "../support/cluster";

function config(userConfig: Record<string, unknown>): Record<string, unknown> {
  const { context } = fixtureCluster({ controlPlane: { kubelet: userConfig } });
  return load(fileText([kubelet(context("cp-1"))], "/var/lib/kubelet/config.yaml")) as Record<
    string,
    unknown
  >;
}

const component = (host: string, fixture: Fixture = {}) =>
  kubelet(fixtureCluster(fixture).context(host));

describe("config.yaml", () => {
  test("the user's fields are laid over kubeadm's: objects merge, lists replace", () => {
    const merged = config({
      clusterDNS: ["10.1.1.1"],
      authentication: { anonymous: { enabled: true } },
      evictionHard: { "memory.available": "200Mi" },
    });

    expect(merged).toMatchObject({
      clusterDNS: ["10.1.1.1"],
      authentication: {
        anonymous: { enabled: true },
        webhook: { enabled: true },
        x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
      },
      evictionHard: { "memory.available": "200Mi" },
    });
  });

  test("durations are written as Go does, and empty maps are left out", () => {
    const typed = config({
      nodeStatusUpdateFrequency: "1.5m",
      authentication: { webhook: { cacheTTL: "2m" } },
      evictionHard: {},
      memorySwap: {},
    });

    expect(typed).toHaveProperty("nodeStatusUpdateFrequency", "1m30s");
    expect(typed).toHaveProperty("authentication.webhook.cacheTTL", "2m0s");
    expect(typed).not.toHaveProperty("evictionHard");
    expect(typed).toHaveProperty("memorySwap", {});
  });

  test("rotation of certificates cannot be turned off", () => {
    expect(config({ rotateCertificates: false })).toHaveProperty("rotateCertificates", true);
  });

  test("the socket is the host's, whatever the cluster's configuration says", () => {
    const { context } = fixtureCluster({
      controlPlane: {
        kubelet: { containerRuntimeEndpoint: "unix:///other" },
        nodeRegistration: { criSocket: "unix:///run/x.sock" },
      },
    });

    const text = fileText([kubelet(context("w-1"))], "/var/lib/kubelet/config.yaml");

    expect(load(text)).toHaveProperty("containerRuntimeEndpoint", "unix:///run/x.sock");
  });
});

describe("ways into the cluster", () => {
  test("a control plane host has its certificate and its own API server", () => {
    const kubeletOfHost = component("cp-1");
    const issued = "/var/lib/kubelet/pki/kubelet-client-issued.pem";

    expect(kubeletOfHost.run.map(({ action, args }) => [action, ...args])).toEqual([
      ["make-dir", "/var/lib/kubelet", "0700"],
      ["make-dir", "/etc/kubernetes/manifests", "0700"],
      ["kubelet-client", issued],
      ["kubelet"],
    ]);
    expect(fileText([kubeletOfHost], issued)).toMatch(
      /^-----BEGIN CERTIFICATE-----\n.*\n-----END CERTIFICATE-----\n\(pem of key hosts\/cp-1\/kubelet\)$/,
    );
    expect(fileText([kubeletOfHost], "/etc/kubernetes/kubelet.conf")).toContain(
      "server: https://10.0.0.11:6443\n",
    );
  });

  test("a worker with a token waits for its certificate and goes to the endpoint", () => {
    const worker = component("w-1");

    expect(worker.run.at(-1)).toEqual({ action: "wait-bootstrap", args: ["300"] });
    expect(
      worker.files.filter(({ install }) => install === "bootstrap").map(({ path }) => path),
    ).toEqual(["/etc/kubernetes/bootstrap-kubelet.conf"]);
    expect(fileText([worker], "/etc/kubernetes/bootstrap-kubelet.conf")).toMatch(
      /token: \(token of workers\)\n$/,
    );
  });

  test("a worker's kubelet.conf is the same for both ways, so that moving from one to the other restarts nothing", () => {
    const [byToken, byCertificate] = (["token", "certificate"] as const).map((bootstrap) =>
      fileText([component("w-1", { workers: { bootstrap } })], "/etc/kubernetes/kubelet.conf"),
    );

    expect(byToken).toBe(byCertificate);
    expect(byToken).toContain("server: https://api.example.com:6443\n");
  });

  test("no host but the control plane's gets a key of the cluster", () => {
    const files = hostComponents(fixtureCluster().context("w-1")).flatMap((c) => c.files);

    const secrets = files.filter(({ content }) => typeof content !== "string");
    expect(secrets.map(({ path }) => path)).toEqual(["/etc/kubernetes/bootstrap-kubelet.conf"]);
  });
});

describe("marking a control plane node", () => {
  test("an empty list of taints is no taint, labels are set all the same", () => {
    const { context } = fixtureCluster({
      controlPlane: { nodeRegistration: { taints: [] } },
    });

    const components = hostComponents(context("cp-1"));

    expect(load(fileText(components, "/var/lib/cdktf-kubeadm/node-labels.yaml"))).toEqual({
      metadata: {
        labels: {
          "node-role.kubernetes.io/control-plane": "",
          "node.kubernetes.io/exclude-from-external-load-balancers": "",
        },
      },
    });
    expect(fileText(components, "/var/lib/cdktf-kubeadm/node-taints.list")).toBe("");
  });

  test("taints are lines of their own, so that those of others can stay", () => {
    const taints = [
      { key: "b", effect: "NoExecute" },
      { key: "a", value: "x", effect: "NoSchedule" },
    ] as const;
    const { context } = fixtureCluster({ controlPlane: { nodeRegistration: { taints } } });

    expect(
      fileText(hostComponents(context("cp-1")), "/var/lib/cdktf-kubeadm/node-taints.list"),
    ).toBe("a=x:NoSchedule\nb=:NoExecute\n");
  });

  test("workers are not patched", () => {
    const actions = hostComponents(fixtureCluster().context("w-1")).flatMap((c) => c.run);

    expect(actions.filter(({ action }) => action === "patch-node")).toEqual([]);
  });
});
