#!/bin/sh
# entente list read: every example list, pairs of files, and input that is wrong.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
X=${ENTENTE_SOURCE:?}/examples/lists
D=${ENTENTE_SOURCE:?}/tests/data/lists

# The example lists: whole, nothing refused, nothing repaired.
run 0 list read --json "$X/un-style.xml" "$X/sdn.csv" "$X/alt.csv" "$X/people.ftm.jsonl" "$X/own-list.csv"
quiet
lines 59
json 'rows[-1]["summary"]["identities"] == 58 and rows[-1]["summary"]["persons"] == 51'
json 'rows[-1]["summary"]["documents"] == 1'
json 'rows[-1]["summary"]["refused"] == [] and rows[-1]["summary"]["repairs"] == []'
json 'rows[-1]["summary"]["without_ground"] == 8 and rows[-1]["summary"]["ended"] == 2'
json 'all("ictional" in str(r["extras"]) for r in rows[:-1])'
cp "$W/out" "$W/first.jsonl"

# What it prints is a list, and says the same.
run 0 list read --json "$W/first.jsonl"
lines 59
json 'rows[-1]["summary"]["kept"] == []'
sed 's/,"source":{[^}]*}//' "$W/first.jsonl" | head -58 >"$W/a"
sed 's/,"source":{[^}]*}//' "$W/out" | head -58 >"$W/b"
that "a list written and read again differs" cmp -s "$W/a" "$W/b"

# The same people in other forms: a list in XML has the ids of its CSV; a document alone is an entry.
run 0 list read --json "$X/sdn.xml" "$X/uk-style.csv" "$X/stolen-documents.csv"
quiet
json 'rows[-1]["summary"]["refused"] == [] and rows[-1]["summary"]["repairs"] == [] and rows[-1]["summary"]["kept"] == []'
json '[r["id"] for r in rows if r.get("id", "").startswith("9900")] == ["9900%02d" % i for i in range(1, 14)]'
json 'sum("Fictional" in str(r) or "ictional" in str(r) for r in rows[:-1]) == len(rows) - 1'
json 'all(r["ground"] == "unsc-1373" for r in rows[:-1] if not r["names"]) and sum(not r["names"] for r in rows[:-1]) == 4'

# Standard input, and for people.
cp "$X/people.ftm.jsonl" "$W/in"
run 0 list read -
out '^xaa-ftm-08	unsc-2178	Amina Waleed al-Barzakhi	1994-06-16$'
out '^xaa-ftm-14	not a person	Halcyon Lantern Works$'
err '14 identities: 13 persons, 0 documents, 2 without a ground, 0 ended'

# Alternate names go with their list in either order, and nowhere else.
run 0 list read --json "$X/alt.csv" "$X/sdn.csv"
json '"Rouslan OZDAROV" in [n["full"] for n in row["names"]]'
run 0 list read --json "$X/sdn.csv"
json '"Rouslan OZDAROV" not in [n["full"] for n in row["names"]]'
run 2 list read "$X/alt.csv"
err 'needs its sdn.csv'
empty
run 2 list read "$X/alt.csv" "$X/own-list.csv"

# What is no list, and what is not there.
run 1 list read "$ENTENTE_SOURCE/LICENSE"
err 'not a list'
empty
: >"$W/empty"
run 1 list read --json "$W/empty"
json 'row["summary"]["refused"][0]["code"] == "list-format"'
run 5 list read "$W/nothing-here"
err 'nothing-here: cannot open'
run 2 list read

# One bad row never sinks the others, and the exit code says that there was one.
printf 'id,name\n1,Ada Example\n2\n3,Bo "Example\n4,"Cy Example\n5,Di Example\n' >"$W/bad.csv"
run 1 list read --json "$W/bad.csv"
json '[r["id"] for r in rows[:-1]] == ["1", "3", "5"]'
json 'sorted(x["code"] for x in rows[-1]["summary"]["refused"]) == ["csv-open-quote", "csv-width"]'
json '[x["at"][0]["line"] for x in rows[-1]["summary"]["refused"]] == [3, 5]'
run 1 list read "$W/bad.csv"
err 'refused'
not_err 'Example'

# Hostile XML ends the reading of that file; what came before it stays, and the next file is read.
for f in n_xxe.xml n_billion_laughs.xml; do
    run 1 list read --json "$D/$f" "$X/own-list.csv"
    json 'rows[-1]["summary"]["refused"][0]["code"] == "xml-doctype"'
    json 'rows[-1]["summary"]["identities"] == 13'
done

# Stolen documents are no persons: each is shown by its number.
run 0 list read "$X/stolen-documents.csv"
out 'passport K9900001 XBB$'
err '0 persons, 4 documents'
finish
