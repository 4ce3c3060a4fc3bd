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

# What an earlier revision had applied and this one does not have goes.
for list in "$OURS"/applied/*.yaml; do
  [ -e "$list" ] || continue
  component=${list##*/}
  component=${component%%.*}
  grep -q "^$component${TAB}cluster${TAB}" "$REVISION/actions.list" && continue
  delete_objects "$component" "$list"
  awk -F "$TAB" -v component="$component" '$1 == component && $2 == "cluster" { print $3 }' "$OURS/laid" >"$WORK/gone"
  while read -r path <&5; do take_away "$path"; done 5<"$WORK/gone"
  grep -v "^$component${TAB}cluster${TAB}" "$OURS/laid" >"$OURS/laid.new" || true
  mv -f "$OURS/laid.new" "$OURS/laid"
  rm -f "$list"
done
