# shellcheck shell=sh
# The check actions of save: what a host must have. They change nothing but kernel values.

# check_command COMPONENT COMMAND PACKAGE
check_command() {
  command -v "$2" >/dev/null || fail 10 "$1" "the command $2 is missing" "install the package ${3:-$2}"
}

check_swap() {
  swap=$(swaps_in_use)
  [ -z "$swap" ] || fail 16 "$1" "swap is on ($swap)" "turn it off: swapoff -a, and take it out of /etc/fstab"
}

swaps_in_use() {
  [ ! -r "$ROOT/proc/swaps" ] || awk 'NR > 1 { printf "%s%s", sep, $1; sep = " " }' "$ROOT/proc/swaps"
}

# check_port PORT COMPONENT: only where nothing of ours was started, not even half.
check_port() {
  [ ! -e "$OURS/started" ] && [ ! -e "$OURS/starting" ] || return 0
  port_holder "$1"
  [ -z "$HOLDER" ] || fail 15 "$2" "port $1 is taken by $HOLDER" "stop it, or give the port to nobody else, then apply again"
}

# port_holder PORT: sets HOLDER to "name (pid n)" of who listens there, or to nothing.
port_holder() {
  HOLDER=''
  inode=$(awk -v port="$(printf ':%04X' "$1")" \
    '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null) || true
  [ -n "$inode" ] || return 0
  HOLDER='a process'
  for link in $(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" 2>/dev/null | head -n 1); do
    pid=${link#/proc/}
    pid=${pid%%/*}
    read -r name <"/proc/$pid/comm" || name='a process'
    HOLDER="$name (pid $pid)"
  done
}

# check_disk COMPONENT PATH MIB
check_disk() {
  free=$(free_mib "$2")
  [ "$free" -ge "$3" ] || fail 17 "$1" "$free MiB are free for $2, $3 are needed" "free some space there"
}

# free_mib PATH: of the file system it is on, or will be on.
free_mib() {
  place=$ROOT$1
  while [ ! -e "$place" ]; do place=${place%/*}; done
  df -Pm "${place:-/}" | awk 'NR == 2 { print $4 }'
}

# fail_when_disk_is_full COMPONENT: below 16 MiB nothing of a node works any more.
fail_when_disk_is_full() {
  for place in /var/lib/etcd /var/lib/containerd /var/lib/kubelet /var/lib/cdktf-kubeadm /var/log /etc; do
    [ -d "$ROOT$place" ] || continue
    if [ "$(free_mib "$place")" -lt 16 ]; then
      fail 17 "$1" "the disk of $place is full" "free some space there, then apply again"
    fi
  done
}

# check_unit COMPONENT UNIT
check_unit() {
  [ -n "$(systemctl list-unit-files --no-legend "$(unit_name "$2")" 2>/dev/null)" ] ||
    fail 10 "$1" "systemd does not know $2" "install the package that brings it"
}

unit_name() {
  case $1 in *.*) printf %s "$1" ;; *) printf %s "$1.service" ;; esac
}

# check_kernel_value COMPONENT FILE VALUE
check_kernel_value() {
  file=$ROOT$2
  case $2 in /*) ;; *) file=$ROOT/proc/sys/$2 ;; esac
  [ -e "$file" ] || fail 10 "$1" "the kernel has no $2" "load the module that brings it, or boot a kernel that has it"
  same_value "$file" "$3" || printf '%s\n' "$3" 2>/dev/null >"$file" || true
  same_value "$file" "$3" || fail 10 "$1" "$2 is not $3 and cannot be set" "set it with sysctl"
}

# same_value FILE VALUE: blanks between numbers do not count.
same_value() {
  # Not by read: dash takes one byte at a time, and files below /proc/sys give nothing after the first read.
  present=$(cat "$1") || return 1
  set -f
  # shellcheck disable=SC2086 # the split is meant
  set -- "$2" $present
  set +f
  wanted=$1
  shift
  [ "$*" = "$wanted" ]
}
