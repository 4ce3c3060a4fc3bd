# shellcheck shell=sh
# What every step needs: surroundings, paths, messages, the lists of a revision. Sourced first; starts nothing.
# Names in capitals are shared by all files here. CDKTF_KUBEADM_ROOT, for tests only, puts everything below one folder.
set -eu
umask 077
ROOT=${CDKTF_KUBEADM_ROOT:-}
PATH=${ROOT:+$ROOT/stand-ins:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
HOME=${ROOT:-/root}
export PATH LC_ALL HOME

# shellcheck disable=SC2034 # read by the files that source this one
{
  OURS=$ROOT/var/lib/cdktf-kubeadm
  UPLOAD=$OURS/upload
  KUBERNETES=$ROOT/etc/kubernetes
  MANIFESTS=$KUBERNETES/manifests
  CLIENT_CERTIFICATE=$ROOT/var/lib/kubelet/pki/kubelet-client-current.pem
  TAB='	'
  NEWLINE='
'
  OWNER=0:0
  [ -z "$ROOT" ] || OWNER=$(id -u):$(id -g)
}
read -r HOST </proc/sys/kernel/hostname

say() { printf '%s\n' "$*"; }

# fail STATUS COMPONENT CAUSE REMEDY: the last line of a failed step.
fail() {
  printf '%s: %s: %s; %s\n' "$HOST" "$2" "$3" "$4" >&2
  exit "$1"
}

# Whoever starts a step calls this: a command that fails unexpectedly still ends with a cause, and WORK goes away.
begin_step() {
  STEP=$1
  mkdir -p "$OURS/changed" "$OURS/revisions" "$OURS/binaries"
  WORK=$OURS/work
  rm -rf "$WORK"
  mkdir "$WORK"
  trap end_step EXIT
}

# Statuses 10 to 25 and 64 were explained where they arose.
end_step() {
  status=$?
  [ ! -d "$WORK" ] || rm -rf "$WORK"
  case $status in
    0 | 1[0-9] | 2[0-5] | 64) ;;
    *)
      fail_when_disk_is_full "$STEP"
      fail 20 "$STEP" "stopped unexpectedly with status $status" \
        "read the lines above, or $OURS/log/$STEP.log on the host"
      ;;
  esac
}

# use_revision DIGEST: sets REVISION and what node.list says.
# shellcheck disable=SC2034
use_revision() {
  REVISION=$OURS/revisions/$1
  if [ ! -d "$REVISION" ] && [ -d "$REVISION.before" ]; then mv "$REVISION.before" "$REVISION"; fi
  [ -r "$REVISION/node.list" ] || fail 24 "$STEP" "revision $1 is not on this host" \
    "save it again: terraform apply -replace 'null_resource.${HOST}_save'"
  NODE='' ROLE='' ADDRESS='' START=run API_SERVER=none ETCD=none FOUNDER=no PEERS=''
  while IFS=$TAB read -r key value; do
    case $key in
      name) NODE=$value HOST=$value ;;
      role) ROLE=$value ;;
      address) ADDRESS=$value ;;
      start) START=$value ;;
      api-server) API_SERVER=$value ;;
      etcd) ETCD=$value ;;
      founder) FOUNDER=$value ;;
      peers) PEERS=$value ;;
    esac
  done <"$REVISION/node.list"
}

# use_live_revision: the one that run made live, else the one saved last. False when there is none.
use_live_revision() {
  digest=''
  if [ -r "$OURS/live" ]; then read -r digest <"$OURS/live"; fi
  if [ ! -d "$OURS/revisions/$digest" ] || [ -z "$digest" ]; then
    # shellcheck disable=SC2012 # names are digests
    digest=$(ls -1t "$OURS/revisions" 2>/dev/null | sed -n '/[.]/!p' | head -n 1)
  fi
  [ -n "$digest" ] || return 1
  use_revision "$digest"
}

# write FILE LINE: atomically.
write() {
  printf '%s\n' "$2" >"$1.new"
  mv -f "$1.new" "$1"
}

# need_digest VALUE: what names a revision.
need_digest() {
  case ${1:-} in
    '' | *[!0-9A-Za-z]*) fail 64 "$STEP" "needs the digest of a revision, got \"${1:-}\"" "write: step.sh $STEP DIGEST" ;;
  esac
}

# need_name VALUE: what may be a component or pool, and part of a path.
need_name() {
  case ${1:-} in
    '' | -* | .* | *[!0-9A-Za-z._-]*) fail 64 "$STEP" "not a name: \"${1:-}\"" "use letters, digits, dots, hyphens" ;;
  esac
}

# A component is marked before its first file is replaced and unmarked when what its change asked for is done, so that
# a run that was cut off is finished by the next one.
# mark_changed COMPONENT [PATH]: the mark lists the paths.
mark_changed() { printf '%s\n' "${2:-}" >>"$OURS/changed/$1"; }
unmark_changed() { [ ! -e "$OURS/changed/$1" ] || rm -f "$OURS/changed/$1"; }
is_changed() { [ -e "$OURS/changed/$1" ]; }

# now: seconds since the host came up, without a process, in NOW.
# shellcheck disable=SC2034
now() {
  read -r NOW _ </proc/uptime
  NOW=${NOW%%.*}
}
