import { describe, expect, test } from "vitest";
import { givenFlag, mergeFlags } from "../../lib/components/args";
import { kubeadmFlags, POOL_LABEL } from "../../lib/components/kubelet-flags";
import { fixtureCluster } from "../support/cluster";

const DEFAULTS = { "b-flag": "1", "a-flag": "2", gone: undefined };

describe("flags", () => {
  test("defaults are sorted, the user's follow as given, repeated names included", () => {
    const extra = [
      { name: "z", value: "1" },
      { name: "issuer", value: "b" },
      { name: "issuer", value: "a" },
    ];

    expect(mergeFlags(DEFAULTS, extra, "1.36.3")).toEqual([
      "--a-flag=2",
      "--b-flag=1",
      "--z=1",
      "--issuer=b",
      "--issuer=a",
    ]);
  });

  test("older patches sort all by name, then value", () => {
    const extra = [
      { name: "issuer", value: "b" },
      { name: "issuer", value: "a" },
      { name: "aa", value: "1" },
    ];

    expect(mergeFlags(DEFAULTS, extra, "1.34.3")).toEqual([
      "--a-flag=2",
      "--aa=1",
      "--b-flag=1",
      "--issuer=a",
      "--issuer=b",
    ]);
  });

  test("a name of the user removes its default, and an empty value is written", () => {
    expect(mergeFlags(DEFAULTS, [{ name: "a-flag", value: "" }], "1.36.3")).toEqual([
      "--b-flag=1",
      "--a-flag=",
    ]);
  });

  test("of a flag that is given twice the last counts", () => {
    const extra = [
      { name: "x", value: "1" },
      { name: "x", value: "2" },
    ];

    expect(givenFlag(extra, "x")).toBe("2");
    expect(givenFlag(extra, "y")).toBeUndefined();
  });
});

describe("kubeadm-flags.env", () => {
  const line = (...flags: string[]) => `KUBELET_KUBEADM_ARGS="${flags.join(" ")}"\n`;
  const pool = (name: string) => `--node-labels=${POOL_LABEL}=${name}`;

  test("a worker registers with the label of its pool and with its taints; the roster sets its labels", () => {
    const { context } = fixtureCluster({
      workers: {
        labels: { tier: "web" },
        taints: [
          { key: "a", value: "b", effect: "NoExecute" },
          { key: "c", effect: "NoSchedule" },
        ],
      },
    });

    expect(kubeadmFlags(context("w-1"))).toBe(
      line(
        "--hostname-override=w-1",
        pool("workers"),
        "--register-with-taints=a=b:NoExecute,c=:NoSchedule",
      ),
    );
  });

  test("a control plane is tainted through the API alone", () => {
    expect(kubeadmFlags(fixtureCluster().context("cp-1"))).toBe(
      line("--hostname-override=cp-1", pool("control-plane")),
    );
  });

  test("labels of the user's own flag are joined to ours", () => {
    const { context } = fixtureCluster({
      workers: { kubeletExtraArgs: [{ name: "node-labels", value: "a=b" }] },
    });

    expect(kubeadmFlags(context("w-1"))).toBe(
      line("--hostname-override=w-1", `${pool("workers")},a=b`),
    );
  });

  test("only kubelets before 1.35 are told the pause image", () => {
    const flags = (kubernetesVersion: string) =>
      kubeadmFlags(fixtureCluster({ controlPlane: { kubernetesVersion } }).context("cp-1"));

    expect(flags("1.34.4")).toContain("--pod-infra-container-image=registry.k8s.io/pause:3.10.1");
    expect(flags("1.35.4")).not.toContain("pod-infra");
  });
});
