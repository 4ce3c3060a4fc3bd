import { afterAll, describe, expect, test } from "vitest";
import { ControlPlane, EtcdCluster, type EtcdClusterProps } from "../lib";
import { type Build, controlPlaneProps, host, Project } from "./support/stack";

const project = Project.withKeys().unfounded();

afterAll(() => project.remove());

/** A control plane of one host with this etcd. */
function withEtcd(props: EtcdClusterProps): Build {
  return (stack, { pkiDir }) => {
    const etcd = new EtcdCluster(stack, "etcd", props);
    new ControlPlane(stack, "control-plane", { ...controlPlaneProps(project), pkiDir, etcd });
  };
}

describe("an etcd cluster", () => {
  test("of control plane hosts is what a control plane has without one", () => {
    const [one, two] = [project.fork(), project.fork()];

    one.synth(withEtcd({ local: {} }));
    two.synth((stack, { pkiDir }) => {
      new ControlPlane(stack, "control-plane", { ...controlPlaneProps(project), pkiDir });
    });

    const resources = (p: Project) => JSON.parse(p.read("cdk.tf.json")).resource;
    expect(resources(one)).toEqual(resources(two));
    expect(one.read("bundles/cp-1.tar")).toBe(two.read("bundles/cp-1.tar"));
    one.remove();
    two.remove();
  });

  test("that exists already has no member and no resource of ours", () => {
    const stack = project.synth(withEtcd({ external: { endpoints: ["http://192.0.2.41:2379"] } }));

    const files = Object.keys(project.output());
    expect(Object.keys(stack.resource.null_resource).filter((name) => /etcd/.test(name))).toEqual(
      [],
    );
    expect(files.filter((file) => /etcd/.test(file))).toEqual([]);
    expect(project.read("hosts/cp-1/etc/kubernetes/manifests/kube-apiserver.yaml")).toContain(
      "--etcd-servers=http://192.0.2.41:2379",
    );
  });

  test("is refused with everything that is wrong at once", () => {
    const text = project.refusal(
      withEtcd({
        external: { endpoints: ["192.0.2.41", "https://x:2379"], certFile: "client.crt" },
      }),
    );

    const lines = text.split("\n");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.startsWith("test/etcd: external."))).toBe(true);
    expect(text).toContain("external.endpoints[0]");
    expect(text).toContain("external.keyFile");
  });

  test("on hosts of its own is refused, because this version cannot make it", () => {
    const text = project.refusal(withEtcd({ hosts: { "etcd-1": host(41) } }));

    expect(text).toMatch(/^test\/etcd: hosts: /);
  });
});
