#!/bin/sh
# Norland lets Sudmark have two records. One may go on after asking, one to those it lists: Ostland gets both, and every
# step takes two persons. The services and people are invented.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/scenario/services.sh
. "$(dirname "$0")/services.sh"
unset ENTENTE_PASSPHRASE_FILE
at 2026-11-23T08:00:00Z
services norland sudmark ostland
as norland anna
run 0 partner agree sudmark --gives alert --most amber
as sudmark anna
run 0 partner agree norland --takes alert --live
run 0 partner agree ostland --gives alert --most amber
as ostland anna
run 0 partner agree norland --takes alert --live

as norland anna
for who in 'Yusuf al-Rashidi:1991-04-03' 'Lena Markovic:1984-07-11'; do
    run 0 alert new --name "${who%%:*}" --birth-date "${who##*:}" --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
done
run 0 record new alert --alert 1 --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' --set ask=inform --onward ask
run 0 record new alert --alert 2 --tlp amber --purpose 'border control' --instrument 'warrant 8/2026' --set ask=inform \
    --onward list --onward-to ostland
run 4 release propose 1 --to sudmark
run 0 release approve 1 --user berta
run 4 release propose 2 --to sudmark
run 0 release approve 2 --user berta
carry norland sudmark 0
json 'row["taken"] == 2'

# Sudmark would give both to Ostland.
run 0 release preview 1
out 'must be asked'
run 4 release propose 1 --to ostland
out 'its originator is asked'
run 3 release approve 1 --user berta
err 'has not answered yet'
run 4 release propose 2 --to ostland --json
json 'row["consent"] == "listed"'
run 0 release approve 2 --user berta
carry sudmark ostland 0
json 'row["taken"] == 1'

# Norland is asked.
carry sudmark norland 0
run 0 release asked --waiting
out 'sudmark .* would give record 1 to ostland'
run 3 release consent 1 --user chris
run 4 release consent 1
run 3 release approve 3
run 0 release approve 3 --user berta
out 'given it by another'
run 1 release deny 1 --reason law
carry norland sudmark 0
run 0 release list --waiting
out 'its originator consents'
run 0 release approve 1 --user berta
carry sudmark ostland 0
json 'row["taken"] == 1'
run 0 check --name 'Yusuf al-Rashidi' --birth-date 1991-04-03 --json
json 'row["hits"][0]["source"].startswith("partner-")'
run 0 record list
out 'alert.*norland'
run 0 record list --partner Sudmark --json
json 'len(rows) == 2'
run 5 record list --partner nobody

run 2 record stix --json
run 0 record stix
json 'row["type"] == "bundle" and len([o for o in row["objects"] if o.get("identity_class") == "individual"]) == 2'
run 3 record stix 1 --user chris
as sudmark anna
run 0 record stix --partner ostland
json 'len([o for o in row["objects"] if o.get("identity_class") == "individual"]) == 1' # that which is listed

# Taken back, it goes the same ways; what is withdrawn is forgotten at Ostland, whoever brings it.
at 2026-11-24T08:00:00Z
as norland anna
run 0 release withdraw 1 --reason wrong-person
run 0 release withdraw 2 --reason wrong-person
carry norland sudmark 0
carry sudmark ostland 0
json 'row["withdrawn"] == 2'
run 0 check --name 'Lena Markovic' --birth-date 1984-07-11 --json
json 'row["hits"] == []'
carry ostland norland 0
for s in norland sudmark ostland; do
    as "$s" anna
    run 0 ledger verify --store
done

# What is to stay stays; what is denied is told.
as norland anna
run 0 alert new --name 'Greta Holm' --birth-date 2001-10-30 --ground unsc-2178 --review 2027-05-01 --destroy 2027-11-01
run 0 record new alert --alert 3 --tlp amber --purpose 'border control' --instrument 'warrant 9/2026' --set ask=inform --onward ask --json
json 'row["object"]["extensions"]["extension-definition--c3e2a1d4-5b0f-4d6a-8b7e-0f4f6a1c9d21"]["handling"]["onward"] == "ask"'
record=$(python3 -c "import json; print(json.load(open('$W/out'))['record'])")
run 4 release propose "$record" --to sudmark --json
release=$(python3 -c "import json; print(json.load(open('$W/out'))['release'])")
run 0 release approve "$release" --user berta
carry norland sudmark 0
run 0 record list --state current --kind alert --json
record=$(python3 -c "import json; print(json.load(open('$W/out'))['record'])")
run 4 release propose "$record" --to ostland
carry sudmark norland 0
run 0 release deny 2 --reason law --json
json 'row["state"] == "denied" and row["asker_name"] == "sudmark"'
carry norland sudmark 0
run 0 release list --waiting
out 'does not consent; law'
run 3 release approve 3 --user berta
err 'does not let it go on'
finish
