/** What runs on a lab host, and since when: two equal answers mean that nothing restarted in between. */
import * as lab from "../../lab/lab";

/** Programs of a node whose restart somebody would notice. */
const PROGRAMS = [
  "containerd",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
];

/**
 * Process ids and start times (clock ticks since boot) of a node's programs.
 * Shape: program → `pid@ticks`, without programs that do not run
 */
export async function processesOf(host: lab.HostName): Promise<Record<string, string>> {
  const script = `for stat in /proc/[0-9]*/stat; do
  read -r line <"$stat" || continue
  name=\${line#*(}; name=\${name%)*}; pid=\${line%% *}
  set -- \${line##*) }
  shift 19
  printf '%s %s@%s\\n' "$name" "$pid" "$1"
done 2>/dev/null`;
  const { stdout } = await lab.ssh(host, script);
  // The kernel keeps 15 characters of a name.
  const rows = stdout.split("\n").map((line): [string, string] => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const found = PROGRAMS.flatMap((program) =>
    rows.filter(([name]) => name === program.slice(0, 15)).map(([, id]) => [program, id] as const),
  );
  return Object.fromEntries(found);
}
