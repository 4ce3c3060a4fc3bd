/**
 * Why a step fails: each cause is made to happen on a real host. The step must end with the status of the cause's
 * class and one last line that names host, component, cause and remedy; once the cause is gone, applying again must be
 * enough.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as lab from "../../lab/lab";
import { LabStack, type Shape } from "../support/lab-stack";
import { explain, type FailedStep, failedSteps } from "../support/outcome";
import { processesOf } from "../support/processes";

const [CONTROL_PLANE, WORKER] = ["cp-1", "w-1"] as const;

/** Exit statuses of steps by class of cause. */
const STATUS = {
  runtimeDown: 11,
  kubeletDown: 12,
  imageMissing: 13,
  containerExits: 14,
  portTaken: 15,
  swapOn: 16,
  diskFull: 17,
  downloadFailed: 21,
} as const;

let stack: LabStack;
let shape: Shape = { pools: {} };

/** Runs a command on a host that must succeed. */
async function onHost(host: lab.HostName, command: string): Promise<void> {
  const { code, stderr } = await lab.ssh(host, command);
  expect(code, `${command}: ${stderr}`).toBe(0);
}

/** Applies, expecting that it fails. */
async function failures(changed: Shape, ...args: string[]): Promise<FailedStep[]> {
  stack.synth(changed);
  const outcome = await stack.apply(...args);
  expect(outcome.code, explain(outcome)).not.toBe(0);
  return failedSteps(outcome);
}

/** Applies, expecting that one step fails. */
async function failing(changed: Shape = shape, ...args: string[]): Promise<FailedStep> {
  const failed = await failures(changed, ...args);
  expect(failed).toHaveLength(1);
  return failed[0]!;
}

/** Applies again, after the cause is gone: everything must be well then. */
async function converges(changed: Shape = shape): Promise<void> {
  shape = changed;
  stack.synth(shape);
  const outcome = await stack.apply();
  expect(outcome.code, explain(outcome)).toBe(0);
  const nodes = ["wait", "--for=condition=Ready", "node", "--all", "--timeout=30s"];
  await stack.kubectl(nodes);
  expect(await stack.plan()).toEqual([]);
}

/** What a failed step is expected to be: `line` is a regular expression for what follows the host's name. */
const failure = (step: string, status: number, host: lab.HostName, line: string): FailedStep => ({
  step,
  status,
  lastLine: expect.stringMatching(new RegExp(`^${host}: ${line}`)),
});

beforeAll(async () => {
  stack = await LabStack.create(CONTROL_PLANE, WORKER);
});

afterAll(() => stack?.remove());

describe("on hosts where nothing ran before", () => {
  test("the disk of etcd is full", async () => {
    const mount =
      "mkdir -p /var/lib/etcd && mount -t tmpfs -o size=256m,mode=0700 tmpfs /var/lib/etcd";
    await onHost(CONTROL_PLANE, `${mount} && head -c 250M /dev/zero >/var/lib/etcd/filler`);

    const failed = await failing();
    await onHost(CONTROL_PLANE, "rm /var/lib/etcd/filler");

    expect(failed).toEqual(
      failure(
        `${CONTROL_PLANE}_run`,
        STATUS.diskFull,
        CONTROL_PLANE,
        "etcd: the disk of /var/lib/etcd is full; free some space there",
      ),
    );
    await converges();
  });

  test("a port of the kubelet is taken", async () => {
    const listen =
      "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 10250, Listen => 1) or die; sleep";
    await onHost(WORKER, `systemd-run -q --unit=taker perl -e '${listen}'`);
    const joined: Shape = { pools: { workers: { hosts: [WORKER] } } };

    const failed = await failing(joined);
    await onHost(WORKER, "systemctl stop taker");

    expect(failed).toEqual(
      failure(
        `${WORKER}_save`,
        STATUS.portTaken,
        WORKER,
        "kubelet: port 10250 is taken by perl \\(pid \\d+\\); stop it",
      ),
    );
    await converges(joined);
  });
});

describe("on hosts of a cluster that runs", () => {
  // /proc/swaps is the machine's, so a file of the same form stands in for it on this host.
  test("swap is on", async () => {
    const swaps = "Filename Type Size Used Priority\\n/swapfile file 1048572 0 -2\\n";
    await onHost(WORKER, `printf '${swaps}' >/run/swaps && mount --bind /run/swaps /proc/swaps`);

    const failed = await failing(shape, `-replace=null_resource.${WORKER}_save`);
    await onHost(WORKER, "umount /proc/swaps");

    expect(failed).toEqual(
      failure(
        `${WORKER}_save`,
        STATUS.swapOn,
        WORKER,
        "preflight: swap is on \\(/swapfile\\); turn it off: swapoff -a",
      ),
    );
    await converges();
  });

  test("the kubelet does not take its configuration", async () => {
    const broken: Shape = {
      ...shape,
      controlPlane: {
        kubelet: { failCgroupV1: false, evictionHard: { "memory.available": "lots" } },
      },
    };

    const failed = await failing(broken);

    expect(failed).toEqual(
      failure(
        `${CONTROL_PLANE}_run`,
        STATUS.kubeletDown,
        CONTROL_PLANE,
        "(etcd|kubelet): the kubelet (keeps exiting|is failed): .*quantities must match.*; see: systemctl status kubelet",
      ),
    );
    await converges();
  });

  test("the API server does not take a flag", async () => {
    const broken: Shape = {
      ...shape,
      controlPlane: { apiServer: { extraArgs: [{ name: "no-such-flag", value: "1" }] } },
    };

    const failed = await failing(broken);

    expect(failed).toEqual(
      failure(
        `${CONTROL_PLANE}_run`,
        STATUS.containerExits,
        CONTROL_PLANE,
        "kube-apiserver: .*unknown flag: --no-such-flag.*; ",
      ),
    );

    await converges();
  });

  test("the registry has no image of this tag, which is found before anything is touched", async () => {
    const before = await Promise.all([CONTROL_PLANE, WORKER].map(processesOf));
    const broken: Shape = { ...shape, controlPlane: { dns: { imageTag: "v0.0.1" } } };

    const failed = await failures(broken);

    const image = "registry\\.k8s\\.io/coredns/coredns:v0\\.0\\.1";
    const line = `container-runtime: image ${image} cannot be pulled: .*not found; `;
    for (const host of [CONTROL_PLANE, WORKER]) {
      expect(failed).toContainEqual(failure(`${host}_save`, STATUS.downloadFailed, host, line));
    }
    expect(await Promise.all([CONTROL_PLANE, WORKER].map(processesOf))).toEqual(before);
    await converges();
  });

  test("an image went away after it was brought, and its registry does not answer", async () => {
    const flag = { name: "v", value: "1" };
    const changed: Shape = { ...shape, controlPlane: { scheduler: { extraArgs: [flag] } } };
    stack.synth(changed);
    const saved = await stack.apply(`-target=null_resource.${CONTROL_PLANE}_save`);
    expect(saved.code, explain(saved)).toBe(0);
    const image = `registry.k8s.io/${lab.IMAGES.scheduler}`;
    const copies = `${image} ${lab.registry}/${lab.IMAGES.scheduler}`;
    const rule = "OUTPUT -p tcp --dport 5000 -j REJECT --reject-with tcp-reset";
    await onHost(CONTROL_PLANE, `iptables -I ${rule}`);
    await onHost(CONTROL_PLANE, `ctr -n k8s.io images rm --sync ${copies}`);

    const failed = await failing(changed);
    await onHost(CONTROL_PLANE, `iptables -D ${rule}`);

    expect(failed).toEqual(
      failure(
        `${CONTROL_PLANE}_run`,
        STATUS.imageMissing,
        CONTROL_PLANE,
        `kube-scheduler: image ${image} is missing and cannot be pulled: .*refused; make its registry reachable`,
      ),
    );
    await converges(changed);
  });

  test("the container runtime is down", async () => {
    await onHost(WORKER, "systemctl mask --now containerd");

    const failed = await failing(shape, `-replace=null_resource.${WORKER}_run`);
    await onHost(WORKER, "systemctl unmask containerd");

    expect(failed).toEqual(
      failure(
        `${WORKER}_run`,
        STATUS.runtimeDown,
        WORKER,
        "container-runtime: containerd.service does not start: .*is masked.*; see: journalctl",
      ),
    );
    await converges();
  });
});
