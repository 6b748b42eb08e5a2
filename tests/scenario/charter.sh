#!/bin/sh
# Five services found a charter and live by it, by files alone: admission, expulsion, a suspension that lapses, a fork, a
# charter a year old. The transcript is compared with docs/charter.md; with --update (make charter) it is written there.
# The services are invented.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
unset ENTENTE_PASSPHRASE_FILE
cd "$W" || exit 1
services='norland sudmark ostland westmoor inselreich'
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
as() { # SERVICE PERSON
    export ENTENTE_NODE="$W/$1" ENTENTE_USER="$2"
    who=$1
}
page=$W/page
: >"$page"
plain() { # ids and hashes differ each time the nodes are made: in the transcript they are words
    sed -E -f "$W/names.sed" | sed -E 's/\b[0-9a-f]{64}\b/<hash>/g; s/\b[0-9a-f]{16}\b/<hash>/g; s/[[:blank:]]+$//'
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
        done | plain
        echo
        eval "$only" <"$W/out" | sed 's/^/  /' | plain
        grep -v '^entente: it holds' "$W/err" | sed 's/^entente: /  (/; s/$/)/' | plain
        [ "$code" = 0 ] || echo "  [exit $code]"
        echo
    } >>"$page"
}
only='cat' # what of an answer is told
say() { printf '%s\n\n' "# $*" >>"$page"; }
value() { python3 -c "import json,sys; print(eval(sys.argv[2], {'row': json.loads(open(sys.argv[1]).readline())}))" "$W/out" "$1"; }
known() { # WORD CHARTER: its hash is $WORD, and <WORD> on the page
    run 0 charter show "$2" --json
    hash=$(value "row['hash']")
    eval "$1=$hash"
    echo "s/$hash/<$1>/g; s/$(echo "$hash" | cut -c1-16)/<$1>/g" >>"$W/names.sed"
}
: >"$W/names.sed"

# --- five services that know each other -----------------------------------------------------------------------------------
at 2026-11-23T08:00:00Z
letter=A
for s in $services; do
    run 0 init "$W/$s" --user anna --rehearsal --name "$s" --country "X$letter$letter"
    letter=$(echo "$letter" | tr A-D B-E)
    as "$s" anna
    run 0 user add berta --role admin --role supervisor
    run 0 partner card
    cp "$W/out" "$W/$s.card"
    run 0 key show --json
    eval "id_$s=$(value "row['partner']")"
    eval "print_$s='$(value "row['fingerprint']")'"
    eval "echo \"s/\$id_$s/<$s>/g\"" >>"$W/names.sed"
done
for s in $services; do
    as "$s" anna
    for p in $services; do
        [ "$p" = "$s" ] && continue
        eval "digits=\$print_$p"
        # shellcheck disable=SC2154
        run 0 partner add "$W/$p.card" --fingerprint "$digits"
        run 0 partner agree "$p" --gives alert --gives withdrawal --takes alert --takes withdrawal --most amber --live
    done
done


# Files that are handed on, untold: everything that FROM knows of the charter.
hand() { # FROM TO…
    as "$1" anna
    run 0 charter export
    cp "$W/out" "$W/charter.txt"
    shift
    for to in "$@"; do
        as "$to" anna
        run 0 charter import "$W/charter.txt"
    done
}
sign() { # CHARTER SERVICE…: each has it signed by two persons and hands it on to the next
    n=$1
    shift
    for s in "$@"; do
        as "$s" anna
        run 0 charter import "$W/charter.txt"
        run 4 charter sign "$n"
        as "$s" berta
        run 0 charter sign "$n"
        run 0 charter export
        cp "$W/out" "$W/charter.txt"
    done
}
adopt() { # CHARTER SERVICE…
    n=$1
    shift
    for s in "$@"; do
        as "$s" anna
        run 0 charter import "$W/charter.txt"
        code=0
        "$E" charter adopt "$n" >"$W/out" 2>"$W/err" </dev/null || code=$?
        as "$s" berta
        [ "$code" = 0 ] || run 0 charter adopt "$n"
    done
}
# short: of an answer only what is about this
short() { only="grep -E '$1'"; }
long() { only='cat'; }

# --- founding -------------------------------------------------------------------------------------------------------------
say 'Four services meet and found a charter. One person of norland writes it, another has the node sign it.'
as norland anna
told run 4 charter propose --found --admit sudmark --admit ostland --admit westmoor
told run 3 charter sign 1
as norland berta
told run 0 charter sign 1
known charter_1 1
run 0 charter export
cp "$W/out" "$W/charter.txt"
that 'it is text that a person can read' grep -q '^name sudmark$' "$W/charter.txt"
say 'The text goes round on a stick; each signs it, by two persons.'
as sudmark anna
told run 0 charter import charter.txt
told run 4 charter sign 1
as sudmark berta
short '^(charter|it does)'
told run 0 charter sign 1
long
run 0 charter export
cp "$W/out" "$W/charter.txt"
as norland anna
run 5 release explain 1 sudmark # nothing is written yet
sign 1 ostland westmoor
say 'Everybody has signed. It is adopted by its hash, which all have on paper.'
as norland anna
told run 0 charter import charter.txt
told run 2 charter adopt 1
run 7 charter adopt 1 --hash "$(printf '%064d' 7)"
# shellcheck disable=SC2154
told run 0 charter adopt 1 --hash "$charter_1"
for s in sudmark ostland westmoor; do
    as "$s" anna
    run 0 charter import charter.txt
    run 0 charter adopt 1 --hash "$charter_1"
done
as norland anna
short charter
told run 0 ledger show --limit 3
long

# --- a provisional member ------------------------------------------------------------------------------------------------------
say 'Inselreich wants to join. Three members vouch for it: until it is voted in, only they reach it.'
at 2026-11-24T08:00:00Z
for s in norland westmoor; do
    as "$s" anna
    run 0 alert new --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --ground unsc-2178 --review 2029-05-01 --destroy 2029-11-01
    run 0 record new alert --alert 1 --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' --set ask=secondary-check
done
as norland anna
told run 0 release explain 1 inselreich
short '^(charter|what|  [a-z ]*(vouched|version)|it does|sponsors|  .*inselreich)'
told run 4 charter propose --provisional inselreich --sponsor norland --sponsor sudmark --sponsor ostland
as norland berta
run 0 charter sign 2
run 0 charter export
cp "$W/out" "$W/charter.txt"
sign 2 sudmark ostland
say 'A newcomer takes the whole history in, from the first version on, and signs for itself.'
as inselreich anna
long
told run 0 charter import charter.txt
run 3 charter sign 2
err 'does not follow the charter that is in force here'
run 4 charter adopt 1 --hash "$charter_1"
as inselreich berta
told run 0 charter adopt 1 --hash "$charter_1"
as inselreich anna
run 4 charter sign 2
as inselreich berta
short '^(charter|what|  (vouched|version)|it does|sponsors)'
told run 0 charter sign 2
known charter_2 2
long
run 0 charter export
cp "$W/out" "$W/charter.txt"
adopt 2 norland sudmark ostland westmoor inselreich
say 'Norland is its sponsor, westmoor is not.'
as norland anna
told run 0 release explain 1 inselreich
as westmoor anna
told run 0 release explain 1 inselreich

# --- admission -------------------------------------------------------------------------------------------------------------------
say 'Sudmark proposes to admit it. Two thirds of four are three.'
at 2026-11-25T08:00:00Z
as sudmark anna
short '^(charter|what|  (admitted|version)|it does)'
run 4 charter propose --admit inselreich
as sudmark berta
told run 0 charter sign 3
run 0 charter export
cp "$W/out" "$W/charter.txt"
sign 3 norland inselreich
told run 0 charter show 3
long
say 'It is not yet in force, and nobody can adopt it.'
told run 3 charter adopt 3
sign 3 ostland
known charter_3 3
short '^(charter|what|  (admitted|version)|it does)'
told run 0 charter show 3
long
adopt 3 norland sudmark ostland westmoor inselreich
as westmoor anna
told run 0 release explain 1 inselreich

# --- an emergency: a suspension that lapses ------------------------------------------------------------------------------------------
say 'An emergency: a third of the others suspends westmoor. It keeps its vote, except about itself.'
at 2026-12-01T08:00:00Z
as ostland anna
run 4 charter propose --suspend westmoor
as ostland berta
run 0 charter sign 4
run 0 charter export
cp "$W/out" "$W/charter.txt"
sign 4 inselreich
known charter_4 4
short '^(charter|what|  (suspended|version)|it does|  .*westmoor)'
told run 0 charter show 4
long
adopt 4 norland sudmark ostland inselreich
as norland anna
told run 0 release explain 1 westmoor
short standing
told run 0 partner show westmoor
long
as westmoor anna
run 0 charter import charter.txt
short charter
told run 0 status
long
say 'Nobody confirms it. After thirty days it has lapsed, by itself; another one takes the votes to admit.'
at 2027-01-01T08:00:00Z
as norland anna
told run 0 release explain 1 westmoor
short westmoor
told run 0 charter show
short '^(charter|what|  (suspen|version)|it does)'
told run 4 charter propose --suspend westmoor
long
told run 0 charter refuse 5 --reason 'not agreed'

# --- what needs no vote -------------------------------------------------------------------------------------------------------------
say 'A link is cut by one service alone, at once, and restored. No vote, and nobody else is concerned.'
run 0 partner cut ostland --reason 'a quarrel'
told run 0 release explain 1 ostland
told run 0 release explain 1 sudmark
run 0 partner restore ostland --reason 'settled'
run 3 partner agree ostland --standing full
err 'partner cut'
say 'Sudmark goes on to its next key. Partners take its card in; no vote, and no version that says so.'
as sudmark anna
run 0 key rotate
run 0 partner card
cp "$W/out" "$W/sudmark.card"
for s in norland ostland inselreich westmoor; do
    as "$s" anna
    run 0 partner update "$W/sudmark.card"
done
told run 0 release explain 1 sudmark

# --- expulsion --------------------------------------------------------------------------------------------------------------------
say 'Westmoor is to be expelled: three quarters of the four others are three, and westmoor does not vote about itself. Sudmark
# signs with its new key.'
as norland anna
run 4 charter propose --expel westmoor
cp "$W/out" "$W/page5"
h5=$(sed -n 's/^hash: //p' "$W/page5")
known charter_5 "$h5"
as norland berta
run 0 charter sign "$h5"
run 0 charter export "$h5"
cp "$W/out" "$W/charter.txt"
sign "$h5" sudmark
short '^(charter|what|  (expelled|version)|it does)'
told run 0 charter show "$h5"
sign "$h5" inselreich
told run 0 charter show "$h5"
long
adopt "$h5" norland sudmark ostland inselreich
as norland anna
told run 0 release explain 1 westmoor

say 'Westmoor does not accept that, and gives ostland an alert all the same. Ostland keeps it, uses it for nothing, and says why.'
as westmoor anna
run 0 alert new --name 'Ilyas Brandt' --birth-date 1979-02-11 --ground unsc-2178 --review 2029-05-01 --destroy 2029-11-01 --json
n=$(value "row['alert']")
run 0 record new alert --alert "$n" --tlp amber --purpose 'border control' --instrument 'warrant 8/2026' --set ask=secondary-check --json
n=$(value "row['record']")
run 4 release propose "$n" --to ostland --json
n=$(value "row['release']")
as westmoor berta
run 0 release approve "$n"
as westmoor anna
run 0 bundle export ostland w.age
as ostland anna
told run 1 bundle import w.age
told run 0 record list
short 'bundles:|partner-expelled'
told run 0 status
long
told run 0 check --name 'Ilyas Brandt' --birth-date 1979-02-11
run 0 bundle export westmoor x.age
as westmoor anna
run 0 bundle import x.age
short 'record'
told run 0 delivery list
long

# --- a fork ------------------------------------------------------------------------------------------------------------------------
say 'Two halves write charter 6 at the same time. A version that only changes own entries takes a third: both hold.'
at 2027-02-01T08:00:00Z
as norland anna
run 4 charter propose --relay
as norland berta
run 0 charter sign 6
known charter_6a 6
run 0 charter export 6
cp "$W/out" "$W/charter.txt"
sign 6 inselreich ostland
cp "$W/charter.txt" "$W/a.txt"
adopt 6 norland inselreich
as sudmark anna
run 4 charter propose --refresh sudmark
known charter_6b 6
as sudmark berta
run 0 charter sign 6
run 0 charter export
cp "$W/out" "$W/charter.txt"
as ostland anna
run 0 charter import charter.txt
# shellcheck disable=SC2154
told run 3 charter sign "$charter_6b"
run 4 charter sign "$charter_6b" --instead
as ostland berta
run 0 charter sign "$charter_6b" --instead
run 0 charter export "$charter_6b"
cp "$W/out" "$W/charter.txt"
adopt 6 sudmark
say 'When the texts meet, both are shown, with who signed which. Ostland signed both, and the two texts prove it.'
as norland anna
told run 0 charter import charter.txt
told run 0 charter list
short 'FORK|one  |other |signed by|both'
told run 0 charter show
short 'charter'
told run 0 status
long
say 'Neither is dropped, and both halves go on exchanging.'
run 4 release propose 1 --to sudmark
as norland berta
run 0 release approve 1
cards() { # new sealing keys, month by month
    for s in norland sudmark; do
        as "$s" anna
        run 0 status
        run 0 partner card
        cp "$W/out" "$W/$s.card"
    done
    as norland anna
    run 0 partner update "$W/sudmark.card"
    as sudmark anna
    run 0 partner update "$W/norland.card"
}
cards
as norland anna
told run 0 bundle export sudmark 1.age
as sudmark anna
told run 0 bundle import 1.age
run 0 bundle export norland 2.age
as norland anna
told run 0 bundle import 2.age
say 'Sudmark goes over to the other branch. That is an entry in its ledger too.'
hand norland sudmark
as sudmark anna
# shellcheck disable=SC2154
told run 3 charter adopt "$charter_6a"
run 4 charter adopt "$charter_6a" --other-branch
as sudmark berta
short '^(charter|hash|follows)'
told run 0 charter adopt "$charter_6a" --other-branch

# --- a year later --------------------------------------------------------------------------------------------------------------------
say 'A year later nobody has written a new charter. It is warned about, and the exchange goes on.'
long
at 2028-02-15T08:00:00Z
cards
as norland anna
run 0 record edit 1 --set 'instruction=call us'
as norland berta
run 0 release approve 2
short charter
told run 0 status
long
told run 0 release explain 2 sudmark
told run 0 bundle export sudmark 3.age
as sudmark anna
told run 0 bundle import 3.age

say 'A new version goes with ordinary bundles, with its signatures. Two of four are enough to say it again as it is.'
as norland anna
run 4 charter propose
as norland berta
run 0 charter sign 7
known charter_7 7
run 0 bundle export sudmark 4.age
as sudmark anna
run 0 bundle import 4.age
told run 0 charter list
run 4 charter sign 7
as sudmark berta
run 0 charter sign 7
run 0 charter adopt 7
run 0 bundle export norland 5.age
as norland anna
run 0 bundle import 5.age
short '^(charter|what|  version|it does)'
told run 0 charter show 7
told run 0 charter adopt 7
short charter
told run 0 status
long

# --- what anybody can prove ---------------------------------------------------------------------------------------------------------
say 'Every version proves the next, at every member; every adoption is in its ledger.'
short '^(charter|hash)'
told run 0 charter verify
long
for s in $services; do
    as "$s" anna
    run 0 charter verify
    run 0 ledger verify --store
done
say 'An auditor without a node takes the file and the hash on paper. He finds the fork too, and who signed both.'
as norland anna
run 0 charter export
cp "$W/out" history.txt
rc=0
# shellcheck disable=SC2154
"${ENTENTE_VERIFY:?}" charter history.txt --hash "$charter_1" >"$W/out" 2>"$W/err" || rc=$?
last='entente-verify charter'
that 'the fork is found' [ "$rc" = 7 ]
{
    echo "auditor\$ entente-verify charter history.txt --hash $charter_1" | plain
    sed 's/^/  /' "$W/out" | plain
    sed 's/^entente-verify: /  (/; s/$/)/' "$W/err" | plain
    echo '  [exit 7]'
    echo
} >>"$page"
# A node that has no card of anybody follows the members' keys by the statements in the file.
run 0 init "$W/stranger" --user anna --rehearsal --name stranger --country XFF
export ENTENTE_NODE="$W/stranger"
run 0 charter import history.txt --json
json 'len(rows) == 8 and all(r["state"] == "holds" for r in rows)'
# shellcheck disable=SC2154
run 0 charter show "$charter_5" --json
json 'row["state"] == "holds" and row["missing"] == ""'
run 0 charter import history.txt
run 0 ledger verify --store
as norland anna
run 5 charter show 99
run 5 charter show deadbeef
run 5 charter import missing.txt
printf 'no charter\n' >other.txt
run 1 charter import other.txt
sed 's/^name sudmark$/name Sudmark/' a.txt >other.txt
run 3 charter import other.txt
err 'no member has signed it'

doc=$ENTENTE_SOURCE/docs/charter.md
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
    that 'docs/charter.md is not the transcript of today: make charter' cmp -s "$doc" "$W/now"
fi
finish
