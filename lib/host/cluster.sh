#!/bin/sh
# cluster DIGEST COMPONENT…: makes these components of the cluster live, through this host's own API server.
here=${0%/*}
. "$here/all.sh"
begin_step cluster
need_digest "${1:-}"
use_revision "$1"
shift
PHASE=run
for wanted in "$@"; do
  need_name "$wanted"
  grep -q "^$wanted${TAB}cluster${TAB}" "$REVISION/actions.list" ||
    fail 24 "$wanted" "this revision has no such component of the cluster" "apply again"
  install_scope cluster "$wanted"
  each_action run "$wanted" do_action
  unmark_changed "$wanted"
done
