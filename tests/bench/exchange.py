#!/usr/bin/env python3
"""What a node takes in from a partner, as docs/exchange.md 10 shows it, in one run.

Usage: exchange.py [--records 100000] [--write]

--write puts the result between the marks in docs/exchange.md. Rates are by the time that all threads ran; seconds are by
the clock of a machine that may have other work. A million alerts take 4 GB in /var/tmp for some minutes.
"""
import argparse
import json
import os
import subprocess
import sys

from benchlib import ENTENTE, ROOT

PAGE = os.path.join(ROOT, "docs", "exchange.md")
BEGIN, END = "<!-- tests/bench/exchange.py -->\n", "<!-- end -->\n"


def bench(records, *options):
    p = subprocess.run([ENTENTE, "bench", "exchange", "--records", str(records), *options, "--json"],
                       capture_output=True, text=True)
    if p.returncode != 0:
        sys.exit(p.stderr)
    return json.loads(p.stdout.splitlines()[-1])


def page(records):
    yield (f"`entente bench exchange`, n = {records:,} alerts of one made-up partner about made-up people, each opened, verified, judged, "
           "logged and stored:")
    yield ""
    yield "| releases signed | records a CPU second | of bare verifications | records a second by the clock | then indexed, s | memory, MB |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, options in (("in lists of 256", ()), ("each", ("--single",))):
        r = bench(records, *options)
        yield (f"| {name} | {r['records_per_cpu_second']:,.0f} | {r['ratio']:.2f} | {r['records_per_second']:,.0f} "
               f"| {r['index_seconds']:.1f} | {r['peak_rss_bytes'] / 1e6:,.0f} |")


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--records", type=int, default=100000)
    a.add_argument("--write", action="store_true")
    a = a.parse_args()
    text = "\n".join(page(a.records)) + "\n"
    if not a.write:
        print(text, end="")
        return
    with open(PAGE) as f:
        before, rest = f.read().split(BEGIN)
    with open(PAGE, "w") as f:
        f.write(before + BEGIN + text + END + rest.split(END)[1])


main()
