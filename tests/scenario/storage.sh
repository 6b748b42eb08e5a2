#!/bin/sh
# Storage that fails: a folder that cannot be written, a disk that is full, a store that is damaged or of somebody else;
# backup and restore.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
N=$W/node
run 0 init "$N" --user anna
export ENTENTE_NODE="$N"
printf 'id,name,birth_dates,ground\nA,Yusuf al-Rashidi,1991-04-03,unsc-2178\n' >"$W/list.csv"
printf 'id,name,birth_date\nT1,YUSUF AL RASHIDI,1991-04-03\n' >"$W/m.csv"
run 0 import --source s "$W/list.csv"

# --- a disk that is full: what cannot be kept is not done, and what was there stays -----------------------------------
trap '' XFSZ
python3 - "$W/big.csv" <<'PY'
import sys
with open(sys.argv[1], "w") as f:
    f.write("id,name,birth_dates,ground\n")
    for i in range(20000):
        f.write(f"X{i},Person Number{i} Of Many,19{i % 90 + 10}-01-01,unsc-2178\n")
PY
limited() {
    last="$* (with little room)"
    rc=0
    (ulimit -f 900 && "$E" "$@" >"$W/out" 2>"$W/err") || rc=$?
    if [ "$rc" = 9 ]; then ok; else no "exit $rc, expected 9"; fi
}
limited import --source big "$W/big.csv"
run 0 alert list --json
json '[r["entity"] for r in rows] == ["A"]'
run 0 screen "$W/m.csv" --json
json 'len(rows[0]["hits"]) == 1'
(ulimit -f 0 && "$E" init "$W/none" --user anna >"$W/out" 2>"$W/err")
rc=$?
last="init without room"
that "init without room: exit $rc" [ $rc = 9 ]
that "a making that failed left files" [ -z "$(ls -A "$W/none" 2>/dev/null)" ]
run 0 init "$W/none" --user anna
trap - XFSZ

# --- backup, while somebody else has the node, and restore -------------------------------------------------------------
run 0 backup "$W/copy.db"
run 1 backup "$W/copy.db"
that "the copy is open to others" [ "$(stat -c %a "$W/copy.db")" = 600 ]
run 0 alert new --name 'Later Person' --ground unsc-2178
run 0 restore "$W/copy.db"
run 3 alert list
run 3 ledger epoch --nothing-lost
err 'had [0-9]* events'
say_lost
run 0 alert list --json
json '[r["entity"] for r in rows] == ["A"]'
run 1 restore "$W/copy.db"
rm "$N/entente.db.replaced"
printf 'no store' >"$W/bad.db"
run 7 restore "$W/bad.db"
run 5 restore "$W/missing.db"
run 0 status
run 0 restore --node "$W/new" "$W/copy.db"
err 'key files'
run 3 status --node "$W/new"
cp -p "$N/keys/anna.key" "$W/new/keys/"
run 0 status --node "$W/new" --json
json 'row["alerts"]["active"] == 1 and row["events"] >= 3'

# --- a store that is not one ---------------------------------------------------------------------------------------------
cp -r "$N" "$W/broken"
printf 'this is no database at all, and quite long enough to be looked at' >"$W/broken/entente.db"
run 7 status --node "$W/broken"
rm "$W/broken/entente.db"
run 5 status --node "$W/broken"

# --- a folder that cannot be written: as somebody who is not root ------------------------------------------------------------
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
chmod 755 "$W"
cp -r "$N" "$W/ro"
rm -f "$W/ro/serve.sock"
[ "$(id -u)" != 0 ] || chown -R 65534:65534 "$W/ro"
if as test -x "$E" 2>/dev/null; then
    chmod 500 "$W/ro" "$W/ro/keys"
    chmod 400 "$W/ro/node.lock" "$W/ro/entente.db"
    last="status in a read-only folder"
    rc=0
    as "$E" status --node "$W/ro" --user anna >"$W/out" 2>"$W/err" || rc=$?
    that "a read-only folder: exit $rc" [ $rc = 9 ]
    rc=0
    as "$E" hit list --node "$W/ro" --user anna >"$W/out" 2>"$W/err" || rc=$?
    that "reading without a log: exit $rc" [ $rc = 9 ]
    empty
    chmod 700 "$W/ro" "$W/ro/keys"
    # Somebody else's folder: neither its lock nor its keys.
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$N"
        rc=0
        as "$E" status --user anna >"$W/out" 2>"$W/err" || rc=$?
        that "somebody else's keys: exit $rc" [ $rc = 3 ]
        chmod 700 "$N"
    fi
else
    echo "the program is not to be reached by another account: read-only cases are left out" >&2
fi
finish
