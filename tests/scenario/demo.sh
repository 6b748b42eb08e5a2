#!/bin/sh
# The demonstration runs, and finds whom it should: examples/manifests/EXPECTED.tsv says who is who (examples/CAST.md).
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/../.." || exit 1

last='tools/run_demo' rc=0
tools/run_demo "$E" "$W/demo" >"$W/out" 2>"$W/err" || rc=$?
that "exit $rc, expected 0" test "$rc" = 0
out '^1\. A node is a folder'
out '^    evidence +\+[0-9]+\.[0-9]+  sum of the rows above$'
out '^    together +'
out 'Try next:$'
not_out '^the demonstration failed'

# Each hit adds up, and the probability is that of the sum.
run 0 hit list --node "$W/demo/node" --state all --limit 1000 --json
json 'len(rows) > 0'
json 'all(sum(e["bits"] for e in r["hit"]["evidence"]) == r["hit"]["bits"] for r in rows)'
json 'all(r["hit"]["bits"] * 64 == int(r["hit"]["bits"] * 64) for r in rows)'

# Who is listed hits, whoever resembles somebody listed does not reach an even chance, and nothing is shown twice.
cat >"$W/expect.py" <<'PY'
import csv, json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
ids, outside = {}, set()
for line in open("examples/CAST.md", encoding="utf-8"):
    cells = [c.strip() for c in line.strip().strip("|").split("|")]
    if len(cells) > 9 and len(cells[0]) == 3 and cells[0][1:].isdigit():
        ids[cells[0]] = cells[2]
        if any(p in cells[9] for p in ("Outer Isles", "SDNTK", "CYBER2", "TCO", "Customs fraud", "SMUGGLING")):
            outside.add(cells[0])
hits = {}
for r in rows:
    hits.setdefault(r["traveller"], []).append((r["hit"]["entity"], r["hit"]["probability"]))
bad = 0
for e in csv.DictReader(open("examples/manifests/EXPECTED.tsv", encoding="utf-8"), delimiter="\t"):
    got = hits.get(e["traveller"], [])
    who = ids.get(e["is"]) if e["is"] not in outside else None
    strong = [h for h in got if h[1] >= 0.5 and h[0] != who]
    if len({h[0] for h in got}) != len(got):
        print(f"{e['traveller']} {e['name']}: an identity twice: {got}")
    elif who and who not in [h[0] for h in got]:
        print(f"{e['traveller']} {e['name']}: is {e['is']} and does not hit")
    elif strong:
        print(f"{e['traveller']} {e['name']}: hits {strong}")
    else:
        continue
    bad += 1
print(f"{len(ids)} listed, {bad} travellers not as expected")
sys.exit(1 if bad or len(ids) < 40 else 0)
PY
last='entente hit list, against EXPECTED.tsv' rc=0
cp "$W/out" "$W/hits"
python3 "$W/expect.py" "$W/hits" >"$W/out" 2>"$W/err" || rc=$?
that "somebody is not found, or somebody is found who is not listed" test "$rc" = 0
finish
