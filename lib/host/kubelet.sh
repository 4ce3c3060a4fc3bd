# shellcheck shell=sh
# The kubelet and its client certificate.

# run_kubelet COMPONENT
run_kubelet() {
  ensure_kubelet "$1"
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

# wait_bootstrap COMPONENT SECONDS: kubelet.conf and a healthy kubelet come before the certificate does.
wait_bootstrap() {
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
}
