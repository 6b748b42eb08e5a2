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
finish
