/** Docker's command line, pointed at the engine of the lab. */
import { existsSync } from "node:fs";
import { type CommandOptions, type CommandResult, run, tryRun } from "./command";
import { inLab } from "./paths";

/** Socket of the engine that the lab starts where none is running. */
export const OWN_SOCKET = (): string => inLab("docker", "docker.sock");

/** Where Docker is asked: the environment's choice, the lab's own engine, or the default socket. */
export function dockerEnvironment(): Record<string, string> {
  // The engine's own builder is enough, and the other one may not be installed.
  const env: Record<string, string> = { DOCKER_BUILDKIT: "0" };
  if (process.env.DOCKER_HOST === undefined && existsSync(OWN_SOCKET())) {
    env.DOCKER_HOST = `unix://${OWN_SOCKET()}`;
  }
  return env;
}

/** Runs a Docker command and returns its output. @throws Error if it fails */
export const docker = (args: readonly string[], options: CommandOptions = {}): Promise<string> =>
  run("docker", args, { ...options, env: { ...dockerEnvironment(), ...options.env } });

/** Runs a Docker command that may fail. */
export const tryDocker = (args: readonly string[]): Promise<CommandResult> =>
  tryRun("docker", args, { env: dockerEnvironment() });

/** Tells whether an engine answers. */
export const isEngineUp = async (): Promise<boolean> =>
  (await tryDocker(["version", "--format", "{{.Server.Version}}"])).code === 0;
