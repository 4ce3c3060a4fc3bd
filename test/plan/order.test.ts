/** The order in which Terraform takes the steps, with stand-ins for them that write down when they begin and end. */
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Changes, cluster, host, hosts } from "../support/stack";
import { Applied, withProvisioners, writeStack } from "./support";

const FOUR = hosts({ "w-1": 21, "w-2": 22, "w-3": 23, "w-4": 24 });
const CLEAN = { when: "destroy", command: 'echo "clean ${self.triggers.name}" >>journal.txt' };
let applied: Applied;

beforeAll(async () => {
  applied = await Applied.create(build());
});

afterAll(() => applied.remove());

function build({ controlPlane, workers, addons }: Changes = {}) {
  return cluster({ controlPlane, addons, workers: { hosts: FOUR, maxUnavailable: 2, ...workers } });
}

/** Applies a change with stand-ins; each step takes as many tenths of a second as `slow` says, or none. */
async function journalOf(
  change: Changes,
  slow: (name: string) => number = () => 0,
): Promise<string[]> {
  const stack = applied.change(build(change));
  const journal = path.join(applied.project.stackDirectory, "journal.txt");
  fs.rmSync(journal, { force: true });
  const script =
    'echo "begin $STEP" >>journal.txt; sleep "$SECONDS_TO_TAKE"; echo "end $STEP" >>journal.txt';
  writeStack(
    applied.project,
    withProvisioners(stack, (name) => {
      const environment = { STEP: name, SECONDS_TO_TAKE: String(slow(name) / 10) };
      if (name === "workers") return [{ "local-exec": CLEAN }];
      // A pool has no create step, and no step at all once it is lost.
      return /^(control-plane|workers_lost)$/.test(name)
        ? undefined
        : [{ "local-exec": { command: script, environment } }];
    }),
  );
  await applied.terraform.run("apply", "-input=false", "-auto-approve");
  return fs.readFileSync(journal, "utf8").trimEnd().split("\n");
}

/** Whether all of the first have ended before any of the second begins. */
function isBefore(journal: readonly string[], first: RegExp, second: RegExp): boolean {
  const ends = journal.flatMap((line, i) => (first.test(line.replace(/^end /, "")) ? [i] : []));
  const begins = journal.flatMap((line, i) =>
    second.test(line.replace(/^begin /, "")) ? [i] : [],
  );
  if (ends.length === 0 || begins.length === 0)
    throw new Error("nothing of this kind in the journal");
  return Math.max(...ends) < Math.min(...begins);
}

describe("a change of all hosts", () => {
  let journal: string[];

  beforeAll(async () => {
    journal = await journalOf(
      {
        controlPlane: {
          containerRuntime: { registryMirrors: { "registry.k8s.io": ["http://192.0.2.9"] } },
        },
      },
      (name) => (/^(w|cp)-1_save$/.test(name) ? 15 : name.endsWith("_run") ? 2 : 0),
    );
  });

  test("replaces no resource but saves and runs", () => {
    expect(journal.filter((line) => !/^(begin|end) (cp|w)-\d_(save|run)$/.test(line))).toEqual([]);
  });

  test("runs no host of a pool before all of the pool are saved, though nothing between them is replaced", () => {
    expect(isBefore(journal, /^w-\d_save$/, /^w-\d_run$/)).toBe(true);
    expect(isBefore(journal, /^cp-\d_save$/, /^cp-\d_run$/)).toBe(true);
  });

  test("runs control planes one after another, and workers after them", () => {
    expect(isBefore(journal, /^cp-1_run$/, /^cp-2_run$/)).toBe(true);
    expect(isBefore(journal, /^cp-2_run$/, /^cp-3_run$/)).toBe(true);
    expect(isBefore(journal, /^cp-\d_run$/, /^w-\d_run$/)).toBe(true);
  });

  test("runs as many workers at the same time as may be away, and no more", () => {
    const away: number[] = [];
    for (const line of journal.filter((entry) => /w-\d_run/.test(entry))) {
      away.push((away.at(-1) ?? 0) + (line.startsWith("begin") ? 1 : -1));
    }

    expect(Math.max(...away)).toBe(2);
  });
});

test("an addon that changes waits until all control planes have its file", async () => {
  const journal = await journalOf({ addons: { coreDns: { replicas: 3 } } }, (name) =>
    name === "cp-3_save" ? 15 : 0,
  );

  expect(isBefore(journal, /^cp-\d_save$/, /^addons_coredns$/)).toBe(true);
});

describe("the destroy step", () => {
  const { "w-4": _, ...three } = FOUR;

  test("of a host that leaves runs after the roster", async () => {
    const journal = await journalOf({ workers: { hosts: three } }, (name) =>
      name.endsWith("_roster") ? 10 : 0,
    );

    expect(journal.at(-1)).toBe("clean w-4");
    expect(journal).toContain("end control-plane_roster");
    expect(journal.filter((line) => line.startsWith("clean"))).toHaveLength(1);
  });

  test("runs neither for a host that is lost nor for those whose address, port and user change", async () => {
    const journal = await journalOf({
      workers: {
        hosts: {
          ...three,
          "w-1": host(61, { port: 2222, user: "admin", podSubnet: "10.244.21.0/24" }),
        },
        lost: ["w-4"],
      },
    });

    expect(journal).toContain("end w-1_save");
    expect(journal.filter((line) => line.startsWith("clean"))).toEqual([]);
  });
});
