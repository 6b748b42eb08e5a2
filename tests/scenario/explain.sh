#!/bin/sh
# entente explain: two identities side by side. What is printed is held to tests/data/explain/NAME.txt with # for each
# number, BAND for the band, without single letters and without the rows that correct the sum, so
# that a newly learned table changes no page; `EXPLAIN_UPDATE=1 sh tests/scenario/explain.sh` writes them
# again. That the numbers add up is asked of --json.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
pages=$(dirname "$0")/../data/explain

# page NAME ARGUMENTS…: what people see, and the sums.
page() {
    name=$1
    shift
    run 0 explain "$@"
    err 'as if the alert were one of'
    sed -E '/^ {12}/d; /^ {4}(overlap|others|calibration) /d; /what is missing/d; s/[-+]?[0-9][0-9.,]*/#/g; s/(very )?(weak|strong)|possible/BAND/; s/BAND: .*/BAND: #/; s/ +/ /g' \
        "$W/out" >"$W/page"
    [ -z "${EXPLAIN_UPDATE:-}" ] || cp "$W/page" "$pages/$name.txt"
    last="entente explain, $name"
    cp "$W/page" "$W/out"
    that "the page $name is not tests/data/explain/$name.txt: $(diff "$pages/$name.txt" "$W/page" | head -5)" \
        cmp -s "$pages/$name.txt" "$W/page"
    run 0 explain "$@" --json
    lines 1
    json 'row["hit"]["bits"] == sum(e["bits"] for e in row["hit"]["evidence"])'
    json 'all(e["bits"] == l["rarity"] + l["spelling"] + l["rest"] for e in row["hit"]["evidence"] for l in [e.get("letters", {})] if "rest" in l)'
    json 'all(l["spelling"] == sum(u["bits"] for u in l["units"]) for e in row["hit"]["evidence"] for l in [e.get("letters", {})] if "units" in l)'
    json 'abs(row["hit"]["probability"] - 1 / (1 + (1 - row["hit"]["prior"]) / row["hit"]["prior"] * 2 ** -row["hit"]["bits"])) <= 1e-9 * row["hit"]["probability"]'
}

page latin 'Marek Jonas Orlo' 'Orlow, Mark J.' --dob 1971-03-05 --dob 1971-05-03 --sex male --sex male
page arabic 'Salim al-Rashidi' 'سليم الراشدي' --birth-date 1991 --birth-date 1991-04-03 --nationality XAA --nationality XBB
page cyrillic 'Орлова Наталья' 'Natalia Orlova' --document X1234567 --document X1234576 --issuer XAA --issuer XAA
page hangul 'KIM JIHO' '김지호' --birth-place 'Port Selda' --birth-place 'port selda'
page han '王小明' 'Wang Xiaoming' --birth-date 1980-01-01 --birth-date -
page hebrew 'אנה סלדה' 'Anna Selda'
page greek 'Μαρία Σελδα' 'Maria Selda'
page conflict 'Marek Orlo' 'Greta Holm' --birth-date 1971-03-05 --birth-date 1983-11-20 --sex male --sex female

# The same from files, which may say more than options.
printf '{"names":["Marek Orlo","Марек Орло"],"birth_dates":["1971"],"sex":"M"}' >"$W/a.json"
printf '{"id":"XAA-1","names":["Marek Orlo"],"birth_dates":["1971-03-05","1972-03-05"],"programmes":[]}' >"$W/b.json"
run 0 explain --person "$W/a.json" --person "$W/b.json" --identities 1 --prior 0.5 --json
quiet
json 'row["hit"]["band"] == "very strong" and row["hit"]["prior"] == 0.5 and row["identities"] == 1'
json 'len(row["traveller"]["names"]) == 2 and len(row["alert"]["birth_dates"]) == 2'
cp "$W/a.json" "$W/in"
run 0 explain --person - --person "$W/b.json" --json

# A smaller list leaves more to begin with; no row knows it.
run 0 explain 'Marek Orlo' 'Marek Orlo' --identities 1000 --json
cp "$W/out" "$W/few"
run 0 explain 'Marek Orlo' 'Marek Orlo' --identities 1000000 --json
json "row['hit']['bits'] == json.load(open('$W/few'))['hit']['bits'] and row['hit']['probability'] < json.load(open('$W/few'))['hit']['probability']"

# Anything that is text gives a result: nothing at all, marks, a long name.
run 0 explain '' '' --json
json 'row["hit"]["bits"] == 0'
run 0 explain '123 !' 'Marek Orlo' --json

# A name that is missing says nothing; the number beside somebody's is his neighbour's.
run 0 explain 'Anna Holm' - --document P3318820 --document P3318821 --issuer XAA --issuer XAA --json
json 'all(e["field"] == "document" for e in row["hit"]["evidence"]) and row["hit"]["probability"] < 1e-3'
run 0 explain 'Anna Holm' - --document P3318820 --document P3318820 --issuer XAA --issuer XAA --json
json 'row["hit"]["probability"] > 0.1'
run 0 explain "$(printf 'Orlo %.0s' $(seq 1 100))" "$(printf 'orlo%.0s' $(seq 1 100))" --json
json 'row["hit"]["bits"] == sum(e["bits"] for e in row["hit"]["evidence"])'

# Wrong words are said.
run 2 explain 'Marek Orlo'
err 'which two'
run 2 explain a b c
run 2 explain a b --birth-date 1971
err 'give it twice'
run 2 explain a b --birth-date 1971 --birth-date 31.13.1971
err 'expected a date'
run 2 explain a b --sex male --sex yes
err 'expected male'
run 2 explain a b --nationality XAA --nationality Nowhere
run 2 explain a b --issuer XAA --issuer XAA
err 'of a --document'
run 2 explain --person "$W/a.json"
run 2 explain a b --person "$W/a.json" --person "$W/b.json"
run 2 explain --person "$W/a.json" --person "$W/b.json" --sex male --sex male
err 'the whole person'
finish
