#!/bin/sh
# Cards and partners: taken in after a comparison, updated, cut, agreed with; what is refused, and why.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_PASSPHRASE_FILE
export ENTENTE_USER=anna
A=$W/norland B=$W/sudland
run 0 init "$A" --user anna --rehearsal --name Norland --country XAA
run 0 init "$B" --user anna --rehearsal --name Sudland --country XBB
member() { python3 -c "import json; print(json.load(open('$W/out'))['$1'])"; }
card() { # NODE FILE: its card; its fingerprint is $print, its id $id
    run 0 partner card --node "$1"
    cp "$W/out" "$2"
    run 0 key show --node "$1" --json
    print=$(member fingerprint) id=$(member partner)
}
export ENTENTE_NODE="$A"
card "$B" "$W/b1"
that 'a card is text' grep -q '^name Sudland$' "$W/b1"

# Nothing is taken in before a person compared.
run 4 partner add "$W/b1"
out "^fingerprint: $print$"
run 0 partner list
empty
run 3 partner add "$W/b1" --fingerprint '00000 00000 00000 00000 00000 00000 00000 00000'
err 'misheard'
run 3 partner add "$W/b1" --fingerprint "${print% *}"
run 0 partner add "$W/b1" --fingerprint "$(printf '%s' "$print" | tr ' ' '-')"
run 1 partner add "$W/b1" --fingerprint "$print"
run 0 partner list
out "^$id	Sudland	XBB	full	no agreement$"

# What is no card, changed, our own, or of another kind of node.
sed 's/^name Sudland/name Sudlend/' "$W/b1" >"$W/changed"
run 7 partner add "$W/changed"
: >"$W/nothing"
run 1 partner add "$W/nothing"
run 0 partner card
cp "$W/out" "$W/a1"
run 3 partner add "$W/a1"
err 'this node itself'
run 0 init "$W/real" --user anna --name Real
card "$W/real" "$W/r1"
run 3 partner add "$W/r1" --fingerprint "$print"
err 'this node is a rehearsal'

# A newer card, an older one, the same one.
run 1 partner update "$W/b1"
card "$B" "$W/b2"
run 0 partner update "$W/b2"
run 3 partner update "$W/b1"
err 'older'
run 3 partner readmit "$W/b1" --fingerprint "$print"
run 0 init "$W/third" --user anna --rehearsal --name Third
card "$W/third" "$W/t1"
run 5 partner update "$W/t1"

# A rotation is taken without being asked; a loss is not.
run 0 key rotate --node "$B"
card "$B" "$W/b3"
sed '/^entente-key/,$d' "$W/b3" >"$W/short"
run 7 partner update "$W/short"
err 'older than the keys'
run 0 partner update "$W/b3"
out '^fingerprint'
run 7 partner update "$W/b2"
run 0 key lost signing --node "$B"
card "$B" "$W/b4"
run 4 partner update "$W/b4"
out '^keys: lost$'
run 0 partner update "$W/b4" --fingerprint "$print"
run 0 key lost next --node "$B"
card "$B" "$W/b5"
run 4 partner update "$W/b5"
run 0 partner update "$W/b5" --fingerprint "$print"
run 1 partner readmit "$W/b5" --fingerprint "$print"

# Both keys lost: only in person.
run 2 key lost both --node "$B"
err "re-admit"
run 0 key lost both --yes --node "$B"
card "$B" "$W/b6"
run 3 partner update "$W/b6" --fingerprint "$print"
err 're-admitted in person'
run 4 partner readmit "$W/b6"
run 0 partner readmit "$W/b6" --fingerprint "$print"
run 0 partner show Sudland --json
that 'its id stays' test "$(member partner)" = "$id"
json '[h["change"] for h in row["history"]] == ["first", "rotated", "lost", "spare", "readmitted"]'

# A card from the future, and one of next month.
export ENTENTE_REHEARSAL_NOW=2031-04-20T08:00:00Z
card "$B" "$W/b7"
unset ENTENTE_REHEARSAL_NOW
run 3 partner update "$W/b7"
err 'in the future'
ENTENTE_REHEARSAL_NOW=2031-04-20T08:01:00Z run 0 partner update "$W/b7"
export ENTENTE_REHEARSAL_NOW=2031-04-20T08:02:00Z

# The link and the agreement.
run 0 partner address Sudland https://127.0.0.1:8443 https://sudland.example
out 'reached at: https:..127.0.0.1:8443, https:..sudland.example .we say so, not its card'
run 0 partner address "$id"
out 'reached at: no address is known, so it comes to us'
run 2 partner address Sudland http://sudland.example
run 2 partner address Sudland https://a https://b https://c https://d https://e
run 5 partner address Nobody https://a
run 0 profile set --address https://127.0.0.1:8442
out 'reached at   https://127.0.0.1:8442'
run 0 partner card
out 'address https://127.0.0.1:8442'
run 0 profile set --address none
out 'reached at   no address'
run 2 profile set --address https://x/y
run 0 partner relay Sudland on
out 'is passed on, sealed'
run 2 partner relay Sudland perhaps
run 1 partner ack Sudland clock --reason 'nothing is open'
run 2 partner ack Sudland nothing --reason 'no such word'
run 2 partner route Sudland --via Sudland
run 0 partner route Sudland
run 0 partner link
out 'bundles to it: 0, of which 0 wait'
run 0 partner link "$id" --json
run 5 partner link Nobody
run 0 partner cut Sudland --reason 'its key was stolen'
run 1 partner cut "$id" --reason again
run 0 partner list
out '	cut	'
run 0 partner restore Sudland --reason 'compared in person'
run 1 partner restore Sudland --reason again
run 2 partner cut Sudland
run 5 partner cut Nobody --reason x
run 0 partner agree Sudland --gives alert --gives sighting --takes alert --most amber --code H1 --purpose screening --live \
    --since 2026-01-01 --until 2032-01-01 --json
json 'row["agreement"]["gives"] == ["alert", "sighting"] and row["agreement"]["live"] and row["agreement"]["most"] == "amber"'
run 0 partner show Sudland
out 'we give: alert, sighting'
run 2 partner agree Sudland --gives everything
run 2 partner agree Sudland --gives alert --since 2032-01-01 --until 2026-01-01
run 0 partner agree Sudland --none --standing observer
run 0 partner show Sudland
out 'agreement: none'
out 'standing: observer'

run 0 ledger show --json
json 'sum(r["type"] == "partner-update" for r in rows) == 5 and sum(r["type"] == "partner-readmit" for r in rows) == 1'
run 0 ledger verify --store
finish
