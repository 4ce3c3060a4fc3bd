#!/bin/sh
# run DIGEST: makes the saved revision live, component by component, and waits until it is healthy. Whatever a save that
# was cut off left out is done first. Writes `live` last.
here=${0%/*}
. "$here/all.sh"

run_component() {
  KEEP_MARK=no
  each_action run "$1" do_action
  unmark_changed "$1"
}

# remember_live DIGEST: this one and the one before stay.
remember_live() {
  before=''
  if [ -r "$OURS/live" ]; then read -r before <"$OURS/live"; fi
  if [ "$before" = "$1" ]; then
    before=''
    if [ -r "$OURS/previous" ]; then read -r before <"$OURS/previous"; fi
  elif [ -n "$before" ]; then
    write "$OURS/previous" "$before"
  fi
  write "$OURS/live" "$1"
  find "$OURS/revisions" -mindepth 1 -maxdepth 1 ! -name "$1" ! -name "${before:-$1}" ! -newer "$REVISION" -exec rm -rf {} +
  for binary in "$OURS"/binaries/*; do
    [ -d "$binary" ] || continue
    grep -qsF "${binary##*/}" "$OURS"/revisions/*/binaries.list || rm -rf "$binary"
  done
}

begin_step run
need_digest "${1:-}"
use_revision "$1"
[ -e "$REVISION/saved" ] || bring
if [ ! -e "$OURS/started" ]; then
  first_start
else
  install_scope host
  install_binaries
  remove_dropped
  enable_units
fi
PHASE=run
each_component run_component
remember_live "$1"
say "$HOST: revision $1 is live"
