/**
 * Fields of component configs that kubeadm writes with the zero value of their Go type. They mean "unset"; written, so
 * that what a stock kubeadm stored and what we store can be compared. Source: files and ConfigMaps of 1.34.4 to 1.37.2.
 */

const LOGGING = {
  flushFrequency: 0,
  options: { json: { infoBufferSize: "0" }, text: { infoBufferSize: "0" } },
  verbosity: 0,
};

/** Of a KubeletConfiguration. */
export const KUBELET_ZERO_VALUES = {
  authentication: { webhook: { cacheTTL: "0s" } },
  authorization: { webhook: { cacheAuthorizedTTL: "0s", cacheUnauthorizedTTL: "0s" } },
  containerRuntimeEndpoint: "",
  cpuManagerReconcilePeriod: "0s",
  crashLoopBackOff: {},
  evictionPressureTransitionPeriod: "0s",
  fileCheckFrequency: "0s",
  httpCheckFrequency: "0s",
  imageMaximumGCAge: "0s",
  imageMinimumGCAge: "0s",
  logging: LOGGING,
  memorySwap: {},
  nodeStatusReportFrequency: "0s",
  nodeStatusUpdateFrequency: "0s",
  runtimeRequestTimeout: "0s",
  shutdownGracePeriod: "0s",
  shutdownGracePeriodCriticalPods: "0s",
  streamingConnectionIdleTimeout: "0s",
  syncFrequency: "0s",
  volumeStatsAggPeriod: "0s",
};

/** Of a KubeProxyConfiguration. */
export const KUBE_PROXY_ZERO_VALUES = {
  bindAddressHardFail: false,
  clientConnection: { acceptContentTypes: "", burst: 0, contentType: "", qps: 0 },
  clusterCIDR: "",
  configSyncPeriod: "0s",
  conntrack: {
    maxPerCore: null,
    min: null,
    tcpBeLiberal: false,
    tcpCloseWaitTimeout: null,
    tcpEstablishedTimeout: null,
    udpStreamTimeout: "0s",
    udpTimeout: "0s",
  },
  detectLocal: { bridgeInterface: "", interfaceNamePrefix: "" },
  detectLocalMode: "",
  enableProfiling: false,
  healthzBindAddress: "",
  hostnameOverride: "",
  iptables: {
    localhostNodePorts: null,
    masqueradeAll: false,
    masqueradeBit: null,
    minSyncPeriod: "0s",
    syncPeriod: "0s",
  },
  ipvs: {
    excludeCIDRs: null,
    minSyncPeriod: "0s",
    scheduler: "",
    strictARP: false,
    syncPeriod: "0s",
    tcpFinTimeout: "0s",
    tcpTimeout: "0s",
    udpTimeout: "0s",
  },
  logging: LOGGING,
  metricsBindAddress: "",
  mode: "",
  nftables: {
    masqueradeAll: false,
    masqueradeBit: null,
    minSyncPeriod: "0s",
    syncPeriod: "0s",
  },
  nodePortAddresses: null,
  oomScoreAdj: null,
  portRange: "",
  showHiddenMetricsForVersion: "",
  winkernel: {
    enableDSR: false,
    forwardHealthCheckVip: false,
    networkName: "",
    rootHnsEndpointName: "",
    sourceVip: "",
  },
};
