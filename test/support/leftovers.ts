/** What a cluster leaves on a host that it left: nothing, if all is well. */
import * as lab from "../../lab/lab";

/** Each line asks one question; what it prints is left over. */
const QUESTIONS: Readonly<Record<string, string>> = {
  file: "find /etc/kubernetes /var/lib/cdktf-kubeadm /var/lib/etcd /var/lib/kubelet /var/lib/cni /etc/cni/net.d /var/log/pods /var/log/containers -mindepth 1 -not -type d 2>/dev/null | head -20",
  unit: "ls -d /etc/systemd/system/kubelet* /etc/systemd/system/cdktf-kubeadm* /etc/systemd/system/*.wants/kubelet* /etc/systemd/system/*.wants/cdktf-kubeadm* 2>/dev/null",
  // Terraform's last script goes some seconds after it has ended.
  script:
    'for i in 1 2 3 4 5 6 7 8 9 10; do found=$(find /root /home /tmp /var/tmp -name \'*cdktf*\'); [ -n "$found" ] || exit 0; sleep 1; done; echo "$found"',
  setting: "find /etc -name '*cdktf-kubeadm*' 2>/dev/null",
  process: "ps -eo comm= | grep -E '^(kube|etcd|coredns|pause|containerd-shim)'",
  container: "ctr -n k8s.io containers ls -q",
  rule: "for tool in iptables-legacy-save iptables-nft-save ip6tables-legacy-save ip6tables-nft-save; do $tool 2>/dev/null | grep -E 'KUBE-|CNI-'; done | head -20",
  link: "ls -d /sys/class/net/cni0 /sys/class/net/veth* 2>/dev/null",
  route: "ip route | grep -E '^10\\.244\\.'",
  mount: "grep -E ' /var/lib/kubelet/| /run/netns/cni-' /proc/self/mounts",
  namespace: "ls /run/netns 2>/dev/null",
};

/** What is left on a host. Shape: `kind: what` */
export async function leftovers(host: lab.HostName): Promise<string[]> {
  const answers = await Promise.all(
    Object.entries(QUESTIONS).map(async ([kind, question]) => {
      const { stdout } = await lab.ssh(host, question);
      return stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => `${kind}: ${line}`);
    }),
  );
  return answers.flat();
}
