#!/bin/sh
# Learned tables at a node: adopted by their name, said with every hit, and never used or left out in silence.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
S=${ENTENTE_SOURCE:?the source folder}

printf 'id,name,birth_dates,sex,ground\nE1,Yusuf al-Rashidi,1991-04-03,male,unsc-2178\nE2,Greta Holm,2001-10-30,female,unsc-1373\n' >"$W/a.csv"
printf 'id,name,birth_date,sex\nT1,YUSUF AL RASHIDI,1991-04-03,M\n' >"$W/m1.csv"
printf 'id,name,birth_date,sex\nT2,GRETA HOLM,2001-10-30,F\n' >"$W/m2.csv"
printf 'id,name,birth_date,sex\nT3,GRETA HOLM,2001-10-30,F\n' >"$W/m3.csv"

# --- what is wrong is named ---------------------------------------------------------------------------------------------
mkdir "$W/t"
run 5 tables check "$W/t"
sed 's/^birth\tsame\t.*/birth\tsame\t-\t-\tmuch/' "$S/data/screen/fusion.tsv" >"$W/t/fusion.tsv"
run 1 tables check "$W/t"
err 'line [0-9]+, byte [0-9]+: fusion.tsv'
printf 'latin\ta\tb\n' >"$W/t/costs.tsv"
rm "$W/t/fusion.tsv"
run 1 tables check "$W/t"
err 'line 1, byte 0: costs.tsv'
grep -v '^greek' "$S/data/names/costs.tsv" >"$W/t/costs.tsv"
run 1 tables check "$W/t"
err 'costs.tsv: the units of greek'
head -c 9000000 /dev/zero >"$W/t/costs.tsv"
run 1 tables check "$W/t"
err 'too long'
rm "$W/t/costs.tsv"

# --- a node takes them by their name ------------------------------------------------------------------------------------
export ENTENTE_NODE="$W/n" ENTENTE_USER=anna
run 0 init "$W/n" --name X --user anna
run 0 import "$W/a.csv" --source own-list
run 0 screen --manifest "$W/m1.csv"
run 0 tables check
own=$(cut -d' ' -f1 "$W/out")
sed 's/^birth\tsame\t.*/birth\tsame\t-\t-\t-64/' "$S/data/screen/fusion.tsv" >"$W/t/fusion.tsv"
run 0 tables check "$W/t" --json
name=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["tables"])' "$W/out")
that 'other tables have the same name' [ "$name" != "$own" ]
run 5 profile set --tables "$name"
mkdir "$W/n/tables"
cp "$W/t/fusion.tsv" "$W/n/tables/"
run 1 profile set --tables "$own"
err 'has others'
run 2 profile set --tables latest
run 0 profile set --tables "$name" --json
json "row['tables'] == '$name'"
run 0 ledger show --json
json "[r for r in rows if r.get('type') == 'profile-set'][-1] is not None"
run 0 screen --manifest "$W/m2.csv"
run 0 hit list --json
json "sum(r['hit']['engine'].endswith('+$(printf %.16s "$name")') for r in rows) == 1"
json "any('+' not in r['hit']['engine'] for r in rows)"
run 0 hit decide 2 different --reason birth-date
run 0 ledger show --json
run 0 hit show 2
out 'learned tables'
run 0 status --json
json "row['tables'] == {'profile': '$name', 'used': '$name'} or row['tables']['used'] is None"

# --- and says so when it cannot use them --------------------------------------------------------------------------------
sed 's/^birth\tsame\t.*/birth\tsame\t-\t-\t-65/' "$S/data/screen/fusion.tsv" >"$W/n/tables/fusion.tsv"
run 0 screen --manifest "$W/m3.csv"
err 'the program.s own are'
run 0 hit list --json
json "not any('+' in r['hit']['engine'] for r in rows)"
run 0 profile set --tables built-in
run 0 screen --manifest "$W/m3.csv"
not_err 'the program.s own are'

# --- tables learned on this node's own decisions ------------------------------------------------------------------------
# Fictional: travellers who share a name with an alert and were born a year later to the day are other people here.
python3 - "$W" <<'PY'
import sys
given = "Anton Bela Cyril Dario Emil Fabian Goran Hugo Ivo Jonas Karel Lukas Milan Niklas Otto Pavel".split()
family = "Abelar Brandic Corvin Drezga Elmar Fontan Grubic Hadar Ilves Jurak Kovel Lomas Mertz Nadal Orsel Petric".split()
w = sys.argv[1]
with open(w + "/b.csv", "w") as a, open(w + "/m4.csv", "w") as m:
    print("id,name,birth_dates,sex,ground", file=a)
    print("id,name,birth_date,sex", file=m)
    for i, (g, f) in enumerate(zip(given, family)):
        print(f"D{i},{g} {f},19{60 + i}-03-1{i % 9},male,unsc-2178", file=a)
        print(f"S{i},{g} {f},19{61 + i}-03-1{i % 9},M", file=m)
PY
run 0 import "$W/b.csv" --source more
run 0 screen --manifest "$W/m4.csv"
run 0 hit list --json --limit 100
python3 - "$W/out" >"$W/ids" <<'PY'
import json, sys
for line in open(sys.argv[1]):
    x = json.loads(line)
    if x["traveller"].startswith("S") and x["hit"]["source"] == "more":
        print(x["hit"]["hit"])
PY
that 'nobody was found' [ "$(wc -l <"$W/ids")" -ge 8 ]
while read -r id; do run 0 hit decide "$id" different --reason birth-date; done <"$W/ids"
run 0 user add olga --role officer
run 3 hit export --out "$W/none.jsonl" --user olga
that 'a file of nobody' [ ! -s "$W/none.jsonl" ]
run 0 hit export --out "$W/decided.jsonl" --json
json "row['decided'] >= 8 and row['left_out'] == 0"
that 'the file is open to others' [ "$(stat -c %a "$W/decided.jsonl")" = 600 ]
run 9 hit export --out "$W/decided.jsonl"
run 0 ledger show --json
T=$(dirname "$E")/tools/train_fusion
if [ -x "$T" ]; then
    mkdir "$W/learned"
    "$T" --decided "$W/decided.jsonl" >"$W/learned/fusion.tsv" 2>"$W/log"
    "$T" --decided "$W/decided.jsonl" >"$W/again.tsv" 2>"$W/log"
    that 'the same decisions teach something else' cmp -s "$W/again.tsv" "$W/learned/fusion.tsv"
    that 'a person is in what was learned' sh -c "! grep -qi 'corvin\|anton' '$W/learned/fusion.tsv'"
    run 0 tables check "$W/learned" --json
    json 'not row["built_in"]'
    name=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["tables"])' "$W/out")
    cp "$W/learned/fusion.tsv" "$W/n/tables/fusion.tsv"
    run 0 profile set --tables "$name"
    sed 's/S\([0-9]\)/R\1/' "$W/m4.csv" >"$W/m5.csv"
    run 0 screen --manifest "$W/m5.csv"
    run 0 hit list --json --limit 100
    # The same travellers again are less probable now, and their hits say why.
    cat >"$W/shows.py" <<'PY'
import json, sys
hits = [json.loads(l) for l in open(sys.argv[1])]
new = [h for h in hits if h["traveller"].startswith("R")]
assert all(h["hit"]["engine"].endswith("+" + sys.argv[3][:16]) for h in new)
before = len(open(sys.argv[2]).readlines())
assert len(new) < before or sum(h["hit"]["probability"] for h in new) < before, (len(new), before)
PY
    that 'what was learned shows in no hit' python3 "$W/shows.py" "$W/out" "$W/decided.jsonl" "$name"
    # With training files the tables of names are learned too. The letters take minutes: in their place the program's own.
    mkdir "$W/train"
    printf '# person\tsource\tkind\n' >"$W/train/person_variants.tsv"
    printf 'XA\tfamily\tm\tZorvander\t\t1000\t\tmade\n' >"$W/train/name_frequencies.tsv"
    for words in ar he ru ko ja_kana; do : >"$W/train/words_$words.tsv"; done
    printf 'зорвин\tzorvin\t40\ttrain\nзорвин\tzorween\t40\ttrain\n' >"$W/train/words_ru.tsv"
    cat >"$W/costs" <<EOF
#!/bin/sh
[ -e '$W/broken' ] && exit 1
cp "\$2/person_variants.tsv" '$W/variants'
cat '$S/data/names/costs.tsv'
EOF
    chmod +x "$W/costs"
    sed '1s/"different"/"same"/' "$W/decided.jsonl" | sed '1s/GRETA HOLM/GRETE HOLM/' >"$W/same.jsonl"
    # shellcheck disable=SC2317
    retrain() { sh "$S/tools/retrain.sh" "$W/costs" "$T" "$W/same.jsonl" "$W/all" "$W/train" >"$W/out" 2>"$W/err"; }
    last=retrain.sh
    that 'nothing is learned with training files' retrain
    that 'a spelling that was decided is not learned from' grep -q 'GRETE HOLM' "$W/variants"
    that 'how common names are is not learned' grep -q '^zorvander' "$W/all/frequencies.tsv"
    that 'how names are written is not learned' grep -q "^zorween$(printf '\t')zorvin" "$W/all/spellings.tsv"
    run 0 tables check "$W/all" --json
    json 'not row["built_in"]'
    touch "$W/broken"
    cp -r "$W/all" "$W/all.before"
    last=retrain.sh
    that 'a training that failed ends as if it had not' sh -c '! "$@"' sh sh "$S/tools/retrain.sh" "$W/costs" "$T" \
        "$W/same.jsonl" "$W/all" "$W/train" 2>"$W/err"
    that 'a training that failed left something' diff -r "$W/all" "$W/all.before"
    printf '{"answer":"maybe"}\n' >"$W/bad.jsonl"
    rc=0
    "$T" --decided "$W/bad.jsonl" >"$W/out" 2>"$W/err" || rc=$?
    last="$T --decided bad.jsonl"
    that 'a line that is no decision was taken' [ "$rc" = 2 ]
    err 'line 1'
fi
finish
