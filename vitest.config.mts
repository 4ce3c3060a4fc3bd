import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Many tests wait (for processes, for time-outs of scripts), so more than one worker a core pays off.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/fidelity/kubeadm/**"],
          globalSetup: ["test/support/shared-keys.ts"],
          hookTimeout: 60_000,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          // Against real kubeadm binaries.
          name: "fidelity",
          include: ["test/fidelity/kubeadm/*.test.ts"],
          // While one kubeadm runs, the other side of another case is rendered.
          maxConcurrency: 2,
          testTimeout: 120_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/lab-setup.ts"],
          // One lab: the files run one after another.
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
