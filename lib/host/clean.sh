#!/bin/sh
# clean: takes everything of ours away, so that the host is as it was found and can be used again. Works on a host where
# anything is missing.
here=${0%/*}
. "$here/all.sh"

# clean_actions: components in reverse order, the actions of one in their own.
clean_actions() {
  awk -F "$TAB" '
    $3 != "clean" { next }
    !($1 in lines) { order[++count] = $1 }
    { lines[$1] = lines[$1] $0 "\n" }
    END { for (i = count; i > 0; i--) printf "%s", lines[order[i]] }' "$REVISION/actions.list" >"$WORK/clean"
  while IFS=$TAB read -r component scope _ action rest <&3; do
    call_with "$component" "$scope" "$action" "$rest" do_action
  done 3<"$WORK/clean"
}

# take_away_laid: our files, whichever revision brought them; what was found before us comes back.
take_away_laid() {
  [ -e "$OURS/laid" ] || return 0
  while IFS=$TAB read -r component _ path <&4; do
    take_away "$path"
    case $path in /etc/systemd/*) units=changed ;; esac
    [ "$component" != container-runtime ] || runtime=changed
  done 4<"$OURS/laid"
}

# remove_folders: those that we made and that are empty now.
remove_folders() {
  [ -e "$OURS/folders" ] || return 0
  sort -ru "$OURS/folders" >"$WORK/folders"
  while read -r folder <&4; do
    rmdir --ignore-fail-on-non-empty "$ROOT$folder" 2>/dev/null || true
  done 4<"$WORK/folders"
}

begin_step clean
PHASE=run units=same runtime=same
if use_live_revision; then clean_actions; fi
take_away_laid
remove_folders
remove_packet_rules
[ "$units" = same ] || systemctl daemon-reload
[ "$runtime" = same ] || systemctl try-restart containerd
rm -rf "$OURS"
say "$HOST: nothing of ours is left"
