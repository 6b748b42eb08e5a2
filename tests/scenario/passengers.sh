#!/bin/sh
# One traveller, told of many times: bookings, then check-in, then the bookings again. docs/formats/passengers.md
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
S=${ENTENTE_SOURCE:?}
B=$S/examples/manifests/xn204-bookings.edi
A=$S/examples/manifests/xn204.edi
export ENTENTE_REHEARSAL_NOW=2026-11-23T22:00:00Z
run 0 init "$W/node" --rehearsal --user anna
export ENTENTE_NODE="$W/node"
run 0 import --source ftm "$S/examples/lists/people.ftm.jsonl"

run 0 manifest read --json --today 2026-11-23 "$B"
json 'all(r["kind"] == "pnr" and r["trip"]["arrives"] == "2026-11-24T11:40" for r in rows[:-1])'
json 'sum("redress" in r for r in rows[:-1]) == 1'
json '{w["code"] for w in rows[-1]["summary"]["left_out"]} >= {"left-out-payments", "left-out-contacts"}'

run 0 screen "$B" --json
json 'rows[-1]["summary"]["travellers"] == len(rows) - 1 > 30'
json 'rows[-1]["summary"]["merged_travellers"] == rows[-1]["summary"]["unchanged_travellers"] == 0'
booked=$(($(wc -l <"$W/out") - 1))

# The check-in data tell of the same passengers, of whom more is known now; the crew is new.
run 0 screen "$A" --json
json "rows[-1]['summary']['merged_travellers'] == $booked"
json 'rows[-1]["summary"]["travellers"] == 4'
json 'len(rows) - 1 == rows[-1]["summary"]["travellers"] + rows[-1]["summary"]["merged_travellers"]'
run 0 status --json
json "row['travellers'] == $booked + 4"

# The next push, in other words the same: nothing is stored and nobody is screened.
sed "s/XN204B/XN204C/; s/88001/99001/; s/CA::100/CA::120/" "$B" >"$W/again.edi"
run 0 screen "$W/again.edi" --json
json 'rows[-1]["summary"]["travellers"] == rows[-1]["summary"]["merged_travellers"] == 0'
json "rows[-1]['summary']['unchanged_travellers'] == $booked"
run 0 status --json
json "row['travellers'] == $booked + 4"

# A person who left the booking, and one who is new.
sed "s/XN204B/XN204D/; s/TIF+HALVERSTADT+JONASEMILMR/TIF+NEUMANOVA+LIVIAMRS/; s#HALVERSTADT/JONAS/EMIL#NEUMANOVA/LIVIA#
s#AD2210347/XAA/22APR79/M#AD9990347/XAA/22APR89/F#" "$B" >"$W/changed.edi"
run 0 screen "$W/changed.edi" --json
json 'rows[-1]["summary"]["travellers"] == 1'
json "rows[-1]['summary']['unchanged_travellers'] == $booked - 1"
finish
