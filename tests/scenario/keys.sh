#!/bin/sh
# The node's own keys: made, shown, rotated, lost and found; under a passphrase; refused when others can read them.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
N=$W/node
K=$N/keys/node
unset ENTENTE_PASSPHRASE_FILE
export ENTENTE_NODE="$N" ENTENTE_USER=anna
member() { python3 -c "import json,sys; print(json.load(open('$W/out'))['$1'])"; }

run 0 init "$N" --user anna --rehearsal
that 'the folder is for its owner' test "$(stat -c %a "$K")" = 700
for f in "$K"/*; do
    that 'a key file is for its owner' test "$(stat -c %a "$f")" = 600
done
run 0 key show
out '^fingerprint: [0-9]{5}( [0-9]{5}){7}$'
out '^sealing 20[0-9][0-9]-[01][0-9]: age1'
run 0 key show --json
partner=$(member partner) next=$(member next_id) first=$(member signing_id)
that 'the id is that of the first key' test "$partner" = "$first"
run 1 key init

# The next key is in a safe: no rotation without it, and no other file in its place.
mkdir "$W/safe"
mv "$K/signing-$next.key" "$W/safe/"
run 0 key show
out 'not in this node'
run 3 key rotate
err 'put it back from the safe'
run 3 key restore "$K/$(basename "$K"/sealing-*.key | head -1)"
err 'no signing key'
run 0 key restore "$W/safe/signing-$next.key"
run 1 key restore "$W/safe/signing-$next.key"
run 0 key rotate --json
that 'the next key follows' test "$(member signing_id)" = "$next"
that 'the id stays' test "$(member partner)" = "$partner"
that 'the key before is gone' test ! -e "$K/signing-$first.key"
run 5 key restore "$W/safe/nothing"

# Another node's key is refused; so is an old one.
run 0 init "$W/other" --user anna
other=$(basename "$W"/other/keys/node/signing-*.key | head -1)
run 3 key restore "$W/other/keys/node/$other"
err 'another node'

# Losses.
run 0 key lost signing --json
lost=$(member next_id)
run 0 key lost next --json
that 'another next key is announced' test "$(member next_id)" != "$lost"
that 'the one that was given up is gone' test ! -e "$K/signing-$lost.key"
run 0 key lost both --yes --json
that 'the id stays' test "$(member partner)" = "$partner"
that 'five steps' test "$(member number)" = 5
run 2 key lost everything

# A month goes by: what is due is made, what is over is destroyed.
export ENTENTE_REHEARSAL_NOW=2031-04-20T08:00:00Z
run 0 key show
out '^sealing 2031-05: age1'
out '^sealing 2031-04: age1'
that 'old sealing keys are gone' test "$(find "$K" -name 'sealing-*' | wc -l)" = 2
run 1 key seal
export ENTENTE_REHEARSAL_NOW=2031-05-02T08:00:00Z
run 0 key seal
out '^sealing 2031-06: age1'
unset ENTENTE_REHEARSAL_NOW

# What others can read is refused, and everything else goes on.
chmod 750 "$K"
run 0 status
err 'others can look into keys/node'
run 3 key rotate
chmod 700 "$K"
chmod 640 "$K"/signing-*.key
run 0 status
err 'others can read a key file of the node'
chmod 600 "$K"/signing-*.key

# Under a passphrase.
printf 'correct horse\n' >"$W/pass"
run 3 init "$W/locked" --user anna --passphrase-file "$W/pass"
err 'others can read the passphrase file'
chmod 600 "$W/pass"
run 0 init "$W/locked" --user anna --passphrase-file "$W/pass"
export ENTENTE_NODE="$W/locked"
that 'no secret is in the clear' sh -c "! grep -L 'lock: argon2id' '$W'/locked/keys/node/*.key | grep ."
run 0 key show
err 'under a passphrase'
run 3 key rotate
ENTENTE_PASSPHRASE_FILE=$W/pass run 0 key rotate
not_err 'not at hand'
printf 'battery staple\n' >"$W/wrong"
chmod 600 "$W/wrong"
ENTENTE_PASSPHRASE_FILE=$W/wrong run 3 key rotate
err 'not the passphrase'
printf 'short\n' >"$W/short"
chmod 600 "$W/short"
run 1 init "$W/short-node" --user anna --passphrase-file "$W/short"
that 'nothing is left of it' test ! -e "$W/short-node/entente.db"

# At a terminal it is asked for, and what is typed is not shown.
cat >"$W/type.py" <<'END'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "key", "show"])
seen = b""
while b"passphrase of the node's keys: " not in seen:
    seen += os.read(fd, 1024)
os.write(fd, b"correct horse\n")
try:
    while chunk := os.read(fd, 1024):
        seen += chunk
except OSError:
    pass
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
last="entente key show at a terminal"
rc=0
timeout 20 python3 "$W/type.py" "$E" >"$W/out" 2>"$W/err" || rc=$?
that 'it ends well' test "$rc" = 0
out '^sealing'
not_out 'correct horse'

# The passphrase is changed in place; a wrong old one changes nothing; the same again goes on where it stopped.
printf 'another horse, another battery\n' >"$W/next"
chmod 600 "$W/next"
ENTENTE_PASSPHRASE_FILE=$W/wrong run 3 key passphrase --new "$W/next"
run 2 key passphrase --new "$W/next" --none
run 3 key passphrase --new "$W/next"
run 0 ledger show --limit 50
not_out 'key-passphrase'
ENTENTE_PASSPHRASE_FILE=$W/pass run 0 key passphrase --new "$W/next"
err 'under the new passphrase'
ENTENTE_PASSPHRASE_FILE=$W/next run 0 ledger show --limit 3
out 'anna.*key-passphrase'
ENTENTE_PASSPHRASE_FILE=$W/pass run 3 key rotate
err 'not the passphrase'
ENTENTE_PASSPHRASE_FILE=$W/pass run 0 key passphrase --new "$W/next"
ENTENTE_PASSPHRASE_FILE=$W/next run 0 key passphrase --none
run 0 ledger verify
# shellcheck disable=SC2016
that 'no file is locked' sh -c '! grep -l argon2id "$1"/locked/keys/node/*.key' sh "$W"
run 0 key passphrase --new "$W/pass"
# shellcheck disable=SC2016
that 'files are for their owner alone' sh -c '[ -z "$(find "$1/locked/keys/node" -name "*.key" -perm /077)" ]' sh "$W"

# Who holds the node has the passphrase; who asks over the socket needs none.
ENTENTE_PASSPHRASE_FILE=$W/pass "$E" serve 2>"$W/serve" &
server=$!
for _ in $(seq 100); do grep -q ready "$W/serve" && break; sleep 0.1; done
run 8 key passphrase --none
err 'in use'
run 0 key rotate --json
json 'row["at_hand"] and row["number"] == 3'
kept=$(member next_id)
mv "$W/locked/keys/node/signing-$kept.key" "$W/safe/"
run 3 key rotate
run 0 key restore "$W/safe/signing-$kept.key"
run 0 partner card
kill "$server"
wait "$server" || :
run 0 ledger verify --store

# A backup from before a rotation: the history is learned again from a card, whoever kept it.
export ENTENTE_NODE="$W/old"
run 0 init "$W/old" --user anna
run 0 backup "$W/old.db"
run 0 key rotate --json
print=$(member fingerprint)
run 0 partner card
cp "$W/out" "$W/old.card"
run 1 key adopt "$W/old.card"
run 0 init "$W/friend" --user anna
run 4 partner add "$W/old.card" --node "$W/friend"
run 0 partner add "$W/old.card" --node "$W/friend" --fingerprint "$print"
run 0 partner card unnamed --node "$W/friend"
that 'it gives back what it got' cmp "$W/out" "$W/old.card"
run 0 restore "$W/old.db"
run 0 status
err 'is not in keys/node'
run 3 key rotate
run 1 key adopt "$W/friend/entente.db"
run 0 key adopt "$W/old.card"
out "^fingerprint: $print$"
run 0 ledger epoch --goes-on 2 --known 9
run 0 status
not_err 'keys/node'

# The history of keys is part of a store that is verified.
export ENTENTE_NODE="$N"
run 0 ledger verify --store
finish
