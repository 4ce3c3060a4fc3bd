# shellcheck shell=sh
# Why something does not become healthy. find_certain_cause ends the step when waiting longer is pointless;
# find_cause, at the end of a wait, also when the cause is only likely. Both return when they know nothing.

find_certain_cause() {
  fail_when_unit_is_down containerd 11 "$1"
  fail_when_unit_is_down kubelet 12 "$1"
  fail_when_disk_is_full "$1"
  [ -e "$MANIFESTS/$1.yaml" ] || return 0
  fail_when_port_is_taken "$1" "$2"
  fail_when_image_is_missing "$1"
  fail_when_container_exits "$1" certain
}

find_cause() {
  find_certain_cause "$1" "$2"
  [ -e "$MANIFESTS/$1.yaml" ] || return 0
  fail_when_container_exits "$1" likely
  if [ "$1" = etcd ]; then fail_when_quorum_is_lost; fi
  line=$(kubelet_journal | grep -F "pod=\"kube-system/$1-" | tail -n 1 | plain_line)
  [ -z "$line" ] || fail 20 "$1" "the kubelet does not start it: $line" "see: journalctl -u kubelet"
}

# fail_when_unit_is_down UNIT STATUS COMPONENT: stopped, or failing again and again.
fail_when_unit_is_down() {
  active='' sub='' restarts=0
  systemctl show -p ActiveState,SubState,NRestarts "$1" >"$WORK/unit" 2>/dev/null || return 0
  while IFS='=' read -r key value <&4; do
    case $key in
      ActiveState) active=$value ;;
      SubState) sub=$value ;;
      NRestarts) restarts=$value ;;
    esac
  done 4<"$WORK/unit"
  case $active/$sub in
    inactive/* | failed/*) state="is $active" ;;
    */auto-restart*) state="keeps exiting" ;;
    *) return 0 ;;
  esac
  line=$(journal_cause "$1")
  if [ "$state" = "keeps exiting" ] && [ "$restarts" -lt 2 ]; then
    # One exit may be a runtime that was not up yet. What does not depend on others needs no second try.
    case $line in *onnect* | *deadline* | *refused* | '') return 0 ;; esac
  fi
  case $line in
    *"swap on is not supported"*)
      fail 16 "$3" "the $1 $state because swap is on ($(swaps_in_use))" "turn it off: swapoff -a, and take it out of /etc/fstab"
      ;;
    *"no space left"*) fail 17 "$3" "the $1 $state because a disk is full: $line" "free some space, then apply again" ;;
  esac
  fail "$2" "$3" "the $1 $state: ${line:-nothing in its journal}" "see: systemctl status $1"
}

# journal_cause UNIT: the line of its journal that matters, without its head.
journal_cause() {
  journalctl -u "$1" -n 200 -o cat --no-pager 2>/dev/null >"$WORK/journal" || true
  likely_line "$WORK/journal" | plain_line
}

# kubelet_journal: since it was started last.
kubelet_journal() {
  journalctl -u kubelet -n 300 -o cat --no-pager 2>/dev/null >"$WORK/journal" || true
  awk '/^Started / { count = 0 } { line[++count] = $0 } END { for (i = 1; i <= count; i++) print line[i] }' "$WORK/journal"
}

# likely_line FILE: the last that says why something ended, else the last that is an error, of the last start if it
# has one; else the last.
likely_line() {
  awk '
    /^Start(ed|ing) / { if (end != "" || error != "") before = end != "" ? end : error; end = error = "" }
    /^(Started|Starting|Stopped|Stopping|Scheduled restart|.*: (Main process exited|Failed with result|Scheduled restart job|Consumed|Deactivated|Start request repeated))/ { next }
    NF { last = $0 }
    /command failed|failed to run|[Ff]ailed to load|level=fatal|Failed (at step|to locate|to execute)|"level":"(fatal|panic)"|^(Error|error|panic|fatal)[:! ]|unknown flag/ { end = $0 }
    /^[EF][0-9][0-9][0-9][0-9] |level=error|"level":"error"/ { error = $0 }
    END { print end != "" ? end : (error != "" ? error : (before != "" ? before : last)) }' "$1"
}

# plain_line: takes the head that klog, containerd and etcd write off, and bounds the length.
plain_line() {
  sed -e 's/^[EFWI][0-9]\{4\} [^]]*\] //' -e 's/^{.*"msg":"\([^"]*\)".*"error":"\([^"]*\)".*/\1: \2/' \
    -e 's/^{.*"msg":"\([^"]*\)".*/\1/' -e 's/^time="[^"]*" level=[a-z]* msg="\(.*\)" error="\(.*\)"/\1: \2/' \
    -e 's/^time="[^"]*" level=[a-z]* msg="\(.*\)"$/\1/' | tr -d '\r' | cut -c 1-400
}

# fail_when_port_is_taken COMPONENT URL: by a process that is not the component.
fail_when_port_is_taken() {
  port=${2##*:}
  port=${port%%/*}
  case $port in '' | *[!0-9]*) return 0 ;; esac
  port_holder "$port"
  [ -n "$HOLDER" ] || return 0
  # The kernel keeps 15 characters of a name.
  case "$1 " in
    "$(printf '%.15s' "${HOLDER% (*}")"*) return 0 ;;
  esac
  fail 15 "$1" "port $port is taken by $HOLDER" "stop it, then apply again"
}

# fail_when_image_is_missing COMPONENT: not here, and the kubelet cannot pull it, also after its back-off was cleared.
fail_when_image_is_missing() {
  image=$(sed -n 's/^ *image: *"\{0,1\}\([^" ]*\).*/\1/p' "$MANIFESTS/$1.yaml" | head -n 1)
  line=$(kubelet_journal | grep -E 'failed to get sandbox image|[Ff]ailed to pull' | grep -F "kube-system/$1-" | tail -n 1)
  [ -n "$line" ] || return 0
  case $line in
    *"sandbox image"*)
      image=$(printf %s "$line" | sed 's/.*sandbox image [\\]*"\([^"\\]*\).*/\1/')
      ;;
  esac
  [ -z "$(containerd_cli images ls -q "name==$image" 2>/dev/null)" ] || return 0
  if [ -z "${KUBELET_RESTARTED_AT:-}" ]; then
    restart_kubelet
    return 0
  fi
  reason=$(printf %s "$line" | sed 's/["\\]//g; s/ pod=kube-system.*//; s/.*failed to /failed to /' | cut -c 1-300)
  fail 13 "$1" "image $image is missing and cannot be pulled: $reason" \
    "make its registry reachable from this host, or bring the image, then apply again"
}

fail_when_quorum_is_lost() {
  reason=$(curl -s --max-time 2 http://127.0.0.1:2381/health | sed -n 's/.*"reason":"\([^"]*\)".*/\1/p') || true
  silent=''
  for peer in $PEERS; do
    curl -sk -o /dev/null --max-time 1 "https://$(bracketed "${peer#*=}"):2380/version" || [ $? -eq 56 ] || silent="$silent ${peer%%=*}"
  done
  [ -n "$reason$silent" ] || return 0
  fail 18 etcd "no quorum${reason:+ ($reason)}; these members do not answer:${silent:- none}" \
    "bring up their hosts and see their etcd, then apply again"
}
