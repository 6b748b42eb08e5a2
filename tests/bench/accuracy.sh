#!/bin/sh
# Accuracy, calibration and candidate recall on the screening benchmark (../shared/eval/screening/dev, or DIR); --write
# puts the tables and pictures into docs/accuracy.md. Minutes on one core. --candidates: only what the index proposes;
# --every N: of every N-th listed traveller. accuracy.py says more.
#
# usage: tests/bench/accuracy.sh [DIR] [--candidates] [--every N] [--write]
set -eu
exec python3 "$(dirname "$0")/accuracy.py" "$@"
