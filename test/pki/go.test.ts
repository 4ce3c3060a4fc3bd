/**
 * What Kubernetes' own library says of the certificates: chains, names, handshakes. Needs Go on the PATH; the program
 * uses its standard library only.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { NOW, node, open, put, request, temporaryDirectories } from "./support";

const PROGRAM = String.raw`
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var now, _ = time.Parse(time.RFC3339, os.Getenv("NOW"))

func main() {
	if os.Args[1] == "make-ca" {
		makeCa(os.Args[2], os.Args[3], len(os.Args) > 4)
		return
	}
	var checks []struct{ Kind, Dir, Ca, Name, Host, Client, ClientCa string }
	fail(json.NewDecoder(os.Stdin).Decode(&checks))
	for _, c := range checks {
		var err error
		switch c.Kind {
		case "server":
			err = verify(c.Dir, c.Ca, c.Name, c.Host, x509.ExtKeyUsageServerAuth)
		case "client":
			err = verify(c.Dir, c.Ca, c.Name, "", x509.ExtKeyUsageClientAuth)
		case "handshake":
			err = handshake(c.Dir, c.Ca, c.Name, c.Host, c.ClientCa, c.Client)
		}
		if err != nil {
			fmt.Printf("%s %s %s: %v\n", c.Kind, c.Name, c.Host, err)
		}
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func certificate(dir, name string) *x509.Certificate {
	data, err := os.ReadFile(filepath.Join(dir, name+".crt"))
	fail(err)
	block, _ := pem.Decode(data)
	parsed, err := x509.ParseCertificate(block.Bytes)
	fail(err)
	return parsed
}

func pool(dir, ca string) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(certificate(dir, ca))
	return roots
}

func verify(dir, ca, name, host string, usage x509.ExtKeyUsage) error {
	leaf := certificate(dir, name)
	if leaf.SerialNumber.Sign() <= 0 {
		return fmt.Errorf("serial %v", leaf.SerialNumber)
	}
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment {
		return fmt.Errorf("key usage %v", leaf.KeyUsage)
	}
	if !bytes.Equal(leaf.AuthorityKeyId, certificate(dir, ca).SubjectKeyId) {
		return fmt.Errorf("authority key id %x", leaf.AuthorityKeyId)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		DNSName: host, Roots: pool(dir, ca), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	return err
}

func handshake(dir, ca, name, host, clientCa, client string) error {
	load := func(name string) tls.Certificate {
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key"))
		fail(err)
		return pair
	}
	clock := func() time.Time { return now }
	left, right := net.Pipe()
	done := make(chan error, 1)
	server := tls.Server(left, &tls.Config{
		Certificates: []tls.Certificate{load(name)}, ClientCAs: pool(dir, clientCa),
		ClientAuth: tls.RequireAndVerifyClientCert, Time: clock,
	})
	go func() { done <- server.Handshake() }()
	peer := tls.Client(right, &tls.Config{
		Certificates: []tls.Certificate{load(client)}, RootCAs: pool(dir, ca), ServerName: host, Time: clock,
	})
	if err := peer.Handshake(); err != nil {
		return err
	}
	if err := <-done; err != nil {
		return err
	}
	subject := server.ConnectionState().PeerCertificates[0].Subject
	fmt.Printf("user %s, groups %s\n", subject.CommonName, strings.Join(subject.Organization, " "))
	return nil
}

// As kubeadm makes a CA: the subject becomes a PrintableString.
func makeCa(dir, name string, asUtf8 bool) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	fail(err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "kubernetes"}, DNSNames: []string{"kubernetes"},
		NotBefore: now, NotAfter: now.AddDate(10, 0, 0), BasicConstraintsValid: true, IsCA: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign,
	}
	if asUtf8 {
		template.RawSubject = []byte("\x30\x15\x31\x13\x30\x11\x06\x03\x55\x04\x03\x0c\x0akubernetes")
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	fail(err)
	write := func(ending, kind string, der []byte) {
		block := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		fail(os.WriteFile(filepath.Join(dir, name+ending), block, 0o600))
	}
	write(".crt", "CERTIFICATE", der)
	write(".key", "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}
`;

const directories = temporaryDirectories();
const base = directories();
const program = join(directories(), "verify");
const NODES = [
  ...request().nodes,
  node("cp-6", "fd00::16"),
  node(`w-${"x".repeat(70)}`, "10.0.0.21", { role: "worker" }),
];

function go(args: string[], input = ""): string {
  const env = { ...process.env, NOW: NOW.toISOString() };
  return execFileSync(program, args, { encoding: "utf8", input, env });
}

function check(...checks: Record<string, string>[]): string[] {
  const output = go(["check"], JSON.stringify(checks.map((entry) => ({ Dir: base, ...entry }))));
  return output.split("\n").filter((line) => line !== "");
}

beforeAll(() => {
  writeFileSync(`${program}.go`, PROGRAM);
  execFileSync("go", ["build", "-o", program, `${program}.go`], {
    env: { ...process.env, GOTOOLCHAIN: "local" },
  });
  open(base, { nodes: NODES });
}, 300_000);

test("every server certificate is taken for every one of its names", () => {
  const pki = open(base, { nodes: NODES });
  const checks = ["cp-1", "cp-6"].flatMap((host) =>
    [
      ["ca", `hosts/${host}/apiserver`],
      ["etcd/ca", `hosts/${host}/etcd/server`],
      ["etcd/ca", `hosts/${host}/etcd/peer`],
    ].flatMap(([Ca, Name]) =>
      pki
        .certificate(Name!)
        .names.map((name) => name.slice(name.indexOf(":") + 1))
        .map((Host) => ({ Kind: "server", Ca: Ca!, Name: Name!, Host })),
    ),
  );

  expect(checks.length).toBeGreaterThan(30);
  expect(check(...checks)).toEqual([]);
});

test("every client certificate is taken", () => {
  const names: [string, string][] = [
    ["ca", "admin"],
    ["ca", "super-admin"],
    ["ca", "hosts/cp-1/apiserver-kubelet-client"],
    ["ca", "hosts/cp-1/controller-manager"],
    ["ca", "hosts/cp-1/scheduler"],
    ["ca", "hosts/cp-1/kubelet"],
    ["ca", `hosts/${NODES[2]!.name}/kubelet`],
    ["front-proxy-ca", "hosts/cp-1/front-proxy-client"],
    ["etcd/ca", "hosts/cp-1/apiserver-etcd-client"],
    ["etcd/ca", "hosts/cp-1/etcd/healthcheck-client"],
    ["etcd/ca", "hosts/cp-1/etcd/server"],
    ["etcd/ca", "hosts/cp-1/etcd/peer"],
  ];

  expect(check(...names.map(([Ca, Name]) => ({ Kind: "client", Ca, Name })))).toEqual([]);
});

test("what must not be taken is refused", () => {
  const refused = check(
    { Kind: "server", Ca: "ca", Name: "hosts/cp-1/apiserver", Host: "other.example.com" },
    { Kind: "server", Ca: "ca", Name: "hosts/cp-1/kubelet", Host: "" },
    { Kind: "client", Ca: "ca", Name: "hosts/cp-1/apiserver" },
    { Kind: "client", Ca: "ca", Name: "hosts/cp-1/front-proxy-client" },
    { Kind: "client", Ca: "etcd/ca", Name: "admin" },
  );

  expect(refused).toHaveLength(5);
});

test("both sides meet in a handshake, and the server knows user and groups", () => {
  const handshake = { Kind: "handshake", Ca: "ca", Name: "hosts/cp-1/apiserver", ClientCa: "ca" };
  const host = NODES[2]!.name;

  expect(
    check(
      { ...handshake, Host: "k8s.example.com", Client: "admin" },
      { ...handshake, Host: "10.96.0.1", Client: `hosts/${host}/kubelet` },
      { ...handshake, Host: "10.0.0.11", Client: "hosts/cp-1/scheduler" },
      {
        Kind: "handshake",
        Ca: "etcd/ca",
        ClientCa: "etcd/ca",
        Name: "hosts/cp-6/etcd/peer",
        Host: "fd00::16",
        Client: "hosts/cp-1/etcd/peer",
      },
    ),
  ).toEqual([
    "user kubernetes-admin, groups kubeadm:cluster-admins",
    `user system:node:${host}, groups system:nodes`,
    "user system:kube-scheduler, groups ",
    "user cp-1, groups ",
  ]);
});

test("a CA that Go made signs what Go takes: its subject is copied byte by byte", () => {
  const directory = directories();
  go(["make-ca", directory, "ca"]);
  const before = readFileSync(join(directory, "ca.crt"), "utf8");
  const pki = open(directory);

  expect(readFileSync(join(directory, "ca.crt"), "utf8")).toBe(before);
  expect(
    check(
      {
        Kind: "server",
        Dir: directory,
        Ca: "ca",
        Name: "hosts/cp-1/apiserver",
        Host: "kubernetes",
      },
      { Kind: "client", Dir: directory, Ca: "ca", Name: "admin" },
    ),
  ).toEqual([]);
  expect(pki.certificate("admin").issuer).toBe("CN=kubernetes");
  expect(open(directory).issued).toEqual([]);
});

test("a leaf certificate whose issuer is only written differently does not fit: Go would refuse it", () => {
  // The same key and name twice: once as UTF8String, once as Go and we write it.
  const [theirs, ours] = [directories(), directories()];
  go(["make-ca", theirs, "ca", "as-utf8"]);
  put(ours, "ca.key", readFileSync(join(theirs, "ca.key"), "utf8"));
  open(ours, { nodes: [] });
  for (const file of ["admin.crt", "admin.key"]) {
    put(theirs, file, readFileSync(join(ours, file), "utf8"));
  }

  expect(check({ Kind: "client", Dir: theirs, Ca: "ca", Name: "admin" })).toHaveLength(1);
  expect(open(theirs, { nodes: [] }).issued).toContain(join(theirs, "admin.crt"));
  expect(check({ Kind: "client", Dir: theirs, Ca: "ca", Name: "admin" })).toEqual([]);
});
