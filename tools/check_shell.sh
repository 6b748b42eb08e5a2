#!/bin/sh
# Every shell script passes shellcheck.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
for f in $(git ls-files --cached --others --exclude-standard '*.sh' .ci/run 'tools/run_*'); do
    [ -f "$f" ] || continue
    head -1 "$f" | grep -q python && continue
    if shellcheck -x "$f"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
