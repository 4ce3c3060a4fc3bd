# shellcheck shell=sh
# The save actions: first all checks, then what has to be fetched, three at once. Marks the revision as saved, last.

bring() {
  # shellcheck disable=SC2034 # read by actions.sh
  PHASE=start
  each_action save '' check_only
  # Images can only be pulled by a runtime that has its configuration; a running host keeps the one it has.
  [ -e "$OURS/started" ] || start_runtime
  : >"$WORK/jobs"
  : >"$REVISION/binaries.list"
  # shellcheck disable=SC2034 # read by images.sh
  IMAGES='' IMAGES_ASKED=no
  each_action save '' list_job
  if [ -s "$WORK/jobs" ]; then do_jobs; fi
  : >"$REVISION/saved"
}

# each_action VERB COMPONENT FUNCTION [ARGUMENT…]: calls FUNCTION [ARGUMENT…] COMPONENT SCOPE ACTION ARG… for each line.
each_action() {
  wanted_verb=$1 wanted_component=$2
  shift 2
  while IFS=$TAB read -r a_component a_scope a_verb a_action a_rest <&3; do
    [ "$a_verb" = "$wanted_verb" ] || continue
    [ -z "$wanted_component" ] || [ "$a_component" = "$wanted_component" ] || continue
    call_with "$a_component" "$a_scope" "$a_action" "$a_rest" "$@"
  done 3<"$REVISION/actions.list"
}

# call_with COMPONENT SCOPE ACTION REST FUNCTION [ARGUMENT…]: splits REST at tabs.
call_with() {
  c_component=$1 c_scope=$2 c_action=$3 c_rest=$4
  shift 4
  set -f
  IFS=$TAB
  # shellcheck disable=SC2086 # the split is meant
  set -- "$@" "$c_component" "$c_scope" "$c_action" $c_rest
  unset IFS
  set +f
  "$@"
}

check_only() {
  case $3 in check-*) do_action "$@" ;; esac
}

# list_job: one line in WORK/jobs for each thing that is not here yet.
list_job() {
  case $3 in
    check-*) ;;
    fetch-binary) list_binary "$1" "$4" "$5" "$6" ;;
    pull-image) list_image "$1" "$4" ;;
    *) do_action "$@" ;;
  esac
}

# do_jobs: three lanes; lane n takes every third line. What failed is told last.
do_jobs() {
  run_lane 0 &
  first=$!
  run_lane 1 &
  second=$!
  worst=0
  (run_lane 2) || lane_failed 2 $?
  wait "$first" || lane_failed 0 $?
  wait "$second" || lane_failed 1 $?
  [ "$worst" -eq 0 ] || exit "$worst"
}

lane_failed() {
  worst=$2
  cat "$WORK/failed.$1" >&2
}

run_lane() {
  at=0
  while IFS=$TAB read -r kind component one two three <&4; do
    if [ $((at % 3)) -eq "$1" ]; then
      case $kind in
        image) pull_image "$component" "$one" ;;
        binary) fetch_binary "$component" "$one" "$two" "$three" ;;
      esac 2>"$WORK/failed.$1"
    fi
    at=$((at + 1))
  done 4<"$WORK/jobs"
}
