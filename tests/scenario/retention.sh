#!/bin/sh
# What goes when: travellers a day after arrival, hits by their answer, alerts on their date; and clocks that step back.
# A rehearsal node acts at the time of ENTENTE_REHEARSAL_NOW; another node refuses to.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
N=$W/node
at 2026-11-23T08:00:00Z
run 0 init "$N" --rehearsal --user anna
export ENTENTE_NODE="$N"
run 0 user add berta --role officer --user anna
export ENTENTE_USER=anna
run 0 alert new --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --ground unsc-2178 --review 2026-12-01 --destroy 2027-06-01
cat >"$W/m.jsonl" <<'M'
{"id":"T1","names":[{"full":"YOUSEF ALRASHIDI"}],"birth_dates":[{"date":"1991-04-03"}],"flight":{"number":"XN1","legs":[{"from":"AAA","to":"BBB","departs":"2026-11-23T10:00","arrives":"2026-11-23T12:00"}]}}
{"id":"T2","names":[{"full":"LENA MARKOVIC"}],"birth_dates":[{"date":"1984-07-11"}],"flight":{"number":"XN1","legs":[{"from":"AAA","to":"BBB","departs":"2026-11-23T10:00","arrives":"2026-11-23T12:00"}]}}
{"id":"T3","names":[{"full":"PETER SANDBERG"}],"birth_dates":[{"date":"1970-01-02"}]}
M
run 0 screen "$W/m.jsonl" --json
json '[len(r["hits"]) for r in rows[:3]] == [1, 0, 0]'
run 1 review due
empty

# 24 hours after it was received (T3, no flight), and after arrival (T2). The one with a hit stays.
at 2026-11-24T07:59:00Z
run 0 status --json
json 'row["travellers"] == 3'
at 2026-11-24T08:00:01Z
run 0 status --json
json 'row["travellers"] == 2'
at 2026-11-24T12:00:01Z
run 0 review run --json
run 0 status --json
json 'row["travellers"] == 1'
that "a deleted traveller's name is still in the file" sh -c "! grep -aq 'LENA MARKOVIC' '$N/entente.db'"

# The hit was not decided before arrival: said first. The alert's review comes up.
run 0 review due --json
json 'rows[0]["due"] == "undecided-after-arrival"'
at 2026-12-02T08:00:00Z
run 0 review due --json
json '[r["due"] for r in rows] == ["undecided-after-arrival", "alert-review"]'

# Somebody else: kept 30 days for complaints, then the hit and the traveller go.
run 0 hit decide 1 different --reason photo --json
at 2026-12-31T08:00:00Z
run 0 status --json
json 'row["hits"]["decided"] == 1'
at 2027-01-01T08:00:01Z
run 0 status --json
json 'row["hits"]["decided"] == 0 and row["travellers"] == 0'
that "a deleted hit's name is still in the file" sh -c "! grep -aq 'YOUSEF' '$N/entente.db'"

# Shorter is free, longer takes a legal basis that every answer shows; back at 24 hours it is forgotten.
run 3 profile set --retention-hours 48
err 'legal basis'
run 0 profile set --retention-hours 48 --legal-basis 'Fictional Act, section 4' --json
json 'row["retention_hours"] == 48 and row["legal_basis"] == "Fictional Act, section 4"'
sed 's/"T/"U/; s/2026-11-23T1/2027-01-01T1/g' "$W/m.jsonl" >"$W/m2.jsonl"
run 0 screen "$W/m2.jsonl" --json
json 'rows[0]["hits"][0]["state"] == "new" and rows[3]["summary"]["legal_basis"] == "Fictional Act, section 4"'
run 0 status
out '^retention +travellers without a hit go 48 hours after arrival, on this basis: Fictional Act, section 4$'
run 0 hit list --json
json 'row["legal_basis"] == "Fictional Act, section 4"'
run 0 profile set --retention-hours 12 --json
json 'row["legal_basis"] == ""'
run 2 review "done" --reason still-sought
run 0 review "done" --alert 1 --next 2027-05-01 --reason still-sought --json
json 'row["reviewed"] == "alert" and row["next"].startswith("2027-05-01")'
run 3 review "done" --alert 1 --next 2027-07-01 --reason still-sought
run 1 review due --json

# A hit that is kept is looked at once a year; and a copy that is put back brings nobody back.
hit=$(run 0 hit list --json && python3 -c 'import json,sys
print(json.loads(open(sys.argv[1]).readline())["hit"]["hit"])' "$W/out")
run 3 review "done" --hit "$hit" --reason case-open
run 4 hit decide "$hit" same --reason photo --user berta
run 0 hit decide "$hit" same --reason document
run 0 backup "$W/copy.db" --json
json 'row["keep_until"].startswith("2027-01-31")'
run 0 review "done" --hit "$hit" --end --reason no-longer-needed
at 2027-01-02T08:00:00Z
run 0 status --json
json 'row["hits"]["decided"] == 0'
run 0 check --name 'Somebody Asked For'
at 2027-03-01T08:00:00Z
run 0 review run --json
run 0 restore "$W/copy.db"
run 3 ledger epoch --nothing-lost
err 'had [0-9]* events'
say_lost
run 0 status --json
json 'row["travellers"] == 1 and row["hits"]["decided"] == 1'

# The destroy date of the alert binds.
at 2027-06-01T00:00:01Z
run 0 status --json
json 'row["alerts"]["active"] == 0 and row["alerts"]["ended"] == 0'
that "a destroyed alert's name is still in the file" sh -c "! grep -aq 'Yusuf' '$N/entente.db'"
that "a destroyed alert's name is still in the saved index" sh -c "! grep -aqi 'Yusuf' '$N/entente.index'"

# A clock that went back stops the node until somebody says that it is right.
at 2027-05-01T00:00:00Z
run 9 user list
err 'clock'
run 3 clock accept --user berta
run 0 clock accept
run 0 user list

# Only a rehearsal can act at another time.
unset ENTENTE_REHEARSAL_NOW
run 0 init "$W/real" --user anna
at 2027-05-01T00:00:00Z
run 3 status --node "$W/real"
err 'rehearsal'
at yesterday
run 2 status --node "$W/real"
finish
