#!/usr/bin/env python3
"""A node with many records that is restored from a backup gets what it lost from its partner, and not everything again.

usage: catchup.py [--records N] [--before N] [--after N] [--write]

Bracken holds N records of a partner that does not exist, which came by hand, and those that Ansgar, a node, has
released to it over HTTPS. It is backed up, gets more, and is put back to the backup. What went over the wire from then until it holds
what it held is counted and compared with what the wire carried before. --write puts the result into docs/fleet.md."""
import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario"))
import livelib  # noqa: E402
import tap  # noqa: E402
from livelib import Node, until  # noqa: E402

BOTH = ["--gives", "alert", "--gives", "withdrawal", "--takes", "alert", "--most", "amber", "--live"]
MAKER = os.path.join(os.path.dirname(livelib.ENTENTE), "tests", "bench", "make_bundles")
BEGIN, END = "<!-- tests/bench/catchup.py -->\n", "<!-- end -->\n"


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--records", type=int, default=1000000, help="that are there already, of another partner")
    p.add_argument("--before", type=int, default=1000, help="that came over the wire before the backup")
    p.add_argument("--after", type=int, default=1000, help="that came after it, and are lost")
    p.add_argument("--write", action="store_true")
    return p.parse_args()


def fill(node, records, top):
    """So many records of a partner that is not there, as bundles by hand."""
    folder = os.path.join(top, "bundles")
    os.mkdir(folder)
    with subprocess.Popen([MAKER, "--records", str(records), node.card, folder], stdout=subprocess.PIPE, text=True) as p:
        fingerprint = p.stdout.readline().strip()
        node.run("partner", "add", os.path.join(folder, "partner.card"), "--fingerprint", fingerprint)
        node.run("partner", "agree", "Made-up partner", *BOTH)
        n = 0
        while True:
            path = os.path.join(folder, f"{n + 1:04d}.bundle")
            if os.path.exists(path):
                if node.call("bundle", "import", path, timeout=600).returncode not in (0, 1):
                    raise livelib.Wrong("a bundle is not taken")
                os.remove(path)
                n += 1
            elif p.poll() is not None and not os.path.exists(path):
                break
            else:
                time.sleep(0.02)
    if p.returncode != 0:
        raise livelib.Wrong("no bundles are made")
    # It will not be there to be asked what it has of us.
    node.run("partner", "cut", "Made-up partner", "--reason", "it does not exist")
    return n


def send(a, b, n, first):
    """So many alerts of a, released to b; seconds until all of its receipts are back."""
    for i in range(first, first + n):
        record = a.alert(f"Catchup Person{i}", f"19{60 + i % 40}-0{1 + i % 9}-1{i % 9}")
        p = a.run("release", "propose", str(record), "--to", b.id, "--json", code=4)
        a.run("release", "approve", str(json.loads(p.splitlines()[0])["release"]), user="berta")


def received(a):
    return sum(d["state"] in ("received", "opened") and d["what"] != "receipt" for d in a.deliveries())


def holds(b, a):
    return len([r for r in b.rows("record", "list", "--partner", a.id, "--limit", "100000") if r["state"] == "current"])


def asked(b, a):
    """As holds, or None while nobody may read: after a restore, until it is known what was lost."""
    p = b.call("record", "list", "--partner", a.id, "--limit", "100000", "--json")
    return None if p.returncode == 3 else sum(json.loads(x)["state"] == "current" for x in p.stdout.splitlines())


def settle(a, b, n, seconds):
    if not until(lambda: received(a) == n and holds(b, a) == n, seconds, 0.5):
        raise livelib.Wrong(f"{received(a)} received and {holds(b, a)} held of {n}: " + "".join(a.talk[-5:] + b.talk[-5:]) +
                            b.run("partner", "link", "--json") + a.run("partner", "link", "--json"))


def measure(top, a):
    ansgar, bracken = Node(top, "ansgar", "XAA", real=False), Node(top, "bracken", "XBB", real=False)
    for x in (ansgar, bracken):
        x.run("profile", "set", "--reads-an-hour", "0")
    began = time.monotonic()
    bundles = fill(bracken, a.records, top)
    print(f"{a.records:,} records in {bundles} bundles came in {time.monotonic() - began:.0f} s", flush=True)
    for x, y in ((ansgar, bracken), (bracken, ansgar)):
        x.knows(y, *BOTH)
    wires = [tap.Tap(bracken.port), tap.Tap(ansgar.port)]
    ansgar.run("partner", "address", "bracken", wires[0].address)
    bracken.run("partner", "address", "ansgar", wires[1].address)
    for x in (ansgar, bracken):
        x.start()
    bytes_now = lambda: sum(w.bytes() for w in wires)  # noqa: E731
    send(ansgar, bracken, a.before, 0)
    settle(ansgar, bracken, a.before, 300)
    first = bytes_now()
    began = time.monotonic()
    bracken.run("backup", os.path.join(top, "backup.db"))
    backup = time.monotonic() - began
    send(ansgar, bracken, a.after, a.before)
    settle(ansgar, bracken, a.before + a.after, 300)
    second = bytes_now()
    bracken.stop()
    began = time.monotonic()
    bracken.run("restore", os.path.join(top, "backup.db"))
    restored = time.monotonic() - began
    began = time.monotonic()
    bracken.start()
    ready = time.monotonic() - began
    if not until(lambda: asked(bracken, ansgar) is not None, 120, 0.1):
        raise livelib.Wrong("it does not go on by itself: " + "".join(bracken.talk[-5:]))
    knows = time.monotonic() - began
    there = asked(bracken, ansgar)
    settle(ansgar, bracken, a.before + a.after, 900)
    took = time.monotonic() - began
    third = bytes_now()
    for x in (ansgar, bracken):
        x.stop()
        x.run("ledger", "verify", "--store")
    rows = [("records that it held", a.records + a.before), ("of them from the partner on the wire, before the backup", a.before),
            ("lost by the restore", a.after), ("held when it may be asked again", there),
            ("bytes on the wire for those before the backup", first),
            ("bytes for those after it, the first time", second - first),
            ("bytes from the restore until all are held and acknowledged again", third - second),
            ("seconds for the backup", round(backup, 1)), ("seconds for the restore", round(restored, 1)),
            ("seconds until it serves", round(ready, 1)), ("seconds from its start until it knows what it lost", round(knows, 1)),
            ("seconds from its start until it holds all again", round(took, 1))]
    good = there == a.before and third - second < 2 * (second - first) + 200000
    if a.before >= 10 * a.after:  # so that pulling everything again cannot pass for it
        good = good and third - second < second / 2
    return rows, good


def main():
    a = arguments()
    with livelib.scratch() as top:
        rows, good = measure(top, a)
    table = "| | |\n|---|---:|\n" + "".join(f"| {what} | {n:,} |\n" for what, n in rows)
    print(table, end="")
    if a.write and good:
        page = os.path.join(os.environ.get("ENTENTE_SOURCE", "."), "docs", "fleet.md")
        with open(page, encoding="utf-8") as f:
            before, rest = f.read().split(BEGIN)
        with open(page, "w", encoding="utf-8") as f:
            f.write(before + BEGIN + table + END + rest.split(END, 1)[1])
    print(f"{1 if good else 0} passed, {0 if good else 1} failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
