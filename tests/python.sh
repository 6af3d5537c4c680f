#!/bin/sh
# Makes the virtual environment FOLDER with the Python packages that the tests need, once for each state of their list.
set -eu
folder=$1
list=$(dirname "$0")/requirements.txt
cmp -s "$list" "$folder/made-from.txt" && exit 0

echo "installing into $folder:" $(sed -n 's/^[a-z].*/&/p' "$list")
rm -rf "$folder"
/usr/bin/python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$list" || {
    echo "The Python packages of $list could not be installed; PyPI must be reachable, or PIP_INDEX_URL name a mirror of it."
    exit 1
}
cp "$list" "$folder/made-from.txt"
