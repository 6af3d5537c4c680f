#!/bin/sh
# Installs the Debian packages named as arguments that are missing, when it may; else says which command does.
set -eu
missing=
for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

run="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as=
elif sudo -n true 2>/dev/null; then
    as=sudo
else
    echo "These Debian packages are missing. Install them, then try again:"
    echo "  sudo $run"
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as apt-get update -qq
# shellcheck disable=SC2086 # one word a package
$as $run >/dev/null
