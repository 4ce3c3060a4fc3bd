/** Component configs of users, in the form in which Kubernetes' own types write them again. */
import { goDuration } from "../model/duration";
import { isPlain } from "./merge";

/**
 * Fields of KubeletConfiguration and KubeProxyConfiguration that are durations. Source: their Go types, 1.34 to 1.37;
 * no other field of theirs has one of these names.
 */
const DURATIONS: ReadonlySet<string> = new Set([
  "cacheAuthorizedTTL",
  "cacheTTL",
  "cacheUnauthorizedTTL",
  "configSyncPeriod",
  "containerLogMonitorInterval",
  "cpuCFSQuotaPeriod",
  "cpuManagerReconcilePeriod",
  "evictionPressureTransitionPeriod",
  "fileCheckFrequency",
  "flushFrequency",
  "httpCheckFrequency",
  "imageMaximumGCAge",
  "imageMinimumGCAge",
  "maxContainerRestartPeriod",
  "minSyncPeriod",
  "nodeStatusReportFrequency",
  "nodeStatusUpdateFrequency",
  "runtimeRequestTimeout",
  "shutdownGracePeriod",
  "shutdownGracePeriodCriticalPods",
  "streamingConnectionIdleTimeout",
  "syncFrequency",
  "syncPeriod",
  "tcpCloseWaitTimeout",
  "tcpEstablishedTimeout",
  "tcpFinTimeout",
  "tcpTimeout",
  "udpStreamTimeout",
  "udpTimeout",
  "volumeStatsAggPeriod",
]);

/** Maps of these configurations: an empty one is left out, which then means Kubernetes' defaults. */
const MAPS: ReadonlySet<string> = new Set([
  "cpuManagerPolicyOptions",
  "evictionHard",
  "evictionMinimumReclaim",
  "evictionSoft",
  "evictionSoftGracePeriod",
  "featureGates",
  "kubeReserved",
  "qosReserved",
  "staticPodURLHeader",
  "systemReserved",
  "topologyManagerPolicyOptions",
]);

/** A copy whose durations are in Go's own form (`2m` becomes `2m0s`), without empty maps. */
export function asTyped(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (isPlain(value)) {
      return MAPS.has(key) && Object.keys(value).length === 0 ? [] : [[key, asTyped(value)]];
    }
    return [[key, typeof value === "string" && DURATIONS.has(key) ? goDuration(value) : value]];
  });
  return Object.fromEntries(entries);
}
