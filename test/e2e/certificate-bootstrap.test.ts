/** Workers that get in by a certificate issued at synth, beside workers that get in by a token. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as lab from "../../lab/lab";
import { waitUntil } from "../../lab/wait";
import { LabStack } from "../support/lab-stack";
import { explain } from "../support/outcome";

const [CONTROL_PLANE, ISSUED, BY_TOKEN] = ["cp-1", "w-1", "w-2"] as const;

describe("certificate and token pools in one cluster", () => {
  let stack: LabStack;

  beforeAll(async () => {
    stack = await LabStack.create(CONTROL_PLANE, ISSUED, BY_TOKEN);
  });

  afterAll(() => stack?.remove());

  test("one step at a time brings all of them up", async () => {
    stack.synth({
      pools: {
        issued: { hosts: [ISSUED], bootstrap: "certificate", user: "admin" },
        joined: { hosts: [BY_TOKEN] },
      },
    });

    const outcome = await stack.apply("-parallelism=1");

    expect(outcome.code, explain(outcome)).toBe(0);
    const ready = await stack.kubectl([
      "wait",
      "--for=condition=Ready",
      "node",
      "--all",
      "--timeout=5s",
    ]);
    expect(ready.split("\n")).toHaveLength(3);
  });

  test("the certificate was issued at synth, and no request was made for it", async () => {
    const subject = await lab.ssh(
      ISSUED,
      "openssl x509 -noout -subject -fingerprint -in /var/lib/kubelet/pki/kubelet-client-current.pem && openssl x509 -noout -fingerprint -in /var/lib/kubelet/pki/kubelet-client-issued.pem",
    );
    const [name, live, issued] = subject.stdout.trim().split("\n");
    expect(name).toMatch(new RegExp(`O *= *system:nodes, *CN *= *system:node:${ISSUED}$`));
    expect(live).toBe(issued);
    const requests = await stack.kubectl([
      "get",
      "csr",
      "-o",
      "jsonpath={.items[*].spec.username}",
    ]);
    expect(requests).toMatch(/^system:bootstrap:[a-z0-9]{6}$/);
  });

  test.each([ISSUED, BY_TOKEN])(
    "%s comes back by itself after its kubelet restarts",
    async (host) => {
      const heartbeat = async (): Promise<string> =>
        stack.kubectl([
          "get",
          "lease",
          host,
          "-n",
          "kube-node-lease",
          "-o",
          "jsonpath={.spec.renewTime}",
        ]);

      expect((await lab.ssh(host, "systemctl restart kubelet")).code).toBe(0);

      const before = await heartbeat();
      await waitUntil(`a new heartbeat of ${host}`, 30, async () => (await heartbeat()) !== before);
      await stack.kubectl(["wait", "--for=condition=Ready", "node", host, "--timeout=30s"]);
    },
  );

  test("a user who is not root leaves nothing behind where he logs in", async () => {
    const { stdout } = await lab.ssh(
      ISSUED,
      "find ~ /tmp -newer /var/lib/cdktf-kubeadm/started -type f -o -name '*cdktf*'",
      { user: "admin" },
    );

    expect(stdout).toBe("");
  });
});
