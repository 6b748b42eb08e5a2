#!/bin/sh
# Two services exchange by files alone: an alert there, a receipt back, a hit with its evidence, a withdrawal, and what is
# forgotten. The transcript is compared with docs/by-stick.md; with --update (make stick) it is written there. The services
# and people are invented.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_PASSPHRASE_FILE
mkdir "$W/stick"
cd "$W" || exit 1
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
as() { # SERVICE PERSON
    export ENTENTE_NODE="$W/$1" ENTENTE_USER="$2"
    who=$1
}
page=$W/page
: >"$page"
# Ids, keys and hashes differ each time the nodes are made: in the transcript they are words.
plain() {
    sed -E "s/$id_norland/<norland>/g; s/$id_sudmark/<sudmark>/g; s/$print_norland|$print_sudmark/<fingerprint>/g" |
        sed -E 's/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/<uuid>/g' |
        sed -E 's/\b[0-9a-f]{64}\b/<hash>/g; s/\b[0-9a-f]{16}\b/<hash>/g; s/[[:blank:]]+$//'
}
# told run EXIT COMMAND…: as run, and told on the page.
told() {
    "$@"
    code=$2
    shift 2
    {
        printf '%s$ entente' "$who"
        for word in "$@"; do
            case $word in
            *[!A-Za-z0-9_/.=:+-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
            esac
        done
        echo
        eval "$only" <"$W/out" | sed 's/^/  /' | plain
        grep -v '^entente: it holds' "$W/err" | sed 's/^entente: /  (/; s/$/)/' | plain
        [ "$code" = 0 ] || echo "  [exit $code]"
        echo
    } >>"$page"
}
only='cat' # what of an answer is told
# Bits change when the engine learns; the page is about something else.
# shellcheck disable=SC2317
hit_lines() {
    grep -E '^  Alert|hit [0-9]+:|asks:|found later|ended |  name  |birth date' |
        sed -E 's/: [a-z ]*, probability [0-9.]+//; s/ +[+-][0-9]+\.[0-9]+ +/ <bits> /'
}
# shellcheck disable=SC2317
sums() { grep -E 'bundles:|records|deliveries'; }
id_norland='' id_sudmark='' print_norland='' print_sudmark=''
say() { printf '%s\n\n' "# $*" >>"$page"; }

# --- two services that know each other (docs/keys.md says how) ---------------------------------------------------------
at 2026-11-23T08:00:00Z
for s in norland sudmark; do
    country=XAA
    [ "$s" = sudmark ] && country=XBB
    run 0 init "$W/$s" --user anna --rehearsal --name "$s" --country "$country"
    as "$s" anna
    run 0 user add berta --role supervisor
    run 0 partner card
    cp "$W/out" "$W/$s.card"
    run 0 key show --json
    eval "id_$s=$(python3 -c "import json; print(json.load(open('$W/out'))['partner'])")"
    eval "print_$s='$(python3 -c "import json; print(json.load(open('$W/out'))['fingerprint'])")'"
done
as norland anna
run 0 partner add "$W/sudmark.card" --fingerprint "$print_sudmark"
as sudmark anna
run 0 partner add "$W/norland.card" --fingerprint "$print_norland"
printf 'id,name,birth_date\nT1,YUSUF AL RASHIDI,1991-04-03\nT2,GRETA HOLM,2001-10-30\n' >"$W/flight.csv"

say 'Both have compared fingerprints and agree on what they give and take. Sudmark screens a flight: nobody.'
as norland anna
told run 0 partner agree sudmark --gives alert --gives warning --gives withdrawal --most amber --default warning
as sudmark anna
told run 0 partner agree norland --takes alert --takes warning --live
run 0 screen flight.csv --json
json 'rows[-1]["summary"]["hits"] == 0'
told run 0 hit list

say 'Norland writes an alert, makes it a record with its handling, and looks who could hold it.'
as norland anna
told run 0 alert new --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
told run 0 record new alert --alert 1 --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' --set ask=secondary-check
told run 0 release preview 1
told run 5 release propose 1 --to nowhere
told run 4 release propose 1 --to sudmark
told run 3 release approve 1
say 'A second person approves it.'
as norland berta
told run 0 release list --waiting
told run 0 release approve 1
told run 0 release explain 1 sudmark
at 2026-11-23T09:00:00Z
told run 0 bundle export sudmark stick/1.age
told run 0 delivery list

say 'The stick is carried to Sudmark. The alert is live at once, and the traveller of this morning is a hit.'
# shellcheck disable=SC2016
that 'nothing on the stick can be read' sh -c '! grep -aqiE "norland|rashidi|entente" "$1"' sh "$W/stick/1.age"
as sudmark anna
at 2026-11-23T10:00:00Z
told run 0 bundle import stick/1.age
told run 0 record show 1
only='hit_lines'
told run 0 hit show 1
only='cat'
told run 0 bundle import stick/1.age
told run 0 bundle export norland stick/2.age

say 'The receipt comes back.'
as norland anna
told run 0 bundle import stick/2.age
told run 0 delivery list

say 'It was somebody else. Norland takes the record back; Sudmark forgets it and says so.'
at 2026-11-24T08:00:00Z
told run 0 release withdraw 1 --reason wrong-person
told run 0 bundle export sudmark stick/3.age
as sudmark anna
told run 0 bundle import stick/3.age
only='sed -E "s/(very strong|strong|possible)[[:space:]]+[01]\\.[0-9]+[[:space:]]+[+-][0-9.]+/<bits>/"'
told run 0 hit list
only='hit_lines'
told run 0 hit show 1
only='cat'
run 1 hit decide 1 different --reason name
err 'nothing is left to decide'
run 0 hit list --state new --state pending --json
json 'rows == []'
run 0 hit list --state ended --json
json 'rows[0]["hit"]["ended"]["why"] == "withdrawn" and rows[0]["hit"]["ended"]["reason"] == "wrong-person"'
told run 0 check --name 'Yusuf al-Rashidi' --birth-date 1991-04-03
told run 0 record list
told run 0 alert list --all
told run 0 bundle export norland stick/4.age
as norland anna
told run 0 bundle import stick/4.age
told run 0 delivery list

say 'A warning goes to Sudmark by default: it is proposed when it is written, and approved as any other. A person acknowledges it.'
told run 0 record new warning --tlp green --set level=likely --set 'name=a railway station' --set 'text=two sources'
told run 3 release approve 3
as norland berta
told run 0 release approve 3
told run 0 bundle export sudmark stick/5.age
as sudmark anna
told run 0 bundle import stick/5.age
told run 0 record list --unopened
told run 0 record ack 3
told run 0 bundle export norland stick/6.age
as norland anna
told run 0 bundle import stick/6.age
told run 0 delivery list --state opened

say 'What is wrong is refused, whatever it is.'
as sudmark anna
told run 3 bundle import stick/6.age
as norland anna
head -c 1000 stick/6.age >stick/short.age
told run 7 bundle import stick/short.age
printf 'not a bundle\n' >stick/other.age
told run 1 bundle import stick/other.age
only='sums'
told run 0 status
only='cat'

# --- commands that the story does not need ---------------------------------------------------------------------------------
run 0 record list --kind warning --json
json 'len(rows) == 1 and row["ours"]'
run 0 delivery list --ageing 1 --json
run 1 bundle export sudmark stick/7.age
run 1 bundle export sudmark -
empty
run 1 bundle export sudmark stick/1.age
run 0 alert new --name 'Greta Holm' --birth-date 2001-10-30 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
run 0 record new alert --alert 2 --tlp amber --purpose 'border control' --instrument 'warrant 8/2026' --set ask=inform
run 4 release propose 4 --to "$id_sudmark"
run 0 release reject 4 --reason 'not now'
run 4 release propose 4 --to "$id_sudmark"
run 0 release approve 5 --user berta
run 0 record edit 4 --set 'instruction=call us' --json
json 'row["version"] == 2 and row["state"] == "draft"'
run 2 record edit 5 --tlp green --user anna
run 0 record drop 5 --json
json 'row["state"] == "withdrawn" and row["bytes"] == 0'
run 1 record drop 4
run 0 record new note --set about=4 --set text=x --tlp green
run 0 record edit 6 --tlp amber
run 0 record show 7
out 'amber'
run 0 record drop 7
run 0 bundle export sudmark stick/8.age --json
json 'row["sequence"] == 4 and not row["more"] and row["bytes"] > 4096'
as sudmark anna
run 0 partner agree norland --takes alert
run 0 bundle import stick/8.age --json
json 'row["review"] == 1 and row["taken"] == 0'
run 0 record refuse 4 --reason ground-insufficient
run 1 record accept 4
run 0 bundle export norland stick/9.age
as norland anna
run 0 bundle import stick/9.age
run 0 delivery list --state refused --json
json 'row["reason"] == "declined,ground-insufficient"'
run 0 ledger verify --store
as sudmark anna
run 0 ledger verify --store

# --- the public age program opens what we seal -----------------------------------------------------------------------------
if command -v age >/dev/null; then
    sed -n 's/^secret: //p' "$W/sudmark/keys/node/sealing-2026-11.key" >"$W/identity"
    that 'age opens a bundle' age -d -i "$W/identity" -o "$W/opened" stick/1.age
    that 'it is a signed bundle' [ "$(head -c 14 "$W/opened")" = entente-bundle ]
    that 'the object can be read in it' grep -aq '"full":"Yusuf al-Rashidi"' "$W/opened"
    age-keygen -y "$W/identity" >"$W/recipient"
    that 'age seals it again' age -R "$W/recipient" -o stick/resealed.age "$W/opened"
    run 0 bundle import stick/resealed.age --json
    json 'row["same"]'
    # By somebody who is not its recipient: for norland, what was for sudmark.
    sed -n 's/^secret: //p' "$W/norland/keys/node/sealing-2026-11.key" | age-keygen -y >"$W/recipient"
    age -R "$W/recipient" -o stick/turned.age "$W/opened"
    as norland anna
    run 3 bundle import stick/turned.age
    err 'from nobody that we know'
else
    echo "age is not installed: the other program is not asked"
fi

doc=$ENTENTE_SOURCE/docs/by-stick.md
{
    sed '/^```$/,$d' "$doc"
    echo '```'
    cat "$page"
    echo '```'
} >"$W/now"
if [ "${1:-}" = --update ]; then
    cp "$W/now" "$doc"
else
    diff -u "$doc" "$W/now" >"$W/out" || :
    that 'docs/by-stick.md is not the transcript of today: make stick' cmp -s "$doc" "$W/now"
fi
finish
