#!/bin/sh
# Installs the Debian packages that are missing, and says which and why. Nothing else is changed on the machine.
#
# usage: setup.sh install|tell build|test|ci
#   install  install what is missing, as root or through sudo
#   tell     only say what is missing (exit 1)
#   build    for the program and the demonstration; test: also for `make test`; ci: also for the longer checks
set -eu

# tier package reason
packages() {
    cat <<'ROWS'
build gcc compiles the program
build libc6-dev the C library's headers
build pkg-config tells the compiler where libraries are
build meson describes the build
build ninja-build runs the build
build python3 meson and the generators of tables
build libsodium-dev signatures, hashes, sealing
build libsqlite3-dev the store of a node
build libexpat1-dev reads XML lists
build libjansson-dev reads JSON
build libicu-dev Unicode normal forms, case and scripts
build libxxhash-dev hash tables over our own keys
build libgnutls28-dev certificates and TLS between nodes
build libmicrohttpd-dev the HTTPS server that partners reach
build libcurl4-gnutls-dev the HTTPS client that reaches partners
build libcmocka-dev unit tests (the build describes them too)
test git the checks look at the files that git knows
test binutils the purity check reads symbols
test clang-14 every header compiles with clang too
test universal-ctags the length of functions
test shellcheck checks the shell scripts
test curl a client that is not ours, at the door that partners reach
test openssl the same, and certificates looked at by another program
test age what is sealed here opens with the public program, and the other way round
test man-db shows that man pages are well formed
test groff-base shows that man pages are well formed
test iso-codes source of the table of countries
test unicode-data source of the tables of letters
ci clang-tidy-14 looks for bugs
ci libclang-rt-14-dev sanitizers and fuzzing with clang
ROWS
}

mode=${1:-} tier=${2:-}
case "$mode" in install | tell) ;; *) sed -n '4,7p' "$0"; exit 2 ;; esac
case "$tier" in
build) tiers=' build ' ;;
test) tiers=' build test ' ;;
ci) tiers=' build test ci ' ;;
*) sed -n '4,7p' "$0"; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian; the build needs what these packages hold:" >&2
    packages | while read -r t p why; do
        case "$tiers" in *" $t "*) echo "  $p: $why" >&2 ;; esac
    done
    exit 0
fi

# shellcheck disable=SC2016
here=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
missing='' text=''
nl='
'
while read -r t p why; do
    case "$tiers" in *" $t "*) ;; *) continue ;; esac
    case "$nl$here$nl" in *"$nl$p$nl"*) continue ;; esac
    missing="$missing $p" text="$text  $p: $why$nl"
done <<END
$(packages)
END
[ -n "$missing" ] || exit 0

if [ "$mode" = tell ]; then
    printf 'Missing Debian packages:\n%sInstall them with: make setup\n' "$text" >&2
    exit 1
fi
printf 'Installing missing Debian packages:\n%s' "$text"
sudo=''
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "This needs root: apt-get install$missing" >&2
        exit 1
    }
    sudo=sudo
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
{
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $missing
} >"$log" 2>&1 || {
    tail -20 "$log" >&2
    echo "The packages could not be installed." >&2
    exit 1
}
