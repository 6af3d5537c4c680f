#!/bin/sh
# Fails on an include that crosses a wall of the house: which room may include which.
set -eu
cd "$(dirname "$0")/.."

# room: the rooms that it may include, as a pattern
walls='
base     base
aws      base|aws
core     base|aws|core
ui       base|ui
screens  base|core|ui|screens
'
bad=$(
    echo "$walls" | while read -r room may; do
        [ -n "$room" ] || continue
        grep -nE '^#include "' "$room"/*.[ch] | grep -vE "#include \"($may)/[a-z0-9_]+\.h\"" |
            sed "s|\$| is not for $room/|"
    done
    # The simulator shares nothing with the client, and the client nothing with the simulator.
    grep -nE '^#include "' aws/sim/*.[ch] | grep -vE '#include "aws/sim/[a-z0-9_]+\.h"' |
        sed 's|$| is not for aws/sim/|'
    grep -nE '^#include "aws/sim/' base/*.[ch] aws/*.[ch] core/*.[ch] ui/*.[ch] screens/*.[ch] main.c
    # Only the terminal's own files know curses.
    grep -nlE '^#include <(curses|ncurses|ncursesw/)' base/*.[ch] aws/*.[ch] core/*.[ch] screens/*.[ch]
) || true
[ -z "$bad" ] || { echo "$bad"; exit 1; }
echo "layers: every wall stands"
