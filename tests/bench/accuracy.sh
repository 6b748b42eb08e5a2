#!/bin/sh
# Accuracy, calibration and candidate recall on the screening benchmark (../shared/eval/screening/dev, or DIR); --write
# puts the tables and pictures into docs/accuracy.md. About two minutes on one core. accuracy.py says more.
#
# usage: tests/bench/accuracy.sh [DIR] [--write]
set -eu
exec python3 "$(dirname "$0")/accuracy.py" "$@"
