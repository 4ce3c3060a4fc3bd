#!/bin/sh
# token POOL SECONDS: applies the bootstrap token of a pool, uploaded as a Secret without expiry, with a fresh one.
here=${0%/*}
. "$here/all.sh"
begin_step token
need_name "${1:-}"
case ${2:-} in '' | *[!0-9]*) fail 64 token "seconds must be a number, got \"${2:-}\"" "write: step.sh token POOL SECONDS" ;; esac
use_live_revision || fail 24 token "no revision is on this host" "apply again"
secret=$UPLOAD/token-$1.yaml
[ -r "$secret" ] || fail 24 token "token-$1.yaml was not uploaded" "apply again"
expiry=$(date -u -d "+$2 seconds" +%Y-%m-%dT%H:%M:%SZ)

# A Secret takes text in stringData beside base64 in data. The token itself is in no argument and in no output.
awk -v line="  expiration: \"$expiry\"" '
  { print }
  /^stringData:/ { print line; done = 1 }
  END { if (!done) print "stringData:\n" line }' "$secret" >"$WORK/token.yaml"
try_kube 60 admin apply --server-side --field-manager=cdktf-kubeadm --force-conflicts -f "$WORK/token.yaml" ||
  fail 22 token "the token of pool $1 was not accepted: $(kube_error)" "repair the API server, then apply again"
rm -f "$secret"
say "$HOST: token of pool $1 is good until $expiry"
