/** Terraform's null provider: from the registry, or a stand-in where that cannot be reached. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached, recipeKey } from "./cached";
import { run, tryRun } from "./command";
import { inCache, inLab, SOURCE_DIR } from "./paths";
import type { Progress } from "./progress";

/** A configuration that needs nothing but the null provider. */
const PROBE = `terraform {
  required_providers {
    null = {
      source = "hashicorp/null"
    }
  }
}
`;

const ANSWER_LIVES_MILLISECONDS = 24 * 3600 * 1000;

/** Environment that makes Terraform use the stand-in. */
export interface TerraformEnv {
  /** Path of a configuration that names the stand-in as the only source of providers. */
  readonly TF_CLI_CONFIG_FILE: string;
}

/** Whether Terraform itself finds the provider. */
async function canFetchProvider(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), "cdktf-kubeadm-provider-"));
  try {
    await writeFile(join(dir, "main.tf"), PROBE);
    const init = await tryRun("terraform", ["init", "-no-color"], {
      cwd: dir,
      env: {
        TF_CLI_CONFIG_FILE: "/dev/null",
        TF_REGISTRY_DISCOVERY_RETRY: "0",
        TF_REGISTRY_CLIENT_TIMEOUT: "5",
      },
    });
    return init.code === 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Answer of the last probe, which is asked again after a day. */
async function isRegistryReachable(): Promise<boolean> {
  const file = inLab("terraform-registry.json");
  if (existsSync(file) && Date.now() - statSync(file).mtimeMs < ANSWER_LIVES_MILLISECONDS) {
    return JSON.parse(readFileSync(file, "utf8")) === true;
  }
  const answer = await canFetchProvider();
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
