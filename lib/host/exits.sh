# shellcheck shell=sh
# Containers of static pods that exit again and again.

# fail_when_container_exits COMPONENT certain|likely: "certain" leaves out what heals by itself when another component
# comes up, and what may have been repaired since: the kubelet waits up to 5 minutes before it tries again, so it is
# restarted once and the container must exit once more.
fail_when_container_exits() {
  read_exits "$1"
  [ "$EXITS" -gt 0 ] || return 0
  if [ "$2" = certain ]; then
    case $EXIT_LINE in
      *refused* | *deadline* | *timeout* | *"no leader"* | *onnect*) return 0 ;;
      *"address already in use"* | *"unknown flag"* | *"invalid argument"* | *"no such file"* | *x509* | *"no space left"*) enough=2 ;;
      *) enough=3 ;;
    esac
    if [ -z "$EXITS_BEFORE" ]; then
      EXITS_BEFORE=$EXITS
      if [ "$IS_RUNNING" = no ] && [ "$NOW" -gt $((${KUBELET_RESTARTED_AT:-0} + 3)) ]; then restart_kubelet; fi
      return 0
    fi
    [ "$EXITS" -gt "$EXITS_BEFORE" ] && [ "$EXITS" -ge "$enough" ] || return 0
  fi
  explain_exit "$1" "$EXIT_LINE"
  fail 14 "$1" "its container keeps exiting$(exit_code): ${EXIT_LINE:-it logs nothing}" \
    "correct what it complains about, then apply again; its log is in $EXIT_FOLDER"
}

# read_exits COMPONENT: sets EXITS to how often its container exited since its pod was made, EXIT_LINE to why the last
# time, IS_RUNNING, and EXIT_FOLDER to where its logs are, one file an attempt.
read_exits() {
  EXITS=0 EXIT_LINE='' IS_RUNNING=no EXIT_FOLDER=''
  for candidate in "$ROOT/var/log/pods/kube-system_$1-$NODE"_*/"$1"; do
    [ -d "$candidate" ] || continue
    if [ -z "$EXIT_FOLDER" ] || [ -n "$(find "$candidate" -maxdepth 0 -newer "$EXIT_FOLDER")" ]; then
      EXIT_FOLDER=$candidate
    fi
  done
  [ -n "$EXIT_FOLDER" ] || return 0
  attempt=$(find "$EXIT_FOLDER" -name '*.log' | sed 's/.*\///; s/\.log$//' | sort -n | tail -n 1)
  [ -n "$attempt" ] || return 0
  containers=$(pod_containers "$1")
  if is_container_running; then
    IS_RUNNING=yes
    EXITS=$attempt
  else
    EXITS=$((attempt + 1))
  fi
  last_log=$EXIT_FOLDER/$((EXITS - 1)).log
  if [ -r "$last_log" ]; then
    cut -d ' ' -f 4- "$last_log" | tail -n 200 >"$WORK/container"
    EXIT_LINE=$(likely_line "$WORK/container" | plain_line)
  fi
}

# explain_exit COMPONENT LINE: what a line of its log means.
explain_exit() {
  case $2 in
    *"address already in use"*)
      port=$(printf %s "$2" | sed -n 's/.*:\([0-9][0-9]*\): bind.*/\1/p')
      port_holder "${port:-0}"
      fail 15 "$1" "port ${port:-?} is taken by ${HOLDER:-another process}" "stop it, then apply again"
      ;;
    *"no space left"*) fail 17 "$1" "a disk is full: $2" "free some space, then apply again" ;;
    *x509*) fail 19 "$1" "a certificate does not fit: $2" "compare its names and its CA with the addresses in use" ;;
  esac
}

is_container_running() {
  containerd_cli tasks ls 2>/dev/null >"$WORK/tasks" || return 1
  for container in $containers; do
    if grep -qE "^$container +[0-9]+ +RUNNING" "$WORK/tasks"; then return 0; fi
  done
  return 1
}

# exit_code: of the container that ended last, as containerd keeps it.
exit_code() {
  newest=''
  for container in $containers; do
    for file in "$ROOT"/var/lib/containerd/io.containerd.*/containers/"$container"/status; do
      [ -r "$file" ] || continue
      grep -q '"FinishedAt":0[,}]' "$file" && continue
      if [ -z "$newest" ] || [ -n "$(find "$file" -newer "$newest")" ]; then newest=$file; fi
    done
  done
  [ -n "$newest" ] || return 0
  sed -n 's/.*"ExitCode":\([0-9]*\).*/ with status \1/p' "$newest"
}
