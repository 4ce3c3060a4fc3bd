/** The lab's image registry: Debian's docker-registry, listening on the lab's address only. */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRunning, lastLines, startBackground, stopBackground } from "./background";
import { cached } from "./cached";
import { run, tryRun } from "./command";
import { inCache } from "./paths";
import type { Progress } from "./progress";
import { isReachable } from "./reachable";
import { REGISTRY } from "./table";
import { waitUntil } from "./wait";

const PROCESS = "registry";

/** Starts the registry unless it runs. Its content is part of the cache and outlives it. */
export async function ensureRegistry(progress: Progress): Promise<void> {
  if (isRunning(PROCESS)) return;
  const program = await ensureProgram(progress);
  const config = inCache("registry", "config.yml");
  await mkdir(inCache("registry", "data"), { recursive: true });
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: "warn", accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: inCache("registry", "data") },
        delete: { enabled: true },
      },
      http: { addr: REGISTRY },
    }),
  );
  await startBackground(PROCESS, program, ["serve", config]);
  await waitUntil(
    "the registry to answer",
    20,
    () => isReachable(`http://${REGISTRY}/v2/`),
    () => lastLines(PROCESS),
  );
}

/** Ends the registry. */
export const stopRegistry = (): Promise<void> => stopBackground(PROCESS);

/** Unpacks the program from Debian's package, without installing it. */
async function ensureProgram(progress: Progress): Promise<string> {
  const dir = await cached(inCache("bin", "docker-registry"), (path) =>
    progress.task("getting Debian's docker-registry", async () => {
      await mkdir(path, { recursive: true });
      const download = ["download", "docker-registry"];
      if ((await tryRun("apt-get", download, { cwd: path })).code !== 0) {
        await run("apt-get", ["update", "-q"]);
        await run("apt-get", download, { cwd: path });
      }
      for (const name of await readdir(path)) {
        if (!name.endsWith(".deb")) continue;
        await run("dpkg-deb", ["-x", join(path, name), path]);
        await rm(join(path, name));
      }
    }),
  );
  return join(dir, "usr", "bin", "docker-registry");
}
