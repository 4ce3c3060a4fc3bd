/**
 * Sees when a cluster is there, from outside, in the same way for every cluster: two watches on the API server of the
 * control plane host. Nothing is asked again and again but whether that API server takes connections yet.
 */
import { get, type Agent as HttpsAgent, type RequestOptions } from "node:https";
import * as lab from "../lab";
import { addressOf } from "../table";
import { pause } from "../wait";

/** What is waited for, and since when. */
export interface Observed {
  readonly controlPlane: lab.HostName;
  /** Names of all nodes that have to be Ready. */
  readonly nodes: readonly string[];
  /** Unit: milliseconds of `performance.now()`. */
  readonly start: number;
}

/** Unit: seconds from the start. */
export interface Milestones {
  readonly nodesReady: number;
  readonly coreDnsAvailable: number;
}

const LIMIT_SECONDS = 180;
const RETRY_MILLISECONDS = 200;
const ADMIN = "/etc/kubernetes/super-admin.conf";
const NODES = "/api/v1/nodes?watch=1";
const COREDNS =
  "/apis/apps/v1/namespaces/kube-system/deployments?watch=1&fieldSelector=metadata.name%3Dcoredns";
const COREDNS_REPLICAS = 2;

/** Resolves when all nodes are Ready and CoreDNS is available. @throws Error after 180 s, with what is missing */
export async function observe(observed: Observed): Promise<Milestones> {
  const deadline = observed.start + LIMIT_SECONDS * 1000;
  const connection = await credentials(observed.controlPlane);
  const since = (): number => (performance.now() - observed.start) / 1000;
  const ready = new Map<string, boolean>();
  const untilNodes = watch(connection, NODES, deadline, ({ type, object }) => {
    ready.set(object.metadata.name, type !== "DELETED" && isReady(object));
    return observed.nodes.every((name) => ready.get(name) === true);
  });
  const untilCoreDns = watch(
    connection,
    COREDNS,
    deadline,
    ({ object }) => (object.status?.availableReplicas ?? 0) >= COREDNS_REPLICAS,
  );
  const [nodesReady, coreDnsAvailable] = await Promise.all([
    untilNodes.then(since),
    untilCoreDns.then(since),
  ]);
  return { nodesReady, coreDnsAvailable };
}

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name: string };
    readonly status?: {
      readonly availableReplicas?: number;
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  };
}

const isReady = ({ status }: WatchEvent["object"]): boolean =>
  status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

/** Waits for the administrator's kubeconfig and reads it. As `admin`, to tell these connections from the measured ones. */
async function credentials(host: lab.HostName): Promise<RequestOptions> {
  const wait = `until grep -qs client-key-data ${ADMIN}; do sleep 0.2; done; cat ${ADMIN}`;
  const result = await lab.ssh(host, `timeout ${LIMIT_SECONDS} sudo sh -c '${wait}'`, {
    user: "admin",
  });
  const field = (name: string): Buffer => {
    const [, value] = new RegExp(`${name}: (\\S+)`).exec(result.stdout) ?? [];
    if (value === undefined) throw new Error(`${host}: ${ADMIN} has no ${name}; ${result.stderr}`);
    return Buffer.from(value, "base64");
  };
  return {
    host: addressOf(host),
    port: 6443,
    ca: field("certificate-authority-data"),
    cert: field("client-certificate-data"),
    key: field("client-key-data"),
    agent: false as unknown as HttpsAgent,
  };
}

/** Resolves at the first event that is the awaited one. */
async function watch(
  connection: RequestOptions,
  path: string,
  deadline: number,
  isAwaited: (event: WatchEvent) => boolean,
): Promise<void> {
  let last = "nothing was seen";
  while (!(await watchOnce({ ...connection, path }, deadline, isAwaited, (why) => (last = why)))) {
    if (performance.now() > deadline) {
      throw new Error(`waited ${LIMIT_SECONDS} s for ${path}; ${last}`);
    }
    await pause(RETRY_MILLISECONDS);
  }
}

/** One connection: true when the awaited event came, false when it ended before. */
function watchOnce(
  options: RequestOptions,
  deadline: number,
  isAwaited: (event: WatchEvent) => boolean,
  remember: (why: string) => void,
): Promise<boolean> {
  return new Promise((done) => {
    const request = get(options, (response) => {
      if (response.statusCode !== 200) remember(`the API server answers ${response.statusCode}`);
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const lines = `${rest}${text}`.split("\n");
        rest = lines.pop() ?? "";
        if (response.statusCode !== 200) return;
        for (const line of lines) {
          remember(line.slice(0, 500));
          const event = JSON.parse(line) as WatchEvent;
          if (event.type !== "ERROR" && isAwaited(event)) finish(true);
        }
      });
      response.on("close", () => finish(false));
      response.on("error", () => finish(false));
    });
    const limit = setTimeout(() => finish(false), Math.max(0, deadline - performance.now()) + 100);
    const finish = (isDone: boolean): void => {
      clearTimeout(limit);
      done(isDone);
      request.destroy();
    };
    request.on("error", (error) => {
      remember(error.message);
      finish(false);
    });
  });
}
