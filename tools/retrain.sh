#!/bin/sh
# A service's own tables: learned on from its decided hits, docs/formats/decided.md.
#
# usage: retrain.sh TRAIN_COSTS TRAIN_FUSION DECIDED OUT [DIR]
set -eu
umask 077
train_costs=$(realpath "$1") train_fusion=$(realpath "$2") decided=$(realpath "$3")
mkdir -p "$4"
out=$(realpath "$4")
dir=${5:+$(realpath "$5")}
cd "$(dirname "$0")/.."
if [ -n "$dir" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    for f in "$dir"/*; do ln -s "$f" "$work/"; done
    rm -f "$work/person_variants.tsv"
    { cat "$dir/person_variants.tsv" && python3 tools/decided_variants.py "$decided"; } >"$work/person_variants.tsv"
    "$train_costs" --train "$work" --seeds tools >"$out/costs.tsv"
    python3 tools/train_frequencies.py "$work" >"$out/frequencies.tsv"
    python3 tools/train_spellings.py "$work" >"$out/spellings.tsv"
    rm -f "$out/fusion.tsv" # the base is the program's
    "$train_fusion" --decided "$decided" --tables "$out" >"$out/fusion.tsv.new"
else
    "$train_fusion" --decided "$decided" >"$out/fusion.tsv.new"
fi
mv "$out/fusion.tsv.new" "$out/fusion.tsv"
echo "learned tables are in $4: entente tables check $4"
