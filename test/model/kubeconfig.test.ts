import { expect, test } from "vitest";
import { kubeconfig, kubeconfigAroundKey } from "../../lib/model/kubeconfig";
import { toYaml } from "../../lib/model/yaml";

const FIELDS = {
  clusterName: "prod",
  server: "https://[fd00::1]:6443",
  caPem: "CA\n",
  user: "kubernetes-admin",
  clientCertificatePem: "CERT\n",
};

test("a kubeconfig has kubeadm's shape", () => {
  expect(toYaml(kubeconfig({ ...FIELDS, clientKey: "S0VZCg==" }))).toBe(`apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Q0EK
    server: https://[fd00::1]:6443
  name: prod
contexts:
- context:
    cluster: prod
    user: kubernetes-admin
  name: kubernetes-admin@prod
current-context: kubernetes-admin@prod
kind: Config
users:
- name: kubernetes-admin
  user:
    client-certificate-data: Q0VSVAo=
    client-key-data: S0VZCg==
`);
});

test("the text around the key is the whole text when the key is put in", () => {
  const [before, after] = kubeconfigAroundKey(FIELDS);

  expect(`${before}S0VZCg==${after}`).toBe(
    toYaml(kubeconfig({ ...FIELDS, clientKey: "S0VZCg==" })),
  );
});
