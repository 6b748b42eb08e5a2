# lib.sh: what scenario scripts share. A script sources it, calls run and the assertions, and ends with `finish`.
# shellcheck shell=sh
E=${ENTENTE_BIN:?the path of the built program}
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
unset ENTENTE_NODE ENTENTE_USER ENTENTE_KEYS ENTENTE_REHEARSAL_NOW NO_COLOR CLICOLOR_FORCE
export LC_ALL=C.UTF-8
passed=0 failed=0

ok() { passed=$((passed + 1)); }

no() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$*" >&2
    printf '  command: %s (exit %s)\n' "$last" "$rc" >&2
    sed 's/^/  out: /' "$W/out" | head -20 >&2
    sed 's/^/  err: /' "$W/err" | head -20 >&2
}

# run EXIT ARGUMENTS…: runs entente; standard output is $W/out, standard error $W/err. Input comes from $W/in if there.
run() {
    want=$1
    shift
    last="entente $*"
    rc=0
    if [ -f "$W/in" ]; then
        "$E" "$@" <"$W/in" >"$W/out" 2>"$W/err" || rc=$?
        rm -f "$W/in"
    else
        "$E" "$@" </dev/null >"$W/out" 2>"$W/err" || rc=$?
    fi
    if [ "$rc" = "$want" ]; then ok; else no "exit $rc, expected $want"; fi
}

# say_lost: names the loss after a restore, by the two sizes that the refusal of --nothing-lost told.
say_lost() {
    goes=$(sed -nE 's/.*--goes-on ([0-9]+) .*/\1/p' "$W/err")
    known=$(sed -nE 's/.* had ([0-9]+) events.*/\1/p' "$W/err")
    run 0 ledger epoch --goes-on "${goes:-0}" --known "${known:-0}"
}

# out REGEX, err REGEX: some line matches. out_is FILE: exactly that. quiet: nothing on standard error.
out() { if grep -Eq -- "$1" "$W/out"; then ok; else no "no line of output matches: $1"; fi; }
err() { if grep -Eq -- "$1" "$W/err"; then ok; else no "no line of talk matches: $1"; fi; }
not_out() { if grep -Eq -- "$1" "$W/out"; then no "a line of output matches: $1"; else ok; fi; }
not_err() { if grep -Eq -- "$1" "$W/err"; then no "a line of talk matches: $1"; else ok; fi; }
quiet() { if [ -s "$W/err" ]; then no "talk was not expected"; else ok; fi; }
empty() { if [ -s "$W/out" ]; then no "output was not expected"; else ok; fi; }
lines() { if [ "$(wc -l <"$W/out")" = "$1" ]; then ok; else no "$(wc -l <"$W/out") lines, expected $1"; fi; }

# that SENTENCE COMMAND…: the command succeeds.
that() {
    sentence=$1
    shift
    if "$@"; then ok; else no "$sentence"; fi
}

# json EXPRESSION: true in Python, where `rows` are the parsed lines of output and `row` is the first.
json() {
    if python3 - "$W/out" "$1" <<'PY'; then ok; else no "not true of the output: $1"; fi
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
row = rows[0] if rows else None
sys.exit(0 if eval(sys.argv[2]) else 1)
PY
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}
