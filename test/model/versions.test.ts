import { describe, expect, test } from "vitest";
import {
  etcdFlagPair,
  imagesFor,
  isSupported,
  parseVersion,
  SUPPORTED_MINORS,
  versionFacts,
} from "../../lib/model/versions";

const repository = "registry.k8s.io";

describe("tables by patch", () => {
  test.each([
    // version, etcd, CoreDNS, pause, oldest external etcd, order kept, organization
    ["1.34.0", "3.6.4-0", "v1.12.1", "3.10.1", "3.5.21", false, true],
    ["1.34.1", "3.6.4-0", "v1.12.1", "3.10.1", "3.5.21", false, true],
    ["1.34.2", "3.6.5-0", "v1.12.1", "3.10.1", "3.5.21", false, true],
    ["1.34.4", "3.6.5-0", "v1.12.1", "3.10.1", "3.5.21", true, true],
    ["1.34.7", "3.6.5-0", "v1.12.1", "3.10.1", "3.5.21", true, true],
    ["1.34.8", "3.6.5-0", "v1.12.1", "3.10.1", "3.5.21", true, false],
    ["1.34.99", "3.6.5-0", "v1.12.1", "3.10.1", "3.5.21", true, false],
    ["1.35.0", "3.6.6-0", "v1.13.1", "3.10.1", "3.5.24", false, true],
    ["1.35.4", "3.6.6-0", "v1.13.1", "3.10.1", "3.5.24", true, true],
    ["1.35.5", "3.6.6-0", "v1.13.1", "3.10.1", "3.5.24", true, false],
    ["1.36.0", "3.6.8-0", "v1.14.2", "3.10.2", "3.5.24", true, true],
    ["1.36.1", "3.6.8-0", "v1.14.2", "3.10.2", "3.5.24", true, false],
    ["1.36.3", "3.6.8-0", "v1.14.2", "3.10.2", "3.5.24", true, false],
    ["1.37.0", "3.7.0-0", "v1.14.6", "3.10.2", undefined, true, false],
  ] as const)("%s", (version, etcd, coreDns, pause, external, keepsOrder, organization) => {
    const facts = versionFacts(version);

    expect(facts).toMatchObject({
      version,
      etcdTag: etcd,
      coreDnsTag: coreDns,
      pauseTag: pause,
      extraArgsKeepOrder: keepsOrder,
      kubeletClientHasOrganization: organization,
    });
    expect(facts.minExternalEtcd).toBe(external);
  });

  test.each([
    // minor, flexvolume, pause flag, probe names, proxy mode, httpEndpoints
    [34, true, true, true, false, false],
    [35, true, false, true, false, true],
    [36, false, false, true, false, true],
    [37, false, false, true, true, true],
  ])("1.%s", (minor, flexVolume, pauseFlag, probePorts, proxyMode, httpEndpoints) => {
    expect(versionFacts(`1.${minor}.0`)).toMatchObject({
      minor,
      flexVolumeMount: flexVolume,
      podInfraContainerImageFlag: pauseFlag,
      namedProbePorts: probePorts,
      proxyModeWritten: proxyMode,
      etcdHttpEndpoints: httpEndpoints,
    });
  });

  test("every supported minor has facts", () => {
    for (const minor of SUPPORTED_MINORS) expect(versionFacts(`1.${minor}.0`).minor).toBe(minor);
  });
});

describe("versions", () => {
  test.each([
    ["v1.36.3", "1.36.3"],
    ["1.37.0-rc.0", "1.37.0-rc.0"],
    ["1.36.3+build.1", "1.36.3+build.1"],
  ])("%s is read as %s", (text, version) => {
    expect(versionFacts(text).version).toBe(version);
  });

  test.each(["", "1.36", "latest", " 1.36.3", "1.36.3.4", "01.36.3"])("%o is none", (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  test("another major is not supported", () => {
    expect(isSupported({ version: "2.36.0", major: 2, minor: 36, patch: 0 })).toBe(false);
  });

  test.each(["1.33.6", "1.38.0", "2.36.0", "latest"])("%s has no facts", (version) => {
    expect(() => versionFacts(version)).toThrow(
      `kubernetesVersion: not supported, got "${version}"; supported minors: 1.34, 1.35, 1.36, 1.37`,
    );
  });
});

describe("etcd's flags", () => {
  test.each([
    ["1.34.4", "3.6.5-0", "feature-gates"],
    ["1.34.4", "3.6.99-1", "feature-gates"],
    ["1.35.4", "3.5.21-0", "experimental"],
    ["1.35.4", "mine", "experimental"],
    ["1.34.4", "3.6.0-0", "experimental"],
    ["1.34.4", "v1.12.0", "experimental"],
    ["1.35.4", "4.0.0", "feature-gates"],
    ["1.36.3", "3.5.21-0", "feature-gates"],
  ])("%s with %s: %s", (version, tag, pair) => {
    expect(etcdFlagPair(version, tag)).toBe(pair);
  });
});

describe("images", () => {
  test("are those of kubeadm", () => {
    expect(imagesFor({ kubernetesVersion: "v1.36.3", imageRepository: repository })).toEqual({
      kubeApiServer: "registry.k8s.io/kube-apiserver:v1.36.3",
      kubeControllerManager: "registry.k8s.io/kube-controller-manager:v1.36.3",
      kubeScheduler: "registry.k8s.io/kube-scheduler:v1.36.3",
      kubeProxy: "registry.k8s.io/kube-proxy:v1.36.3",
      coreDns: "registry.k8s.io/coredns/coredns:v1.14.2",
      pause: "registry.k8s.io/pause:3.10.2",
      etcd: "registry.k8s.io/etcd:3.6.8-0",
    });
  });

  test("CoreDNS has no path of its own in another repository", () => {
    const images = imagesFor({ kubernetesVersion: "1.36.3", imageRepository: "example.com/k8s" });

    expect(images.coreDns).toBe("example.com/k8s/coredns:v1.14.2");
    expect(images.pause).toBe("example.com/k8s/pause:3.10.2");
  });

  test("dns and etcd have a repository and tag of their own", () => {
    const images = imagesFor({
      kubernetesVersion: "1.36.3",
      imageRepository: repository,
      dns: { imageRepository: "example.com/dns", imageTag: "v9" },
      etcd: { imageRepository: "example.com/etcd", imageTag: "8" },
    });

    expect(images.coreDns).toBe("example.com/dns/coredns:v9");
    expect(images.etcd).toBe("example.com/etcd/etcd:8");
    expect(images.kubeProxy).toBe("registry.k8s.io/kube-proxy:v1.36.3");
  });

  test("a plus becomes an underscore in tags", () => {
    const images = imagesFor({ kubernetesVersion: "1.36.3+a.1", imageRepository: repository });

    expect(images.kubeProxy).toBe("registry.k8s.io/kube-proxy:v1.36.3_a.1");
  });
});
