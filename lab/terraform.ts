/** Terraform's null provider: from the registry, or a stand-in where that cannot be reached. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, recipeKey } from "./cached";
import { run } from "./command";
import { inCache, inLab, SOURCE_DIR } from "./paths";
import type { Progress } from "./progress";
import { isReachable } from "./reachable";

const REGISTRY_URL = "https://registry.terraform.io/.well-known/terraform.json";
const ANSWER_LIVES_MILLISECONDS = 24 * 3600 * 1000;

/** Environment that makes Terraform use the stand-in. */
export interface TerraformEnv {
  /** Path of a configuration that names the stand-in as the only source of providers. */
  readonly TF_CLI_CONFIG_FILE: string;
}

/** Answer of the last probe, which is asked again after a day. */
async function isRegistryReachable(): Promise<boolean> {
  const file = inLab("terraform-registry.json");
  if (existsSync(file) && Date.now() - statSync(file).mtimeMs < ANSWER_LIVES_MILLISECONDS) {
    return JSON.parse(readFileSync(file, "utf8")) === true;
  }
  const answer = await isReachable(REGISTRY_URL);
  await mkdir(inLab(), { recursive: true });
  await writeFile(`${file}.tmp-${process.pid}`, JSON.stringify(answer));
  await rename(`${file}.tmp-${process.pid}`, file);
  return answer;
}

/**
 * Environment for Terraform; undefined where it can fetch providers itself. With it, `cdktf deploy`
 * needs `--skip-provider-lock`. The first call may build the stand-in, which takes a minute.
 */
export async function terraformEnv(progress: Progress): Promise<TerraformEnv | undefined> {
  if (await isRegistryReachable()) return undefined;
  const source = join(SOURCE_DIR, "null-provider");
  const files = readdirSync(source).sort();
  const key = recipeKey(files.map((name) => readFileSync(join(source, name), "utf8")));
  const dir = inCache("null-provider", key);
  // The configuration holds the path of its folder, so it is built in place and marked last.
  await cached(join(dir, "complete"), (marker) =>
    progress.task("building the stand-in of Terraform's null provider", async () => {
      await run("sh", [join(source, "install.sh"), dir]);
      await writeFile(marker, "");
    }),
  );
  return { TF_CLI_CONFIG_FILE: join(dir, "tf.rc") };
}
