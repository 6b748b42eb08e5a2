#!/bin/sh
# A list and its next versions: added, changed, ended, returned; damage ends nothing; the profile.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
N=$W/node
run 0 init "$N" --user anna
export ENTENTE_NODE="$N"
list() {
    echo 'id,name,birth_date,programme,ground'
    cat
}
list >"$W/1.csv" <<'L'
A,Yusuf al-Rashidi,1991-04-03,XBB-CT,unsc-2178
B,Lena Markovic,1984-07-11,XBB-CT,unsc-2178
C,Peter Sandberg,1970-01-02,NARCO,
L
list >"$W/2.csv" <<'L'
A,Yusuf al-Rashidi,1991-04-03,XBB-CT,unsc-2178
B,Lena Markovich,1984-07-11,XBB-CT,unsc-2178
D,Amal Selda,1971-03-05,XBB-CT,unsc-2178
L
printf 'id,name,birth_date,nationality,flight\nT1,PETER SANDBERG,1970-01-02,XDD,X1\nT2,AMAL SELDA,1971-03-05,XAA,X1\n' >"$W/m.csv"

run 0 import --source s "$W/1.csv" --json
json '(row["added"], row["changed"], row["unchanged"], row["ended"]) == (3, 0, 0, 0) and row["outside_profile"] == 1'
run 0 screen "$W/m.csv" --json
json 'all(r["hits"] == [] for r in rows[:2])'

# Outside counter-terrorism: not compared with, until the profile says so; then those still held are compared again.
run 0 profile show
out 'counter-terrorism only'
run 2 profile set
run 0 profile set --accept NARCO --json
json 'row["programmes"] == ["NARCO"] and row["alerts_changed"] == 1'
run 0 hit list --json
json 'len(rows) == 1 and rows[0]["name"] == "PETER SANDBERG" and rows[0]["hit"]["found"] == "profile"'
json 'rows[0]["hit"]["later"]["why"] == "profile" and "alert" not in rows[0]["hit"]["later"]'
json 'rows[0]["hit"]["profile"] == ["NARCO"]'
run 0 profile set --refuse NARCO --json
json 'row["programmes"] == [] and row["alerts_changed"] == 1'

# The next version; a traveller still held matches an alert that is new in it.
run 0 import --source s "$W/2.csv" --json
json '(row["added"], row["changed"], row["unchanged"], row["ended"]) == (1, 1, 1, 1)'
json 'row["found_later"] == 1'
run 0 hit list --json
json 'any(r["name"] == "AMAL SELDA" and r["hit"]["found"] == "new-alert" for r in rows)'
run 0 alert list --all --json
json '{r["entity"]: (r["status"], r["version"]) for r in rows} == {"A": ("active", 1), "B": ("active", 2), "C": ("ended", 2), "D": ("active", 1)}'
run 0 import --source s "$W/2.csv" --json
json 'row["same"] is True'
# An older file again is a version as well: C returns, D ends.
run 0 import --source s "$W/1.csv" --json
json '(row["added"], row["changed"], row["returned"], row["ended"], row["same"]) == (0, 1, 1, 1, False)'
# Without a name a list takes its file's; a new name is a new list, and nothing of another one ends.
mkdir "$W/lists"
cp "$W/1.csv" "$W/lists/tips.2026.csv"
run 0 import "$W/lists/tips.2026.csv"
out '^tips \(csv\)'
err 'tips is a new list'
run 0 import "$W/lists/tips.2026.csv"
out 'nothing changed'
cp "$W/2.csv" "$W/lists/own.csv"
run 2 import "$W/lists/own.csv"
# The same content under another name is another source.
run 0 import --source t "$W/1.csv" --json
json 'row["added"] == 3'

# A row that cannot be read: the rest is imported, nothing is ended unless somebody says so.
list >"$W/3.csv" <<'L'
A,Yusuf al-Rashidi,1991-04-03,XBB-CT,unsc-2178
,,1991,XBB-CT,unsc-2178
L
run 1 import --source s "$W/3.csv" --json
json 'row["ended"] == 0 and row["missing_kept"] is True and row["refused"][0]["count"] >= 1'
printf '\n' >>"$W/3.csv"
run 1 import --source s "$W/3.csv" --end-missing --json
json 'row["ended"] == 2 and row["missing_kept"] is False'

# A file cut in the middle of its XML: what was read is in, and nothing ends.
S=${ENTENTE_SOURCE:?}
run 0 import "$S/examples/lists/un-style.xml" --json
json 'row["source"] == "un-consolidated" and row["added"] > 10'
head -c 6000 "$S/examples/lists/un-style.xml" >"$W/cut.xml"
run 1 import "$W/cut.xml" --json
json 'row["damaged"] is True and row["ended"] == 0 and row["missing_kept"] is True'

# What is no list is said to be none, and changes nothing.
printf 'hello\n' >"$W/no"
run 1 import --source u "$W/no"
run 2 import --source a/b "$W/1.csv"
run 2 import --source own "$W/1.csv"
run 2 import --source s --ground nonsense "$W/1.csv"
run 0 import --source g --ground unsc-1373 "$W/1.csv" --json
json 'row["outside_profile"] == 0'
# From standard input, which is read whole before anything is done.
cp "$W/1.csv" "$W/in"
run 0 import --source piped - --json
json 'row["added"] == 3'
finish
