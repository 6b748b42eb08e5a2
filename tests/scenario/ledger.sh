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
json 'row["good"] and row["events"] == row["signed_by_people"] == 5'

# A proof for somebody who has nothing but the file and the node's key.
run 0 ledger prove 2 --json --content
json 'row["opening"]["type"] == "alert-new" and row["proof"][0] == "c2sp.org/tlog-proof@v1"'
run 0 ledger prove 2 --opening "$W/opening"
cp "$W/out" "$W/proof"
key=$(sed -n 's/^\(entente\/.*+.*+.*\)$/\1/p' "$W/err")
that "the proof does not hold" "$ENTENTE_VERIFY" proof "$W/proof" --opening "$W/opening" --key "$key"
run 0 ledger prove --since 2
cp "$W/out" "$W/growth"
tail -n 5 "$W/proof" >"$W/head"
that "the growth does not hold" "$ENTENTE_VERIFY" note "$W/head" --key "$key"
run 2 ledger prove
run 0 ledger tiles "$W/tiles" --json
json 'row["written"] == 2 and row["there"] == 0'
that "the tiles are not those of the head" python3 - "$W/tiles" <<'PY'
import base64, glob, hashlib, sys
def node(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return hashlib.sha256(b"\1" + node(hashes[:k]) + node(hashes[k:])).digest()
top = sys.argv[1]
lines = open(top + "/checkpoint", encoding="utf-8").read().split("\n")
n = int(lines[1])
entries = open(f"{top}/tile/entries/000.p/{n}", "rb").read()
hashes = open(f"{top}/tile/0/000.p/{n}", "rb").read()
assert len(entries) == 34 * n and len(hashes) == 32 * n and lines[0].startswith("entente/")
leaves = [hashlib.sha256(b"\0" + entries[34 * i + 2:34 * i + 34]).digest() for i in range(n)]
assert b"".join(leaves) == hashes and base64.b64encode(node(leaves)).decode() == lines[2]
PY
run 0 ledger tiles "$W/tiles"
run 0 init "$W/witness" --user will
run 0 ledger prove --since 0
cp "$W/out" "$W/request"
run 1 ledger witness "$W/request" --node "$W/witness" --user will
run 0 ledger witness "$W/request" --key "$key" --node "$W/witness" --user will --json
json 'row["answer"] == 200 and row["vkey"].startswith("entente/")'
run 1 ledger witness "$W/growth" --node "$W/witness" --user will --json
json 'row["answer"] == 409 and not row["evidence"]'
run 1 ledger witness "$W/growth" --node "$W/witness" --user will
that 'the size to begin at is said' grep -q 'begins at [1-9][0-9]*: entente ledger prove --since [1-9]' "$W/err"

# A copy is verified like the node's own file, without a node.
run 0 backup "$W/copy.db"
unset ENTENTE_NODE ENTENTE_USER
run 0 ledger verify --store --file "$W/copy.db"
run 2 ledger verify
run 2 ledger verify --key nothing --file "$W/copy.db"

# Put back while the node's newer store can be read, without anything lost; then with acts that the copy lacks.
run 0 restore --node "$N" "$W/copy.db"
not_err 'ledger epoch'
rm -f "$N"/entente.db.replaced*
run 0 alert new --node "$N" --user anna --name 'Lena Markovic' --ground unsc-2178
run 0 restore --node "$N" "$W/copy.db"
err 'ledger epoch'
run 3 alert list --node "$N" --user anna
err 'ledger epoch'
run 0 ledger show --heads --node "$N" --user anna --json
json 'rows[-2]["doubt"] and rows[-1]["origin"] == ""'
size=$(python3 -c "import json,sys; print([json.loads(x)['size'] for x in open('$W/out')][-2])")
run 2 ledger epoch --node "$N" --user anna
run 3 ledger epoch --node "$N" --user anna --goes-on 1 --known 99
run 0 ledger epoch --node "$N" --user anna --goes-on "$size" --known 99 --json
json 'row["epoch"] == 2 and row["statement"][0] == "entente-epoch/1"'
run 0 alert list --node "$N" --user anna
run 0 ledger verify --store --node "$N" --json
json 'row["good"] and row["epoch"] == 2 and row["heads_verified"] == row["heads_signed"]'
rm -f "$N"/entente.db.replaced*

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
