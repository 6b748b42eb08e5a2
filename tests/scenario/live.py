#!/usr/bin/env python3
"""Nodes that exchange by themselves, as processes on loopback: an alert is at the partner in seconds and its receipt is
back; a withdrawal; a node that cannot be reached fetches; strangers end at the door; a cut holds at once; a kill at any
time loses nothing that was acknowledged. The services and people are invented."""
import os
import signal
import subprocess
import sys
import time

import livelib
from livelib import Node, until

passed = failed = 0
top = livelib.scratch()


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}", file=sys.stderr)


def delivered(node, to, record):
    return [d for d in node.deliveries() if d["partner"] == to.id and d["record"] == record and d["state"] == "received"]


def withdrawn(node, to):
    return [d for d in node.deliveries()
            if d["partner"] == to.id and d["kind"] == "withdrawal" and d["state"] == "received"]


def holds(node, record_id, state="current"):
    return [r for r in node.rows("record", "list") if r["id"] == record_id and r["state"] == state]


def show(node):
    sys.stderr.write("".join(f"  {node.name}: {line}" for line in node.talk[-8:]))


norland = Node(top.name, "norland", "XAA")
sudmark = Node(top.name, "sudmark", "XBB")
isola = Node(top.name, "isola", "XDD", listen=False)
BOTH = ["--gives", "alert", "--gives", "warning", "--gives", "withdrawal", "--takes", "alert", "--takes", "warning",
        "--most", "amber", "--live"]
for a, b in ((norland, sudmark), (sudmark, norland), (norland, isola), (isola, norland)):
    a.knows(b, *BOTH)
check("https://127.0.0.1" in norland.run("partner", "show", "sudmark"), "the address of a card is shown")
check("no address is known" in norland.run("partner", "show", "isola"), "and that there is none")

# Live: to one that is reached, and to one that fetches.
for n in (norland, sudmark, isola):
    n.start()
record = norland.alert("Yusuf al-Rashidi")
ref = norland.rows("record", "show", str(record))[0]["id"]
began = time.monotonic()
norland.release(record, sudmark, isola)
check(until(lambda: holds(sudmark, ref)), "the alert is at Sudmark")
check(until(lambda: delivered(norland, sudmark, record)), "Sudmark's receipt is back")
check(until(lambda: holds(isola, ref)), "Isola has fetched the alert")
check(until(lambda: delivered(norland, isola, record)), "Isola's receipt is back")
check(time.monotonic() - began < 30, "all that within seconds")
check("Rashidi" in sudmark.run("check", "--name", "Yusuf al-Rashidi", "--birth-date", "1991-04-03"),
      "Sudmark screens against it")
if failed:
    for n in (norland, sudmark, isola):
        show(n)

# Strangers at the door, with clients that are not ours.
port = str(norland.port)
curl = ["curl", "-sk", "--max-time", "10", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "--data-binary", "x"]
p = subprocess.run([*curl, f"{norland.address}/entente/1/bundle"], capture_output=True, text=True, check=False)
check(p.returncode != 0 and p.stdout in ("", "000"), f"curl without a certificate: {p.returncode} {p.stdout}")
key, cert = os.path.join(top.name, "key.pem"), os.path.join(top.name, "cert.pem")
subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", key, "-out", cert, "-days", "5",
                "-subj", f"/CN={sudmark.id}", "-addext", f"subjectAltName=URI:entente:1:{sudmark.id}:" + "0" * 128],
               check=True, capture_output=True)
p = subprocess.run([*curl, "--cert", cert, "--key", key, f"{norland.address}/entente/1/bundle"], capture_output=True,
                   text=True, check=False)
check(p.returncode != 0 and p.stdout in ("", "000"), f"curl with a forged certificate: {p.returncode} {p.stdout}")
p = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2"], input="", capture_output=True,
                   text=True, check=False, timeout=20)
check(p.returncode != 0, "TLS 1.2 is not spoken")
p = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts"], input="", capture_output=True,
                   text=True, check=False, timeout=20)
text = subprocess.run(["openssl", "x509", "-noout", "-text"], input=p.stdout[p.stdout.find("-----BEGIN"):],
                      capture_output=True, text=True, check=False).stdout
check(f"URI:entente:1:{norland.id}:" in text, "another program reads whose certificate it is")
check(until(lambda: any("refused at the door" in t for t in norland.talk)), "it is said that somebody was refused")

# A withdrawal reaches every holder and is acknowledged.
norland.run("release", "withdraw", str(record), "--reason", "wrong-person")
for n in (sudmark, isola):
    check(until(lambda n=n: not holds(n, ref)), f"{n.name} has let go of it")
    check(until(lambda n=n: withdrawn(norland, n)), f"{n.name} has acknowledged that")
check("Rashidi" not in sudmark.run("check", "--name", "Yusuf al-Rashidi", "--birth-date", "1991-04-03"),
      "Sudmark's screening forgets")

# A partner that is away gets it when it comes back; one that is killed, at any time, loses nothing.
sudmark.kill()
record = norland.alert("Karim Benali", "1988-01-09")
ref = norland.rows("record", "show", str(record))[0]["id"]
norland.release(record, sudmark)
check(until(lambda: any("cannot be reached" in t for t in norland.talk)), "it is said that Sudmark is not reached")
norland.kill()
norland.start()
sudmark.start()
check(until(lambda: delivered(norland, sudmark, record), 100), "it arrived after both were killed")
check(len(holds(sudmark, ref)) == 1, "once")

# The signing key is another one while they serve: card and certificate follow.
norland.run("key", "rotate")
with open(norland.card, "w", encoding="utf-8") as f:
    f.write(norland.run("partner", "card"))
sudmark.run("partner", "update", norland.card)
isola.run("partner", "update", norland.card)
record = norland.alert("Leila Haddad", "1990-05-05")
norland.release(record, sudmark, isola)
for n in (sudmark, isola):
    check(until(lambda n=n: delivered(norland, n, record), 60),
          f"{n.name} has it from the new key")

# A cut holds at once, also on a connection that stands, and nobody else is touched.
sudmark.run("partner", "cut", "norland", "--reason", "its key was stolen")
record = norland.alert("Omar Farouk", "1985-12-12")
ref = norland.rows("record", "show", str(record))[0]["id"]
norland.release(record, sudmark, isola)
check(until(lambda: holds(isola, ref)), "Isola gets it")
check(not holds(sudmark, ref), "Sudmark does not")
check(not delivered(norland, sudmark, record), "and Norland does not say it did")

for n in (norland, sudmark, isola):
    began = time.monotonic()
    check(n.stop() == 0 and time.monotonic() - began < 10, f"{n.name} stops cleanly")
    n.run("ledger", "verify", "--store")
if failed:
    for n in (norland, sudmark, isola):
        show(n)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
