#!/bin/sh
# One person on the lists of several services shares her probability among them. She is a hit on each all the same,
# also where each share is below the node's line.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
export ENTENTE_REHEARSAL_NOW=2026-11-23T08:00:00Z

run 0 init "$W/node" --rehearsal
export ENTENTE_NODE="$W/node"
printf 'id,name,birth_date,nationality,ground\nA1,Greta Holmqvistad,1971-03-05,XAA,unsc-2178\n' >"$W/list.csv"
for s in s1 s2 s3; do
    run 0 import --source "$s" "$W/list.csv"
done
run 0 profile set --line 0.4
printf 'id,name,birth_date,nationality,sex\nT1,Greta Holmqvistad,1971-03-05,XAA,F\nT2,Mateo Ferrandiz,1980-01-02,XAA,M\n' >"$W/m.csv"
run 0 screen --json "$W/m.csv"
json 'len(rows[0]["hits"]) == 3 and all(h["probability"] < 0.4 for h in rows[0]["hits"]) and rows[1]["hits"] == []'
run 0 check --json --name "Greta Holmqvistad" --birth-date 1971-03-05
json 'len(row["hits"]) == 3'
run 0 check --json --name "Mateo Ferrandiz" --birth-date 1980-01-02
json 'row["hits"] == []'
finish
