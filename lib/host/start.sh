# shellcheck shell=sh
# The first start of a host: all files first, then the runtime, then the kubelet at once; nobody is waited for.
# `starting` says that a first start began, `started` that it is done.

first_start() {
  say "$HOST: first start"
  # shellcheck disable=SC2034 # read by actions.sh
  PHASE=start
  : >"$OURS/starting"
  install_scope host
  install_binaries
  remove_dropped
  enable_units
  each_component start_component
  : >"$OURS/started"
  rm -f "$OURS/starting"
}

start_component() {
  KEEP_MARK=no
  each_action run "$1" do_action
  [ "$KEEP_MARK" = yes ] || unmark_changed "$1"
}

# each_component FUNCTION: components of scope host, in order.
each_component() {
  each_component_function=$1
  awk -F "$TAB" '$2 == "host" && !($1 in seen) { seen[$1] = 1; print $1 }' \
    "$REVISION/actions.list" "$REVISION/files.list" >"$WORK/components"
  while read -r each_component_name <&5; do
    "$each_component_function" "$each_component_name"
  done 5<"$WORK/components"
}

# start_runtime: before the rest, because images are pulled by it.
start_runtime() {
  install_scope host container-runtime
  enable_units container-runtime
  start_component container-runtime
}
