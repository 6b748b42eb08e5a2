#!/bin/sh
# Screens the accuracy benchmark (../shared/eval/screening/dev, or DIR) and prints its table: recall at the alert lines, hard
# negatives, calibration. About two minutes on one core.
#
# usage: tests/bench/accuracy.sh [DIR]
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
shared=${ENTENTE_SHARED:-$here/../shared}
dir=${1:-$shared/eval/screening/dev}
[ -f "$dir/list.ftm.jsonl" ] || { echo "accuracy: no benchmark at $dir: nothing is measured" >&2; exit 0; }
results=$(mktemp)
trap 'rm -f "$results"' EXIT
# The stream's share of listed travellers, as its README says to pass.
prior=$(awk -F'\t' '$4 != "" { listed++ } END { printf "%.4f", listed / NR }' "$dir/truth.tsv")
"$here/build/entente" screen --list "$dir/list.ftm.jsonl" --manifest "$dir/travellers.csv" --prior "$prior" --json 2>/dev/null |
    grep -v '^{"summary"' >"$results"
python3 "$shared/eval/screening/score.py" --truth "$dir/truth.tsv" --list "$dir/list.ftm.jsonl" --results "$results"
