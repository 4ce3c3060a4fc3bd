# shellcheck shell=sh
# Makes the files of a revision live: only those that differ, each by a rename, what was found before kept aside.
# `laid` lists what we ever laid down (component, scope, path); `found/` holds what was there before us.

# list_differences SCOPE [COMPONENT]: rows of files.list whose live file has other content, mode or owner, in WORK/differ.
# Manifests of static pods are left out: static-pods.sh replaces them in an order of its own.
list_differences() {
  live_certificate=no
  [ ! -e "$CLIENT_CERTIFICATE" ] || live_certificate=yes
  cat "$REVISION/public.sha256" "$REVISION/secret.sha256" 2>/dev/null >"$WORK/all.sha256" || true
  awk -F "$TAB" -v scope="$1" -v component="${2:-}" -v certificate="$live_certificate" -v sums="$WORK/all.sha256" \
    -v wanted="$WORK/wanted.sha256" -v rows="$WORK/wanted" '
    BEGIN {
      while ((getline line < sums) > 0) sum[substr(line, 73)] = substr(line, 1, 66) substr(line, 73)
      printf "" > wanted; printf "" > rows
    }
    $2 != scope || (component != "" && $1 != component) { next }
    $4 == "bootstrap" && certificate == "yes" { next }
    $6 ~ /^\/etc\/kubernetes\/manifests\// { next }
    { print sum[substr($6, 2)] > wanted; print > rows; print substr($6, 2) }' "$REVISION/files.list" >"$WORK/paths"
  : >"$WORK/sums" && : >"$WORK/modes"
  if [ -s "$WORK/paths" ]; then
    (cd "$ROOT/" && sha256sum -c --quiet "$WORK/wanted.sha256" >"$WORK/sums" 2>/dev/null) || true
    (cd "$ROOT/" && xargs stat -c '%n %a %u:%g' <"$WORK/paths" >"$WORK/modes" 2>/dev/null) || true
  fi
  awk -F "$TAB" -v owner="$OWNER" -v sums="$WORK/sums" -v modes="$WORK/modes" '
    BEGIN {
      while ((getline line < sums) > 0) { sub(/: FAILED.*$/, "", line); other[line] = 1 }
      while ((getline line < modes) > 0) { split(line, part, " "); mode[part[1]] = part[2] " " part[3] }
    }
    { path = substr($6, 2); want = $3; sub(/^0+/, "", want) }
    path in other || mode[path] != want " " owner { print }' "$WORK/wanted" >"$WORK/differ"
}

# install_differences: lays down the rows of WORK/differ and marks their components. Files of one folder and mode go
# together: staged inside the folder, where nobody else can look, then renamed one by one.
install_differences() {
  [ -s "$WORK/differ" ] || return 0
  remember_laid "$WORK/differ"
  while IFS=$TAB read -r component _ _ _ _ path <&4; do
    mark_changed "$component" "$path"
    case $path in /etc/systemd/*) mark_changed .units ;; esac
  done 4<"$WORK/differ"
  awk -F "$TAB" '{ folder = $6; sub(/\/[^\/]*$/, "", folder); print folder "\t" $3 "\t" $6 }' "$WORK/differ" |
    sort >"$WORK/groups"
  stages='' group='' staged='' sources=''
  while IFS=$TAB read -r folder mode path <&4; do
    if [ "$folder $mode" != "$group" ]; then
      install_group
      group="$folder $mode" sources='' staged=''
    fi
    sources="$sources $REVISION/files$path"
    staged="$staged $ROOT$folder/.cdktf-kubeadm/${path##*/}"
  done 4<"$WORK/groups"
  install_group
  # shellcheck disable=SC2086 # a list
  rm -rf $stages
}

# install_group: GROUP is "folder mode"; paths hold no blanks.
# shellcheck disable=SC2086 # lists
install_group() {
  [ -n "$group" ] || return 0
  into=${group% *}
  stage=$ROOT$into/.cdktf-kubeadm
  make_folder "$into"
  [ -d "$stage" ] || mkdir "$stage"
  install -o "${OWNER%:*}" -g "${OWNER#*:}" -m "${group#* }" -t "$stage" $sources
  mv -f -t "$ROOT$into" $staged
  stages="$stages $stage"
}

# install_file SOURCE MODE PATH: never a moment with half a file or a wider mode.
install_file() {
  make_folder "${3%/*}"
  beside=$ROOT${3%/*}/.${3##*/}.cdktf-kubeadm
  install -o "${OWNER%:*}" -g "${OWNER#*:}" -m "$2" "$1" "$beside"
  mv -fT "$beside" "$ROOT$3"
}

# make_folder PATH: with those above it; what is made is remembered, so that clean can remove it again.
make_folder() {
  [ ! -d "$ROOT$1" ] || return 0
  folder_missing=$1 folders_missing=''
  while [ ! -d "$ROOT$folder_missing" ]; do
    folders_missing=$folder_missing$NEWLINE$folders_missing
    folder_missing=${folder_missing%/*}
  done
  printf %s "$folders_missing" >>"$OURS/folders"
  umask 022
  mkdir -p "$ROOT$1"
  umask 077
}

# remember_laid ROWS: before anything is laid down, so that clean finds it; keeps aside what is not ours.
remember_laid() {
  [ -e "$OURS/laid" ] || : >"$OURS/laid"
  awk -F "$TAB" -v laid="$OURS/laid" '
    BEGIN { while ((getline line < laid) > 0) { split(line, part, "\t"); known[part[3]] = 1 } }
    !($6 in known) { print $1 "\t" $2 "\t" $6 }' "$1" >"$WORK/new"
  [ -s "$WORK/new" ] || return 0
  while IFS=$TAB read -r _ _ laid_path <&4; do
    keep_found "$laid_path"
  done 4<"$WORK/new"
  cat "$OURS/laid" "$WORK/new" >"$OURS/laid.new"
  mv -f "$OURS/laid.new" "$OURS/laid"
}

keep_found() {
  if [ -e "$ROOT$1" ] && [ ! -e "$OURS/found$1" ]; then
    mkdir -p "$OURS/found${1%/*}"
    cp -p "$ROOT$1" "$OURS/found$1.new"
    mv -f "$OURS/found$1.new" "$OURS/found$1"
  fi
}

# remove_dropped: files of scope host that an earlier revision laid down and this one does not have.
remove_dropped() {
  [ -e "$OURS/laid" ] || return 0
  awk -F "$TAB" -v list="$REVISION/files.list" -v binaries="$REVISION/binaries.list" '
    BEGIN {
      while ((getline line < list) > 0) { split(line, part, "\t"); keep[part[6]] = 1 }
      while ((getline line < binaries) > 0) { split(line, part, "\t"); keep[part[3]] = 1 }
    }
    $2 == "host" && !($3 in keep) { print }' "$OURS/laid" >"$WORK/dropped"
  [ -s "$WORK/dropped" ] || return 0
  while IFS=$TAB read -r component _ path <&4; do
    say "removes $path: this revision does not have it"
    mark_changed "$component"
    case $path in /etc/systemd/*) mark_changed .units ;; esac
    take_away "$path"
  done 4<"$WORK/dropped"
  grep -vxF -f "$WORK/dropped" "$OURS/laid" >"$OURS/laid.new" || true
  mv -f "$OURS/laid.new" "$OURS/laid"
}

# take_away PATH: what was found before us comes back.
take_away() {
  if [ -e "$OURS/found$1" ]; then
    make_folder "${1%/*}"
    mv -f "$OURS/found$1" "$ROOT$1"
  else
    rm -f "$ROOT$1"
  fi
}

# install_scope SCOPE [COMPONENT]
install_scope() {
  list_differences "$@"
  install_differences
}

# remove_bootstrap_files: the node has its own certificate now.
remove_bootstrap_files() {
  awk -F "$TAB" '$4 == "bootstrap" { print $6 }' "$REVISION/files.list" >"$WORK/bootstrap"
  while read -r path <&4; do
    [ ! -e "$ROOT$path" ] || rm -f "$ROOT$path"
  done 4<"$WORK/bootstrap"
}
