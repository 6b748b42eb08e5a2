#!/bin/sh
# entente manifest read: the example manifests, what it prints read again, and input that is wrong.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
X=${ENTENTE_SOURCE:?}/examples/manifests

# Every traveller of the example manifests, in order, with the id that EXPECTED.tsv says.
run 0 manifest read --json --today 2026-11-23 "$X/xn204.edi" "$X/gate.mrz" "$X/ferry.csv"
quiet
cp "$W/out" "$W/all.jsonl"
json 'rows[-1]["summary"]["travellers"] == 88 and rows[-1]["summary"]["messages"] == 5'
json 'rows[-1]["summary"]["refused"] == []'
json "[r['id'] for r in rows[:-1]] == [l.split('\t')[1] for l in open('$X/EXPECTED.tsv', encoding='utf-8')][1:]"
json "[r['names'][0]['full'] for r in rows[:-1] if not r['names'][0].get('truncated')] == [
    l.split('\t')[2] for l in open('$X/EXPECTED.tsv', encoding='utf-8') if 'MAXIMILIAN' not in l][1:]"
json 'all(set(r) >= {"id", "names", "birth_date", "sex", "nationality", "documents", "flight", "source"}
    for r in rows[:-1])'
json 'rows[1]["names"][0]["source"] == "message" and rows[1]["documents"][0]["read"] == "machine"'
json 'rows[1]["flight"] == {"number": "XN204", "legs": [
    {"from": "XQB", "to": "XQA", "departs": "2026-11-24T08:15", "arrives": "2026-11-24T11:40"}]}'
json 'rows[1]["source"]["file"].endswith("xn204.edi") and rows[1]["source"]["line"] > rows[0]["source"]["line"] > 0'
json '[w["code"] for w in rows[-1]["summary"]["warnings"]] == ["mrz-number", "mrz-composite"]'

# What it prints is a manifest, and says the same.
run 0 manifest read --json "$W/all.jsonl"
json 'len(rows) == 89'
sed 's/,"source":{[^}]*}//' "$W/all.jsonl" | head -87 >"$W/a"
sed 's/,"source":{[^}]*}//' "$W/out" | head -87 >"$W/b"
that "a manifest written and read again differs" cmp -s "$W/a" "$W/b"

# Standard input, another format than it looks like, and for people.
cp "$X/ferry.csv" "$W/in"
run 0 manifest read -
out '^F-005	欧阳砚舟	1990-05-27	XGG		XN881$'
err '31 travellers in 1 messages'
run 1 manifest read --as mrz "$X/ferry.csv"
err 'no machine readable zone'
run 2 manifest read --as pnrgov "$X/ferry.csv"
run 2 manifest read --today yesterday "$X/ferry.csv"
run 2 manifest read

# A two-digit year is the latest that is not in the future.
run 0 manifest read --json --today 2013-01-01 "$X/xn204.edi"
json '[r["birth_date"] for r in rows[:-1] if r["names"][0]["full"].startswith("ELLA")] == ["1914-06-30"]'

# The same message again.
run 0 manifest read --json "$X/gate.mrz" "$X/gate.mrz"
json '"message-repeated" in [w["code"] for w in rows[-1]["summary"]["warnings"]]'

# A message cut in the middle keeps the persons before the cut and says so.
head -c 1200 "$X/xn204.edi" >"$W/cut.edi"
run 1 manifest read --json "$W/cut.edi"
json 'len(rows) > 4 and rows[0]["id"] == "XN204-001"'
json '"message-truncated" in [w["code"] for w in rows[-1]["summary"]["refused"]]'
run 1 manifest read "$W/cut.edi"
not_err 'HALVERSTADT'

# What is no manifest, and what is not there.
run 1 manifest read "$ENTENTE_SOURCE/LICENSE"
err 'not a manifest'
empty
run 1 manifest read --json "$ENTENTE_SOURCE/LICENSE"
json 'rows[-1]["summary"]["refused"][0]["code"] == "file"'
run 5 manifest read "$W/nothing-here"
finish
