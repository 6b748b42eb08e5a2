#!/usr/bin/env python3
"""False alerts by culture and by script of the name, at one probability line.

usage: tests/bench/fairness.py [--identities N] [--strangers M] [--scan K] [--seed S] [--rate R] [--write]

Makes a list and strangers who are on no list (tests/bench/make_people.c; everybody is invented), screens them, and sets
the one line that a share R of the strangers exceed, every group weighing the same. Each group's rate is given as a ratio
to that of the median group. Twice: against a list in the generator's mix of cultures, as lists are; and against a list
with equally many identities of each culture, for strangers who bear no full name of the list, which shows what is the
engine's and not the list's or the generator's. --write puts the tables and the picture into docs/.
"""
import argparse
import collections
import csv
import json
import math
import os
import random
import re
import tempfile

import benchlib as lib

ENOUGH = 500
PRIOR = 1e-5


def read_groups(folder):
    with open(os.path.join(folder, "groups.tsv"), encoding="utf-8") as g, \
            open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as t:
        out = {}
        for a, b in zip(g, t):
            traveller, culture, script = a.rstrip("\n").split("\t")
            slice_, regime = b.split("\t")[1:3]
            if slice_ == "nonlisted":
                out[traveller] = (culture, script, regime)
        return out


def key(name):
    return " ".join(sorted(re.sub(r"\W+", " ", name.casefold()).split()))


def namesakes(folder):
    """Strangers who bear a full name of the list, letter by letter, in any order of its tokens."""
    with open(os.path.join(folder, "list.ftm.jsonl"), encoding="utf-8") as f:
        listed = {key(n) for p in (json.loads(line)["properties"] for line in f)
                  for k in ("name", "alias", "weakAlias") for n in p.get(k, ())}
    with open(os.path.join(folder, "travellers.csv"), encoding="utf-8", newline="") as f:
        return {r["id"] for r in csv.DictReader(f) if key(r["name"]) in listed}


def measure(folder, rate, leave_out):
    """Best hits of all strangers; the line; alerts of each group. leave_out: without namesakes."""
    who = read_groups(folder)
    same, every = namesakes(folder), collections.Counter(v[:2] for v in who.values())
    share = {g: sum(who[t][:2] == g for t in same if t in who) / n for g, n in every.items()}
    if leave_out:
        who = {t: v for t, v in who.items() if t not in same}
    size = collections.Counter(v[:2] for v in who.values())
    groups = {g for g, n in size.items() if n >= ENOUGH}
    best = []
    for row in lib.screen(os.path.join(folder, "list.ftm.jsonl"), os.path.join(folder, "travellers.csv"), PRIOR, 1):
        v = who.get(row["traveller"])
        if v and v[:2] in groups and row["hits"]:
            best.append((row["hits"][0]["probability"], row["traveller"], row["hits"][0]))
    best.sort(key=lambda x: (-x[0], x[1]))
    allowed, weight, line = rate * len(groups), 0.0, 1.0
    for p, t, _ in best:
        weight += 1 / size[who[t][:2]]
        if weight > allowed:
            break
        line = p
    alerts, regimes = collections.Counter(), collections.defaultdict(collections.Counter)
    shown = collections.defaultdict(list)
    for p, t, hit in best:
        if p >= line:
            alerts[who[t][:2]] += 1
            regimes[who[t][:2]][who[t][2]] += 1
            shown[who[t][:2]].append(hit)
    return {"line": line, "namesakes": share, "groups": {g: (alerts[g], size[g]) for g in groups}, "regimes": regimes, "hits": shown,
            "thin": {g: n for g, n in size.items() if n < ENOUGH}}


def ratios(groups, rng, draws=1000):
    """group: (ratio to the median group, low, high): the group by Jeffreys' interval, the median by bootstrap."""
    rate = {g: k / n for g, (k, n) in groups.items()}
    mid = lib.median(rate.values()) or 1e-9
    seen = collections.defaultdict(list)
    for _ in range(draws):
        m = lib.median(lib.binomial(rng, n, k / n) / n for k, n in groups.values()) or 1e-9
        for g, (k, n) in groups.items():
            seen[g].append(rng.betavariate(k + 0.5, n - k + 0.5) / m)
    cut = lambda v, q: sorted(v)[int(q * (len(v) - 1))]
    return {g: (rate[g] / mid, cut(seen[g], 0.025), cut(seen[g], 0.975)) for g in groups}


def evidence(hits):
    """What the false alerts of a group rest on: mean bits a field."""
    sums = collections.Counter()
    for h in hits:
        for e in h["evidence"]:
            sums[e["field"]] += e["bits"]
    return ", ".join(f"{f} {b / len(hits):+.1f}" for f, b in sorted(sums.items(), key=lambda x: -abs(x[1])))


def whys(hits):
    words = collections.Counter((e["field"], e["why"]) for h in hits for e in h["evidence"]
                                if e["query"] and e["list"] and e["bits"] > 0)
    return "; ".join(f"{f} {w} {n}" for (f, w), n in words.most_common(5))


def draw(mixed, even, path):
    order = sorted(mixed, key=lambda g: -mixed[g][0])
    svg = lib.Svg(760, 90 + 18 * len(order), "False alerts of each group as a ratio to the median group")
    x = lambda r: 200 + 90 * (math.log2(min(16, max(0.25, r))) + 2)
    svg.text(10, 20, "False alerts of a group, as a ratio to the median group", "t")
    for at, cls, words in ((14, "b", "list as lists are"), (140, "w", "every culture alike")):
        svg.dot(at, 36, 4, cls)
        svg.text(at + 8, 40, words, "s")
    for r in (0.25, 0.5, 1, 2, 4, 8, 16):
        svg.line(x(r), 54, x(r), 72 + 18 * len(order), "a" if r == 2 else "g")
        svg.text(x(r), 86 + 18 * len(order), {0.25: "1/4 or less", 16: "16 or more"}.get(r, f"{r:g}"), "s", "middle")
    for i, g in enumerate(order):
        y = 66 + 18 * i
        svg.text(10, y + 4, f"{g[0].replace('_', ' ')}, {g[1]}")
        for data, cls, dy in ((mixed, "", -3), (even, "w", 3)):
            if g in data:
                v, low, high = data[g]
                svg.line(x(low), y + dy, x(high), y + dy, "i" + cls)
                svg.dot(x(v), y + dy, 3, cls or "b")
    svg.write(path)


def page(a, mixed, even, rm, re_):
    rows = []
    for g in sorted(rm, key=lambda g: -rm[g][0]):
        k, n = mixed["groups"][g]
        low, high = lib.wilson(k, n)
        e = "{:.2f} ({:.2f}–{:.2f})".format(*re_[g]) if g in re_ else "–"
        rows.append([g[0].replace("_", " "), g[1], n, k, f"{100 * k / n:.2f} ({100 * low:.2f}–{100 * high:.2f})",
                     "{:.2f} ({:.2f}–{:.2f})".format(*rm[g]), f"{100 * mixed['namesakes'][g]:.1f}", e])
    out = [f"Commit {lib.version()}; list of {a.identities} invented identities, seed {a.seed}; "
           f"{sum(n for _, n in mixed['groups'].values())} strangers in {len(rm)} groups of at least {ENOUGH}; line "
           f"{mixed['line']:.3g} (mixed list) and {even['line']:.3g} (even list) at a prior of {PRIOR:g}, which {a.rate:.1%} of "
           "the strangers exceed. Intervals are of 95 %.", "",
           lib.table(["culture", "script of the name", "strangers", "false alerts", "rate, %", "ratio, list as lists are",
                      "namesakes, %", "ratio, every culture alike, no namesakes"], rows), ""]
    sure = [g for g in rm if rm[g][1] > 2 or re_.get(g, (0, 0))[1] > 2]
    over = [g for g in rm if rm[g][0] > 2 or g in sure]
    out += ["Surely above 2 (the whole interval) on one of the lists: " +
            (", ".join(f"{g[0].replace('_', ' ')} in {g[1]}" for g in sorted(sure)) or "none") + ".", "",
            "Above 2 on the list as lists are: " + (", ".join(f"{g[0].replace('_', ' ')} in {g[1]}" for g in sorted(over) if rm[g][0] > 2) or "none") + "."]
    if mixed["thin"]:
        out += ["", f"Left out, fewer than {ENOUGH} strangers: " +
                ", ".join(f"{g[0].replace('_', ' ')} in {g[1]} ({n})" for g, n in sorted(mixed["thin"].items())) + "."]
    if over:
        out += ["", "What their false alerts rest on, in mean bits a field (of the list with every culture alike where it is above 2 there):", "",
                lib.table(["group", "alerts by field regime", "mean bits", "rows that spoke for, most frequent"], [
                    [f"{g[0].replace('_', ' ')}, {g[1]}",
                     ", ".join(f"{r} {n}" for r, n in d["regimes"][g].most_common()), evidence(d["hits"][g]), whys(d["hits"][g])]
                    for g in sorted(over) for d in [even if re_.get(g, (0,))[0] > 2 else mixed]])]
    return "\n".join(out) + "\n"


def put(path, text):
    """Between the marks of a page that people write."""
    begin, end = "<!-- fairness.py begins -->\n", "<!-- fairness.py ends -->\n"
    with open(path, encoding="utf-8") as f:
        old = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(old[:old.index(begin) + len(begin)] + text + old[old.index(end):])


def main():
    p = argparse.ArgumentParser(description="False alerts by culture and script of the name.")
    p.add_argument("--identities", type=int, default=20000)
    p.add_argument("--strangers", type=int, default=700)
    p.add_argument("--scan", type=int, default=800000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rate", type=float, default=0.01)
    p.add_argument("--write", action="store_true")
    a = p.parse_args()
    lib.nicely()
    rng = random.Random(a.seed)
    made = {}
    for kind in ("mixed", "even"):
        with tempfile.TemporaryDirectory() as folder:
            lib.people(folder, seed=a.seed, identities=a.identities, listed=0, strangers=a.strangers, scan=a.scan,
                       even=kind == "even")
            made[kind] = measure(folder, a.rate, kind == "even")
    rm, re_ = ratios(made["mixed"]["groups"], rng), ratios(made["even"]["groups"], rng)
    text = page(a, made["mixed"], made["even"], rm, re_)
    print(text)
    if a.write:
        docs = os.path.join(lib.ROOT, "docs")
        put(os.path.join(docs, "fairness.md"), text)
        draw(rm, re_, os.path.join(docs, "fairness.svg"))


if __name__ == "__main__":
    main()
