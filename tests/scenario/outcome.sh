#!/bin/sh
# A hit on a partner's alert is confirmed; what became of it goes back by a release. Then the person asks for asylum, and
# nothing more goes back. The services and people are invented.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/scenario/services.sh
. "$(dirname "$0")/services.sh"
unset ENTENTE_PASSPHRASE_FILE
at 2026-11-23T08:00:00Z
services norland sudmark
as norland anna
run 0 partner agree sudmark --gives alert --gives withdrawal --takes sighting --most amber
as sudmark anna
run 0 partner agree norland --takes alert --gives sighting --most amber --live
as norland anna
run 0 alert new --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
run 0 record new alert --alert 1 --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' --set ask=inform
run 4 release propose 1 --to sudmark
run 0 release approve 1 --user berta
carry norland sudmark 0
printf 'id,name,birth_date\nT1,YUSUF AL RASHIDI,1991-04-03\n' >"$W/flight.csv"
run 0 screen "$W/flight.csv"
run 1 hit outcome 1
err 'two persons have answered'
run 4 hit decide 1 same --reason document
run 0 hit decide 1 same --reason photo --user chris

# What became of it, for Norland: drafted, proposed, approved, sent.
run 0 hit outcome 1 --set country=XBB --set met=checked
out 'met +checked'
out 'tlp":"amber'
run 3 hit outcome 1 --user chris
run 4 release propose 2 --to norland
run 0 release approve 1 --user berta
carry sudmark norland 0
json 'row["taken"] == 1'
run 0 record list --kind sighting
out 'sighting'

# The person asks for asylum. Only supervisors and auditors see the flag.
as sudmark anna
run 2 protect set person 1 --reason asylum --review 2027-05-01
run 2 protect set hit 1 --reason asylum --review 2026-01-01
run 3 protect set hit 1 --reason asylum --review 2027-05-01 --user chris
run 0 protect set hit 1 --reason asylum --review 2027-05-01 --user berta
out 'asylum'
run 0 protect list
out 'YUSUF AL RASHIDI'
run 0 protect list --due 300 --json
json 'len(rows) == 1 and not row["due"]'
run 3 protect list --user chris
run 0 review due --days 300
out 'protection-review'
rm -f "$W/out"
"$ENTENTE_BIN" review due --days 300 --user chris >"$W/out" 2>"$W/err" || :
not_out 'protection'
run 0 ledger verify --store
run 0 hit show 1
out 'protected here'
run 0 alert show 1
out 'protected here'
run 0 hit show 1 --user chris
not_out 'protected'
run 3 hit outcome 1
err 'this outcome is not released'
not_err 'protect|asylum'
run 3 record new note --set about=1 --set text=met --tlp green
run 0 ledger verify --store

# It stands until a person ends it; on its review date it is due.
at 2027-05-02T08:00:00Z
run 0 clock accept
run 0 protect list --due 0
out 'due'
run 2 protect end 1 --reason tired
run 0 protect end 1 --reason over
run 0 protect list
empty
run 0 ledger verify --store
finish
