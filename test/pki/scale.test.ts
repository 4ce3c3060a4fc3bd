/** A thousand workers with certificates: opening their directory is quick. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { issueLeaf } from "../../lib/pki/issue";
import { daysLater, NOW, node, open, request, temporaryDirectories } from "./support";

const WORKERS = 1000;
const directory = temporaryDirectories()();

test("a thousand certificates are opened, checked and told of in less than two seconds", () => {
  open(directory);
  const read = (file: string) => readFileSync(join(directory, file), "utf8");
  const signer = {
    certificate: new X509Certificate(read("ca.crt")).raw,
    key: createPrivateKey(read("ca.key")),
  };
  const keyPem = read("admin.key");
  const key = createPrivateKey(keyPem);
  const workers = Array.from({ length: WORKERS }, (_, i) =>
    node(`w-${i}`, "10.0.0.1", { role: "worker", pool: "workers" }),
  );
  for (const { name } of workers) {
    const pem = issueLeaf(
      {
        commonName: `system:node:${name}`,
        organization: "system:nodes",
        usages: ["clientAuth"],
        names: [],
        key,
        notBefore: NOW,
        notAfter: daysLater(365),
      },
      signer,
    );
    mkdirSync(join(directory, "hosts", name));
    writeFileSync(join(directory, "hosts", name, "kubelet.crt"), pem);
    writeFileSync(join(directory, "hosts", name, "kubelet.key"), keyPem);
  }

  const start = process.cpuUsage();
  const pki = open(directory, { nodes: [...request().nodes, ...workers] });
  const facts = workers.map(({ name }) => pki.certificate(`hosts/${name}/kubelet`));
  const { user, system } = process.cpuUsage(start);
  // Processor time, because tests beside this one take their share of the clock.
  const milliseconds = (user + system) / 1000;

  expect(pki.issued).toEqual([]);
  expect(new Set(facts.map(({ subject }) => subject)).size).toBe(WORKERS);
  expect(milliseconds).toBeLessThan(2000);
});
