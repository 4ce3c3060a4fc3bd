# shellcheck shell=sh
# Units of systemd, modules, kernel values, folders.

# run_service COMPONENT UNIT: enabled, of today's files, active.
run_service() {
  if is_changed "$1"; then
    say "$1: restarts $2"
    verb=restart
  else
    verb=start
  fi
  if [ "$verb" = restart ] || ! systemctl -q is-active "$2"; then
    systemctl "$verb" "$2" 2>"$WORK/systemctl" || service_down "$1" "$2"
  fi
}

service_down() {
  status=10
  case $2 in containerd*) status=11 ;; kubelet*) status=12 ;; esac
  fail_when_disk_is_full "$1"
  # A unit that systemd will not even try has nothing new in its journal.
  why=$(grep -E 'masked|not found|not loaded' "$WORK/systemctl" | tail -n 1)
  [ -n "$why" ] || why=$(journal_cause "$2")
  fail "$status" "$1" "$2 does not start: $why" "see: journalctl -u $2"
}

# enable_units [COMPONENT]: the units of its run actions, or of all of scope host; then systemd reads the unit files
# again, once, when one changed.
enable_units() {
  disabled=''
  awk -F "$TAB" -v component="${1:-}" '
    $2 != "host" || $3 != "run" || (component != "" && $1 != component) { next }
    $4 == "service" { print $5 }
    $4 == "kubelet" { print "kubelet" }' "$REVISION/actions.list" >"$WORK/units"
  while read -r unit <&4; do
    is_enabled "$unit" || disabled="$disabled $unit"
  done 4<"$WORK/units"
  # shellcheck disable=SC2086 # a list
  [ -z "$disabled" ] || systemctl --no-reload -q enable $disabled 2>"$WORK/systemctl" ||
    fail 10 service "cannot enable$disabled: $(tail -n 1 "$WORK/systemctl")" "see: systemctl status$disabled"
  if is_changed .units; then
    systemctl daemon-reload
    unmark_changed .units
  fi
}

is_enabled() {
  for link in "$ROOT"/etc/systemd/system/*.wants/"$(unit_name "$1")"; do
    if [ -L "$link" ]; then return 0; fi
  done
  return 1
}

# load_modules COMPONENT FILE: a line of modules-load.d is a module.
load_modules() {
  while read -r module _ <&4; do
    case $module in '' | '#'* | ';'*) continue ;; esac
    name=$(printf %s "$module" | tr - _)
    if [ -d "$ROOT/sys/module/$name" ] || grep -qwsF "$module" "$ROOT/proc/filesystems"; then continue; fi
    # Built in, it has no folder of its own: only its kernel values show that it is there.
    if [ "$name" = br_netfilter ] && [ -d "$ROOT/proc/sys/net/bridge" ]; then continue; fi
    modprobe "$module" 2>"$WORK/modprobe" ||
      fail 10 "$1" "the kernel module $module cannot be loaded: $(tail -n 1 "$WORK/modprobe")" "boot a kernel that has it"
  done 4<"$ROOT$2"
}

# apply_sysctls COMPONENT FILE: lines "name = value"; writes only what differs.
apply_sysctls() {
  while IFS='=' read -r name value <&4; do
    set -f
    # shellcheck disable=SC2086 # trims blanks
    set -- "$1" "$2" $name
    set +f
    case ${3:-} in '' | '#'* | ';'*) continue ;; esac
    case $3 in
      */*) file=$3 ;;
      *) file=$(printf %s "$3" | tr . /) ;;
    esac
    value=${value# }
    file=$ROOT/proc/sys/$file
    [ -e "$file" ] || fail 10 "$1" "the kernel has no value $3" "load the module that brings it (bridge values need br_netfilter)"
    if same_value "$file" "$value"; then continue; fi
    printf '%s\n' "$value" 2>/dev/null >"$file" || true
    same_value "$file" "$value" || fail 10 "$1" "$3 cannot be set to $value" "see whether the host allows it: sysctl -w $3=$value"
  done 4<"$ROOT$2"
}

# make_dir PATH MODE
make_dir() {
  make_folder "$1"
  if [ "$(stat -c '%a %u:%g' "$ROOT$1")" != "${2#0} $OWNER" ]; then
    chown "$OWNER" "$ROOT$1"
    chmod "$2" "$ROOT$1"
  fi
}
