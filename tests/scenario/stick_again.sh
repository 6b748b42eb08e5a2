#!/bin/sh
# Sticks that do not come as they went: an alert is compared at once, by a node that runs too; what is altered, cut, for
# somebody else, from a stranger or comes again is refused with its reason; and an old copy that was put back costs rounds
# and loses nothing. The services and people are invented.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_PASSPHRASE_FILE
cd "$W" || exit 1
as() { # SERVICE PERSON
    export ENTENTE_NODE="$W/$1" ENTENTE_USER="$2"
}
at() { export ENTENTE_REHEARSAL_NOW="2026-11-23T$1:00Z"; }

at 08:00
for s in norland sudmark ostrand; do
    run 0 init "$W/$s" --user anna --rehearsal --name "$s" --country XAA
    as "$s" anna
    run 0 user add berta --role supervisor
    run 0 partner card
    cp "$W/out" "$W/$s.card"
    run 0 key show --json
    python3 -c "import json; print(json.load(open('$W/out'))['fingerprint'])" >"$W/$s.print"
done
knows() { # SERVICE PARTNER TERMS…
    as "$1" anna
    partner=$2
    shift 2
    run 0 partner add "$W/$partner.card" --fingerprint "$(cat "$W/$partner.print")"
    run 0 partner agree "$partner" "$@"
}
knows norland sudmark --gives alert --gives withdrawal --most amber
knows norland ostrand --gives alert --gives withdrawal --most amber
knows sudmark norland --takes alert --live
# release NUMBER NAME PARTNER: Norland's alert of this number leaves for the partner, in NUMBER.age of the folder `sticks`.
mkdir sticks
release() {
    as norland anna
    run 0 alert new --name "$2" --birth-date 1991-04-03 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
    run 0 record new alert --alert "$1" --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' \
        --set ask=secondary-check
    run 4 release propose "$1" --to "$3"
    as norland berta
    run 0 release approve "$1"
    as norland anna
    run 0 bundle export "$3" "$W/sticks/${4:-$1}.age"
}
asks() { run "$1" check --name "$2" --birth-date 1991-04-03 --json; }

# --- live at once -------------------------------------------------------------------------------------------------------
release 1 'Yusuf al-Rashidi' sudmark
as sudmark anna
asks 0 'Yusuf al-Rashidi'
json 'row["hits"] == []'
run 0 bundle import sticks/1.age
asks 0 'Yusuf al-Rashidi'
json 'len(row["hits"]) == 1'
release 2 'Bogdan Zelmarov' sudmark
as sudmark anna
(
    unset ENTENTE_REHEARSAL_NOW
    exec "$E" serve >"$W/serve.out" 2>"$W/serve.err"
) &
serving=$!
tries=0
while [ ! -S "$W/sudmark/serve.sock" ] && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
that 'the node does not run' [ -S "$W/sudmark/serve.sock" ]
asks 0 'Bogdan Zelmarov'
json 'row["hits"] == []'
run 0 bundle import sticks/2.age
asks 0 'Bogdan Zelmarov'
json 'len(row["hits"]) == 1'
kill "$serving"
wait "$serving"

# --- sticks that are not what they were ---------------------------------------------------------------------------------
release 3 'Third Person' sudmark
release 4 'Fourth Person' ostrand
knows ostrand sudmark --gives alert --most amber
run 0 alert new --name 'Fifth Person' --birth-date 1991-04-03 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
run 0 record new alert --alert 1 --tlp amber --purpose 'border control' --instrument 'warrant 8/2026' --set ask=secondary-check
run 4 release propose 1 --to sudmark
as ostrand berta
run 0 release approve 1
as ostrand anna
run 0 bundle export sudmark "$W/sticks/stranger.age"
as sudmark anna
head -c 1500 sticks/3.age >sticks/cut.age
python3 - sticks/3.age >sticks/changed.age <<'PY'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[len(b) // 2] ^= 1
sys.stdout.buffer.write(b)
PY
head -c 3000 /dev/zero >sticks/zeros.age
run 0 bundle import sticks/1.age
out 'was read before: nothing is changed'
run 3 bundle import sticks/4.age
err 'none of our sealing keys opens it'
run 3 bundle import sticks/stranger.age
for f in cut changed; do
    run 7 bundle import "sticks/$f.age"
    err '^entente: byte [0-9]+: this file was altered or cut short'
done
run 1 bundle import sticks/zeros.age
err 'byte 0: '
run 0 status --json
json '{x["code"]: x["count"] for x in row["refusals"]} == {"altered": 2, "not-a-bundle": 1, "not-opened": 1, "sender-unknown": 1}'
asks 0 'Third Person'
json 'row["hits"] == []'
run 0 bundle import sticks/3.age
asks 0 'Third Person'
json 'len(row["hits"]) == 1'
run 0 bundle export norland sticks/back.age
as norland anna
run 0 bundle import sticks/back.age
run 0 delivery list --json
json 'sum(x["state"] == "received" for x in rows) == 3'

# --- an old copy is put back ---------------------------------------------------------------------------------------------
cp -a norland copy
for n in 5 6 7 8 9; do release "$n" "Person $n of before" sudmark; done
as sudmark anna
for n in 5 6 7 8 9; do run 0 bundle import "sticks/$n.age"; done
run 0 bundle export norland sticks/lost.age
rm -r norland
mv copy norland
at 12:00
release 5 'Person 5 of after' sudmark after-5
release 6 'Person 6 of after' sudmark after-6
as sudmark anna
round=1 went='after-5 after-6' taken=0
while [ "$taken" = 0 ] && [ "$round" -lt 9 ]; do
    at "$((12 + round)):00"
    as sudmark anna
    for f in $went; do
        rc=0
        last="bundle import $f.age"
        "$E" bundle import "sticks/$f.age" >"$W/out" 2>"$W/err" || rc=$?
        if [ "$rc" = 0 ]; then taken=1; else err 'bundle-number-used; its sender is told'; fi
    done
    run 0 bundle export norland "sticks/answer-$round.age"
    as norland anna
    run 0 bundle import "sticks/answer-$round.age"
    went=again-$round
    [ "$taken" = 1 ] || run 0 bundle export sudmark "sticks/$went.age"
    round=$((round + 1))
done
last="rounds: $((round - 1))" rc=0
that 'five lost numbers took another number of rounds than docs/decisions/0063 says' [ "$round" = 6 ]
run 0 delivery list --json
json 'len(rows) >= 5 and all(x["state"] == "received" for x in rows if x["partner_name"] == "sudmark")'
run 0 ledger verify --store
as sudmark anna
for n in 5 6; do
    asks 0 "Person $n of after"
    json 'sum(1 for _ in row["hits"]) >= 1'
done
run 0 record list --json
json 'len(rows) == 10'
finish
