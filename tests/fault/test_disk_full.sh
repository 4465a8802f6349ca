#!/usr/bin/env bash
# A disk that is full: exit 1, one message, no file left, and what stood there untouched.
# Uses a file size limit (works without privileges) and, where mounting is allowed, a small tmpfs.
set -euo pipefail
home=$(mktemp -d)
mounted=""
cleanup() {
    if [ -n "$mounted" ]; then umount "$mounted"; fi
    rm -rf "$home"
}
trap cleanup EXIT

"$PLIMSOLL" book synth --preset rongchang --borrowers 300 -o "$home/a.book.h5" >/dev/null
scenario=$PLIMSOLL_SOURCE/scenarios/recession.lua
run=("$PLIMSOLL" run "$scenario" --book "$home/a.book.h5" --paths 2000)
checks=0

# expect_full TARGET: the run into TARGET's folder must fail as a machine fault and leave nothing.
expect_full() {
    local target=$1 status=0
    shift
    "$@" >"$home/stdout" 2>"$home/stderr" || status=$?
    if [ "$status" -ne 1 ]; then
        echo "exit $status, expected 1" && cat "$home/stderr"
        return 1
    fi
    grep -q "^plimsoll: " "$home/stderr"
    [ -z "$(find "$(dirname "$target")" -maxdepth 1 -name '*tmp*' -newer "$home/a.book.h5" \
        -path "*$(basename "$target")*")" ]
    checks=$((checks + 1))
}

mkdir "$home/out"
# shellcheck disable=SC2016 # expanded by the inner shell
expect_full "$home/out/r.result.h5" bash -c 'trap "" XFSZ; ulimit -f 40; exec "$@"' _ \
    "${run[@]}" -o "$home/out/r.result.h5"
[ -z "$(ls -A "$home/out")" ]

# The same with a book in slabs, whose rows pass through a temporary file and whose result grows on
# the disk: at either the limit may be met.
for blocks in 40 600; do
    # shellcheck disable=SC2016
    expect_full "$home/out/r.result.h5" bash -c 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"' _ \
        "$blocks" "${run[@]}" --book-slabs 3 -o "$home/out/r.result.h5"
    grep -q "cannot be written: File too large" "$home/stderr"
    [ -z "$(ls -A "$home/out")" ]
done

# An older result survives the failure.
"$PLIMSOLL" run "$scenario" --book "$home/a.book.h5" --paths 20 -o "$home/out/r.result.h5" >/dev/null 2>&1
before=$(sha256sum <"$home/out/r.result.h5")
# shellcheck disable=SC2016
expect_full "$home/out/r.result.h5" bash -c 'trap "" XFSZ; ulimit -f 40; exec "$@"' _ \
    "${run[@]}" -o "$home/out/r.result.h5"
[ "$before" = "$(sha256sum <"$home/out/r.result.h5")" ]

# What goes to a full standard output is not lost without a word.
# shellcheck disable=SC2016
expect_full "$home/out/x" bash -c '"$0" show "$1" paths >/dev/full' "$PLIMSOLL" "$home/out/r.result.h5"

mkdir "$home/small"
if mount -t tmpfs -o size=64k tmpfs "$home/small" 2>/dev/null; then
    mounted=$home/small
    expect_full "$home/small/r.result.h5" "${run[@]}" -o "$home/small/r.result.h5"
    [ -z "$(ls -A "$home/small")" ]
    expect_full "$home/small/r.result.h5" "${run[@]}" --book-slabs 3 -o "$home/small/r.result.h5"
    [ -z "$(ls -A "$home/small")" ]
    expect_full "$home/small/b.book.h5" "$PLIMSOLL" book synth --preset rongchang --borrowers 2000 \
        -o "$home/small/b.book.h5"
    [ -z "$(ls -A "$home/small")" ]
    # A workbook's temporary files meet the full disk before the workbook does.
    expect_full "$home/small/w.xlsx" "$PLIMSOLL" show "$home/out/r.result.h5" all -o "$home/small/w.xlsx"
    grep -q "cannot be made" "$home/stderr"
    [ -z "$(ls -A "$home/small")" ]
else
    echo "no tmpfs may be mounted here: that part is left out"
fi
echo "$checks passed, 0 failed"
