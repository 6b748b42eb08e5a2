#!/usr/bin/env python3
"""The soak: three nodes of invented services as processes on loopback exchange while they are killed at random
(SIGKILL), and nothing that was acknowledged is lost.

usage: soak.py [--minutes M | --seconds S] [--seed N] [--write]

Two nodes release alerts to the others, one of which has no address and fetches; every few seconds one of the three is
killed and started again. At the end nobody is killed any more and the queues run empty. Then: every delivery that its
sender has as received is held by its receiver, once; every record that was released is held by all it was released to;
each ledger is whole. --write puts the summary into docs/soak.md."""
import argparse
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario"))
import livelib  # noqa: E402
from livelib import Node, until  # noqa: E402

BOTH = ["--gives", "alert", "--gives", "withdrawal", "--takes", "alert", "--most", "amber", "--live"]
DRAIN = 240  # seconds


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--minutes", type=float, default=10)
    p.add_argument("--seconds", type=float)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--write", action="store_true")
    return p.parse_args()


class Soak:
    """Three nodes and what was done to them."""

    def __init__(self, top, seed):
        self.random = random.Random(seed)
        self.nodes = [Node(top, "norland", "XAA"), Node(top, "sudmark", "XBB"), Node(top, "isola", "XDD", listen=False)]
        for a in self.nodes[:2]:
            for b in self.nodes:
                if a is not b:
                    a.knows(b, *BOTH)
        for a in self.nodes[:2]:
            self.nodes[2].knows(a, *BOTH)
        self.released, self.kills, self.refused, self.n = [], 0, 0, 0
        for x in self.nodes:
            x.run("profile", "set", "--reads-an-hour", "0")
            x.start()

    def release(self):
        """A record of one of the first two to all others; a kill in between leaves it unreleased, which is no loss."""
        sender = self.random.choice(self.nodes[:2])
        to = [x for x in self.nodes if x is not sender]
        self.n += 1
        try:
            record = sender.alert(f"Soak Person {self.n}", f"19{60 + self.n % 40}-0{1 + self.n % 9}-1{self.n % 9}")
            ref = sender.rows("record", "show", str(record))[0]["id"]
            sender.release(record, *to)
        except (livelib.Wrong, OSError, IndexError):
            self.refused += 1
            return
        self.released.append((sender, record, ref, to))

    def kill(self):
        victim = self.random.choice(self.nodes)
        victim.kill()
        self.kills += 1
        time.sleep(self.random.uniform(0, 2))
        victim.start()

    def run(self, seconds):
        end, strike = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            self.release()
            if time.monotonic() > strike:
                self.kill()
                strike = time.monotonic() + self.random.uniform(1, 8)

    def owed(self):
        """Deliveries of released records without a receipt."""
        open_ones = {s: {(d["record"], d["partner"]) for d in s.deliveries() if d["state"] == "received"}
                     for s in self.nodes[:2]}
        return [(s, r, t) for s, r, _, to in self.released for t in to if (r, t.id) not in open_ones[s]]

    def held(self):
        """By node: how often it holds each record of others."""
        out = {}
        for x in self.nodes:
            out[x] = {}
            for row in x.rows("record", "list", "--limit", "100000"):
                if not row["ours"] and row["state"] == "current":
                    out[x][row["id"]] = out[x].get(row["id"], 0) + 1
        return out

    def verdict(self):
        """Lines of the summary, and whether all holds."""
        owed = self.owed()
        held = self.held()
        refs = {(s, r): ref for s, r, ref, _ in self.released}
        lost = twice = acknowledged = pairs = 0
        for s in self.nodes[:2]:
            for d in s.deliveries():
                if d["state"] != "received" or d["kind"] != "alert":
                    continue
                acknowledged += 1
                there = next(x for x in self.nodes if x.id == d["partner"])
                ref = refs.get((s, d["record"])) or s.rows("record", "show", str(d["record"]))[0]["id"]
                lost += held[there].get(ref, 0) == 0
                twice += held[there].get(ref, 0) > 1
        for _, _, ref, to in self.released:
            pairs += len(to)
            lost += sum(held[t].get(ref, 0) == 0 for t in to)
        for x in self.nodes:
            x.run("ledger", "verify", "--store")
        return [f"kills {self.kills}", f"releases {len(self.released)} (and {self.refused} that a kill interrupted)",
                f"deliveries {pairs}", f"acknowledged {acknowledged}", f"not acknowledged at the end {len(owed)}",
                f"lost {lost}", f"held twice {twice}", "ledgers whole 3"], not (owed or lost or twice)


def main():
    a = arguments()
    seconds = a.seconds if a.seconds is not None else a.minutes * 60
    with livelib.scratch() as top:
        s = Soak(top, a.seed)
        began = time.monotonic()
        s.run(seconds)
        ran = time.monotonic() - began
        drained = time.monotonic()
        until(lambda: not s.owed(), DRAIN, 1)
        lines, good = s.verdict()
        lines = [f"ran {ran:.0f} s, and {time.monotonic() - drained:.0f} s until all was acknowledged, seed {a.seed}", *lines]
        print("\n".join(lines))
        for x in s.nodes:
            x.stop()
            if not good:
                print("".join(f"  {x.name}: {t}" for t in x.talk[-12:]), file=sys.stderr)
    if a.write:
        page = os.path.join(os.environ.get("ENTENTE_SOURCE", "."), "docs", "soak.md")
        with open(page, encoding="utf-8") as f:
            text = f.read()
        head, tail = text.split("```text\n", 1)
        with open(page, "w", encoding="utf-8") as f:
            f.write(head + "```text\n" + "\n".join(lines) + "\n```" + tail.split("```", 1)[1])
    print(f"{1 if good else 0} passed, {0 if good else 1} failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
