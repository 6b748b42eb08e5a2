#!/usr/bin/env python3
"""Two nodes that cannot reach each other exchange through a third, which passes on what it cannot read: three processes on
loopback. The services and people are invented. It takes three failures of the direct way, which is some minutes."""
import sys

import livelib
from livelib import Node, until

NOWHERE = "https://127.0.0.1:1"
BOTH = ["--gives", "alert", "--gives", "withdrawal", "--takes", "alert", "--most", "amber", "--live"]
passed = failed = 0
top = livelib.scratch()


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}", file=sys.stderr)


norland, sudmark, isola = nodes = [Node(top.name, n, c) for n, c in
                                   (("norland", "XAA"), ("sudmark", "XBB"), ("isola", "XDD"))]
for a in nodes:
    for b in nodes:
        if a is not b:
            a.knows(b, *BOTH)
norland.run("partner", "address", "isola", NOWHERE)
isola.run("partner", "address", "norland", NOWHERE)
norland.run("partner", "route", "isola", "--via", "sudmark")
for x in ("norland", "isola"):
    sudmark.run("partner", "relay", x, "on")
for x in nodes:
    x.start()
record = norland.alert("Leila Haddad")
ref = norland.rows("record", "show", str(record))[0]["id"]
norland.release(record, isola)
check(until(lambda: [d for d in norland.deliveries() if d["record"] == record and d["state"] == "received"], 280, 1),
      "Isola's receipt is back at Norland")
check([r["id"] for r in isola.rows("record", "list")] == [ref], "Isola has the alert")
check(sudmark.rows("record", "list") == [], "Sudmark, which passed it on, has nothing")
for x in nodes:
    check(x.stop() == 0, f"{x.name} stops cleanly")
    x.run("ledger", "verify", "--store")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
