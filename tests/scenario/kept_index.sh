#!/bin/sh
# The screening index between two runs: of lists (--index) and of a node: used while it is right, and never when it is not.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"

list() { # FROM TO: a list of so many people
    python3 - "$1" "$2" <<'PY'
import sys
print("id,name,birth_dates,sex,ground")
for i in range(int(sys.argv[1]), int(sys.argv[2])):
    a, b = ("".join("bdfgklmnprst"[i // 12**k % 12] + "aeiou"[i // 5**k % 5] for k in range(s, s + 3)) for s in (0, 2))
    print(f"P{i},{a.title()} {b.title()},19{40 + i % 50}-{1 + i % 12:02}-{1 + i % 28:02},male,unsc-2178")
PY
}
printf 'id,name,birth_date,sex\nT1,YUSUF AL RASHIDI,1991-04-03,M\nT2,GRETA HOLM,2001-10-30,F\n' >"$W/m.csv"
printf 'id,name,birth_dates,sex,ground\nE1,Yusuf al-Rashidi,1991-04-03,male,unsc-2178\n' >"$W/a.csv"
cp "$W/a.csv" "$W/b.csv"
printf 'E2,Greta Holm,2001-10-30,female,unsc-1373\n' >>"$W/b.csv"

# --- of lists -----------------------------------------------------------------------------------------------------------
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json
cp "$W/out" "$W/plain"
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json --index "$W/kept"
that 'an index that is kept changes the answer' cmp -s "$W/out" "$W/plain"
that 'the index is open to others' [ "$(stat -c %a "$W/kept")" = 600 ]
cp -p "$W/kept" "$W/kept.first"
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json --index "$W/kept"
that 'a kept index answers otherwise' cmp -s "$W/out" "$W/plain"
that 'it was written again' [ ! "$W/kept" -nt "$W/kept.first" ]
cp "$W/b.csv" "$W/a2.csv"
run 0 screen --list "$W/a2.csv" --manifest "$W/m.csv" --json --index "$W/kept"
json 'rows[1]["hits"] != []'
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json --index "$W/kept"
that 'an index of another list was used' cmp -s "$W/out" "$W/plain"
# a damaged byte, a part of a file, somebody else's file
printf 'X' | dd of="$W/kept" bs=1 seek=700 conv=notrunc 2>/dev/null
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json --index "$W/kept"
err 'damaged'
that 'a damaged index was used' cmp -s "$W/out" "$W/plain"
head -c 5000 "$W/kept" >"$W/part"
chmod 600 "$W/part"
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json --index "$W/part"
that 'a part of an index was used' cmp -s "$W/out" "$W/plain"
run 0 screen --list "$W/a.csv" --manifest "$W/m.csv" --json --index "$W/no/such/folder"
err 'cannot be (written|opened)'
# What was refused is said every time.
printf 'E3\n' >>"$W/a2.csv"
rm -f "$W/kept"
run 1 screen --list "$W/a2.csv" --manifest "$W/m.csv" --json --index "$W/kept"
that 'an index of a list with refused rows is kept' [ ! -e "$W/kept" ]
cp "$W/a.csv" "$W/in"
run 2 screen --list - --manifest "$W/m.csv" --index "$W/kept"
run 2 screen --node "$W/n" --manifest "$W/m.csv" --index "$W/kept"

# --- of a node ----------------------------------------------------------------------------------------------------------
export ENTENTE_NODE="$W/n" ENTENTE_USER=anna
run 0 init "$W/n" --name X --user anna
run 0 import "$W/a.csv" --source own-list
run 0 check --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --json
json 'len(row["hits"]) == 1'
that 'a node keeps no index' [ -s "$W/n/entente.index" ]
cp -p "$W/n/entente.index" "$W/old.index"
# What changed since is there.
run 0 import "$W/b.csv" --source own-list
run 0 alert new --name 'Later Person' --birth-date 1980-05-05 --ground unsc-2178
run 0 check --name 'Later Person' --birth-date 1980-05-05 --json
json 'len(row["hits"]) == 1'
quiet
run 0 check --name 'Greta Holm' --birth-date 2001-10-30 --json
json 'len(row["hits"]) == 1'
# An index of before that comes back is brought up to date, or is void; it never answers for itself.
cp -p "$W/old.index" "$W/n/entente.index"
run 0 check --name 'Greta Holm' --birth-date 2001-10-30 --json
json 'len(row["hits"]) == 1'
# Of another node.
run 0 init "$W/o" --name X --user anna
run 0 import --node "$W/o" "$W/b.csv" --source own-list
run 0 check --node "$W/o" --name 'Greta Holm' --birth-date 2001-10-30
cp -p "$W/o/entente.index" "$W/n/entente.index"
run 0 check --name 'Later Person' --birth-date 1980-05-05 --json
json 'len(row["hits"]) == 1'
err 'another store'
# A restored backup goes on from where it was.
run 0 backup "$W/copy.db"
run 0 alert new --name 'Second Person' --birth-date 1981-06-06 --ground unsc-2178
run 0 check --name 'Second Person' --birth-date 1981-06-06 --json
cp -p "$W/n/entente.index" "$W/later.index"
run 0 restore "$W/copy.db"
that 'an index of the store before is there' [ ! -e "$W/n/entente.index" ]
cp -p "$W/later.index" "$W/n/entente.index"
run 3 ledger epoch --nothing-lost
err 'had [0-9]* events'
say_lost
run 0 check --name 'Second Person' --birth-date 1981-06-06 --json
json 'row["hits"] == []'

# --- a server is killed while a large import is not in the index yet -----------------------------------------------------
list 0 12000 >"$W/big.csv"
"$E" serve 2>"$W/serve" &
server=$!
until grep -q ready "$W/serve"; do sleep 0.05; done
run 0 import "$W/big.csv" --source big
run 0 check --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --json
json 'len(row["hits"]) == 1 and row["behind"] in (True, False)'
kill -9 "$server"
wait "$server" 2>/dev/null
last=$(tail -1 "$W/big.csv")
name=$(echo "$last" | cut -d, -f2) born=$(echo "$last" | cut -d, -f3)
run 0 check --name "$name" --birth-date "$born" --json
json 'len(row["hits"]) >= 1 and row["behind"] is False'
# and the next one brings it up beside the acts
list 12000 24000 >"$W/more.csv"
"$E" serve 2>"$W/serve" &
server=$!
until grep -q ready "$W/serve"; do sleep 0.05; done
run 0 import "$W/more.csv" --source more
for _ in $(seq 300); do
    run 0 status --json
    grep -q '"index_behind":false' "$W/out" && break
    sleep 0.1
done
json 'row["index_behind"] is False and row["identities_in_index"] > 24000'
kill "$server"
wait "$server"
that 'the server did not stop well' [ $? = 0 ]
cp -p "$W/n/entente.index" "$W/now.index"
last=$(tail -1 "$W/more.csv")
run 0 check --name "$(echo "$last" | cut -d, -f2)" --birth-date "$(echo "$last" | cut -d, -f3)" --json
json 'len(row["hits"]) >= 1'
quiet
that 'what was built beside the acts was not kept' cmp -s "$W/n/entente.index" "$W/now.index"
finish
