/** The Docker engine: the one that runs, or one that the lab installs and starts. */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { hasProgram, installPackages } from "./apt";
import { isRunning, lastLines, startBackground, stopBackground } from "./background";
import { tryRun } from "./command";
import { isEngineUp, OWN_SOCKET } from "./docker";
import { inLab } from "./paths";
import type { Progress } from "./progress";
import { waitUntil } from "./wait";

const PROCESS = "dockerd";

/** What running hosts need on this machine. What only builds need is installed by the builds. */
const PACKAGES = ["docker.io", "iproute2", "iptables", "openssh-client", "procps"];

/**
 * Makes sure that a Docker engine answers.
 *
 * @throws Error that says what to do, where there is none and the lab may not start one
 */
export async function ensureEngine(progress: Progress): Promise<void> {
  if (await isEngineUp()) return;
  if (process.env.DOCKER_HOST !== undefined) {
    throw new Error(
      `no answer from the Docker engine at DOCKER_HOST, got "${process.env.DOCKER_HOST}"; start it, or unset DOCKER_HOST`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error("no Docker engine is running; start one, or run as root on Debian or Ubuntu");
  }
  if (!(await hasProgram("dockerd"))) {
    await progress.task(`installing ${PACKAGES.join(", ")}`, () => installPackages(PACKAGES));
    // Where an init system runs, the package has started its engine.
    if (await isEngineUp()) return;
  }
  await progress.task("starting dockerd", startEngine);
}

async function startEngine(): Promise<void> {
  const dir = inLab("docker");
  await mkdir(dir, { recursive: true });
  if (!isRunning(PROCESS)) await rm(`${dir}/docker.pid`, { force: true });
  await startBackground(PROCESS, "dockerd", [
    ...["--data-root", `${dir}/data`, "--exec-root", `${dir}/exec`],
    ...["--pidfile", `${dir}/docker.pid`, "--host", `unix://${OWN_SOCKET()}`],
    ...["--bip", "198.18.254.1/24", "--exec-opt", "native.cgroupdriver=cgroupfs"],
    ...["--storage-driver", "overlay2"],
  ]);
  await waitUntil(
    "dockerd to answer",
    60,
    async () => existsSync(OWN_SOCKET()) && (await isEngineUp()),
    () => lastLines(PROCESS),
  );
}

/** Ends the engine if the lab started it, and removes its data. One that was there is left alone. */
export async function stopEngine(): Promise<void> {
  if (!existsSync(inLab("docker"))) return;
  await stopBackground(PROCESS);
  // The engine leaves its bridge behind.
  await tryRun("ip", ["link", "delete", "docker0"]);
  await rm(inLab("docker"), { recursive: true, force: true });
}
