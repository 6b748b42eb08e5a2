#!/bin/sh
# A carrier asks, and is answered: each person with the carrier's own references; by rule 0Z, 2Z or 4Z; unasked when
# something changes; 1Z by two persons only; 0Z and a notice to the border when nobody looks in time.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
N=$W/node
at 2026-11-23T08:00:00Z
run 0 init "$N" --rehearsal --user anna
export ENTENTE_NODE="$N"
run 0 user add berta --role officer --role supervisor --user anna
run 0 user add chris --role supervisor --user anna
export ENTENTE_USER=anna
run 0 alert new --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --ground unsc-2178
mkdir "$W/out.d"

# ask NAME CONTROL PERSON…: a question about persons ("SURNAME:GIVEN YYMMDD PNR REFERENCE")
ask() {
    file=$W/$1.edi
    control=$2
    shift 2
    printf 'UNA:+.? '"'"'UNB+UNOA:4+XN+XAA+261123:0800+%s++IAPI'"'"'UNG+PAXLST+XN+XAA+261123:0800+9+UN+D:05B'"'" "$control" >"$file"
    printf 'UNH+M%s+PAXLST:D:05B:UN:IATA+REF%s+01:F'"'"'BGM+745'"'"'RFF+TN:T%s'"'"'NAD+MS+++DESK'"'" "$control" "$control" "$control" >>"$file"
    printf 'TDT+20+XN204'"'"'LOC+125+AAA'"'"'DTM+189:2611231200:201'"'"'LOC+87+BBB'"'"'DTM+232:2611231500:201'"'" >>"$file"
    n=0
    for p in "$@"; do
        # shellcheck disable=SC2086
        set -- $p
        printf 'NAD+FL+++%s'"'" "$1" >>"$file"
        [ "$2" = - ] || printf 'DTM+329:%s'"'" "$2" >>"$file"
        printf 'RFF+AVF:%s'"'"'RFF+ABO:%s'"'" "$3" "$4" >>"$file"
        n=$((n + 1))
    done
    printf 'CNT+42:%s'"'"'UNT+30+M%s'"'"'UNE+1+9'"'"'UNZ+1+%s'"'" "$n" "$control" "$control" >>"$file"
}
# sent: hands over what waits and leaves it in $W/sent, newest last; says it gave so many files
sent() {
    rm -f "$W/out.d"/*
    run 0 answer send "$W/out.d" --json
    json "row[\"sent\"] == $1"
    cat "$W/out.d"/* 2>/dev/null >"$W/sent" || :
    tr "'" '\n' <"$W/sent" >"$W/out"
}

# --- the first answer --------------------------------------------------------------------------------------------------------
ask first 77 'ALRASHIDI:YUSUF 910403 PNR1 900001' 'HOLM:GRETA 011030 PNR2 900002' 'ORLO:X - PNR3 900003'
run 0 screen "$W/first.edi" --json
json 'rows[-1]["summary"]["answered"] == 3'
run 0 answer list --json
json 'len(rows) == 3 and all(r["sent"] is None for r in rows)'
sent 1
out '^UNB\+UNOA:4\+XAA\+XN\+261123:0800\+77\+\+IAPI$'
out '^UNG\+CUSRES\+XAA\+XN\+261123:0800\+9\+UN\+D:05B$'
out '^UNH\+M77\+CUSRES:D:05B:UN:IATA\+REF77\+01:F$'
out '^BGM\+962$'
out '^RFF\+TN:T77$'
that 'references and answers in their order' [ "$(grep -E '^(RFF\+A[BV]|ERC)' "$W/out" | tr '\n' ' ')" = \
    'RFF+AVF:PNR1 RFF+ABO:900001 ERC+2Z RFF+AVF:PNR2 RFF+ABO:900002 ERC+0Z RFF+AVF:PNR3 RFF+ABO:900003 ERC+4Z ' ]
not_out 'ashidi|unsc|2178|hit'
sent 0
run 0 answer list --json
json 'all(r["sent"] == "2026-11-23T08:00:00.000Z" for r in rows)'
run 0 answer list --waiting --json
json 'len(rows) == 1 and row["status"] == "2Z" and row["deadline"] == "2026-11-23T08:20:00.000Z"'

# --- a decision changes it: 132 under our own reference, and the carrier's receipt (312) ----------------------------------------
at 2026-11-23T08:05:00Z
run 0 hit decide 1 different --reason photo
run 0 answer list --traveller 1 --json
json 'rows[0]["sent"] is not None and rows[-1]["sent"] is None'
sent 1
run 0 answer list --traveller 1 --json
json 'rows[-1]["sent"] == "2026-11-23T08:05:00.000Z"'
tr "'" '\n' <"$W/sent" >"$W/out"
out '^BGM\+132$'
out '^ERC\+0Z$'
out '^RFF\+ABO:900001$'
reference=$(sed -n 's/^RFF+TN://p' "$W/out")
printf 'UNB+UNOA:4+XN+XAA+261123:0806+5'"'"'UNH+1+CUSRES:D:05B:UN'"'"'BGM+312'"'"'RFF+TN:%s'"'"'ERP+2'"'"'RFF+ABO:900001'"'"'ERC+0Z'"'"'UNT+6+1'"'"'UNZ+1+5'"'" "$reference" >"$W/receipt.edi"
run 0 answer read "$W/receipt.edi" --json
json 'row == {"acknowledged": 1, "persons": 1, "unknown": 0}'
sed 's/RFF+TN:EN/RFF+TN:XX/' "$W/receipt.edi" >"$W/other.edi"
run 1 answer read "$W/other.edi"
run 0 answer list --traveller 1 --json
json 'rows[-1]["acknowledged"] is not None and rows[-1]["why"] == "clear" and rows[0]["deadline"] is None'

# --- an alert that comes after the answer: what was 0Z is 2Z, at once ------------------------------------------------------------
at 2026-11-23T09:00:00Z
run 0 alert new --name 'Greta Holm' --birth-date 2001-10-30 --ground unsc-2178 --json
json 'row["found_later"] == 1'
sent 1
out '^BGM\+132$'
out '^RFF\+ABO:900002$'
out '^ERC\+2Z$'

# --- nobody looks in time: 0Z, and the border is told -----------------------------------------------------------------------------
at 2026-11-23T09:21:00Z
run 0 status
sent 2
out '^ERC\+0Z$'
that 'no notice to the border' grep -q '"notice":"look-on-arrival"' "$W/sent"
run 0 answer list --traveller 2 --json
json '[r["status"] for r in rows] == ["0Z", "2Z", "0Z"] and rows[-1]["why"] == "nobody-in-time" and rows[-1]["by"] == 0'

# --- 1Z: two persons have said that it is the person, and two order it ------------------------------------------------------------
run 3 answer order 2 refuse --reason travel-ban
err 'decided to be the same'
run 4 hit decide 2 same --reason document
run 0 hit decide 2 same --reason photo --user berta
sent 1
out '^ERC\+2Z$'
run 4 answer order 2 refuse --reason travel-ban
sent 0
run 0 answer list --waiting --json
json 'rows[-1]["status"] == "1Z" and rows[-1]["second"] == 0 and rows[-1]["sent"] is None'
run 3 answer order 2 refuse --reason travel-ban
run 0 answer order 2 refuse --reason travel-ban --user chris --json
json 'row["status"] == "1Z" and row["by"] == 1 and row["second"] == 3'
sent 1
out '^ERC\+1Z$'
not_out 'travel'
# A person's word stands until a person takes it back.
run 0 alert edit 2 --birth-date 2001-10-31
sent 0
run 0 answer order 2 board --reason released --user berta
sent 1
out '^ERC\+0Z$'

# --- a question of whom nobody can be read is answered as unreadable, once ------------------------------------------------------
ask none 83
run 0 screen "$W/none.edi"
sent 1
out '^UNH\+M83\+CUSRES:D:05B:UN:IATA\+REF83\+01:F$'
out '^ERP\+1$'
out '^ERC\+118$'
out '^RFF\+TN:T83$'
not_out '^ERP\+2$'
ask none 83
printf '\n' >>"$W/none.edi"
run 0 screen "$W/none.edi"
sent 0

# --- no answer without a question; and answers go with their traveller ------------------------------------------------------------
printf 'id,name,birth_date\nT9,YUSUF AL RASHIDI,1991-04-03\n' >"$W/m.csv"
run 0 screen "$W/m.csv" --json
json 'rows[-1]["summary"]["answered"] == 0'
run 3 answer order 3 board --reason cleared
sent 0

# --- what rests on an alert that ends, or whose date has come, is looked at by nobody: what was 2Z is 0Z ------------------------
run 0 profile set --answer-minutes 1440
run 0 alert new --name 'Mira Kovalik' --birth-date 1990-01-01 --ground unsc-2178 --json
json 'row["alert"] == 3'
run 0 alert new --name 'Lena Novotna' --birth-date 1991-01-01 --ground unsc-2178 --destroy 2026-11-24
ask ends 84 'KOVALIK:MIRA 900101 PNR4 900004' 'NOVOTNA:LENA 910101 PNR5 900005'
run 0 screen "$W/ends.edi"
sent 1
that 'both wait' [ "$(grep -c '^ERC+2Z$' "$W/out")" = 2 ]
run 0 alert end 3 --reason mistake
sent 1
out '^RFF\+ABO:900004$'
out '^ERC\+0Z$'
run 0 hit list --json
json '[r["hit"]["state"] for r in rows if r["name"] == "MIRA KOVALIK"] == ["ended"]'
run 0 hit list
out 'ended by who keeps it'
run 1 hit decide 4 same --reason document
err 'nothing is left to decide'
run 0 ledger verify --store
at 2026-11-24T00:30:00Z
run 0 status
sent 1
out '^RFF\+ABO:900005$'
out '^ERC\+0Z$'
run 0 hit list
out 'destroyed on its date'
at 2026-11-24T15:00:01Z
run 0 review run
run 0 answer list --traveller 3 --json
json 'rows == []'
finish
