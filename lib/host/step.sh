#!/bin/sh
# The one entry: step.sh <step> [argument…]. One step at a time; a step goes on when the connection is lost.
here=${0%/*}
. "$here/lib.sh"
STEP=${1:-}
case $STEP in
  save | run | cluster | token | roster | clean) shift ;;
  *) fail 64 step "unknown step \"$STEP\"" "use save, run, cluster, token, roster or clean" ;;
esac
case $here in /*) ;; *) here=$PWD/$here ;; esac
mkdir -p "$OURS/log"
chmod 0711 "$OURS"

exec 9>>"$OURS/lock"
if ! flock -n 9; then
  say "$HOST: $STEP: waits for another step on this host, up to ${CDKTF_KUBEADM_LOCK_SECONDS:-600} s"
  flock -w "${CDKTF_KUBEADM_LOCK_SECONDS:-600}" 9 ||
    fail 25 "$STEP" "another step still runs on this host" "look at $OURS/log, wait for it, then apply again"
fi

# The lock belongs to the step and what it starts, not to this shell.
log=$OURS/log/$STEP.log
: >"$log"
setsid sh "$here/$STEP.sh" "$@" </dev/null >>"$log" 2>&1 &
step=$!
exec 9>&-
tail -n +1 -s 0.1 -f --pid="$step" "$log" &
follow=$!
status=0
wait "$step" || status=$?
wait "$follow" || true
exit "$status"
