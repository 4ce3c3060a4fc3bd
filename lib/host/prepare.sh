#!/bin/sh
# The first connection to a host: makes the folder that Terraform uploads into. Runs as the login user.
set -eu
LC_ALL=C
export LC_ALL
root=/var/lib/cdktf-kubeadm

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n -- "$@"; fi
}

for folder in "$root" "$root/upload"; do
  if [ -L "$folder" ]; then
    echo "$(hostname): prepare: $folder is a link; remove it" >&2
    exit 10
  fi
done
as_root install -d -m 0711 "$root"
as_root install -d -m 0700 -o "$(id -u)" -g "$(id -g)" "$root/upload"
