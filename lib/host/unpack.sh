# shellcheck shell=sh
# From upload/*.tar to revisions/<digest>: verified beside, then renamed.

unpack() {
  if [ ! -e "$UPLOAD/bundle.tar" ]; then
    [ -d "$OURS/revisions/$1" ] || [ -d "$OURS/revisions/$1.before" ] ||
      fail 24 save "nothing was uploaded and revision $1 is not on this host" "apply again"
    return 0
  fi
  fresh=$OURS/revisions/$1.new
  rm -rf "$fresh"
  mkdir "$fresh" "$WORK/bundle"
  untar bundle.tar "$WORK/bundle" revision
  [ -e "$WORK/bundle/revision/files.list" ] || fail 21 save "bundle.tar holds no revision" "apply again, it is uploaded anew"
  mv "$WORK/bundle/revision"/* "$fresh"
  if [ -e "$UPLOAD/keys.tar" ]; then untar keys.tar "$fresh" files secret.sha256; fi
  verify "$fresh"
  put_in_place "$fresh" "$OURS/revisions/$1"
  rm -f "$UPLOAD/bundle.tar" "$UPLOAD/keys.tar"
}

# untar NAME FOLDER MEMBER…
untar() {
  tar_name=$1 tar_folder=$2
  shift 2
  if ! tar -xf "$UPLOAD/$tar_name" -C "$tar_folder" --no-same-owner --no-same-permissions "$@" 2>"$WORK/tar"; then
    fail_when_disk_is_full save
    fail 21 save "$tar_name cannot be unpacked: $(head -n 1 "$WORK/tar")" "apply again, it is uploaded anew"
  fi
}

# verify FOLDER: every file of files.list is there and has the sum of its list, and no list is missing.
verify() {
  for list in files.list actions.list node.list public.sha256; do
    [ -s "$1/$list" ] || fail 21 save "the bundle has no $list" "apply again, it is uploaded anew"
  done
  [ -e "$1/secret.sha256" ] || : >"$1/secret.sha256"
  missing=$(awk -F "$TAB" -v public="$1/public.sha256" -v secret="$1/secret.sha256" '
    BEGIN {
      while ((getline line < public) > 0) sum["public " substr(line, 67)] = 1
      while ((getline line < secret) > 0) sum["secret " substr(line, 67)] = 1
    }
    !(($5 " files" $6) in sum) { print $6; exit }' "$1/files.list")
  [ -z "$missing" ] || fail 21 save "$missing is listed but has no checksum" "apply again; if it stays, the keys were not uploaded"
  for list in public secret; do
    if [ -s "$1/$list.sha256" ] &&
      ! (cd "$1" && sha256sum -c --quiet "$list.sha256" >"$WORK/sums" 2>&1); then
      fail 21 save "checksum wrong: $(head -n 1 "$WORK/sums")" "apply again, it is uploaded anew"
    fi
  done
}

# put_in_place FRESH PLACE: a revision that is the same already keeps what save knows about it.
put_in_place() {
  if [ -d "$2" ]; then
    if diff -rq -x binaries.list -x saved "$1" "$2" >/dev/null; then
      rm -rf "$1"
      return 0
    fi
    rm -rf "$2.before"
    mv -T "$2" "$2.before"
  fi
  mv -T "$1" "$2"
  rm -rf "$2.before"
}
