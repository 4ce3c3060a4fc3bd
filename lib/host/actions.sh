# shellcheck shell=sh
# The words of actions.list and what does them. Nothing else in a bundle can name a command.
# PHASE is "start" in a first start (nobody is waited for) and "run" elsewhere.

# do_action COMPONENT SCOPE ACTION [ARGUMENT…]
do_action() {
  component=$1 action=$3
  shift 3
  case $action in
    check-command) check_command "$component" "$@" ;;
    check-swap) check_swap "$component" ;;
    check-port) check_port "$@" ;;
    check-disk) check_disk "$component" "$@" ;;
    check-unit) check_unit "$component" "$@" ;;
    check-kernel-value) check_kernel_value "$component" "$@" ;;
    load-modules) load_modules "$component" "$@" ;;
    apply-sysctls) apply_sysctls "$component" "$@" ;;
    make-dir) make_dir "$@" ;;
    service) run_service "$component" "$@" ;;
    kubelet-client) link_kubelet_client "$component" "$@" ;;
    static-pod) run_static_pod "$component" "$@" ;;
    kubelet) run_kubelet "$component" ;;
    wait-http) [ "$PHASE" = start ] || wait_http "$@" ;;
    wait-bootstrap) [ "$PHASE" = start ] || wait_bootstrap "$component" "$@" ;;
    patch-node) patch_node "$component" "$@" ;;
    taint-node) taint_node "$component" "$@" ;;
    apply) apply_file "$component" "$@" ;;
    wait-rollout) wait_rollout "$component" "$@" ;;
    stop-service) stop_service "$@" ;;
    remove-pods) remove_pods ;;
    unmount-below) unmount_below "$@" ;;
    remove-path) remove_path "$@" ;;
    remove-contents) remove_contents "$@" ;;
    remove-link) remove_link "$@" ;;
    *) fail 64 "$component" "unknown action \"$action\"" "the bundle and the scripts on this host do not fit: save again" ;;
  esac
}
