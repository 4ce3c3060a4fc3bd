/** Durations in component configs, as Kubernetes' own types write them. */
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

/** A copy whose durations are in Go's own form: `2m` becomes `2m0s`. */
export function withGoDurations(
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => {
    if (isPlain(value)) return [key, withGoDurations(value)];
    return [key, typeof value === "string" && DURATIONS.has(key) ? goDuration(value) : value];
  });
  return Object.fromEntries(entries);
}
