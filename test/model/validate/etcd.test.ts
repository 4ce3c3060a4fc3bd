import { describe, expect, test } from "vitest";
import type { EtcdProps } from "../../../lib/model/props";
import { validateEtcd } from "../../../lib/model/validate";
import { controlPlaneIssues, isToken, lines, untyped } from "../support";

describe("etcd", () => {
  const files = { caFile: "ca.crt", certFile: "client.crt", keyFile: "client.key" };
  const endpoints = ["https://10.0.0.31:2379"];
  const url = (value: string) =>
    `etcd.external.endpoints[0]: not the URL of an etcd member, got "${value}"; write it as "https://10.0.0.31:2379"`;

  test.each<[string, EtcdProps]>([
    [
      "https with files",
      { external: { endpoints: [...endpoints, "https://etcd.example.com"], ...files } },
    ],
    ["https of IPv6", { external: { endpoints: ["https://[fd00::31]:2379"], ...files } }],
    ["http without files", { external: { endpoints: ["http://10.0.0.31:2379"] } }],
    ["local", { local: { dataDir: "/data/etcd", extraArgs: [{ name: "v", value: "" }] } }],
  ])("%s is fine", (_, etcd) => expect(controlPlaneIssues({}, etcd)).toEqual([]));

  test.each<[string, unknown, string]>([
    ["no form", {}, 'etcd: no form given; write "local" or "external"'],
    [
      "two forms",
      { local: {}, external: { endpoints } },
      'etcd: more than one form, got "local", "external"; keep one',
    ],
    [
      "hosts",
      { hosts: {} },
      'etcd.hosts: members on hosts of their own are not available in this version; use "local" or "external"',
    ],
    [
      "no endpoint",
      { external: { endpoints: [] } },
      'etcd.external.endpoints: missing; give at least one, for example "https://10.0.0.31:2379"',
    ],
    ["no scheme", { external: { endpoints: ["10.0.0.31:2379"] } }, url("10.0.0.31:2379")],
    ["path", { external: { endpoints: ["https://a/b"] } }, url("https://a/b")],
    ["name", { external: { endpoints: ["https://a_b:2379"] } }, url("https://a_b:2379")],
    [
      "http with files",
      { external: { endpoints: ["http://10.0.0.31:2379"], ...files } },
      'etcd.external.endpoints[0]: http, although certificate files are given, got "http://10.0.0.31:2379"; use https',
    ],
    [
      "certificate alone",
      { external: { endpoints, caFile: "ca.crt", certFile: "a.crt" } },
      "etcd.external.keyFile: missing; certFile and keyFile belong together, and certFile is given",
    ],
    [
      "key alone",
      { external: { endpoints, caFile: "ca.crt", keyFile: "a.key" } },
      "etcd.external.certFile: missing; certFile and keyFile belong together, and keyFile is given",
    ],
    [
      "no CA",
      { external: { endpoints, certFile: "a.crt", keyFile: "a.key" } },
      "etcd.external.caFile: missing; a client certificate is given, so give the CA of the servers too",
    ],
    [
      "data directory",
      { local: { dataDir: "/var/lib" } },
      'etcd.local.dataDir: a directory of the system, and reset would empty it, got "/var/lib"; use a directory of its own',
    ],
    [
      "name in a certificate",
      { local: { serverCertSANs: ["a b"] } },
      'etcd.local.serverCertSANs[0]: not an IP address, DNS name or wildcard name, got "a b"; write it as "10.0.0.10", "k8s.example.com" or "*.example.com"',
    ],
  ])("%s", (_, etcd, line) => expect(controlPlaneIssues({}, untyped(etcd))).toEqual([line]));

  test("as a construct of its own has its own paths", () => {
    expect(lines(validateEtcd({ local: { dataDir: "x" } }, "prod/etcd", isToken))).toEqual([
      'local.dataDir: not an absolute path, got "x"; begin with "/", without "..", spaces, quotes or a slash at the end',
    ]);
    expect(lines(validateEtcd(untyped({}), "prod/etcd", isToken))).toEqual([
      'props: no form given; write "local" or "external"',
    ]);
  });
});
