/** Kubernetes programs: downloaded where that is possible, otherwise built. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { cached } from "./cached";
import { goPrograms, requireGo } from "./go-build";
import { inCache } from "./paths";
import type { Progress } from "./progress";
import { isKubernetesReachable } from "./reachable";
import { HOST_PROGRAMS, KUBERNETES_VERSION } from "./table";

/** Where programs and images come from. */
export interface Programs {
  /** `official`: downloads and images of the Kubernetes project. `built`: from Go modules. */
  readonly source: "official" | "built";
  /** Program → path. `official` has only those that hosts need. */
  readonly paths: Readonly<Record<string, string>>;
}

const OFFICIAL_URL = `https://dl.k8s.io/release/v${KUBERNETES_VERSION}/bin/linux/amd64`;

const officialPath = (name: string): string =>
  inCache("bin", `official-${KUBERNETES_VERSION}`, name);

const officialPrograms = (): Programs => ({
  source: "official",
  paths: Object.fromEntries(HOST_PROGRAMS.map((name) => [name, officialPath(name)])),
});

const builtPrograms = (): Programs => ({
  source: "built",
  paths: Object.fromEntries(goPrograms().map((program) => [program.name, program.path])),
});

const isComplete = (programs: Programs): boolean => Object.values(programs.paths).every(existsSync);

/** Gets all programs; what is in the cache is used without a look at the network. */
export async function ensurePrograms(progress: Progress): Promise<Programs> {
  for (const programs of [builtPrograms(), officialPrograms()]) {
    if (isComplete(programs)) return programs;
  }
  if (await isKubernetesReachable()) {
    for (const name of HOST_PROGRAMS) await download(progress, name);
    return officialPrograms();
  }
  await requireGo();
  const list = goPrograms();
  for (const [index, program] of list.entries()) {
    await program.build(progress, `${index + 1} of ${list.length}`);
  }
  return builtPrograms();
}

const download = (progress: Progress, name: string): Promise<string> =>
  cached(officialPath(name), (path) =>
    progress.task(`downloading ${name} v${KUBERNETES_VERSION}`, async () => {
      const [program, digest] = await Promise.all([
        fetchBytes(`${OFFICIAL_URL}/${name}`),
        fetchBytes(`${OFFICIAL_URL}/${name}.sha256`),
      ]);
      const actual = createHash("sha256").update(program).digest("hex");
      const expected = digest.toString().trim();
      if (actual !== expected) {
        throw new Error(`${OFFICIAL_URL}/${name}: sha256 is ${actual}, expected ${expected}`);
      }
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, program);
      await chmod(path, 0o755);
    }),
  );

async function fetchBytes(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  return Buffer.from(await answer.arrayBuffer());
}
