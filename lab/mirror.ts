/** The lab's copy of the official download site: same paths, plain HTTP, lab's address only. */
import { createHash } from "node:crypto";
import { link, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isRunning, lastLines, startBackground, stopBackground } from "./background";
import { cached, recipeKey } from "./cached";
import { inCache, SOURCE_DIR } from "./paths";
import type { Programs } from "./programs";
import { isReachable } from "./reachable";
import { GATEWAY, HOST_PROGRAMS, KUBERNETES_VERSION, MIRROR_URL } from "./table";
import { waitUntil } from "./wait";

const PROCESS = "mirror";

/** Lays out the files to serve and starts the server unless it runs. */
export async function ensureMirror(programs: Programs): Promise<void> {
  const key = recipeKey([programs.paths]);
  const folder = `release/v${KUBERNETES_VERSION}/bin/linux/amd64`;
  const root = await cached(inCache("mirror", key), async (dir) => {
    const target = join(dir, folder);
    await mkdir(target, { recursive: true });
    for (const name of HOST_PROGRAMS) {
      const path = programs.paths[name];
      if (path === undefined) throw new Error(`${name}: not among the programs of the lab`);
      await link(path, join(target, name));
      const digest = createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
      await writeFile(join(target, `${name}.sha256`), digest);
    }
  });
  if (isRunning(PROCESS)) return;
  const { port } = new URL(MIRROR_URL);
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const server = join(SOURCE_DIR, "mirror-server.ts");
  await startBackground(PROCESS, process.execPath, [
    "--import",
    loader,
    server,
    root,
    GATEWAY,
    port,
  ]);
  await waitUntil(
    "the mirror to answer",
    20,
    () => isReachable(`${MIRROR_URL}/${folder}/kubelet`),
    () => lastLines(PROCESS),
  );
}

/** Ends the mirror. */
export const stopMirror = (): Promise<void> => stopBackground(PROCESS);
