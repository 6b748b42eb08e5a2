#!/bin/sh
# The trained tables are what the training files give: byte for byte, minutes. Skipped (77) where the files are not at hand.
#
# usage: check_train.sh TRAIN_COSTS TRAIN_FUSION [DIR]
set -eu
train_costs=$(realpath "$1") train_fusion=$(realpath "$2")
cd "$(dirname "$0")/.."
dir=${3:-${ENTENTE_SHARED:-../shared}/eval/screening/train}
if [ ! -d "$dir" ]; then
    echo "no training files at hand: give their folder, docs/formats/costs.md says what is in it"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$train_costs" --train "$dir" --seeds tools >"$work/costs.tsv" 2>"$work/log"
python3 tools/train_frequencies.py "$dir" data/bench/name_tokens.tsv >"$work/frequencies.tsv"
python3 tools/train_cultures.py data/bench/name_tokens.tsv >"$work/cultures.tsv"
python3 tools/train_spellings.py "$dir" >"$work/spellings.tsv"
# The fusion is learned with the committed tables: they are in the program.
"$train_fusion" --train "$dir" >"$work/fusion.tsv" 2>"$work/log"
passed=0 failed=0
for table in names/costs names/frequencies names/spellings names/cultures screen/fusion; do
    if cmp "$work/${table#*/}.tsv" "data/$table.tsv"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
