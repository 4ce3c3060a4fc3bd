#!/bin/sh
# Copies containerd's folder $1 to $2, both on one file system: hard links for all that never
# changes in place, a real copy of each database.
set -eu
rm -rf "$2"
cp -al "$1" "$2"
cd "$1"
find . -name '*.db' -exec cp -a --remove-destination --parents {} "$2" \;
