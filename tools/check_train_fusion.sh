#!/bin/sh
# The trainer of the fusion gives the same bytes for the same files, and a table that has every cell: on few people, seconds.
# Skipped (77) where the files are not at hand; make train-check compares the real table.
#
# usage: check_train_fusion.sh TRAIN_FUSION [DIR]
set -eu
train=$(realpath "$1")
cd "$(dirname "$0")/.."
dir=${2:-${ENTENTE_SHARED:-../shared}/eval/screening/train}
if [ ! -d "$dir" ]; then
    echo "no training files at hand: give their folder, docs/formats/fusion.md says what is in it"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
for run in a b; do
    "$train" --train "$dir" --identities 1200 --travellers 600 --rounds 10 >"$work/$run" 2>"$work/log"
done
if cmp "$work/a" "$work/b"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
# The same cells as the committed table, in the same order.
cut -f1-4 "$work/a" | grep -v '^#' >"$work/cells"
if cut -f1-4 data/screen/fusion.tsv | grep -v '^#' | cmp - "$work/cells"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
