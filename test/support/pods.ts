/**
 * Pods that tests look out of. Their image is the lab's smallest; programs (sh, curl, getent, perl) come from the
 * Debian of the host they run on, mounted read-only, so that nothing else has to be pulled.
 */
import { IMAGES } from "../../lab/lab";

/** What a test says of its pods. */
export interface PodShape {
  readonly name: string;
  /** Shell text that the pod runs. */
  readonly run: string;
  /** Node to run on, whatever taints it has. @default - where the scheduler puts it */
  readonly node?: string;
}

const MOUNTS = { usr: "/usr", bin: "/usr/bin", lib: "/usr/lib", lib64: "/usr/lib64" } as const;

/** The template of a pod. */
function podTemplate({ name, run, node }: PodShape): object {
  return {
    metadata: { labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      ...(node === undefined ? {} : { nodeName: node, tolerations: [{ operator: "Exists" }] }),
      containers: [
        {
          name: "main",
          image: `registry.k8s.io/${IMAGES.pause}`,
          command: ["/bin/sh", "-c", run],
          volumeMounts: Object.keys(MOUNTS).map((mount) => ({
            name: mount,
            mountPath: `/${mount}`,
            readOnly: true,
          })),
        },
      ],
      volumes: Object.entries(MOUNTS).map(([mount, path]) => ({
        name: mount,
        hostPath: { path },
      })),
    },
  };
}

/** A pod that does not come back. */
export function pod(shape: PodShape): object {
  const template = podTemplate(shape) as { metadata: object };
  return {
    apiVersion: "v1",
    kind: "Pod",
    ...template,
    metadata: { ...template.metadata, name: shape.name, namespace: "default" },
  };
}

/** Pods that come back elsewhere when their node goes. */
export function deployment(shape: PodShape, replicas: number): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: shape.name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: { app: shape.name } },
      template: podTemplate(shape),
    },
  };
}

/** A service in front of the pods of this name. */
export function service(name: string, port: number): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { selector: { app: name }, ports: [{ port, targetPort: port }] },
  };
}

/** Objects as kubectl takes them from its standard input. */
export function manifest(...items: readonly object[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** Shell text of a pod that waits to be used. It ends at once when it is told to. */
export const IDLE = "echo ready; trap 'exit 0' TERM; while :; do sleep 1; done";

/** Shell text of a web server that answers with the name of its pod. Shape of the answer: `hello from <pod>` */
export function webServer(port: number): string {
  const program = [
    "use IO::Socket::INET; $| = 1; $SIG{TERM} = sub { exit 0 };",
    `my $server = IO::Socket::INET->new(LocalPort => ${port}, Listen => 50, ReuseAddr => 1) or die;`,
    'my $text = "hello from $ENV{HOSTNAME}\\n"; print "ready\\n";',
    "while (my $client = $server->accept) {",
    "  while (<$client>) { last if /^\\r?\\n$/ }",
    '  print $client "HTTP/1.0 200 OK\\r\\nContent-Length: " . length($text) . "\\r\\n\\r\\n$text"; close $client;',
    "}",
  ].join(" ");
  return `exec perl -e '${program}'`;
}
