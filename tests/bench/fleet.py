#!/usr/bin/env python3
"""A fleet: nodes of invented services, each a process with a folder, keys and persons of its own, all partners of all,
exchange on loopback while processes are killed and stopped, links are cut by people and wires are cut under them.

usage: fleet.py [--nodes N] [--records R] [--minutes M] [--partners P] [--relayed N] [--taps N] [--seed N] [--write]

Every node releases alerts to some of its partners and withdraws some of them. Some nodes have no address and fetch; some
pairs cannot reach each other at all and write through a third. At the end nothing is disturbed any more and the queues run
empty. Then: every delivery is acknowledged; what was delivered is held, once, by whom it was released to and nobody
else; what was withdrawn is in force nowhere; each ledger is whole; and in all bytes of the wires that were
listened to, as they went and inside of TLS, no person, no service, no partner's id and no plain record is found. --write
puts the summary into docs/fleet.md."""
import argparse
import os
import random
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario"))
import livelib  # noqa: E402
import tap  # noqa: E402
from livelib import Node  # noqa: E402

BOTH = ["--gives", "alert", "--gives", "withdrawal", "--takes", "alert", "--most", "amber", "--live"]
NOWHERE = "https://127.0.0.1:1"
FETCHERS = 10     # one in so many has no address
WITHDRAWN = 0.05  # of what is released
MARKS = (b"spec_version", b"x-entente", b"extension-definition", b"birth", b"border control", b"warrant 7/2026",
         b"entente/1/release", b'"type"')
TICK = os.sysconf("SC_CLK_TCK")
LIMIT = ["--limit", "100000"]


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--nodes", type=int, default=6)
    p.add_argument("--records", type=int, default=100, help="that all nodes release together, at most")
    p.add_argument("--minutes", type=float, default=1, help="in which they are released, and everything is disturbed")
    p.add_argument("--seconds", type=float)
    p.add_argument("--partners", type=int, default=0, help="to how many a record is released at most; 0: to all")
    p.add_argument("--relayed", type=int, default=0, help="pairs that write through a third; it takes minutes")
    p.add_argument("--taps", type=int, default=6, help="wires that are listened to, and cut")
    p.add_argument("--drain", type=float, default=900, help="seconds until everything has to be acknowledged")
    p.add_argument("--workers", type=int, default=2, help="commands at a time")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--write", action="store_true")
    return p.parse_args()


class Member(Node):
    """A node of the fleet, and what its processes took."""

    def __init__(self, top, i, listen):
        name = f"Fleetservice-{i:02d}-Vorrland"
        self.keylog = os.path.join(top, f"{i}.keylog")
        self.cpu, self.memory, self.away = 0.0, 0, threading.Lock()
        self.cuts, self.relayed, self.fetches = set(), set(), not listen
        super().__init__(top, name, "XAA", listen=listen)
        self.env["SSLKEYLOGFILE"] = self.keylog
        self.run("profile", "set", "--reads-an-hour", "0")

    def count(self):
        """Before its process ends."""
        pid = self.process.pid
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            v = f.read().rsplit(")", 1)[1].split()
        self.cpu += (int(v[11]) + int(v[12])) / TICK
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            self.memory = max([self.memory] + [int(x.split()[1]) * 1024 for x in f if x.startswith("VmHWM")])


class Fleet:
    def __init__(self, top, a):
        self.a, self.random, self.lock = a, random.Random(a.seed), threading.Lock()
        self.released, self.withdrawn, self.refused = [], set(), 0
        self.kills = self.stops = self.cuts = self.wires_cut = self.n = 0
        self.over, self.stuck = False, []
        self.pool = ThreadPoolExecutor(a.workers)
        began = time.monotonic()
        self.nodes = self.each(lambda i: Member(top, i, i % FETCHERS != FETCHERS // 2), range(a.nodes))
        self.by_id = {x.id: x for x in self.nodes}
        self.relay()
        self.each(self.meet, self.nodes)
        self.taps = {}
        self.listen()
        self.commands = time.monotonic() - began
        began = time.monotonic()
        self.each(lambda x: x.start(), self.nodes)
        self.started = time.monotonic() - began

    def each(self, what, those):
        return list(self.pool.map(what, those))

    def far(self, x):
        """Its partners."""
        return [y for y in self.nodes if y is not x and not (x.fetches and y.fetches and y not in x.relayed)]

    def relay(self):
        """Pairs that cannot reach each other, and who writes for them; the first is the relay of all."""
        left = [x for x in self.nodes[1:] if not x.fetches]
        self.random.shuffle(left)
        for _ in range(min(self.a.relayed, len(left) // 2)):
            x, y = left.pop(), left.pop()
            x.relayed.add(y)
            y.relayed.add(x)

    def meet(self, x):
        for y in self.far(x):
            x.knows(y, *BOTH)
        for y in x.relayed:
            x.run("partner", "address", y.name, NOWHERE)
            x.run("partner", "route", y.name, "--via", self.nodes[0].name)
        if x is self.nodes[0]:
            for y in self.nodes:
                if y.relayed:
                    x.run("partner", "relay", y.name, "on")

    def listen(self):
        """Wires of the relay first, if there is one."""
        wires = [(x, y) for x in self.nodes for y in self.far(x) if y.port and y not in x.relayed]
        self.random.shuffle(wires)
        wires.sort(key=lambda w: not (self.nodes[0] in w and (w[0].relayed or w[1].relayed)))
        half = [w for w in wires if w[0].relayed or w[1].relayed][:self.a.taps // 2]
        wires = half + [w for w in wires if w not in half][:self.a.taps - len(half)]
        for x, y in wires:
            self.taps[x, y] = t = tap.Tap(y.port)
            x.run("partner", "address", y.name, t.address)

    # --- what people do

    def choose(self):
        """Who releases, the person's name, and to whom."""
        with self.lock:
            self.n += 1
            x = self.random.choice(self.nodes)
            to = [y for y in self.far(x) if y not in x.cuts]
            most = min(self.a.partners or len(to), len(to))
            return x, f"Zarkandu Velothi{self.n:05d}", self.random.sample(to, most), self.random.random() < WITHDRAWN

    def release(self, _=None):
        x, name, to, withdraw = self.choose()
        try:
            n = x.alert(name, f"19{60 + self.n % 40}-0{1 + self.n % 9}-1{self.n % 9}")
            p = x.run("release", "propose", str(n), *[w for y in to for w in ("--to", y.id)], "--json", code=4)
            x.run("release", "approve", str(livelib.json.loads(p.splitlines()[0])["release"]), user="berta")
            with self.lock:
                self.released.append((x, n, to))
            if withdraw:
                x.run("release", "withdraw", str(n), "--reason", "wrong-person")
                with self.lock:
                    self.withdrawn.add((x, n))
        except (livelib.Wrong, OSError, IndexError) as e:
            with self.lock:
                self.refused += 1
                self.last = str(e)

    # --- what happens to them

    def kill(self, rng):
        x = rng.choice(self.nodes)
        with x.away:
            x.count()
            x.kill()
            self.kills += 1
            time.sleep(rng.uniform(0, 3))
            x.start()

    def hold(self, rng):
        x = rng.choice(self.nodes)
        with x.away:
            x.process.send_signal(signal.SIGSTOP)
            self.stops += 1
            time.sleep(rng.uniform(0.5, 4))
            x.process.send_signal(signal.SIGCONT)

    def quarrel(self, rng):
        x = rng.choice(self.nodes)
        y = rng.choice(self.far(x))
        with self.lock:
            if y in x.cuts:
                return
            x.cuts.add(y)
        self.patiently(x, "partner", "cut", y.id, "--reason", "a quarrel")
        self.cuts += 1
        time.sleep(rng.uniform(1, 10))
        self.patiently(x, "partner", "restore", y.id, "--reason", "it is over")
        with self.lock:
            x.cuts.discard(y)

    def unplug(self, rng):
        t = rng.choice(list(self.taps.values()))
        t.cut()
        self.wires_cut += 1
        time.sleep(rng.uniform(0.5, 8))
        t.mend()

    def patiently(self, x, *args):
        """A person does it again when the node was killed under the command."""
        for _ in range(20):
            p = x.call(*args)
            if p.returncode == 0 or b"is not cut" in p.stderr or b"already" in p.stderr:
                return
            time.sleep(0.5)
        raise livelib.Wrong(f"{x.name}: {' '.join(args)}: {p.stderr.decode()}")

    def disturb(self, what, pause, seed):
        rng = random.Random(seed)
        while not self.over:
            time.sleep(rng.uniform(0.2, 2) * pause)
            if not self.over:
                what(rng)

    def run(self, seconds):
        faults = [(self.kill, 3), (self.hold, 3), (self.quarrel, 3), (self.unplug, 3)]
        with ThreadPoolExecutor(len(faults)) as storm:
            going = [storm.submit(self.disturb, f, p, self.a.seed * 100 + i) for i, (f, p) in enumerate(faults)]
            end, left, busy = time.monotonic() + seconds, self.a.records, set()
            pace = seconds / max(1, self.a.records)
            began = time.monotonic()
            while time.monotonic() < end and left > 0:
                busy = {f for f in busy if not f.done()}
                if len(busy) >= self.a.workers or time.monotonic() < began + (self.a.records - left) * pace * 0.9:
                    time.sleep(0.01)
                    continue
                busy.add(self.pool.submit(self.release))
                left -= 1
            self.over = True
            for f in busy | set(going):
                f.result()

    # --- what became of it

    def settled(self, x):
        """Nothing waits for a receipt."""
        return not any(d["what"] != "receipt" for s in ("queued", "sent")
                       for d in x.rows("delivery", "list", "--state", s, *LIMIT))

    def drain(self):
        """Nodes that still wait when the time is over."""
        end, left = time.monotonic() + self.a.drain, self.nodes
        while left and time.monotonic() < end:
            left = [x for x, done in zip(left, self.each(self.settled, left)) if not done]
            if left:
                time.sleep(2)
        return left

    def looked(self, x):
        return x.rows("delivery", "list", *LIMIT), x.rows("record", "list", *LIMIT)

    def verdict(self):
        seen = dict(zip(self.nodes, self.each(self.looked, self.nodes)))
        for x in self.nodes:
            x.count()
            x.stop()
        self.each(lambda x: x.run("ledger", "verify", "--store"), self.nodes)
        ref = {x: {r["record"]: r["id"] for r in seen[x][1] if r["ours"]} for x in self.nodes}
        held = {x: {} for x in self.nodes}
        for x in self.nodes:
            for r in seen[x][1]:
                if not r["ours"] and r["kind"] == "alert":
                    held[x].setdefault(r["id"], []).append(r["state"])
        told = {(ref[x][r["record"]], y) for x in self.nodes for r in seen[x][0] for y in [self.by_id[r["partner"]]]
                if r["kind"] == "alert"}
        gone = {ref[x][n] for x, n in self.withdrawn}
        f = dict.fromkeys(("deliveries", "acknowledged", "taken back", "withdrawals", "open", "lost", "twice", "leaked", "lingers"), 0)
        for x in self.nodes:
            for d in seen[x][0]:
                if d["what"] == "receipt":
                    continue
                if d["state"] in ("queued", "sent", "refused"):
                    f["open"] += 1
                    self.stuck.append(f"{x.name} to {d['partner_name']}: {d['kind']} {d['state']} {d['reason']} "
                                      f"bundle {d['bundle']} {d['queued']} {d['sent']}")
                if d["kind"] == "withdrawal":
                    f["withdrawals"] += d["state"] in ("received", "opened")
                if d["kind"] != "alert":
                    continue
                f["deliveries"] += 1
                f["acknowledged"] += d["state"] in ("received", "opened")
                f["taken back"] += d["state"] == "dropped" and ref[x][d["record"]] in gone
                there = held[self.by_id[d["partner"]]].get(ref[x][d["record"]], [])
                f["lost"] += d["state"] in ("received", "opened") and not there
                f["twice"] += len(there) > 1
        for x, n, to in self.released:
            for y in to:
                states = held[y].get(ref[x][n], [])
                f["lost"] += (ref[x][n], y) not in told or (not states and ref[x][n] not in gone)
                f["lingers"] += ref[x][n] in gone and "current" in states
        for y in self.nodes:
            f["leaked"] += sum((r, y) not in told for r in held[y])
        self.refs = {r for x in self.nodes for r in ref[x].values()}
        return f

    def search(self):
        """What is found on the wires that nobody may see there, where, and how much was looked at."""
        known = tap.secrets(*[x.keylog for x in self.nodes])
        found, raw, opened, shut, requests = [], 0, 0, 0, 0
        people = [b"Zarkandu", b"Velothi", b"Vorrland", b"Fleetservice"]
        for (x, y), t in self.taps.items():
            others = [z.id.encode() for z in self.nodes if z not in (x, y)]
            words = [*people, *MARKS, *others, *[r.encode() for r in self.refs]]
            for sides in t.sides:
                inner, closed = tap.inside(sides, known)
                shut += closed
                raw += len(sides[0]) + len(sides[1])
                opened += sum(map(len, inner))
                requests += inner[0].count(b"HTTP/1.1\r\n")
                for text in (*sides, *inner):
                    found += [w.decode() for w in words if w in text]
        return {"wires": len(self.taps), "raw": raw, "opened": opened, "shut": shut, "requests": requests, "found": found}


def middle(values):
    v = sorted(values)
    return v[len(v) // 2]


def summary(s, f, w, ran, drained, late):
    """Lines, and whether all holds."""
    a, pairs = s.a, sum(len(s.far(x)) for x in s.nodes)
    lines = [
        f"nodes {len(s.nodes)}, of which {sum(x.fetches for x in s.nodes)} without an address fetch; seed {a.seed}",
        f"partnerships {pairs}, of which {sum(len(x.relayed) for x in s.nodes)} through a third",
        f"made in {s.commands:.0f} s by commands, all serving after another {s.started:.0f} s",
        f"ran {ran:.0f} s, and {drained:.0f} s until all was acknowledged",
        f"processes killed {s.kills}, stopped for seconds {s.stops}; links cut by a person {s.cuts}, wires cut {s.wires_cut}",
        f"releases {len(s.released)} (and {s.refused} that were interrupted), withdrawn {len(s.withdrawn)}",
        f"deliveries {f['deliveries']}, acknowledged {f['acknowledged']}, withdrawn before they left {f['taken back']}, "
        f"withdrawals acknowledged {f['withdrawals']}",
        f"without an answer at the end {f['open']}, nodes that wait {len(late)}",
        f"lost {f['lost']}, held twice {f['twice']}, held by whom it was not released to {f['leaked']}, "
        f"in force though withdrawn {f['lingers']}",
        f"ledgers whole {len(s.nodes)}",
        f"wires listened to {w['wires']}: {w['raw']:,} bytes searched, {w['opened']:,} inside of TLS with {w['requests']} "
        f"requests; records of TLS that stayed shut {w['shut']}; found {len(w['found'])}",
        f"memory of a node, MB: median {middle(x.memory for x in s.nodes) / 1e6:.0f}, most "
        f"{max(x.memory for x in s.nodes) / 1e6:.0f}",
        f"CPU of a node, s: median {middle(x.cpu for x in s.nodes):.1f}, most {max(x.cpu for x in s.nodes):.1f}; of all "
        f"{sum(x.cpu for x in s.nodes):.0f}",
    ]
    good = f["deliveries"] == f["acknowledged"] + f["taken back"]
    good = good and not (late or f["open"] or f["lost"] or f["twice"] or f["leaked"] or f["lingers"] or w["found"])
    return lines, good and s.released and (w["requests"] > 0 or not s.taps)


def write(lines):
    page = os.path.join(os.environ.get("ENTENTE_SOURCE", "."), "docs", "fleet.md")
    with open(page, encoding="utf-8") as f:
        head, tail = f.read().split("```text\n", 1)
    with open(page, "w", encoding="utf-8") as f:
        f.write(head + "```text\n" + "\n".join(lines) + "\n```" + tail.split("```", 1)[1])


def main():
    a = arguments()
    with livelib.scratch() as top:
        s = Fleet(top, a)
        print(f"made in {s.commands:.0f} s, serving after {s.started:.0f} s", flush=True)
        began = time.monotonic()
        s.run(a.seconds if a.seconds is not None else a.minutes * 60)
        ran, began = time.monotonic() - began, time.monotonic()
        print(f"ran {ran:.0f} s: {len(s.released)} releases, {s.refused} refused", flush=True)
        late = s.drain()
        drained = time.monotonic() - began
        f = s.verdict()
        w = s.search()
        lines, good = summary(s, f, w, ran, drained, late)
        print("\n".join(lines))
        if not good:
            print(f"found: {sorted(set(w['found']))[:10]}; last refusal: {getattr(s, 'last', '')}", file=sys.stderr)
            print("\n".join(s.stuck[:40]), file=sys.stderr)
            for x in late[:6] or s.nodes[:3]:
                print("".join(f"  {x.name}: {t}" for t in x.talk[-12:]), file=sys.stderr)
    if a.write:
        write(lines)
    print(f"{1 if good else 0} passed, {0 if good else 1} failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
