# services.sh: invented services that know each other, for scenarios with several nodes. Sourced behind lib.sh.
# shellcheck shell=sh
at() { export ENTENTE_REHEARSAL_NOW="$1"; }
# as SERVICE PERSON
as() { export ENTENTE_NODE="$W/$1" ENTENTE_USER="$2"; }
# services NAME…: a node each, in $W/NAME, with anna (everything), berta (supervisor) and chris (officer); all have each
# other's cards.
services() {
    for s in "$@"; do
        run 0 init "$W/$s" --user anna --rehearsal --name "$s" --country XAA
        as "$s" anna
        run 0 user add berta --role supervisor
        run 0 user add chris --role officer
        run 0 partner card
        cp "$W/out" "$W/$s.card"
        run 0 key show --json
        python3 -c "import json; print(json.load(open('$W/out'))['fingerprint'])" >"$W/$s.print"
    done
    for s in "$@"; do
        as "$s" anna
        for other in "$@"; do
            [ "$s" = "$other" ] || run 0 partner add "$W/$other.card" --fingerprint "$(cat "$W/$other.print")"
        done
    done
}
sticks=0
# carry FROM TO EXIT: what waits goes from one to the other; $W/out is what the other said.
carry() {
    sticks=$((sticks + 1))
    as "$1" anna
    run 0 bundle export "$2" "$W/$sticks.age"
    as "$2" anna
    run "$3" bundle import "$W/$sticks.age" --json
}
