#!/bin/sh
# The first day of a node: made, lists in, travellers screened, hits read.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
N=$W/node

# A node is made once, in a new or an empty folder, for its owner only.
run 0 init "$N" --name Norland --country XAA --user anna
out 'first user: anna \(admin,importer,supervisor\)'
that "the folder is open to others" [ "$(stat -c %a "$N")" = 700 ]
that "the key is open to others" [ "$(stat -c %a "$N/keys/anna.key")" = 600 ]
that "the store is open to others" [ "$(stat -c %a "$N/entente.db")" = 600 ]
run 1 init "$N"
err 'not empty'
run 2 init "$W/other" --user 'Anna B'
that "a refused init left something" [ ! -e "$W/other" ]
run 2 init "$W/other" --country nowhere

# Without a node, or in the wrong place.
run 2 status
err 'which node'
run 5 status --node "$W"
err 'no node here'
export ENTENTE_NODE="$N"
run 0 status
out '^node +Norland XAA'
run 0 status --json
json 'row["users"] == 1 and row["alerts"]["active"] == 0 and row["rehearsal"] is False'

# A list says its name, or is given one. The same file again changes nothing.
cat >"$W/list.csv" <<'LIST'
id,name,birth_date,sex,nationality,document,issuer,programme,ground
B-1,Yusuf al-Rashidi,1991-04-03,male,XAA,X1234567,XAA,XBB-CT,unsc-2178
B-2,Lena Markovic,1984-07-11,female,XBB,,,OTHER,
LIST
cp "$W/list.csv" "$W/in"
run 2 import -
err 'give it one with --source'
run 0 import --source borders "$W/list.csv" --json
json 'row["new_source"] is True and row["added"] == 2 and row["outside_profile"] == 1 and row["same"] is False'
run 0 import --source borders "$W/list.csv" --json
json 'row["same"] is True'

# Who matches is compared; who is outside counter-terrorism is kept and not compared.
cat >"$W/day.csv" <<'DAY'
id,name,birth_date,sex,nationality,document_number,document_issuer
T1,YOUSEF ALRASHIDI,1991-04-03,M,XAA,X1234567,XAA
T2,LENA MARKOVIC,1984-07-11,F,XBB,Z99,XBB
T3,PETER SANDBERG,1970-01-02,M,XDD,Q5,XDD
DAY
run 0 screen "$W/day.csv" --json
json '[r["traveller"] for r in rows[:-1]] == ["T1", "T2", "T3"]'
json '[len(r["hits"]) for r in rows[:-1]] == [1, 0, 0]'
json 'rows[0]["hits"][0]["entity"] == "B-1" and rows[0]["hits"][0]["source"] == "borders"'
json 'abs(sum(e["bits"] for e in rows[0]["hits"][0]["evidence"]) - rows[0]["hits"][0]["bits"]) < 1e-9'
json 'rows[0]["hits"][0]["profile"] == [] and rows[0]["hits"][0]["alerts"][0]["ground"] == "unsc-2178"'
json 'rows[-1]["summary"]["travellers"] == 3 and rows[-1]["summary"]["same"] is False'
run 0 screen "$W/day.csv" --json
json 'rows[-1]["summary"]["same"] is True and len(rows[0]["hits"]) == 1'
run 0 status --json
json 'row["travellers"] == 3 and row["hits"]["new"] == 1'
run 0 hit list --json
json 'len(rows) == 1 and rows[0]["hit"]["state"] == "new" and rows[0]["name"] == "YOUSEF ALRASHIDI"'
run 0 hit list
lines 1
run 0 hit show 1
out 'Traveller T1'
out 'Yusuf al-Rashidi'
out 'sum of the rows above'
run 5 hit show 99
err 'not visible'
run 2 hit show nothing
run 5 screen "$W/none.csv"
run 1 screen /dev/null

# One key, one person. A stranger's key is nobody's.
run 0 user add berta --role officer
run 2 status
err 'who acts'
run 0 status --user berta
run 3 import --user berta --source borders "$W/list.csv"
err 'it takes one of: importer'
run 3 user list --user berta
run 0 user list --user anna --json
json '[u["name"] for u in rows] == ["anna", "berta"] and rows[1]["roles"] == ["officer"]'
run 5 status --user nobody
run 3 user add berta --role auditor --user anna --public-key "$(printf '%064d' 7)"
run 0 key new chris --keys "$W"
cp "$W/chris.key" "$N/keys/berta2.key"
run 1 status --user berta2
chmod 644 "$N/keys/berta.key"
run 3 status --user berta
err 'others can read'
chmod 600 "$N/keys/berta.key"
run 0 user disable berta --user anna
run 3 status --user berta
run 3 user disable anna --user anna
err 'last admin'
finish
