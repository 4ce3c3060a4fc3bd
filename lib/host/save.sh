#!/bin/sh
# save DIGEST: brings what was uploaded as a new revision beside the live one, with binaries and images. Touches nothing
# that runs. On a host where nothing of ours runs yet and that starts in save: starts it, waiting for nobody.
here=${0%/*}
. "$here/all.sh"
begin_step save
need_digest "${1:-}"
unpack "$1"
use_revision "$1"
bring
if [ "$START" = save ] && [ ! -e "$OURS/started" ]; then first_start; fi
