# shellcheck shell=sh
# Images in containerd's namespace of Kubernetes.

containerd_cli() { ctr -n k8s.io "$@"; }

# list_image COMPONENT IMAGE: asks once what is there.
list_image() {
  if [ "$IMAGES_ASKED" = no ]; then
    IMAGES=$NEWLINE$(containerd_cli images ls -q 2>"$WORK/ctr")$NEWLINE || {
      fail_when_unit_is_down containerd 11 "$1"
      fail 11 "$1" "the container runtime does not answer: $(tail -n 1 "$WORK/ctr")" "see: systemctl status containerd"
    }
    IMAGES_ASKED=yes
  fi
  case $IMAGES in
    *"$NEWLINE$2$NEWLINE"*) ;;
    *) printf 'image\t%s\t%s\n' "$1" "$2" >>"$WORK/jobs" ;;
  esac
}

# pull_image COMPONENT IMAGE
pull_image() {
  say "pulls $2"
  out=$WORK/pull.${2##*/}
  if ! containerd_cli images pull --hosts-dir "$ROOT/etc/containerd/certs.d" "$2" >"$out" 2>&1; then
    fail_when_unit_is_down containerd 11 "$1"
    fail_when_disk_is_full "$1"
    fail 21 "$1" "image $2 cannot be pulled: $(tail -n 1 "$out" | tr -d '\r' | cut -c 1-300)" \
      "make its registry reachable from this host, then apply again"
  fi
  # The kubelet's garbage collection must not take the one image that it never pulls itself.
  case $2 in
    */pause:*) containerd_cli images label "$2" io.cri-containerd.pinned=pinned >/dev/null ;;
  esac
}
