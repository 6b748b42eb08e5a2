#!/bin/sh
# Deciding hits: reasons, two persons by their keys, fresh eyes, clearances that are remembered and that lapse.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
N=$W/node
run 0 init "$N" --rehearsal --user anna
export ENTENTE_NODE="$N"
run 0 user add berta --role officer --user anna
run 0 user add chris --role officer --user anna
run 0 user add dora --role auditor --user anna

run 2 alert new --user anna --name 'Yusuf al-Rashidi' --birth-date 1991-13-77 --ground unsc-2178
run 3 alert new --user anna --name 'Yusuf al-Rashidi'
err 'names the ground'
run 3 alert new --user berta --name 'Yusuf al-Rashidi' --ground unsc-2178
run 0 alert new --user anna --name 'Yusuf al-Rashidi' --name 'Abu Rashid' --birth-date 1991-04-03 --nationality XAA \
    --sex male --ground unsc-2178 --json
json 'row["version"] == 1 and row["entity"] == "A-5" and row["identity"]["names"][1]["kind"] == "alias"'

manifest() {
    printf 'id,name,birth_date,sex,nationality,document_number,document_issuer,flight\n%s,YOUSEF AL RASHIDI,1991-04-03,M,XAA,%s,XAA,%s\n' \
        "$1" "$2" "$3" >"$W/m.csv"
}
manifest T1 P100 XN1
run 0 screen --user berta "$W/m.csv" --json
json 'len(rows[0]["hits"]) == 1 and rows[0]["hits"][0]["hit"] == 1'

# Nothing is preset, and reasons belong to answers.
run 2 hit decide 1 different --user berta
run 2 hit decide 1 maybe --reason name --user berta
run 2 hit decide 1 different --reason hunch --user berta
run 2 hit decide 1 different --reason originator-yes --user berta
run 2 hit decide 1 different --reason other --user berta
err 'needs a text'
run 3 hit decide 1 different --reason name --user dora
run 5 hit decide 9 different --reason name --user berta

# "Same" takes two keys. The second is not shown the first answer; the first may not confirm it.
run 4 hit decide 1 same --reason document --text 'the passport' --user berta --json
json 'row["hit"]["state"] == "pending" and row["decisions"][0]["answer"] == "same"'
run 3 hit decide 1 same --reason document --user berta
err 'another key'
run 0 hit show 1 --user chris --json
json 'row["decisions"][0]["hidden"] and "answer" not in row["decisions"][0] and row["hit"]["answer"] == ""'
run 0 hit show 1 --user chris
not_out 'the passport'
run 0 hit list --user chris
out 'pending'
run 0 hit decide 1 same --reason birth-date --user chris --json
json 'row["hit"]["state"] == "decided" and row["hit"]["answer"] == "same" and row["decisions"][0]["second"] == 3'
run 1 hit decide 1 different --reason name --user anna
err 'decided already'

# Answers that differ go to a third person.
manifest T2 P200 XN2
run 0 screen --user berta "$W/m.csv" --json
run 4 hit decide 2 same --reason document --user berta
run 4 hit decide 2 different --reason photo --user chris
err 'third key'
run 3 hit decide 2 different --reason photo --user chris
run 0 hit decide 2 different --reason photo --user anna --json
json 'row["hit"]["state"] == "decided" and row["hit"]["answer"] == "different"'

# One person is enough for a plain "different" and for "cannot tell".
manifest T3 P300 XN3
run 0 screen --user berta "$W/m.csv" --json
run 0 hit decide 3 cannot-tell --reason too-little-data --user berta --json
json 'row["hit"]["state"] == "decided"'

# A clearance that is remembered takes two, is tied to the same data, and lapses when the alert changes.
manifest T4 P400 XN4
run 0 screen --user berta "$W/m.csv" --json
run 2 hit decide 4 same --remember --reason document --user berta
run 4 hit decide 4 different --remember --reason photo --user berta
run 0 hit decide 4 different --remember --reason photo --user chris --json
json 'row["hit"]["state"] == "decided"'
run 0 status --user anna --json
json 'row["clearances"] == 4'
run 0 clearance list --user dora --json
json '[r["what"] for r in rows] == ["answer", "answer", "answer", "clearance"] and rows[3]["answer"] == "different"'
manifest T4 P400 XN5
run 0 screen --user berta "$W/m.csv" --json
json 'rows[0]["hits"][0]["state"] == "cleared" and rows[0]["hits"][0]["answer"] == "different"'
manifest T4 P401 XN6
run 0 screen --user berta "$W/m.csv" --json
json 'rows[0]["hits"][0]["state"] == "new" and rows[0]["hits"][0]["before"][0]["ended"]["code"] == "document-other"'
run 3 alert edit 1 --user berta --birth-date 1991-04
run 0 alert edit 1 --user anna --birth-date 1991-04 --json
json 'row["version"] == 2 and len(row["identity"]["names"]) == 2'
run 0 hit list --user berta --state all --json
json '[r["hit"]["state"] for r in sorted(rows, key=lambda r: r["hit"]["hit"])] == ["decided", "new", "new", "new", "new", "new"]'
json '[r["hit"]["answer"] for r in sorted(rows, key=lambda r: r["hit"]["hit"])][0] == "same"'
manifest T4 P400 XN7
run 0 screen --user berta "$W/m.csv" --json
json 'rows[0]["hits"][0]["state"] == "new"'
# Answers about the version before do not count towards two persons.
run 4 hit decide 2 same --reason document --user chris
run 0 hit decide 2 same --reason document --user berta --json
json 'row["hit"]["answer"] == "same"'

# A redress number for who was cleared by two persons; and the end of a clearance by a person.
run 0 clearance list --user dora --json
clearance=$(python3 -c 'import json,sys
print([json.loads(l)["memory"] for l in open(sys.argv[1]) if json.loads(l)["what"] == "clearance"][0])' "$W/out")
run 3 redress new "$clearance" --user berta
run 3 redress new 1 --user anna
err 'two persons'
run 0 redress new "$clearance" --user anna --json
json 'row["what"] == "redress" and len(row["number"]) == 10'
run 0 clearance end "$clearance" --user anna
out 'clearance'
run 5 clearance end "$clearance" --user anna

# The alert ends; nobody is compared with it, and its versions are kept.
run 2 alert end 1 --user anna
run 0 alert end 1 --reason resolved --user anna --json
json 'row["status"] == "ended"'
run 1 alert edit 1 --user anna --birth-date 1990
run 0 alert show 1 --versions --user dora --json
json '[r["version"] for r in rows] == [1, 2, 3] and rows[0]["identity"]["birth_dates"][0]["date"] == "1991-04-03"'
run 0 alert list --user dora --json
json 'rows == []'
run 0 alert list --all --source own --user dora --json
json 'len(rows) == 1'
manifest T9 P900 XN9
run 0 screen --user berta "$W/m.csv" --json
json 'rows[0]["hits"] == []'
run 5 alert show 77 --user dora

# An alert of a list is changed by the list only.
printf 'id,name,birth_date,ground\nL-1,Lena Markovic,1984-07-11,unsc-1373\n' >"$W/list.csv"
run 0 import --source borders "$W/list.csv" --user anna
run 3 alert edit 2 --birth-date 1984 --user anna
err 'next version'
run 3 alert end 2 --reason mistake --user anna

# One person at the desk: an event and nothing else.
run 2 check --user berta
run 2 check --user berta --name X --mrz -
run 0 check --user berta --name 'LENA MARKOVIC' --birth-date 1984-07-11 --json
json 'row["hits"][0]["entity"] == "L-1" and row["hits"][0]["alerts"][0]["ground"] == "unsc-1373"'
run 0 check --user berta --name 'Peter Sandberg' --birth-date 1970-01-02 --json
json 'row["hits"] == []'
printf 'P<XBBMARKOVIC<<LENA<<<<<<<<<<<<<<<<<<<<<<<<<\nZ000000991XBB8407112F3001019<<<<<<<<<<<<<<04\n' >"$W/in"
run 0 check --user berta --mrz - --json
json 'row["hits"][0]["entity"] == "L-1"'
run 2 check --user berta --name X --birth-date yesterday
run 3 check --user dora --name X
that "names are in the log of events" [ -z "$(strings "$N/entente.db" | grep -c 'SANDBERG\|Sandberg' | grep -v '^0$')" ]
run 0 status --user anna --json
json 'row["travellers"] == 8'
finish
