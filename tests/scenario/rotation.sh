#!/bin/sh
# What is on its way while keys change: signed with the key before a rotation, it is believed; before a theft, it is not.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_PASSPHRASE_FILE
cd "$W" || exit 1
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
as() { # SERVICE PERSON
    export ENTENTE_NODE="$W/$1" ENTENTE_USER="$2"
}
member() { python3 -c "import json; print(json.load(open('$W/out'))['$1'])"; }
at 2026-11-23T08:00:00Z
for s in norland sudmark; do
    run 0 init "$W/$s" --user anna --rehearsal --name "$s"
    as "$s" anna
    run 0 user add berta --role supervisor
    run 0 partner card
    cp "$W/out" "$W/$s.card"
    run 0 key show --json
    eval "print_$s='$(member fingerprint)'"
done
as norland anna
run 0 partner add sudmark.card --fingerprint "${print_sudmark:?}"
run 0 partner agree sudmark --gives alert --most amber
as sudmark anna
run 0 partner add norland.card --fingerprint "${print_norland:?}"
run 0 partner agree norland --takes alert --live

# release N NAME: an alert of Norland is released to Sudmark; export N writes what waits.
release() {
    as norland anna
    run 0 alert new --name "$2" --birth-date 1991-04-03 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
    run 0 record new alert --alert "$1" --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' \
        --set ask=secondary-check
    run 4 release propose "$1" --to sudmark
    as norland berta
    run 0 release approve "$1"
}
release 1 'Yusuf al-Rashidi'
run 0 bundle export sudmark 1.age
release 2 'Lena Markovic'

# Norland rotates. The first bundle was signed before, the second one after; its release before. Both are believed.
at 2026-11-23T12:00:00Z
as norland anna
run 0 key rotate
run 0 partner card
cp "$W/out" norland.card
run 0 bundle export sudmark 2.age
as sudmark anna
run 0 partner update norland.card
run 0 bundle import 2.age
run 0 bundle import 1.age
run 0 alert list --json
json 'len(rows) == 2'

# The key is stolen. What was signed with it is believed no more once Sudmark has the new card.
release 3 'Omar Haddad'
run 0 bundle export sudmark 3.age
at 2026-11-23T13:00:00Z
as norland anna
run 0 key lost signing --json
print=$(member fingerprint)
run 0 partner card
cp "$W/out" norland.card
as sudmark anna
run 0 partner update norland.card --fingerprint "$print"
run 7 bundle import 3.age
err 'not signed'
run 0 alert list --json
json 'len(rows) == 2'
finish
