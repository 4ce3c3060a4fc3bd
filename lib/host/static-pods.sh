# shellcheck shell=sh
# Replaces static pods. Waiting for the kubelet takes 40 to 130 s a host; the order here takes 5 to 13 s and refuses no
# write while other control planes serve: the kubelet talks to the API server of its own host and hangs when that one
# has lost its etcd, so the API server ends before etcd and the kubelet is away meanwhile.

# run_static_pod COMPONENT NAME URL
run_static_pod() {
  if [ "$PHASE" = start ]; then
    read_manifest "$1" || return 0
    if [ "$2" = etcd ]; then decide_etcd_start "$1"; fi
    put_manifest "$1"
    return 0
  fi
  if [ "${ROLLED:-no}" = no ]; then
    roll_static_pods
    find_kubelet_component
    ensure_kubelet "$KUBELET"
    ROLLED=yes
  fi
  wait_http "$2" "$3" 240
  [ "$2" != kube-apiserver ] || nudge_kubelet
  if [ "$2" = etcd ] && is_changed "$1"; then wait_etcd_others "$1" 30; fi
}

# read_manifest COMPONENT: writes what should be live to WORK/manifest.COMPONENT, sets MANIFEST to its path, and is
# false when it is live already.
read_manifest() {
  row=$(awk -F "$TAB" -v component="$1" \
    '$1 == component && $6 ~ /^\/etc\/kubernetes\/manifests\// { print $3 "\t" $6; exit }' "$REVISION/files.list")
  [ -n "$row" ] || fail 64 "$1" "has no static pod manifest" "save this host again"
  MANIFEST=${row#*"$TAB"} MANIFEST_MODE=${row%%"$TAB"*}
  keep_etcd_start "$REVISION/files$MANIFEST" "$ROOT$MANIFEST" >"$WORK/manifest.$1" || {
    fail_when_disk_is_full "$1"
    fail 20 "$1" "its manifest cannot be read" "save this host again"
  }
  ! cmp -s "$WORK/manifest.$1" "$ROOT$MANIFEST"
}

put_manifest() {
  printf '%s\thost\t\t\t\t%s\n' "$1" "$MANIFEST" >"$WORK/row"
  remember_laid "$WORK/row"
  install_file "$WORK/manifest.$1" "$MANIFEST_MODE" "$MANIFEST"
}

# roll_static_pods: all that changed, in one go.
roll_static_pods() {
  awk -F "$TAB" '$2 == "host" && $3 == "run" && $4 == "static-pod" { print $1 "\t" $5 }' \
    "$REVISION/actions.list" >"$WORK/pods"
  : >"$WORK/rolling"
  with_etcd=no
  while IFS=$TAB read -r component name <&4; do
    if read_manifest "$component"; then mark_changed "$component"; fi
    is_changed "$component" || continue
    printf '%s\t%s\n' "$component" "$name" >>"$WORK/rolling"
    if [ "$name" = etcd ]; then
      with_etcd=yes
      decide_etcd_start "$component"
    fi
    say "$component: replaces its static pod"
  done 4<"$WORK/pods"
  [ -s "$WORK/rolling" ] || return 0

  if [ "$with_etcd" = yes ]; then
    wait_etcd_others_before etcd
    move_etcd_leader
    systemctl stop kubelet 2>"$WORK/systemctl"
    put_manifests
    find_processes kube-apiserver
    end_processes TERM 2
    find_processes etcd
    end_processes TERM 5
  else
    PROCESSES=''
    while IFS=$TAB read -r _ name <&4; do
      add_processes "$name"
    done 4<"$WORK/rolling"
    put_manifests
    end_processes none 2
  fi
  restart_kubelet
}

put_manifests() {
  while IFS=$TAB read -r component _ <&6; do
    if read_manifest "$component"; then put_manifest "$component"; fi
  done 6<"$WORK/rolling"
}

find_processes() {
  PROCESSES=''
  add_processes "$1"
}

# add_processes NAME: adds "container=pid" of the running containers of this name in kube-system to PROCESSES.
add_processes() {
  containerd_cli tasks ls 2>/dev/null >"$WORK/tasks" || return 0
  for container in $(pod_containers "$1"); do
    pid=$(awk -v id="$container" '$1 == id && $3 == "RUNNING" { print $2 }' "$WORK/tasks")
    [ -z "$pid" ] || PROCESSES="$PROCESSES $container=$pid"
  done
}

# pod_containers NAME: ids, exited ones too.
pod_containers() {
  containerd_cli containers ls -q \
    "labels.\"io.kubernetes.container.name\"==$1,labels.\"io.kubernetes.pod.namespace\"==kube-system" 2>/dev/null || true
}

# end_processes SIGNAL|none SECONDS: SIGKILL after the time, then until they are gone.
end_processes() {
  if [ "$1" != none ]; then signal_processes "$1"; fi
  await_end "$2" && return 0
  signal_processes KILL
  await_end 10 || fail 20 static-pod "a container cannot be ended" "restart this host's container runtime, then apply again"
}

signal_processes() {
  for process in $PROCESSES; do
    if kill -0 "${process#*=}" 2>/dev/null; then
      containerd_cli tasks kill -s "SIG$1" "${process%=*}" 2>/dev/null || true
    fi
  done
}

# await_end SECONDS: whether all of PROCESSES are gone in time.
await_end() {
  now
  end_by=$((NOW + $1))
  for process in $PROCESSES; do
    while kill -0 "${process#*=}" 2>/dev/null; do
      now
      [ "$NOW" -lt "$end_by" ] || return 1
      sleep 0.1
    done
  done
}
