# shellcheck shell=sh
# Binaries: fetched by save into binaries/<sha256>/<name>, put in place by run with a hard link and a rename.

# architecture: as Kubernetes names it, in ARCHITECTURE.
architecture() {
  machine=$(uname -m)
  case $machine in
    x86_64) ARCHITECTURE=amd64 ;;
    aarch64) ARCHITECTURE=arm64 ;;
    *) ARCHITECTURE=$machine ;;
  esac
}

# list_binary COMPONENT URL SHA256 DESTINATION
list_binary() {
  [ -n "${ARCHITECTURE:-}" ] || architecture
  case $2 in
    *@ARCH@*) url=${2%%@ARCH@*}$ARCHITECTURE${2#*@ARCH@} ;;
    *) url=$2 ;;
  esac
  if [ "$3" != - ] && [ -e "$OURS/binaries/$3/${4##*/}" ]; then
    printf '%s\t%s\t%s\n' "$1" "$3" "$4" >>"$REVISION/binaries.list"
  else
    printf 'binary\t%s\t%s\t%s\t%s\n' "$1" "$url" "$3" "$4" >>"$WORK/jobs"
  fi
}

# fetch_binary COMPONENT URL SHA256 DESTINATION
fetch_binary() {
  name=${4##*/} sum=$3
  if [ "$sum" = - ]; then
    sum=$(curl -fsSL --retry 3 --connect-timeout 10 "$2.sha256" 2>"$WORK/curl.$name") ||
      fail 21 "$1" "$2.sha256 cannot be fetched: $(tail -n 1 "$WORK/curl.$name")" "make it reachable from this host, then apply again"
    sum=${sum%%[!0-9a-f]*}
    [ "${#sum}" -eq 64 ] || fail 21 "$1" "$2.sha256 holds no checksum" "give the checksum in the configuration"
  fi
  place=$OURS/binaries/$sum
  if [ ! -e "$place/$name" ]; then
    mkdir -p "$place"
    say "fetches $2"
    curl -fsSL --retry 3 --connect-timeout 10 -o "$place/$name.part" "$2" 2>"$WORK/curl.$name" || {
      fail_when_disk_is_full "$1"
      fail 21 "$1" "$2 cannot be fetched: $(tail -n 1 "$WORK/curl.$name")" "make it reachable from this host, then apply again"
    }
    got=$(sha256sum "$place/$name.part")
    [ "${got%% *}" = "$sum" ] || {
      rm -rf "$place"
      fail 21 "$1" "$2 has checksum ${got%% *}, wanted $sum" "look at the mirror, or correct the checksum"
    }
    chmod 0755 "$place/$name.part"
    mv -f "$place/$name.part" "$place/$name"
  fi
  printf '%s\t%s\t%s\n' "$1" "$sum" "$4" >>"$REVISION/binaries.list"
}

# install_binaries: those that differ. A new kubelet is a change of the component kubelet too.
install_binaries() {
  while IFS=$TAB read -r component sum path <&4; do
    source=$OURS/binaries/$sum/${path##*/}
    if cmp -s "$source" "$ROOT$path"; then continue; fi
    say "installs $path"
    printf '%s\thost\t\t\t\t%s\n' "$component" "$path" >"$WORK/row"
    remember_laid "$WORK/row"
    mark_changed "$component"
    case $path in
      */kubelet)
        find_kubelet_component
        mark_changed "$KUBELET"
        ;;
    esac
    make_folder "${path%/*}"
    beside=$ROOT${path%/*}/.${path##*/}.cdktf-kubeadm
    rm -f "$beside"
    ln "$source" "$beside" 2>/dev/null || cp -p "$source" "$beside"
    mv -fT "$beside" "$ROOT$path"
  done 4<"$REVISION/binaries.list"
}
