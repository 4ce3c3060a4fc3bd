#!/bin/sh
# First process of a lab host: gives the container what a machine has, then becomes systemd.
# Runs at every start, so a restarted host is like a rebooted machine.
set -u

# /sys and the cgroups of this container are its own: systemd and the kubelet write to them.
mount -o remount,rw /sys
mount -o remount,rw,bind /sys/fs/cgroup
awk '$2 ~ "^/sys/fs/cgroup/" {print $2}' /proc/mounts | while read -r group; do
  mount -o remount,rw,bind "$group"
done
mount --make-rshared /

# The kubelet reads the kernel's log.
[ -e /dev/kmsg ] || mknod /dev/kmsg c 1 11

# Docker lays files of its own over these three; a machine has plain ones that can be replaced.
for file in hosts hostname resolv.conf; do
  given=$(cat "/etc/$file")
  umount "/etc/$file"
  [ -s "/etc/$file" ] || printf '%s\n' "$given" > "/etc/$file"
done

# Docker's resolver at 127.0.0.11 would make CoreDNS loop. Nothing listens on the host's own address,
# so a question for a name outside of the cluster is refused at once instead of timing out.
address=$(ip -4 -o addr show eth0 | awk '{sub("/.*", "", $4); print $4}')
echo "nameserver $address" > /etc/resolv.conf

# Docker turns IPv6 off for interfaces that come later, such as the bridge of a pod network.
for kind in all default; do
  echo 0 > "/proc/sys/net/ipv6/conf/$kind/disable_ipv6"
done

# A new network namespace may have its settings from Docker's machine; a plain one forwards nothing.
echo 0 > /proc/sys/net/ipv4/ip_forward
echo 0 > /proc/sys/net/ipv6/conf/all/forwarding

# A service address that kube-proxy has not programmed yet is refused at once: without a rule the
# packet leaves the host and the client waits for 30 s.
for chain in FORWARD OUTPUT; do
  iptables -A "$chain" -d 10.96.0.0/12 -j REJECT
  ip6tables -A "$chain" -d fd98:96::/112 -j REJECT
done

exec /sbin/init "$@"
