#!/usr/bin/env python3
"""Accuracy, calibration and candidate recall on the screening benchmark.

usage: tests/bench/accuracy.py [DIR] [--write] [--results FILE] [--every N] [--first N]

Screens DIR (../shared/eval/screening/dev when not given) with `entente screen`, scores with the benchmark's own score.py,
and prints: recall where both sides hold a full birth date at the lines that 1 %, 0.1 % and 0.01 % of those who are not
listed exceed; calibration by field regime and by script of the name; how often the index proposes the true identity by
names alone (recall.c). --write puts all of it into docs/accuracy.md with two pictures. --results keeps the screenings in
FILE, or takes them from there; --every N looks at every N-th listed traveller for the candidates, --first N at the
first N travellers only, which are a fair sample.
"""
import argparse
import collections
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import unicodedata

import benchlib as lib

DATED = ("name_dob", "name_dob_nat", "doc")
FITS = 2        # bits: less is no part that fits
MIN_P = 0.05    # as score.py: what claims less is no event
ENOUGH = 100    # hits for a picture of a script
SCRIPTS = [("LATIN", "Latin"), ("CYRILLIC", "Cyrillic"), ("ARABIC", "Arabic"), ("HEBREW", "Hebrew"), ("GREEK", "Greek"),
           ("GEORGIAN", "Georgian"), ("ARMENIAN", "Armenian"), ("HANGUL", "Hangul"), ("KATAKANA", "kana"),
           ("HIRAGANA", "kana"), ("CJK", "Han")]
GROUPS = ("Cyrillic", "Arabic", "Hebrew", "Greek", "Georgian/Armenian", "Han", "Hangul", "Kana", "Latin")


def script_of(name):
    for c in name:
        if c.isalpha():
            kind = unicodedata.name(c, "").replace("HALFWIDTH ", "").replace("FULLWIDTH ", "")
            return next((title for word, title in SCRIPTS if kind.startswith(word)), "other")
    return "none"


def read_truth(path):
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    return {r[0]: (r[1], r[2], frozenset(x for x in r[3].split("|") if x)) for r in rows}


def reliability(triples):
    """[(probability, true, weight)] to (hits, expected calibration error, bins of (mean, share, hits))."""
    bins = [[0, 0.0, 0] for _ in range(10)]
    for p, true, weight in triples:
        b = bins[min(9, int(p * 10))]
        b[0] += weight
        b[1] += weight * p
        b[2] += weight * true
    n = sum(b[0] for b in bins)
    ece = sum(abs(b[1] - b[2]) for b in bins) / n if n else 0.0
    return n, ece, [(b[1] / b[0], b[2] / b[0], b[0]) for b in bins if b[0]]


def even_shares(truth, key, share):
    """How many stand for one who is not listed, so that of each group the same share is listed; {group: weight}."""
    n = collections.defaultdict(lambda: [0, 0])
    for t, what in truth.items():
        n[key(t, what)][bool(what[2])] += 1
    return {k: listed / others * (1 - share) / share if others else 1.0 for k, (others, listed) in n.items()}


def events(results, truth, key, weights=None):
    out = collections.defaultdict(list)
    for line in open(results, encoding="utf-8"):
        r = json.loads(line)
        t = truth[r["traveller"]]
        for h in r["hits"]:
            if h["probability"] >= MIN_P:
                k = key(r["traveller"], t)
                out[k].append((h["probability"], h["entity"] in t[2], weights[k] if weights and not t[2] else 1))
    return out


def diagrams(groups, path, title):
    """Small multiples: what was claimed, across; what was true, up; dots by their number of hits, intervals of 95 %."""
    columns, size, gap = 5, 124, 30
    rows = -(-len(groups) // columns)
    svg = lib.Svg(30 + columns * (size + gap), 34 + rows * (size + 62), title)
    svg.text(10, 20, title, "t")
    for i, (name, (n, ece, bins)) in enumerate(groups):
        x0, y0 = 30 + (i % columns) * (size + gap), 50 + (i // columns) * (size + 62)
        x, y = lambda v: x0 + size * v, lambda v: y0 + size * (1 - v)
        svg.text(x0, y0 - 6, name)
        for v in (0, 0.5, 1):
            svg.line(x0, y(v), x0 + size, y(v))
            svg.line(x(v), y0, x(v), y0 + size)
            svg.text(x0 - 4, y(v) + 4, f"{v:g}", "s", "end")
            svg.text(x(v), y0 + size + 13, f"{v:g}", "s", "middle")
        svg.line(x0, y0 + size, x0 + size, y0, "a")
        for mean, share, hits in bins:
            low, high = lib.wilson(round(share * hits), hits)
            svg.line(x(mean), y(low), x(mean), y(high), "i")
            svg.dot(x(mean), y(share), 1.5 + min(4, hits ** 0.5 / 20))
        svg.path([(x(m), y(s)) for m, s, _ in bins])
        svg.text(x0, y0 + size + 28, f"{n} hits, error {ece:.3f}", "s")
    svg.write(path)


def screenings(folder, prior, truth, out):
    """Beside them, in out.parts: how much the part of the name says that fits best, of each true hit."""
    with open(out, "w", encoding="utf-8") as f, open(out + ".parts", "w", encoding="utf-8") as g:
        for row in lib.screen(os.path.join(folder, "list.ftm.jsonl"), os.path.join(folder, "travellers.csv"), prior):
            hits = [{"entity": h["entity"], "bits": h["bits"], "probability": h["probability"]} for h in row["hits"]]
            f.write(json.dumps({"traveller": row["traveller"], "hits": hits}) + "\n")
            for h in row["hits"]:
                if h["entity"] in truth[row["traveller"]][2]:
                    g.write(f"{row['traveller']}\t{h['bits']}\t{max([0] + name_bits(h))}\n")


def name_bits(hit):
    return [e["bits"] for e in hit["evidence"] if e["field"] == "name" and e["query"] and e["list"]]


def misses_table(folder, parts, truth, s):
    """What of the slices is below the line of 0.1 %, and in how many of these no part of the name fits at all."""
    with open(os.path.join(folder, "list.ftm.jsonl"), encoding="utf-8") as f:
        full = {r["id"] for r in map(json.loads, f) if any(len(d) == 10 for d in r["properties"].get("birthDate", []))}
    found = collections.defaultdict(lambda: (-math.inf, 0.0))
    for line in open(parts, encoding="utf-8"):
        t, bits, fits = line.split("\t")
        found[t] = max(found[t], (float(bits), float(fits)))
    n = collections.defaultdict(lambda: [0, 0, 0])
    for t, (name, regime, entities) in truth.items():
        if regime in DATED and entities & full:
            missed = found[t][0] <= s["own_lines"][regime]["0.001"]
            n[name] = [a + b for a, b in zip(n[name], (1, missed, missed and found[t][1] <= FITS))]
    return lib.table(["slice", "n", "missed", "of these, no part fits", "reached", "could be reached"],
                     [[k, a, b, c, f"{1 - b / a:.3f}", f"{1 - c / a:.3f}"] for k, (a, b, c) in sorted(n.items()) if c])


def scored(folder, results):
    p = subprocess.run([sys.executable, os.path.join(lib.SHARED, "eval/screening/score.py"), "--truth",
                        os.path.join(folder, "truth.tsv"), "--list", os.path.join(folder, "list.ftm.jsonl"), "--results",
                        results, "--json"], capture_output=True, text=True)
    if p.returncode:
        sys.exit(p.stderr)
    return json.loads(p.stdout)


def first_of(folder, n, tmp):
    """A folder with the first n travellers; results that were kept may have more."""
    for name, head in (("truth.tsv", 0), ("travellers.csv", 1)):
        with open(os.path.join(folder, name), encoding="utf-8") as f, open(os.path.join(tmp, name), "w", encoding="utf-8") as g:
            for i, line in enumerate(f):
                if i >= n + head:
                    break
                g.write(line)
    os.symlink(os.path.abspath(os.path.join(folder, "list.ftm.jsonl")), os.path.join(tmp, "list.ftm.jsonl"))
    return tmp


def three(d):
    return [f"{d[r]:.3f}" for r in ("0.01", "0.001", "0.0001")]


def dated_table(s):
    slices = sorted((x for x in s["slices"] if "dated" in s["slices"][x]), key=lambda x: (s["slices"][x]["hard"], x))
    return lib.table(["slice", "n", "@1 %", "@0.1 %", "@0.01 %"],
                     [[x, s["slices"][x]["dated"]["n"], *three(s["slices"][x]["dated"]["own"])] for x in slices])


def macro_table(s):
    rows = [[g, *three(s["scripts"][g]["own"]), f"{s['scripts'][g]['top1']:.3f}", f"{s['scripts'][g]['top10']:.3f}"]
            for g in GROUPS if g in s["scripts"]]
    m = s["macro"]
    return lib.table(["script", "@1 %", "@0.1 %", "@0.01 %", "first", "among ten"],
                     rows + [["**macro**", *three(m["own"]), f"{m['top1']:.3f}", f"{m['top10']:.3f}"]])


def candidates(folder, every):
    p = subprocess.run([os.path.join(lib.BUILD, "tests", "bench", "recall"), folder, "--every", str(every)],
                       capture_output=True, text=True)
    if p.returncode:
        sys.exit(p.stderr)
    rows = [line.split("\t") for line in p.stdout.strip().split("\n")[1:]]
    return lib.table(["slice", "n", "by names alone", "ceiling", "by all ways"], [[a, n, b, d, c] for a, n, b, c, d in rows])


def page(s, regimes, scripts, even, found, missed):
    cal = s["calibration"]
    calibration = lambda g: lib.table(["", "hits", "ECE"], [[k, n, f"{e:.4f}"] for k, (n, e, _) in g])
    by_script = lib.table(["", "hits", "ECE", "at the share that was said"],
                          [[k, n, f"{e:.4f}", f"{even[k][1]:.4f}"] for k, (n, e, _) in scripts])
    return "\n".join([
        f"Commit {lib.version()}. {s['travellers']} travellers, {s['nonlisted']} of them not listed.", "",
        "### Recall with a full birth date on both sides", "",
        "At the lines that 1 %, 0.1 % and 0.01 % of the travellers who are not listed exceed, a line for each field regime. The last "
        "rows are hard negatives and those who are not listed: less is better.", "", dated_table(s), "",
        "### What the data forbid", "",
        f"Of those below the line of 0.1 % in the table above: how many have no part of their name, in any script or order, that "
        f"fits a name of their alert by more than {FITS} bits, so that only a date speaks for them; and what would be reached if "
        "all the others were above the line. Slices without such travellers are left out.", "", missed, "",
        "### All records, also those without dates", "", "A line for each field regime; scripts weigh the same.", "",
        macro_table(s), "",
        "### Calibration", "",
        f"Over {cal['hits']} hits with a probability of at least {MIN_P}: expected calibration error {cal['ece']:.4f}, log-loss "
        f"{cal['log_loss']:.4f}, Brier {cal['brier']:.4f}. Across is what was said, up what was true; a calibrated engine is "
        "on the diagonal. Lines are intervals of 95 %.", "",
        "![Reliability by field regime](reliability-regimes.svg)", "", calibration(regimes), "",
        f"By script of the traveller's name, listed or not, where there are at least {ENOUGH} hits. The engine is told one share of "
        "listed travellers for all and does not take the script for evidence; the last column weighs those who are not listed so "
        "that of each script that share is listed.", "",
        "![Reliability by script](reliability-scripts.svg)", "", by_script, "",
        *candidate_section(found)])


CANDIDATES = "### Is the true identity a candidate?"


def candidate_section(found):
    return [
        CANDIDATES, "", f"Commit {lib.version()}. "
        "Share of listed travellers whose identity the index proposes by names alone, without dates and documents, and by all ways. "
        "The ceiling is the share whose identity is among as many best when everybody of the list is weighed by names alone: "
        "no index can propose more.", "", found, ""]


BEGIN = "<!-- accuracy.py begins -->\n"


def put(path, text, begin=BEGIN):
    """Between two marks; or from a heading on, which is written again."""
    end = "<!-- accuracy.py ends -->\n"
    with open(path, encoding="utf-8") as f:
        old = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(old[:old.index(begin) + (len(begin) if begin == BEGIN else 0)] + text + old[old.index(end):])


def main():
    ap = argparse.ArgumentParser(description="Accuracy, calibration and candidate recall on the screening benchmark.")
    ap.add_argument("dir", nargs="?", default=lib.DEV)
    ap.add_argument("--write", action="store_true")
    ap.add_argument("--results")
    ap.add_argument("--every", type=int, default=1)
    ap.add_argument("--candidates", action="store_true", help="only whether the true identity is a candidate")
    ap.add_argument("--first", type=int, help="only the first so many travellers")
    a = ap.parse_args()
    if not os.path.exists(os.path.join(a.dir, "list.ftm.jsonl")):
        print(f"accuracy: no benchmark at {a.dir}: nothing is measured", file=sys.stderr)
        return
    lib.nicely()
    if a.candidates:
        text = "\n".join(candidate_section(candidates(a.dir, a.every)))
        print(text)
        if a.write:
            put(os.path.join(lib.ROOT, "docs", "accuracy.md"), text, CANDIDATES)
        return
    truth = read_truth(os.path.join(a.dir, "truth.tsv"))
    names = {r["id"]: r["name"] for r in csv.DictReader(open(os.path.join(a.dir, "travellers.csv"), encoding="utf-8",
                                                              newline=""))}
    # The stream's share of listed travellers, as the benchmark's README says to pass.
    prior = f"{sum(bool(t[2]) for t in truth.values()) / len(truth):.4f}"
    with tempfile.TemporaryDirectory() as tmp:
        folder = first_of(a.dir, a.first, tmp) if a.first else a.dir
        truth = read_truth(os.path.join(folder, "truth.tsv"))
        results = a.results or os.path.join(tmp, "results.ndjson")
        if not os.path.exists(results + ".parts"):
            screenings(folder, prior, truth, results)
        s = scored(folder, results)
        regimes = sorted((k, reliability(v)) for k, v in events(results, truth, lambda t, v: v[1]).items())
        by_script = lambda t, v: script_of(names[t])
        scripts = sorted((k, reliability(v)) for k, v in events(results, truth, by_script).items())
        weights = even_shares(truth, by_script, float(prior))
        even = {k: reliability(v) for k, v in events(results, truth, by_script, weights).items()}
        missed = misses_table(folder, results + ".parts", truth, s)
    scripts = [(k, r) for k, r in scripts if r[0] >= ENOUGH]
    text = page(s, regimes, scripts, even, candidates(a.dir, a.every), missed)
    print(text)
    if a.write:
        docs = os.path.join(lib.ROOT, "docs")
        diagrams(regimes, os.path.join(docs, "reliability-regimes.svg"), "How often a probability came true, by what is known")
        diagrams(scripts, os.path.join(docs, "reliability-scripts.svg"), "How often a probability came true, by script")
        put(os.path.join(docs, "accuracy.md"), text)


if __name__ == "__main__":
    main()
