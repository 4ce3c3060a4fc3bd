# shellcheck shell=sh
# The clean actions. What is not there is away already.

stop_service() {
  systemctl disable --now "$1" 2>"$WORK/systemctl" && return 0
  case $(systemctl show -p LoadState --value "$1" 2>/dev/null) in
    not-found | '') ;;
    *) fail 10 clean "$1 cannot be stopped: $(tail -n 1 "$WORK/systemctl")" "see: systemctl status $1" ;;
  esac
}

# remove_pods: processes, containers, sandboxes, their network namespaces and logs. The images stay. From old logs the
# kubelet would count on.
remove_pods() {
  command -v ctr >/dev/null || return 0
  systemctl -q is-active containerd || systemctl start containerd 2>/dev/null || return 0
  # Again, because a task that is just ending refuses to be removed.
  for _ in 1 2 3 4 5; do
    tasks=$(containerd_cli tasks ls -q 2>/dev/null)
    [ -n "$tasks" ] || break
    for task in $tasks; do
      containerd_cli tasks rm -f "$task" >/dev/null 2>&1 || true
    done
  done
  for container in $(containerd_cli containers ls -q 2>/dev/null); do
    containerd_cli containers rm "$container" >/dev/null 2>&1 || true
  done
  left=$(containerd_cli containers ls -q 2>/dev/null | head -n 3 | tr '\n' ' ')
  [ -z "$left" ] || fail 11 clean "containers cannot be removed: $left" "restart containerd, then apply again"
  await_shims
  for space in "$ROOT"/run/netns/cni-*; do
    [ -e "$space" ] || continue
    umount -l "$space" 2>/dev/null || true
    rm -f "$space"
  done
  rm -rf "$ROOT"/var/log/pods/* "$ROOT"/var/log/containers/*
}

# await_shims: a shim ends by itself when the last task of its pod is gone; one that does not within 5 s is ended.
await_shims() {
  now
  end_by=$((NOW + 5))
  while shims >"$WORK/shims" && [ -s "$WORK/shims" ]; do
    now
    [ "$NOW" -lt "$end_by" ] || break
    sleep 0.2
  done
  while read -r shim; do kill -KILL "$shim" 2>/dev/null || true; done <"$WORK/shims"
}

# shims: process ids of containerd's shims for pods.
shims() {
  grep -lszx k8s.io "$ROOT"/proc/[0-9]*/cmdline | while read -r file; do
    process=${file%/cmdline} name=''
    { read -r name <"$process/comm"; } 2>/dev/null || continue
    [ "$name" != containerd-shim ] || printf '%s\n' "${process##*/}"
  done
}

# unmount_below DIRECTORY: innermost first.
unmount_below() {
  awk -v below="$ROOT$1/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r >"$WORK/mounts"
  while read -r point <&4; do
    umount "$point" 2>/dev/null || umount -l "$point"
  done 4<"$WORK/mounts"
}

# remove_path PATH: a mount point keeps itself and loses its contents.
remove_path() {
  case $1 in
    /*/*) ;;
    *) fail 64 clean "will not remove \"$1\"" "report this" ;;
  esac
  if [ -d "$ROOT$1" ] && awk -v point="$ROOT$1" '$2 == point { found = 1 } END { exit !found }' /proc/self/mounts; then
    remove_contents "$1"
  else
    rm -rf --one-file-system "$ROOT$1"
  fi
}

remove_contents() {
  case $1 in
    /*/*) ;;
    *) fail 64 clean "will not empty \"$1\"" "report this" ;;
  esac
  if [ -d "$ROOT$1" ]; then find "$ROOT$1/" -xdev -mindepth 1 -delete; fi
}

remove_link() {
  if [ -d "$ROOT/sys/class/net/$1" ]; then ip link delete "$1"; fi
}

# remove_packet_rules: chains of kube-proxy and of pod networks, in both backends, IPv4 and IPv6. Other rules stay.
remove_packet_rules() {
  for tool in iptables-legacy iptables-nft ip6tables-legacy ip6tables-nft; do
    command -v "$tool-save" >/dev/null || continue
    "$tool-save" >"$WORK/rules" 2>/dev/null || continue
    grep -qE 'KUBE-|CNI-|FLANNEL-' "$WORK/rules" || continue
    grep -vE 'KUBE-|CNI-|FLANNEL-' "$WORK/rules" | "$tool-restore" ||
      fail 10 clean "packet rules of kube-proxy cannot be removed with $tool" "remove the chains KUBE-* by hand"
  done
  command -v nft >/dev/null || return 0
  for family in ip ip6; do
    nft delete table "$family" kube-proxy 2>/dev/null || true
  done
}
