#!/bin/sh
# Manifests in a node: messages, what is sent again in another interchange, several files at once.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_KEYS ENTENTE_REHEARSAL_NOW
S=${ENTENTE_SOURCE:?}
export ENTENTE_REHEARSAL_NOW=2026-11-23T22:00:00Z
run 0 init "$W/node" --rehearsal --user anna
export ENTENTE_NODE="$W/node"
run 0 import --source ftm "$S/examples/lists/people.ftm.jsonl"
run 0 import "$S/examples/lists/un-style.xml"

"$E" manifest read --json "$S/examples/manifests/xn204.edi" >"$W/read" 2>/dev/null
persons=$(($(wc -l <"$W/read") - 1))
run 0 screen "$S/examples/manifests/xn204.edi" --json
json "rows[-1]['summary']['travellers'] == $persons == len(rows) - 1"
json 'sum(len(r["hits"]) for r in rows[:-1]) == rows[-1]["summary"]["hits"] > 0'
run 0 hit list --json
json 'all(r["arrives"] for r in rows if r["flight"] == "XN204")'

# The same message in another interchange, hours later: recognised, nobody stored twice.
sed "s/XN20401/XN20402/g; s/:2100+/:2330+/g" "$S/examples/manifests/xn204.edi" >"$W/again.edi"
that "the copy differs" sh -c "! cmp -s '$W/again.edi' '$S/examples/manifests/xn204.edi'"
run 0 status --json
json "row['travellers'] == $persons"
run 0 screen "$W/again.edi" --json
json 'rows[-1]["summary"]["same"] is False and rows[-1]["summary"]["travellers"] == 0'
json "rows[-1]['summary']['resent_travellers'] == $persons"
run 0 status --json
json "row['travellers'] == $persons"

# Machine readable zones and a CSV file; the file again under another name is the same content.
run 0 screen "$S/examples/manifests/gate.mrz" --json
json 'rows[-1]["summary"]["travellers"] > 0'
cp "$S/examples/manifests/gate.mrz" "$W/other"
run 0 screen "$W/other" --json
json 'rows[-1]["summary"]["same"] is True'
cp "$S/examples/manifests/ferry.csv" "$W/in"
run 0 screen - --json
json 'rows[-1]["summary"]["travellers"] == 31'

# Several at once: what is no manifest is said and does not stop the others.
printf 'hello\n' >"$W/no"
printf 'id,name\nT9,Greta Holm\n' >"$W/m.csv"
run 1 screen "$W/no" "$W/m.csv"
err 'no manifest of a known format'
run 0 status --json
json 'row["manifests"] == 5'

# What was repaired, refused, kept, left out and only pointed out stands in the status: the sum of all reports, each once,
# and one more refused for the file that was refused as a whole.
count() {
    "$E" manifest read --json "$1" 2>/dev/null | tail -1
}
for f in "$S/examples/manifests/xn204.edi" "$W/again.edi" "$S/examples/manifests/gate.mrz" \
    "$S/examples/manifests/ferry.csv" "$W/m.csv"; do count "$f"; done >"$W/sums"
run 0 status --json
json "all(row['read']['manifests'][k] == (k == 'refused') + sum(
    n['count'] for l in open('$W/sums') for n in json.loads(l)['summary'][k]) for k in row['read']['manifests'])"
json 'set(row["read"]["lists"]) == {"repairs", "refused", "kept", "warnings", "left_out"}'
cp "$W/out" "$W/before"
printf 'id,name,birth_date,nationality\nB1,Greta Holm,soon,Nowhere\nB2\nB3,,,\nB4,Mia \342\200\256Holm,,\n' >"$W/bad.csv"
run 1 screen "$W/bad.csv"
err 'repaired: text-bidi: 1'
err 'line 3, byte [0-9]+: the row has'
err 'kept, not understood: birth-date: 1'
run 0 status --json
json "{k: v - json.load(open('$W/before'))['read']['manifests'][k] for k, v in row['read']['manifests'].items()} == {'repairs': 1, 'refused': 2, 'kept': 2, 'warnings': 0, 'left_out': 0}"
run 0 screen "$W/bad.csv" # recognised: counted once
err 'received before, .*: 2 travellers, 0 hits'
not_err 'against 0 identities'
run 0 status
out '^reading +manifests: [0-9]+ repaired, 3 refused, [0-9]+ kept'

# A service's own CSV with its map: as any manifest, and the same file with another map is another one.
M="$S/examples/manifests/harbour"
run 1 manifest read --json --map "$M.map" "$M.csv"
json 'rows[-1]["summary"]["travellers"] == 5 and [n["code"] for n in rows[-1]["summary"]["refused"]] == ["row-width", "no-name"]'
json 'row["names"][0]["full"] == "MAËLLE HÉRAULT" and row["birth_dates"] == [{"date": "1971-03-05", "as_written": "05/03/1971"}]'
json 'row["documents"] == [{"type": "passport", "number": "AB1234567", "issuer": "XAA", "expires": "2031-04-14"}]'
json 'row["trip"] == {"number": "QH17", "from": "QHA", "to": "QHB", "departs": "2026-11-24T08:15"}'
run 1 screen "$M.csv"
err 'no manifest of a known format'
run 1 screen --json --map "$M.map" "$M.csv"
json 'rows[-1]["summary"]["travellers"] == 5 and rows[-1]["summary"]["same"] is False'
run 0 screen --json --map "$M.map" "$M.csv"
json 'rows[-1]["summary"]["same"] is True'
sed 's/^flight = QH17/flight = QH18/' "$M.map" >"$W/other.map"
run 1 screen --json --map "$W/other.map" "$M.csv"
json 'rows[-1]["summary"]["same"] is False and rows[-1]["summary"]["resent_travellers"] == 0'
run 1 screen --json --list "$S/examples/lists/own-list.csv" --map "$M.map" "$M.csv"
json 'len(rows) == 5'
run 1 manifest read --map "$M.csv" "$M.csv"
err 'the map: '
run 2 manifest read --as mrz --map "$M.map" "$M.csv"
printf 'entente-map 1\n[columns]\nname = Passagier\n[file]\nencoding = latin-1\ndelimiter = ;\n' >"$W/wrong.map"
run 1 manifest read --map "$W/wrong.map" "$M.csv"
err 'line 1.*no such column as the map names for name'

# Travellers of a flight go a day after its arrival.
export ENTENTE_REHEARSAL_NOW=2026-11-25T11:41:00Z
run 0 status --json
json 'row["travellers"] < 40'
run 0 hit list --state all --json
json 'len(rows) > 0'
finish
