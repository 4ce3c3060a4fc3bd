#!/bin/sh
# bridge-routes.sh up|down ADDRESS PODS
#
# Makes the pods of all nodes reachable on the network segment that holds ADDRESS, this host's own: one on-link route
# for PODS, the range of all pods, and proxy ARP, by which each host answers for the pods behind its own bridge.
# Called by cdktf-kubeadm-routes.service; can be repeated. CDKTF_KUBEADM_ROOT, for tests only, is put before /proc.
set -eu

if [ $# -ne 3 ]; then
  echo "usage: bridge-routes.sh up|down <address> <range of all pods>" >&2
  exit 2
fi
what=$1 address=$2 pods=$3
values=${CDKTF_KUBEADM_ROOT:-}/proc/sys/net/ipv4

# interface_of ADDRESS: the interface that holds it, on standard output; nothing when there is none.
interface_of() {
  ip -4 -o addr show to "$1/32" | awk '{ print $2; exit }'
}

# set_value FILE VALUE: writes a kernel value that differs.
set_value() {
  [ "$(cat "$values/$1")" = "$2" ] || echo "$2" >"$values/$1"
}

# An address may come a moment after the network is called online.
interface=$(interface_of "$address")
tries=0
while [ "$what" = up ] && [ -z "$interface" ] && [ "$tries" -lt 30 ]; do
  tries=$((tries + 1))
  sleep 1
  interface=$(interface_of "$address")
done
if [ -z "$interface" ]; then
  [ "$what" = down ] && exit 0
  echo "bridge-network: no interface holds $address; give the node the address of one of its interfaces" >&2
  exit 1
fi

case $what in
  up)
    # Answer for pods at once: by default the kernel waits up to 0.8 s with a proxied answer.
    set_value "neigh/$interface/proxy_delay" 0
    set_value "conf/$interface/proxy_arp" 1
    ip -4 route replace "$pods" dev "$interface" scope link
    ;;
  down)
    ip -4 route del "$pods" dev "$interface" scope link 2>/dev/null || :
    set_value "conf/$interface/proxy_arp" 0
    ;;
  *)
    echo "bridge-routes.sh: up or down, got \"$what\"" >&2
    exit 2
    ;;
esac
