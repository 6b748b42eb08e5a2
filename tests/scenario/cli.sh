#!/bin/sh
# The command line itself: what every command has in common.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"

# Alone, entente says what to try, and nothing is wrong.
run 0
quiet
out '^Try'
out 'entente help'

# With a node, its status first; a node that is not there is said, with what to try all the same.
ENTENTE_NODE=$W/nosuch run 5
err 'no node'
out '^Try'
out '^  entente status '
run 0 init "$W/node" --user anna
ENTENTE_NODE=$W/node run 0
out '^alerts +0 active'
out '^  entente hit list '

# Help: all commands, one command, a group's commands, a topic, the table itself.
run 0 help
quiet
out '^  version +print the version'
not_out '^  man '
run 0 help version
out '^entente version \[OPTIONS\]$'
out '^  --json '
cp "$W/out" "$W/help"
run 0 version --help
that "help COMMAND and COMMAND --help differ" cmp -s "$W/out" "$W/help"
run 0 version -h
that "help COMMAND and COMMAND -h differ" cmp -s "$W/out" "$W/help"
run 0 help exit-codes
out '^9   storage'
run 0 help environment
out '^ENTENTE_NODE'
run 5 help nosuch
err 'no such command or topic'
empty
run 0 help --json
json 'all(r["summary"] and r["examples"] for r in rows)'
json '"version" in [r["command"] for r in rows]'
json '"man" not in [r["command"] for r in rows]'
run 0 --help
out '^  version '
run 5 help --json nosuch

# Version.
run 0 version
out '^entente [0-9]+\.[0-9]+\.[0-9]+$'
run 0 --version
out '^entente '
run 0 version --json
lines 1
json 'row["libraries"]["sqlite"].startswith("3.")'

# Words that are wrong: exit 2, nothing on standard output, a suggestion when one is near.
run 2 vresion
err 'did you mean: entente version'
empty
run 2 nothinglikeit
err 'see: entente help'
run 2 version --jsno
err 'no option --jsno; did you mean --json'
run 2 version --nothinglikeit
err 'no option --nothinglikeit; see entente help version'
run 2 version -j
err 'options are long words'
run 2 version extra
err 'no argument expected'
run 2 version --json=yes
err '--json takes no value'
run 2 completion
err 'bash\|zsh\|fish is missing'
run 2 completion tcsh
err 'expected one of bash\|zsh\|fish'
run 2 completion bash zsh
err 'too many arguments'
run 2 man --all
err '--all needs a value: DIR'
run 2 man --all=
err '--all: expected a path'
run 2 man --all "$W" --all "$W"
err '--all may be given only once'
run 2 man --all --help
err '--all needs a value'

# What a person typed is made safe before it reaches a terminal.
run 2 version "--$(printf '\033[31mred')"
err 'no option --'
not_err "$(printf '\033')"
run 2 version "--$(printf '\377\376')"
err 'no option --'

# Behind -- everything is an argument.
run 0 help -- version
out '^entente version'
run 2 version -- --json
err 'no argument expected'

# A failed write is exit 9 and said; a closed descriptor is never taken by something else.
last='entente version >/dev/full' rc=0
"$E" version >/dev/full 2>"$W/err" || rc=$?
that 'a full disk must be exit 9' test "$rc" = 9
err 'cannot write the output'
last='entente version >&-' rc=0
"$E" version >&- 2>"$W/err" || rc=$?
that 'a closed standard output must be exit 9' test "$rc" = 9

# Completion scripts are accepted by their shells, and bash's completes.
for shell in bash zsh fish; do
    run 0 completion "$shell"
    quiet
    cp "$W/out" "$W/$shell"
    if command -v "$shell" >/dev/null; then
        last="$shell -n" rc=0
        "$shell" -n "$W/$shell" 2>"$W/err" || rc=$?
        that "$shell does not accept the script" test "$rc" = 0
    fi
done
completes() {
    bash -c ". '$W/bash'; COMP_WORDS=($1); COMP_CWORD=$2; _entente; printf '%s\n' \"\${COMPREPLY[@]}\"" >"$W/out"
    last="complete $1" rc=0
}
completes "entente ver" 1
out '^version$'
completes "entente version --js" 2
out '^--json$'
completes "entente completion z" 2
out '^zsh$'

# Man pages: well formed, and their names say the command.
run 0 man
out '^\.TH ENTENTE 1 '
run 0 man version
out '^entente\\-version \\- print the version'
run 5 man nosuch
mkdir "$W/man"
run 0 man --all "$W/man"
that 'no page of help was written' test -f "$W/man/entente-help.1"
if command -v groff >/dev/null; then
    for page in "$W"/man/*.1; do
        groff -man -ww -Tutf8 "$page" >/dev/null 2>"$W/err"
        last="groff $page" rc=$?
        quiet
    done
fi
run 9 man --all "$W/nosuch"
err 'cannot write a page'

# Colours only where they are wanted.
CLICOLOR_FORCE=1 run 0 help version
out "$(printf '\033')\\[1m"
CLICOLOR_FORCE=1 NO_COLOR=1 run 0 help version
not_out "$(printf '\033')"
finish
