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
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
learned=$work/learned
mkdir "$learned"
if [ -n "$dir" ]; then
    train=$work/train
    mkdir "$train"
    for f in "$dir"/*; do ln -s "$f" "$train/"; done
    rm -f "$train/person_variants.tsv"
    { cat "$dir/person_variants.tsv" && python3 tools/decided_variants.py "$decided"; } >"$train/person_variants.tsv"
    "$train_costs" --train "$train" --seeds tools >"$learned/costs.tsv"
    python3 tools/train_frequencies.py "$train" data/bench/name_tokens.tsv >"$learned/frequencies.tsv"
    python3 tools/train_spellings.py "$train" >"$learned/spellings.tsv"
    "$train_fusion" --decided "$decided" --tables "$learned" >"$work/fusion.tsv" # the base is the program's
else
    "$train_fusion" --decided "$decided" >"$work/fusion.tsv"
fi
mv "$work/fusion.tsv" "$learned/"
# All or nothing: what could not be learned leaves the folder as it was.
mv "$learned"/* "$out/"
echo "learned tables are in $4: entente tables check $4"
