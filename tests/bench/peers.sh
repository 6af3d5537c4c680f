#!/bin/sh
# Builds the peers that no package has into FOLDER, where this machine can; their rows say so where it cannot.
#
#   peers.sh FOLDER
set -u
folder=$1
if [ ! -x "$folder/bin/coldsnap" ] && command -v cargo >/dev/null; then
    cargo install --quiet --locked --root "$folder" coldsnap || echo "coldsnap cannot be built here" >&2
fi
exit 0
