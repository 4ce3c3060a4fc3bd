#!/bin/sh
# roster: nodes of ours that are not on upload/roster.txt (name, address, role, labels, taints) leave the cluster; then
# all that are on it must be Ready, with these labels and taints. Nodes without our label are left alone.
here=${0%/*}
. "$here/all.sh"
# What is known of a node, a row each: name, whether it is ours, Ready, labels and taints that we set before, all labels,
# all taints, what it says of its health.
# shellcheck disable=SC2016 # variables of the template
NODES='{{range .items}}{{.metadata.name}}{{"\t"}}{{if index .metadata.labels "cdktf-kubeadm/pool"}}ours{{else}}other{{end}}{{"\t"}}{{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}}{{"\t"}}{{with .metadata.annotations}}{{with index . "cdktf-kubeadm/labels"}}{{.}}{{end}}{{end}}{{"\t"}}{{with .metadata.annotations}}{{with index . "cdktf-kubeadm/taints"}}{{.}}{{end}}{{end}}{{"\t"}},{{range $key, $value := .metadata.labels}}{{$key}}={{$value}},{{end}}{{"\t"}},{{range .spec.taints}}{{.key}}={{with .value}}{{.}}{{end}}:{{.effect}},{{end}}{{"\t"}}{{range .status.conditions}}{{if eq .type "Ready"}}{{.message}}{{end}}{{end}}{{"\n"}}{{end}}'

# ask_nodes: rows of NODES in WORK/nodes.
ask_nodes() {
  try_kube 60 admin get nodes -o "go-template=$NODES" ||
    fail 22 roster "the nodes cannot be listed: $(kube_error)" "repair the API server of this host, then apply again"
  mv -f "$WORK/kube" "$WORK/nodes"
}

is_ready() { awk -F "$TAB" -v name="$1" '$1 == name && $3 == "True" { found = 1 } END { exit !found }' "$WORK/nodes"; }

leave() {
  say "$1: leaves the cluster"
  drain "$1"
  remove_member "$1"
  try_kube 60 admin delete node "$1" --ignore-not-found ||
    fail 22 roster "node $1 cannot be deleted: $(kube_error)" "delete it with kubectl, then apply again"
}

# drain NODE: evictions respect disruption budgets. Pods of a node that is dead never end: they are not waited for.
drain() {
  seconds=120
  is_ready "$1" || seconds=10
  if kube admin drain "$1" --ignore-daemonsets --delete-emptydir-data --force --timeout="${seconds}s" \
    --skip-wait-for-delete-timeout=60 >"$WORK/kube" 2>"$WORK/kube.error"; then return 0; fi
  why=$(kube_error)
  ask_nodes
  if is_ready "$1"; then
    fail 23 roster "node $1 cannot be drained within $seconds s: $why" \
      "see whether a disruption budget forbids it: kubectl get pdb -A"
  fi
  say "$1: is not Ready; its pods are given up"
}

# remove_member NODE: its etcd member, when it has one and the others have a quorum without it.
remove_member() {
  [ "$ETCD" = local ] || return 0
  etcd_members "$(own_etcd)" >"$WORK/members"
  id=$(awk -F "$TAB" -v name="$1" '$2 == name { print $1; exit }' "$WORK/members")
  [ -n "$id" ] || return 0
  healthy=0 voters=0
  while IFS=$TAB read -r _ name _ endpoint learner <&4; do
    case $learner/$name in no/"$1" | yes/*) continue ;; esac
    voters=$((voters + 1))
    if etcd_is_healthy "$endpoint"; then healthy=$((healthy + 1)); fi
  done 4<"$WORK/members"
  [ "$healthy" -gt $((voters / 2)) ] ||
    fail 23 roster "without $1 only $healthy of $voters etcd members would be healthy" "repair the others first"
  say "$1: removes its etcd member"
  etcd_post "$(own_etcd)" cluster/member/remove "{\"ID\":\"$id\"}" >"$WORK/member" 2>&1 ||
    fail 18 roster "the etcd member of $1 cannot be removed: $(tail -n 1 "$WORK/member")" "look at the other members, then apply again"
}

# not_ready: rows "name, why" of nodes on the roster that are not as they should be.
not_ready() {
  awk -F "$TAB" -v nodes="$WORK/nodes" '
    BEGIN { while ((getline line < nodes) > 0) { split(line, part, "\t"); known[part[1]] = 1; ready[part[1]] = part[3]; why[part[1]] = part[8] } }
    !($1 in known) { print $1 "\thas no Node yet"; next }
    ready[$1] != "True" { print $1 "\tis not Ready: " (why[$1] == "" ? "no status yet" : why[$1]) }' "$roster"
}

# list_marks: rows "label|taint|annotate, node, words" for what a node lacks, and for what we set before and is not wanted
# any more. A kubelet sets them when its node registers and never again.
list_marks() {
  awk -F "$TAB" -v nodes="$WORK/nodes" '
    function row(verb, words) { if (words != "") print verb "\t" $1 "\t" words }
    BEGIN {
      while ((getline line < nodes) > 0) {
        split(line, part, "\t")
        known[part[1]] = 1
        set_labels[part[1]] = part[4]; set_taints[part[1]] = part[5]
        labels[part[1]] = part[6]; taints[part[1]] = part[7]
      }
    }
    !($1 in known) { next }
    {
      words = keys = taint_words = taint_keys = ""
      split("", wanted)
      count = $4 == "-" ? 0 : split($4, list, ",")
      for (i = 1; i <= count; i++) {
        key = list[i]; sub(/=.*/, "", key)
        wanted[key] = 1; keys = keys (keys == "" ? "" : ",") key
        if (!index(labels[$1], "," list[i] ",")) words = words " " list[i]
      }
      count = split(set_labels[$1], list, ",")
      for (i = 1; i <= count; i++) if (!(list[i] in wanted)) words = words " " list[i] "-"
      row("label", words)

      split("", wanted)
      count = $5 == "-" ? 0 : split($5, list, ",")
      for (i = 1; i <= count; i++) {
        key = list[i]; sub(/=[^:]*:/, ":", key)
        wanted[key] = 1; taint_keys = taint_keys (taint_keys == "" ? "" : ",") key
        if (!index(taints[$1], "," list[i] ",")) taint_words = taint_words " " list[i]
      }
      split("", present)
      count = split(taints[$1], list, ",")
      for (i = 1; i <= count; i++) { sub(/=[^:]*:/, ":", list[i]); present[list[i]] = 1 }
      count = split(set_taints[$1], list, ",")
      for (i = 1; i <= count; i++)
        if (!(list[i] in wanted) && list[i] in present) taint_words = taint_words " " list[i] "-"
      row("taint", taint_words)

      words = ""
      if (keys != set_labels[$1]) words = " cdktf-kubeadm/labels=" keys
      if (taint_keys != set_taints[$1]) words = words " cdktf-kubeadm/taints=" taint_keys
      row("annotate", words)
    }' "$roster"
}

set_marks() {
  list_marks >"$WORK/marks"
  while IFS=$TAB read -r verb name words <&5; do
    [ "$verb" = annotate ] || say "$name: $verb$words"
    # shellcheck disable=SC2086 # words hold no blanks
    try_kube 60 admin "$verb" nodes "$name" --overwrite $words ||
      fail 22 roster "$verb$words of node $name was not accepted: $(kube_error)" "correct it, then apply again"
  done 5<"$WORK/marks"
}

begin_step roster
use_live_revision || fail 24 roster "no revision is on this host" "apply again"
roster=$UPLOAD/roster.txt
[ -s "$roster" ] || fail 24 roster "roster.txt was not uploaded" "apply again"
grep -q "${TAB}control-plane${TAB}" "$roster" ||
  fail 23 roster "no control plane would be left" "keep one, or use terraform destroy for the whole cluster"
grep -q "^$NODE$TAB" "$roster" || fail 23 roster "$NODE is leaving itself" "run this step on a host that stays"

ask_nodes
awk -F "$TAB" -v roster="$roster" '
  BEGIN { while ((getline line < roster) > 0) { split(line, part, "\t"); stays[part[1]] = 1 } }
  $2 == "ours" && !($1 in stays) { print $1 }' "$WORK/nodes" >"$WORK/leaving"
while read -r name <&5; do
  leave "$name"
done 5<"$WORK/leaving"

begin_wait 120
ask_nodes
while not_ready >"$WORK/waiting" && [ -s "$WORK/waiting" ]; do
  if is_over; then
    IFS=$TAB read -r name why <"$WORK/waiting"
    fail 20 roster "node $name $why" "look at the kubelet on $name: journalctl -u kubelet"
  fi
  sleep 1
  ask_nodes
done
set_marks
rm -f "$roster"
say "$HOST: all nodes are Ready"
