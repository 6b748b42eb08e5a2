#!/bin/sh
# entente generate: the same bytes for the same seed; a rehearsal node takes them, a live one refuses every format; a stolen
# document hits on the document alone.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"

# Bytes by seed, and what was written.
run 0 generate paxlst --flights 2 --passengers 20 --truth "$W/truth.csv"
quiet
cp "$W/out" "$W/a"
run 0 generate paxlst --flights 2 --passengers 20
that "the same options give the same bytes" cmp -s "$W/out" "$W/a"
run 0 generate paxlst --flights 2 --passengers 20 --seed 2
that "another seed gives others" sh -c "! cmp -s '$W/out' '$W/a'"
that "the truth has a line for each" test "$(wc -l <"$W/truth.csv")" = 41
run 0 generate list --identities 300 --out "$W/list.jsonl" --json
json 'row["format"] == "list" and row["persons"] == 300 and row["bytes"] > 0'
run 2 generate telex
run 2 generate csv --json
run 2 generate csv --day yesterday
run 2 generate list --truth "$W/t"
run 9 generate csv --out "$W/no/such/folder"

# A rehearsal takes them all; a live node refuses them all, and keeps nothing.
run 0 init --rehearsal --name Test --country XAA "$W/try"
run 0 init --name Live --country XAA "$W/live"
run 0 import --node "$W/try" --source made "$W/list.jsonl"
run 3 import --node "$W/live" --source made "$W/list.jsonl"
err 'only a rehearsal node'
for format in paxlst paxlst-us pnrgov mrz csv jsonl; do
    run 0 generate "$format" --flights 1 --passengers 200 --identities 300 --out "$W/m" --truth "$W/t"
    run 3 screen --node "$W/live" "$W/m"
    err 'only a rehearsal node'
    run 0 screen --node "$W/try" --json "$W/m"
    that "$format: somebody listed is found" grep -q '"hits":\[{' "$W/out"
done
run 0 status --node "$W/live" --json
json 'row["alerts"]["active"] == 0 if isinstance(row.get("alerts"), dict) else True'

# A stolen document is an alert: who travels on it hits, whoever he says he is.
printf 'document_number,issuing_state,type,status\nK9900001,XBB,passport,stolen\n' >"$W/docs.csv"
printf 'name,birth_date,document_type,document_number,document_issuer\nGreta Nordahlsen,1986-01-09,passport,K9900001,XBB\nJonas Halverstadt,1979-04-22,passport,A7733105,XAA\n' >"$W/gate.csv"
run 0 import --node "$W/live" --source stolen "$W/docs.csv"
run 0 screen --node "$W/live" --json "$W/gate.csv"
that "one of the two hits" test "$(grep -c '"hits":\[{' "$W/out")" = 1
finish
