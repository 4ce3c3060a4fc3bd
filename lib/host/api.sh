# shellcheck shell=sh
# Through the API server of this host, never the endpoint of the cluster: that one may lead to a host that is leaving.

# kube CONFIG ARGUMENT…: CONFIG is "admin" or "super-admin"; the latter is there before any RBAC rule is.
kube() {
  config=$KUBERNETES/$1.conf
  [ -e "$config" ] || config=$KUBERNETES/admin.conf
  shift
  [ "$API_SERVER" != none ] || fail 22 "$STEP" "this host has no API server" "run this step on a control plane host"
  kubectl --kubeconfig="$config" --server="$API_SERVER" --cache-dir="$OURS/cache" "$@"
}

# try_kube SECONDS CONFIG ARGUMENT…: again while the API server says that it is not ready for it; output in WORK/kube.
try_kube() {
  now
  try_until=$((NOW + $1))
  shift
  until kube "$@" >"$WORK/kube" 2>"$WORK/kube.error"; do
    now
    [ "$NOW" -lt "$try_until" ] && is_early "$WORK/kube.error" || return 1
    sleep 0.3
  done
}

is_early() {
  grep -qE 'namespaces "[^"]*" not found|nodes "[^"]*" not found|no matches for kind|refused|[Tt]imeout|timed out|etcdserver|unable to handle|[Ss]erviceUnavailable|TLS handshake|EOF|object has been modified' "$1"
}

kube_error() { tail -n 1 "$WORK/kube.error" | cut -c 1-400; }

# Of what kubectl prints: "kind apiVersion namespace name" a line.
APPLIED='{{define "row"}}{{.kind}}{{"\t"}}{{.apiVersion}}{{"\t"}}{{if .metadata.namespace}}{{.metadata.namespace}}{{else}}-{{end}}{{"\t"}}{{.metadata.name}}{{"\n"}}{{end}}{{if eq .kind "List"}}{{range .items}}{{template "row" .}}{{end}}{{else}}{{template "row" .}}{{end}}'

# apply_file COMPONENT FILE: then deletes what an earlier version of the file had and this one has not.
apply_file() {
  try_kube 60 super-admin apply --server-side --field-manager=cdktf-kubeadm --force-conflicts \
    -f "$ROOT$2" -o "go-template=$APPLIED" ||
    fail 22 "$1" "$2 was not accepted: $(kube_error)" "correct the manifest or repair the API server, then apply again"
  mkdir -p "$OURS/applied"
  list=$OURS/applied/$1.${2##*/}
  sort "$WORK/kube" >"$WORK/applied"
  if [ -e "$list" ]; then comm -23 "$list" "$WORK/applied" >"$WORK/left"; else : >"$WORK/left"; fi
  if [ -s "$WORK/left" ]; then delete_objects "$1" "$WORK/left"; fi
  mv -f "$WORK/applied" "$list"
  say "$1: $2 applied"
}

# delete_objects COMPONENT ROWS
delete_objects() {
  awk -F "$TAB" '{
    space = $3 == "-" ? "" : ",\"namespace\":\"" $3 "\""
    printf "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{\"name\":\"%s\"%s}}\n", $1, $2, $4, space
  }' "$2" >"$WORK/delete.json"
  awk -F "$TAB" -v component="$1" '{ print component ": deletes " $1 " " $4 }' "$2"
  try_kube 60 super-admin delete --ignore-not-found --wait=false -f "$WORK/delete.json" ||
    fail 22 "$1" "what an earlier version had cannot be deleted: $(kube_error)" "delete it with kubectl, then apply again"
}

# wait_rollout COMPONENT KIND/NAME NAMESPACE SECONDS must|may
wait_rollout() {
  if kube super-admin rollout status "$2" -n "$3" --timeout="${4}s" >"$WORK/kube" 2>"$WORK/kube.error"; then
    say "$1: $2 is available"
    return 0
  fi
  if [ "$5" = may ]; then
    say "$1: $2 is not available yet; goes on"
    return 0
  fi
  why=$(kube super-admin get pods -n "$3" -o "go-template=$WAITING" 2>/dev/null | grep "^${2#*/}-" | head -n 1 | cut -c 1-400) || true
  status=20
  case $why in
    *ErrImage* | *ImagePull*) status=13 ;;
    *CrashLoopBackOff* | *ContainerError*) status=14 ;;
  esac
  fail "$status" "$1" "$2 is not available after $4 s: ${why:-$(kube_error)}" "see: kubectl -n $3 describe pods"
}

# Of pods: "name: why it waits" a line.
# shellcheck disable=SC2016 # variables of the template
WAITING='{{range .items}}{{$pod := .metadata.name}}{{range .status.containerStatuses}}{{with .state.waiting}}{{$pod}}: {{.reason}}{{with .message}}: {{.}}{{end}}{{"\n"}}{{end}}{{end}}{{range .status.conditions}}{{if and (eq .type "PodScheduled") (eq .status "False")}}{{$pod}}: {{.message}}{{"\n"}}{{end}}{{end}}{{end}}'

# patch_node COMPONENT FILE
patch_node() {
  if [ "$PHASE" = start ]; then
    # shellcheck disable=SC2034 # read by start.sh
    KEEP_MARK=yes
    return 0
  fi
  is_changed "$1" || return 0
  try_kube 60 super-admin patch node "$NODE" --type=strategic --patch-file "$ROOT$2" ||
    fail 22 "$1" "the node cannot be patched: $(kube_error)" "see whether the kubelet registered it: kubectl get nodes"
}

# taint_node COMPONENT FILE: a line "key=value:effect" is a taint. Those that left the file go; others of the node stay.
taint_node() {
  # shellcheck disable=SC2034 # read by start.sh
  if [ "$PHASE" = start ]; then KEEP_MARK=yes; return 0; fi
  is_changed "$1" || return 0
  component=$1
  mkdir -p "$OURS/applied"
  list=$OURS/applied/$component.taints
  [ -e "$list" ] || : >"$list"
  sort "$ROOT$2" >"$WORK/taints"
  comm -23 "$list" "$WORK/taints" | sed 's/=[^:]*:/:/' >"$WORK/left"
  set --
  while read -r taint; do set -- "$@" "$taint-"; done <"$WORK/left"
  # One that somebody took away already is no error.
  if [ $# -gt 0 ]; then kube super-admin taint nodes "$NODE" "$@" >"$WORK/kube" 2>&1 || true; fi
  set --
  while read -r taint; do set -- "$@" "$taint"; done <"$WORK/taints"
  if [ $# -gt 0 ]; then
    try_kube 60 super-admin taint nodes "$NODE" --overwrite "$@" ||
      fail 22 "$component" "the node cannot be tainted: $(kube_error)" "see whether the kubelet registered it: kubectl get nodes"
  fi
  mv -f "$WORK/taints" "$list"
}
