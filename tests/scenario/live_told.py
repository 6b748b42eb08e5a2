#!/usr/bin/env python3
"""What is known of each record and partner while nodes run as processes on loopback: opened, refused with its reason,
ageing, a warning before what waits, taken back from one alone, destroyed as the partner says; and a whole node of our own
program that nobody agreed anything with ends at the door. The services and people are invented."""
import sys
import time

import livelib
from livelib import Node, until

BOTH = ["--gives", "alert", "--gives", "warning", "--gives", "withdrawal", "--takes", "alert", "--takes", "warning",
        "--takes", "withdrawal", "--most", "amber"]
passed = failed = 0
top = livelib.scratch()


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}", file=sys.stderr)


def delivery(node, to, record):
    return next((d for d in node.deliveries() if d["partner"] == to.id and d["record"] == record), {})


def state(node, to, record, word):
    return until(lambda: delivery(node, to, record).get("state") == word)


norland, sudmark, isola, vestia = nodes = [Node(top.name, n, c) for n, c in (
    ("norland", "XAA"), ("sudmark", "XBB"), ("isola", "XDD"), ("vestia", "XEE"))]
for a, b in ((norland, sudmark), (norland, isola), (isola, norland), (vestia, norland)):
    a.knows(b, *BOTH, "--live")
sudmark.knows(norland, *BOTH)  # a person looks first
for n in (norland, isola, vestia):
    n.start()

# Vestia knows Norland's card, and Norland was never told of Vestia.
lost = vestia.alert("Omar Farouk", "1985-12-12")
vestia.release(lost, norland)
check(until(lambda: any("refused at the door" in t for t in norland.talk)), "Norland says that somebody was refused")
check(delivery(vestia, norland, lost)["state"] in ("queued", "sent"), "Vestia is not told that it arrived")
check(norland.rows("record", "list") == [], "Norland has nothing of it")

# Sudmark is not there yet: what waits, and the warning that comes after it.
first, second = norland.alert("Karim Benali", "1988-01-09"), norland.alert("Lena Markovic", "1990-05-05")
for r in (first, second):
    norland.release(r, sudmark)
norland.release(second, isola)
check(until(lambda: any("cannot be reached" in t for t in norland.talk)), "it is said that Sudmark is not reached")
warning = norland.rows("record", "new", "warning", "--tlp", "green", "--set", "level=likely", "--set",
                       "name=a station", "--set", "text=two sources")[0]["record"]
norland.release(warning, sudmark)
waits = {d["record"]: d["waits_for"] for d in norland.deliveries() if d["partner"] == sudmark.id}
check(all(w in ("bundle", "receipt") for w in waits.values()) and len(waits) == 3, f"what stands in the way: {waits}")
check(norland.rows("delivery", "list", "--ageing", "1") == [], "nothing has waited for an hour")
sudmark.start()
check(state(norland, sudmark, warning, "received"), "the warning is there")
order = [r["kind"] for r in sudmark.rows("record", "list")]
check(order[:1] == ["warning"], f"and before what had waited longer: {order}")
for r in (first, second):
    check(until(lambda r=r: delivery(norland, sudmark, r).get("state") == "received", 100), "then the alerts")

# A person there: one warning is seen, one alert refused with a reason, one taken.
at_sudmark = {r["id"]: r["record"] for r in sudmark.rows("record", "list")}
there = {r: at_sudmark[norland.rows("record", "show", str(r))[0]["id"]] for r in (first, second, warning)}
sudmark.run("record", "ack", str(there[warning]), user="berta")
sudmark.run("record", "refuse", str(there[first]), "--reason", "not-identifiable")
sudmark.run("record", "accept", str(there[second]))
check(state(norland, sudmark, warning, "opened"), "the warning was opened, says Sudmark")
check(state(norland, sudmark, first, "refused"), "the alert is refused")
check("not-identifiable" in delivery(norland, sudmark, first).get("reason", ""), "with the reason")

# Isola should not have got the second one; Sudmark keeps it.
check(state(norland, isola, second, "received"), "Isola has it")
norland.run("release", "withdraw", str(second), "--from", "isola", "--reason", "other")
check(until(lambda: delivery(norland, isola, second).get("said_destroyed")), "Isola signs that it destroyed it")
check("Markovic" not in isola.run("check", "--name", "Lena Markovic", "--birth-date", "1990-05-05"), "Isola forgets")
check("Markovic" in sudmark.run("check", "--name", "Lena Markovic", "--birth-date", "1990-05-05"), "Sudmark does not")
check("says destroyed" in norland.run("delivery", "list"), "a person reads that in the list")

for n in nodes:
    began = time.monotonic()
    check(n.stop() == 0 and time.monotonic() - began < 10, f"{n.name} stops cleanly")
    n.run("ledger", "verify", "--store")
if failed:
    for n in nodes:
        sys.stderr.write("".join(f"  {n.name}: {line}" for line in n.talk[-8:]))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
