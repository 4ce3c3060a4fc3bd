# shellcheck shell=sh
# The kubelet and its client certificate.

# run_kubelet COMPONENT
run_kubelet() {
  ensure_kubelet "$1"
  if [ "$PHASE" = run ] && [ "$ROLE" = worker ]; then nudge_kubelet; fi
  [ "$PHASE" = start ] || wait_http "$1" http://127.0.0.1:10248/healthz 240
}

# ensure_kubelet COMPONENT: runs, with today's files.
ensure_kubelet() {
  if is_changed "$1"; then
    restart_kubelet
  elif ! systemctl -q is-active kubelet; then
    say "$1: starts the kubelet"
    systemctl start kubelet 2>"$WORK/systemctl" || service_down "$1" kubelet
  fi
}

# restart_kubelet: its own change is done with it.
restart_kubelet() {
  say "kubelet: restarts"
  systemctl restart kubelet 2>"$WORK/systemctl" || service_down kubelet kubelet
  now
  # shellcheck disable=SC2034 # read by diagnose.sh
  KUBELET_RESTARTED_AT=$NOW
  find_kubelet_component
  unmark_changed "$KUBELET"
}

# find_kubelet_component: sets KUBELET to the component that has the action "kubelet".
find_kubelet_component() {
  [ -z "${KUBELET:-}" ] || return 0
  KUBELET=$(awk -F "$TAB" '$4 == "kubelet" { print $1; exit }' "$REVISION/actions.list")
  KUBELET=${KUBELET:-kubelet}
}

# link_kubelet_client COMPONENT ISSUED: the kubelet points the link to newer certificates itself when it rotates them;
# only a new issued one takes it back.
link_kubelet_client() {
  if [ -e "$CLIENT_CERTIFICATE" ] && ! grep -qsxF "$2" "$OURS/changed/$1"; then return 0; fi
  make_folder /var/lib/kubelet/pki
  rm -f "$CLIENT_CERTIFICATE.new"
  ln -s "$2" "$CLIENT_CERTIFICATE.new"
  mv -fT "$CLIENT_CERTIFICATE.new" "$CLIENT_CERTIFICATE"
}

# wait_bootstrap COMPONENT SECONDS: kubelet.conf and a healthy kubelet come before the certificate does. A kubelet that
# waited for it has grown patient meanwhile: on its own it registers its node up to 7 s and is Ready up to 20 s later; one
# that starts with the certificate, at once.
wait_bootstrap() {
  if [ -e "$CLIENT_CERTIFICATE" ]; then
    remove_bootstrap_files
    return 0
  fi
  begin_wait "$2"
  while [ ! -e "$CLIENT_CERTIFICATE" ]; do
    if is_over; then
      find_cause kubelet ''
      fail 20 "$1" "no client certificate within $2 s: $(journal_cause kubelet)" \
        "see whether the token is still valid and the CSR approved: kubectl get csr"
    fi
    look_early kubelet ''
    sleep 0.2
  done
  remove_bootstrap_files
  restart_kubelet
  wait_http "$1" http://127.0.0.1:10248/healthz 240
}

# nudge_kubelet: one that found no API server tries to register its node again after 3, 6 and 7 s; a new one, at once.
nudge_kubelet() {
  case $(kubelet_journal | grep -oE 'Attempting to register node|Unable to register node|Successfully registered node' | tail -n 1) in
    Unable*) restart_kubelet ;;
  esac
}
