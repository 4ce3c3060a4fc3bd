import { describe, expect, test } from "vitest";
import { checkId, resourcePrefix } from "../../lib/delivery/names";
import { cleanProvisioner, command, loginOf, step } from "../../lib/delivery/provisioners";
import type { Reach } from "../../lib/model/resolve";

const REACH: Reach = {
  host: "192.0.2.11",
  port: 22,
  user: "root",
  hostKey: "ecdsa-sha2-nistp256 AAAA",
  privateKeyFile: "key",
  agent: false,
  timeout: "30s",
};

function login(more: Partial<Reach> = {}) {
  return loginOf("cp-1", { ...REACH, ...more }, (file) => `../${file}`);
}

/** The connection of a provisioner, as it is written. */
function connectionOf(provisioner: object): Record<string, unknown> {
  return (provisioner as { connection: Record<string, unknown> }).connection;
}

describe("a command on a host", () => {
  test("is run as it is by root, and with sudo by everyone else", () => {
    expect(command(login(), ["step.sh", "run"])).toBe("step.sh run");
    expect(command(login({ user: "admin" }), ["step.sh", "run"])).toBe("sudo -n step.sh run");
  });

  test.each(["", "a b", "a;b", "$(a)", "`a`", "a\nb", "'a'", '"', "a|b", "a>b", "*", "a\\b", "~"])(
    "refuses the word %j",
    (word) => {
      expect(() => command(login(), [word])).toThrow(/^not a plain word for a host command: /);
    },
  );
});

describe("a connection", () => {
  test("pins the host key, and leaves it out when it is not to be checked", () => {
    expect(connectionOf(step(login(), "run"))).toMatchObject({ hostKey: REACH.hostKey });
    expect(connectionOf(step(login({ hostKey: undefined }), "run"))).not.toHaveProperty("hostKey");
  });

  test("reads the private key when the step runs, and has none with an agent", () => {
    expect(connectionOf(step(login(), "run")).privateKey).toBe(
      '${file(self.id == "" ? "" : pathexpand("../key"))}',
    );
    const agent = connectionOf(step(login({ privateKeyFile: undefined, agent: true }), "run"));
    expect(agent).not.toHaveProperty("privateKey");
    expect(agent).toMatchObject({ agent: "true" });
  });

  test("names host and step in the path of its script", () => {
    expect(connectionOf(step(login(), "run")).scriptPath).toBe(
      "/var/lib/cdktf-kubeadm/upload/cp-1.run.sh",
    );
  });

  test("of the last step needs no folder of ours", () => {
    expect(connectionOf(cleanProvisioner(login())).scriptPath).toBe(
      "./.cdktf-kubeadm-cp-1.clean.sh",
    );
  });
});

describe("names of resources", () => {
  test.each([
    ["cp-1", "cp-1"],
    ["cp-1.example.com", "cp-1_example_com"],
    ["1st", "_1st"],
  ])("of node %s begin with %s", (node, prefix) => {
    expect(resourcePrefix(node)).toBe(prefix);
  });

  test.each(["my pool", "1st", "a.b", "", "-a"])("cannot come from the id %j", (id) => {
    expect(() => checkId(id, `test/${id}`)).toThrow(/: id: cannot name Terraform resources, got "/);
  });
});
