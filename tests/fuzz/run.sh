#!/bin/sh
# Runs each FUZZER for SECONDS, beginning with its inputs in tests/fuzz/corpus; new ones are kept beside the program.
set -eu
seconds=$1
shift
corpora=$(dirname "$0")/corpus
for fuzzer; do
    name=$(basename "$fuzzer" _fuzz)
    mkdir -p "$fuzzer.corpus"
    echo "$name"
    "$fuzzer" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 -print_final_stats=0 \
        -verbosity=0 -artifact_prefix="$fuzzer." "$fuzzer.corpus" "$corpora/$name"
done
