/** What a cluster on lab hosts needs beside its hosts: containers that may have cgroup v1 and may not lower an OOM score. */
import type { ContainerRuntimeProps, ControlPlaneProps } from "../lib";

/** Props of `ControlPlane`. With `mirrors`, images come from there: registry host → URLs. */
export function hostSettings(mirrors: ContainerRuntimeProps["registryMirrors"] = {}) {
  return {
    kubelet: { failCgroupV1: false },
    nodeRegistration: { ignorePreflightErrors: ["SystemVerification"] },
    containerRuntime: {
      registryMirrors: mirrors,
      config: {
        oom_score: 0,
        plugins: { "io.containerd.grpc.v1.cri": { restrict_oom_score_adj: true } },
      },
    },
  } satisfies Partial<ControlPlaneProps>;
}
