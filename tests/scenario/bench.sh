#!/bin/sh
# entente bench: the measures that other programs read are there and make sense, for made people and for files.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
X=${ENTENTE_SOURCE:?}/examples

# The contract: the last line is JSON with these members, and they hold together.
contract='all(isinstance(rows[-1][k], (int, float)) and rows[-1][k] > 0 for k in ("screenings_per_second", "p50_us",
    "p99_us", "p999_us", "build_s", "bytes_per_identity", "peak_rss_bytes", "candidates_per_query"))'
order='row["p50_us"] <= row["p99_us"] <= row["p999_us"] <= row["max_us"]'

run 0 bench screen --identities 2000 --travellers 300 --json
quiet
lines 1
json "$contract"
json "$order"
json 'row["identities"] == 2000 and row["travellers"] == 300 and row["warm_up"] == 1000 and 2 < row["names"] / 2000 < 4'
json 'row["candidates_per_query"] < 2000'
json 'row["listed"] == 3 and row["listed_in_hits"] == 1'
cp "$W/out" "$W/first"

# The ledger, beside libsodium alone; nothing is left where it was measured.
mkdir "$W/disk"
run 0 bench ledger --events 600 --single 20 --folder "$W/disk" --json
quiet
json 'row["events"] >= 600 and all(row[k] > 0 for k in row if k != "bench")'
json 'row["durable_per_second"] < row["grouped_per_second"] and row["proof_p50_us"] <= row["proof_p99_us"]'
that "something was left" [ -z "$(ls -A "$W/disk")" ]
run 9 bench ledger --folder "$W/none"

# The exchange, beside libsodium alone; lists and single signatures bring the same records.
run 0 bench exchange --records 400 --parts 150 --folder "$W/disk" --json
quiet
json 'row["records"] == 400 and row["bundles"] == 3 and 396 <= row["admitted"] <= 400 and row["signed"] == "lists"'
json 'all(row[k] > 0 for k in ("records_per_second", "records_per_cpu_second", "peak_rss_bytes")) and row["ratio"] < 2'
cp "$W/out" "$W/lists"
run 0 bench exchange --records 400 --parts 150 --single --folder "$W/disk" --json
json "row['admitted'] == json.load(open('$W/lists'))['admitted'] and row['signed'] == 'each'"
that "something was left" [ -z "$(ls -A "$W/disk")" ]
run 9 bench exchange --records 1 --folder "$W/none"

# The same seed does the same work; another seed other work.
run 0 bench screen --identities 2000 --travellers 300 --seed 1 --json
same='("names", "vocabulary", "postings", "candidates_per_query", "hits_per_query")'
json "all(row[k] == json.load(open('$W/first'))[k] for k in $same)"
run 0 bench screen --identities 2000 --travellers 300 --seed 2 --explain --json
json "row['vocabulary'] != json.load(open('$W/first'))['vocabulary'] and row['explained'] == 'yes'"

# Several sizes, several threads, and what costs most.
run 0 bench screen --identities 500 --identities 2000 --travellers 300 --threads 3 --worst --json
lines 2
json '[r["identities"] for r in rows] == [500, 2000]'
json 'all(r["threads"] == 3 and r["threads_per_second"] > 0 and r["threads_per_cpu_second"] > 0 for r in rows)'
json 'all(len(r["worst"]) == 8 and all(w["p50_us"] <= w["p99_us"] <= w["max_us"] for w in r["worst"]) for r in rows)'
json 'all(w["candidates_per_query"] < 400 for r in rows for w in r["worst"])'
json 'all(r["p50_cpu_us"] <= r["p99_cpu_us"] <= r["max_cpu_us"] and r["build_cpu_s"] > 0 for r in rows)'
run 0 bench screen --identities 100 --identities 200 --travellers 10 --warm-up 0 --worst
out '^200	[0-9]*	'
out '^sixty_tokens	'
run 2 bench screen --list "$X/lists/own-list.csv" --manifest "$X/manifests/ferry.csv" --worst

# For people a table, and the JSON still last.
run 0 bench screen --identities 100 --travellers 10 --warm-up 0
out '^warm_up	0	'
out '^screenings_per_second	[0-9.]+	'
that 'the last line is not JSON' sh -c "tail -1 '$W/out' | grep -q '^{\"bench\":\"screen\",.*}\$'"

# Files.
run 0 bench screen --json --list "$X/lists/own-list.csv" --list "$X/lists/people.ftm.jsonl" \
    --manifest "$X/manifests/ferry.csv"
json "$contract"
json 'row["identities"] > 20 and row["travellers"] > 3 and "listed" not in row'
printf 'id,name\n1,Ada Example\n2\n' >"$W/bad.csv"
run 1 bench screen --json --list "$W/bad.csv" --manifest "$X/manifests/ferry.csv"
json 'row["identities"] == 1'

# Reading: every format there is an example of.
for f in lists/un-style.xml lists/sdn.csv lists/people.ftm.jsonl lists/own-list.csv \
    manifests/xn204.edi manifests/gate.mrz manifests/ferry.csv; do
    kind=${f%%s/*}
    run 0 bench read --json --size 1 --as "$kind" "$X/$f"
    lines 1
    json 'all(row[k] > 0 for k in ("mb_per_second", "records_per_second", "peak_rss_bytes", "records"))'
    json "row['bytes'] >= 1000000 and row['bytes'] == row['passes'] * row['file_bytes'] and row['kind'] == '$kind'"
done
run 0 bench read --size 1 "$X/manifests/xn204.edi"
out '^mb_per_second	[0-9.]+	'
run 1 bench read "$ENTENTE_SOURCE/LICENSE"
empty
run 0 bench read --json --size 1 "$X/lists/people.ftm.jsonl"
json 'row["format"] == "ftm"'
run 2 bench read "$X/manifests/ferry.csv"
err 'list or a manifest'
run 1 bench read "$X/lists/alt.csv"
run 5 bench read "$W/not-there"
run 1 bench read --json --size 1 --as list "$W/bad.csv"
json 'row["refused"] == 1 and row["records"] == row["passes"]'

# One way or the other.
run 2 bench screen
run 2 bench screen --identities 10
run 2 bench screen --identities 10 --travellers 10 --list "$X/lists/own-list.csv" --manifest "$X/manifests/ferry.csv"
run 2 bench screen --identities 0 --travellers 10
run 5 bench screen --list "$W/not-there" --manifest "$X/manifests/ferry.csv"
run 5 bench screen --list "$X/lists/own-list.csv" --manifest "$W/not-there"
# A stream that was made up is read as fast as any other, and whole.
run 0 generate pnrgov --flights 3 --passengers 40 --out "$W/made.edi"
run 0 bench read --json "$W/made.edi"
json 'row["kind"] == "manifest" and row["records"] == 120 * row["passes"] and row["refused"] == 0'
finish
