# shellcheck shell=sh
# etcd: who may start a cluster, who leads, whether the others are well. Through etcd's JSON gateway: no etcdctl here.

ETCD_PKI=$KUBERNETES/pki/etcd

# etcd_post ENDPOINT METHOD BODY
etcd_post() {
  curl -fs --max-time "${ETCD_SECONDS:-2}" --cacert "$ETCD_PKI/ca.crt" --cert "$ETCD_PKI/healthcheck-client.crt" \
    --key "$ETCD_PKI/healthcheck-client.key" -X POST -d "$3" "$1/v3/$2"
}

# etcd_is_healthy ENDPOINT
etcd_is_healthy() {
  curl -fs --max-time 2 --cacert "$ETCD_PKI/ca.crt" --cert "$ETCD_PKI/healthcheck-client.crt" \
    --key "$ETCD_PKI/healthcheck-client.key" "$1/health" 2>/dev/null | grep -q '"health":"true"'
}

# etcd_members ENDPOINT: rows "id name peer-url client-url learner"; "-" stands for what a member does not have.
etcd_members() {
  etcd_post "$1" cluster/member/list '{"linearizable":true}' 2>/dev/null | tr '{' '\n' | awk -v tab="$TAB" '
    function value(key,  rest) {
      if (!match($0, "\"" key "\":\\[?\"[^\"]*\"")) return "-"
      rest = substr($0, RSTART, RLENGTH - 1)
      sub(/^"[^"]*":\[?"/, "", rest)
      return rest == "" ? "-" : rest
    }
    /"ID":/ {
      print value("ID") tab value("name") tab value("peerURLs") tab value("clientURLs") tab (/"isLearner":true/ ? "yes" : "no")
    }'
}

bracketed() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf %s "$1" ;; esac; }

own_etcd() { printf 'https://%s:2379' "$(bracketed "$ADDRESS")"; }

etcd_data_is_empty() {
  data=$(sed -n 's/.*--data-dir=\([^ "]*\).*/\1/p' "$REVISION/files$MANIFEST" | head -n 1)
  [ ! -d "$ROOT${data:-/var/lib/etcd}/member" ]
}

# decide_etcd_start COMPONENT: on an empty data directory. Who founds the cluster is recorded, never guessed: without
# that, a host that reaches nobody for a moment starts a second cluster.
decide_etcd_start() {
  etcd_data_is_empty || return 0
  joining="joining an etcd cluster that runs comes with the next version"
  [ "$FOUNDER" = yes ] || fail 23 "$1" "$HOST did not found this etcd cluster and must not start one" "$joining"
  ETCD_SECONDS=1
  for peer in $PEERS; do
    endpoint=https://$(bracketed "${peer#*=}"):2379
    etcd_members "$endpoint" >"$WORK/members"
    [ -s "$WORK/members" ] || continue
    # A voter that never published its client address is one that the founders wait for: us, on our first start.
    own=$(awk -F "$TAB" -v url="https://$(bracketed "$ADDRESS"):2380" '$3 == url { print $4; exit }' "$WORK/members")
    [ "$own" = - ] || fail 23 "$1" "the data directory is empty, but ${peer%%=*} has a running etcd cluster" "$joining"
    break
  done
  ETCD_SECONDS=2
}

# keep_etcd_start NEW LIVE: prints NEW. The flags --initial-cluster and --initial-cluster-state count on an empty data
# directory only, so the manifest of a member that has data keeps its own.
keep_etcd_start() {
  if [ "${2##*/}" != etcd.yaml ] || [ ! -e "$2" ] || etcd_data_is_empty; then
    cat "$1"
    return 0
  fi
  awk -v live="$2" '
    function flag(line) {
      if (line !~ /^ *- *"?--initial-cluster(-state)?=/) return ""
      sub(/=.*/, "", line); sub(/^[^-]*- *"?/, "", line)
      return line
    }
    BEGIN { while ((getline line < live) > 0) { name = flag(line); if (name != "") kept[name] = line } }
    { name = flag($0); print name != "" && name in kept ? kept[name] : $0 }' "$1"
}

# etcd_others: client URLs of the other members, as our own member knows them.
etcd_others() {
  etcd_members "$(own_etcd)" | awk -F "$TAB" -v own="$(own_etcd)" '$4 != "-" && $4 != own { print $4 }'
}

# wait_etcd_others_before COMPONENT: a member is taken out only while all others are well. One that is down itself, or
# has no quorum, takes nothing away when it restarts.
wait_etcd_others_before() {
  if etcd_is_healthy "$(own_etcd)"; then wait_etcd_others "$1" 5; fi
}

# wait_etcd_others COMPONENT SECONDS
wait_etcd_others() {
  for endpoint in $(etcd_others); do
    now
    end_by=$((NOW + $2))
    until etcd_is_healthy "$endpoint"; do
      now
      [ "$NOW" -lt "$end_by" ] ||
        fail 18 "$1" "the etcd member at $endpoint is not healthy" "repair it first; this host was not touched further"
      sleep 0.5
    done
  done
}

# move_etcd_leader: to another voter, when this member leads. Failing to is no reason to stop: the others elect one.
move_etcd_leader() {
  status=$(etcd_post "$(own_etcd)" maintenance/status '{}' 2>/dev/null) || return 0
  leader=$(printf %s "$status" | sed -n 's/.*"leader":"\([0-9]*\)".*/\1/p')
  own=$(printf %s "$status" | sed -n 's/.*"member_id":"\([0-9]*\)".*/\1/p')
  [ -n "$own" ] && [ "$leader" = "$own" ] || return 0
  target=$(etcd_members "$(own_etcd)" | awk -F "$TAB" -v own="$own" '$1 != own && $4 != "-" && $5 == "no" { print $1; exit }')
  [ -n "$target" ] || return 0
  say "etcd: moves leadership away from this host"
  etcd_post "$(own_etcd)" maintenance/transfer-leadership "{\"targetID\":\"$target\"}" >/dev/null 2>&1 || true
}
