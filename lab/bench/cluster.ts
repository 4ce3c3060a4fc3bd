/** Clusters of one control plane host and one worker, stock kubeadm and ours in turn, each on fresh hosts. */
import { rm } from "node:fs/promises";
import { loadavg } from "node:os";
import * as lab from "../lab";
import type { Log } from "../progress";
import { pause } from "../wait";
import { type Milestones, observe } from "./observer";
import { apply, connections, type Step, terraformInit } from "./ours";
import { median, spread, table, verdict } from "./report";
import { benchDir, type Spec, synth } from "./spec";
import { initAndJoin, prepareHost } from "./stock";

/** Names that nothing else of the lab uses. */
const CONTROL_PLANE: lab.HostName = "cp-4";
const WORKER: lab.HostName = "etcd-1";
const HOSTS = [CONTROL_PLANE, WORKER] as const;

/** Rest after hosts are made, so that their start is not measured. */
const SETTLE_MILLISECONDS = 2000;

interface Variant {
  readonly title: string;
  readonly bootstrap: Spec["bootstrap"];
  readonly isTuned: boolean;
  /** Largest share of stock kubeadm's time. */
  readonly target?: { readonly nodesReady: number; readonly coreDnsAvailable: number };
}

const VARIANTS: readonly Variant[] = [
  {
    title: "certificate",
    bootstrap: "certificate",
    isTuned: false,
    target: { nodesReady: 0.4, coreDnsAvailable: 0.8 },
  },
  {
    title: "token",
    bootstrap: "token",
    isTuned: false,
    target: { nodesReady: 0.8, coreDnsAvailable: 0.8 },
  },
  {
    title: "certificate, faster controller manager",
    bootstrap: "certificate",
    isTuned: true,
    target: { nodesReady: 0.4, coreDnsAvailable: 0.8 },
  },
  {
    title: "token, faster controller manager",
    bootstrap: "token",
    isTuned: true,
    target: { nodesReady: 0.8, coreDnsAvailable: 0.8 },
  },
];

const STOCK = "stock kubeadm";

interface Result extends Milestones {
  /** Seconds until the command, or the script, returned. */
  readonly returned: number;
  /** Load of the machine in the minute before. */
  readonly load: number;
  readonly steps: readonly Step[];
  /** SSH connections of the apply, by host. */
  readonly connections: readonly number[];
}

/** Measures all variants so many times and returns the report's section. */
export async function benchClusters(runs: number, log: Log): Promise<string> {
  await lab.prepare(log);
  const results = new Map<string, Result[]>(
    [STOCK, ...VARIANTS.map((v) => v.title)].map((t) => [t, []]),
  );
  for (let round = 1; round <= runs; round++) {
    for (const title of results.keys()) {
      const variant = VARIANTS.find((candidate) => candidate.title === title);
      log(`round ${round} of ${runs}: ${title}: making hosts`);
      const result = await measure(variant, `${title.replaceAll(/\W+/g, "-")}-${round}`);
      results.get(title)?.push(result);
      log(
        `round ${round} of ${runs}: ${title}: nodes Ready ${result.nodesReady.toFixed(1)} s, ` +
          `CoreDNS ${result.coreDnsAvailable.toFixed(1)} s, returned ${result.returned.toFixed(1)} s`,
      );
    }
  }
  return section(results);
}

async function measure(variant: Variant | undefined, name: string): Promise<Result> {
  await Promise.all(HOSTS.map((host) => lab.removeHost(host)));
  for (const host of HOSTS) await lab.createHost(host, { preloaded: true });
  try {
    const spec = specOf(variant);
    await rm(spec.dir, { recursive: true, force: true });
    await synth(spec);
    if (variant === undefined) {
      await Promise.all(HOSTS.map((host) => prepareHost(spec, host)));
      return await measureStock(spec);
    }
    return await measureOurs(spec, name);
  } finally {
    await Promise.all(HOSTS.map((host) => lab.removeHost(host)));
  }
}

async function measureStock(spec: Spec): Promise<Result> {
  await pause(SETTLE_MILLISECONDS);
  const times = await timed(() => initAndJoin(spec, CONTROL_PLANE, WORKER));
  return { ...times, steps: [], connections: [] };
}

async function measureOurs(spec: Spec, name: string): Promise<Result> {
  await terraformInit(`${spec.dir}/cdktf.out/stacks/bench`);
  await pause(SETTLE_MILLISECONDS);
  const before = await Promise.all(HOSTS.map(connections));
  let steps: Step[] = [];
  const times = await timed(async (start) => {
    steps = await apply(spec, name, start);
  });
  const after = await Promise.all(HOSTS.map(connections));
  return { ...times, steps, connections: after.map((count, i) => count - (before[i] ?? 0)) };
}

async function timed(
  work: (start: number) => Promise<void>,
): Promise<Omit<Result, "steps" | "connections">> {
  const [load = 0] = loadavg();
  const start = performance.now();
  const observed = observe({ controlPlane: CONTROL_PLANE, nodes: HOSTS, start });
  const [milestones, returned] = await Promise.all([
    observed,
    work(start).then(() => (performance.now() - start) / 1000),
  ]);
  return { ...milestones, returned, load };
}

function specOf(variant: Variant | undefined): Spec {
  const inventory = lab.inventory();
  const host = (name: lab.HostName) => {
    const found = inventory[name];
    if (found === undefined) throw new Error(`the lab has no host ${name}`);
    return { [name]: found };
  };
  return {
    dir: benchDir("cluster"),
    pkiDir: benchDir("pki-cluster"),
    controlPlane: host(CONTROL_PLANE),
    workers: host(WORKER),
    bootstrap: variant?.bootstrap ?? "token",
    isTuned: variant?.isTuned ?? false,
    podSubnet: "10.244.0.0/16",
    sshKeyFile: lab.sshKeyFile(),
  };
}

function section(results: ReadonlyMap<string, readonly Result[]>): string {
  const stock = results.get(STOCK) ?? [];
  const times = [...results].map(([title, all]) => [
    title,
    spread(all.map((r) => r.nodesReady)),
    spread(all.map((r) => r.coreDnsAvailable)),
    spread(all.map((r) => r.returned)),
    spread(all.map((r) => r.load)),
  ]);
  const ratios = VARIANTS.map(({ title, target }) => {
    const all = results.get(title) ?? [];
    const ratio = (of: (result: Result) => number): number[] =>
      all.map((result, i) => of(result) / of(stock[i] as Result));
    return [
      title,
      verdict(
        ratio((r) => r.nodesReady),
        target?.nodesReady ?? 1,
      ),
      verdict(
        ratio((r) => r.coreDnsAvailable),
        target?.coreDnsAvailable ?? 1,
      ),
    ];
  });
  return [
    "## One control plane host and one worker\n",
    "Seconds from the start of `kubeadm init` or `terraform apply`: median, and each round.\n",
    table(["", "all nodes Ready", "CoreDNS 2 of 2", "returned", "load before"], times),
    "Share of stock kubeadm's time in the same round, median against its target.\n",
    table(["", "all nodes Ready", "CoreDNS 2 of 2"], ratios),
    "When each step of the apply ran, medians in seconds.\n",
    stepTable(results),
    "SSH connections of one apply.\n",
    table(["", ...HOSTS], connectionRows(results)),
  ].join("\n");
}

function stepTable(results: ReadonlyMap<string, readonly Result[]>): string {
  const names = new Map<string, number>();
  for (const { steps } of [...results.values()].flat()) {
    for (const { name, begin } of steps) names.set(name, Math.min(names.get(name) ?? begin, begin));
  }
  const rows = [...names]
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => [
      name,
      ...VARIANTS.map(({ title }) => {
        const all = (results.get(title) ?? []).flatMap((r) =>
          r.steps.filter((s) => s.name === name),
        );
        if (all.length === 0) return "";
        return `${median(all.map((s) => s.begin)).toFixed(1)} to ${median(all.map((s) => s.end)).toFixed(1)}`;
      }),
    ]);
  return table(["", ...VARIANTS.map(({ title }) => title)], rows);
}

function connectionRows(results: ReadonlyMap<string, readonly Result[]>): string[][] {
  return VARIANTS.map(({ title }) => [
    title,
    ...HOSTS.map((_, i) =>
      spread(
        (results.get(title) ?? []).map((r) => r.connections[i] ?? 0),
        0,
      ),
    ),
  ]);
}
