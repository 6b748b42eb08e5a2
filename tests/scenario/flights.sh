#!/bin/sh
# Flights that were expected against the messages that came: complete, late, incomplete, missing, awaited, by carrier.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
at 2026-11-23T08:00:00Z
run 0 init "$W/node" --rehearsal --user anna
export ENTENTE_NODE="$W/node"
# message FILE FLIGHT COUNT: one fictional passenger, of COUNT that are said to be there
message() {
    printf "%s'" "UNB+UNOA:4+XN+XAA+261123:0800+$2" UNH+1+PAXLST:D:05B:UN:IATA BGM+745 \
        "TDT+20+$2" LOC+125+AAA DTM+189:2611231200:201 LOC+87+BBB DTM+232:2611231500:201 \
        NAD+FL+++HOLM:GRETA DTM+329:011030 "CNT+42:$3" UNT+11+1 "UNZ+1+$2" >"$1"
}
message "$W/1.edi" XN204 1
message "$W/2.edi" XN0205 3
message "$W/3.edi" XS118 1
cat >"$W/s.csv" <<'S'
departs,flight,due
2026-11-23,XN204,2026-11-23T09:00:00Z
2026-11-23,xn 205,2026-11-23T09:00:00Z
2026-11-23,XS118,2026-11-23T09:00:00Z
2026-11-23,XS119,2026-11-23T09:00:00Z
2026-11-23,XS120,2026-11-23T20:00:00Z
S
run 0 screen "$W/1.edi"
run 0 screen "$W/2.edi"
at 2026-11-23T09:30:00Z
run 0 screen "$W/3.edi"
run 1 flights report "$W/s.csv" --json
json '{r["flight"]: r["state"] for r in rows if "flight" in r} == {"XN204": "complete", "XN205": "incomplete", "XS118": "late", "XS119": "missing", "XS120": "awaited"}'
json '[(r["of"], r["expected"], r["complete"], r["late"], r["incomplete"], r["missing"], r["awaited"]) for r in rows if "of" in r] == [("XN", 2, 1, 0, 1, 0, 0), ("XS", 3, 0, 1, 0, 1, 1)]'
json 'rows[-1]["summary"]["flights"] == 5 and rows[-1]["summary"]["wanting"] == 3'
run 1 flights report "$W/s.csv"
out 'XS: 3 expected, 0 complete, 1 late'
printf 'flight,departs,due,carrier\nXN204,2026-11-23,2026-11-23T09:00:00Z,North Air\nnone,2026,\n' >"$W/t.csv"
run 1 flights report "$W/t.csv" --json
json 'rows[0]["carrier"] == "North Air" and rows[-1]["summary"]["refused"][0]["code"] == "schedule-row"'
run 1 flights report "$W/t.csv"
err 'refused: schedule-row: 1'
err 'line 3, byte [0-9]+: '
printf 'flight,day\nXN204,2026-11-23\n' >"$W/u.csv"
run 1 flights report "$W/u.csv" --json
err 'names flight, departs and due'
finish
