#!/bin/sh
# The ledger as people use it: what it shows, who saw what, and a store in which a byte was changed.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
N=$W/node
run 0 init "$N" --user anna
export ENTENTE_NODE="$N" ENTENTE_USER=anna
run 0 alert new --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --ground unsc-2178
run 0 check --name 'Yusuf al-Rashidi' --birth-date 1991-04-03
run 0 ledger show --json
json '[r["type"] for r in rows] == ["node-init", "alert-new", "check"] and all(r["signed"] for r in rows)'
not_out 'Yusuf'
run 0 ledger show --from 2 --limit 1
out 'anna.*alert-new'
run 0 ledger show --heads --json
json 'row["size"] == 3 and row["epoch"] == 1'
run 0 ledger who-saw alert 1 --json
json '[r["act"] for r in rows] == ["alert-new", "check"]'
run 0 ledger who-saw identity own/1 --json
run 2 ledger who-saw person 1
run 5 ledger prove 99
run 0 ledger verify --store
out 'the ledger holds'
run 0 ledger verify --store --json
json 'row["good"] and row["events"] == 5 and row["signed_by_people"] == 5'

# A copy is verified like the node's own file, without a node.
run 0 backup "$W/copy.db"
unset ENTENTE_NODE ENTENTE_USER
run 0 ledger verify --store --file "$W/copy.db"
run 2 ledger verify
run 2 ledger verify --key nothing --file "$W/copy.db"

# One byte of what was logged: the event is named. One byte of what holds the file together: the file is.
flip() {
    python3 - "$1" "$2" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
at = data.index(sys.argv[2].encode()) if not sys.argv[2].isdigit() else int(sys.argv[2])
data[at] ^= 1
open(sys.argv[1], "wb").write(data)
PY
}
cp "$W/copy.db" "$W/changed.db"
flip "$W/changed.db" '"act":"alert-new"'
run 7 ledger verify --file "$W/changed.db"
cp "$W/copy.db" "$W/changed.db"
flip "$W/changed.db" 8192
run 7 ledger verify --store --file "$W/changed.db"
finish
