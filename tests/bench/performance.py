#!/usr/bin/env python3
"""Speed and memory of the engine and of a node, as docs/performance.md shows them, in one run.

Usage: performance.py [--sizes 10000,100000,1000000] [--travellers 20000] [--import 1000000] [--write]

--write puts the result into docs/performance.md. Everything is made up and lies in a temporary folder (TMPDIR; a million
alerts take a gigabyte). Times are of the processor where the heading says CPU, else of the clock.
"""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile

import benchlib
import live
from benchlib import ENTENTE, ROOT

PAGE = os.path.join(ROOT, "docs", "performance.md")


def processor():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def screening(sizes, travellers):
    """One line of JSON a size."""
    args = [w for n in sizes for w in ("--identities", str(n))]
    p = subprocess.run([ENTENTE, "bench", "screen", *args, "--travellers", str(travellers), "--threads", "2", "--worst",
                        "--json"], capture_output=True, text=True)
    if p.returncode != 0:
        sys.exit(p.stderr)
    return [json.loads(line) for line in p.stdout.splitlines()]


def importing(n):
    """A list into a new node: (seconds, CPU seconds, bytes of the store, bytes of the file)."""
    top = tempfile.mkdtemp(prefix="entente-import-")
    node, path = os.path.join(top, "node"), os.path.join(top, "list.jsonl")
    try:
        live.run(node, "generate", "list", "--identities", str(n), "--out", path)
        live.run(node, "init", "--rehearsal", node, "--name", "Bench")
        _, took, cpu = live.run(node, "import", "--source", "list", path)
        return took, cpu, os.path.getsize(f"{node}/entente.db"), os.path.getsize(path)
    finally:
        shutil.rmtree(top)


def table(headings, rows):
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "|".join("---" if i == 0 else "---:" for i in range(len(headings))) + "|"
    for r in rows:
        yield "| " + " | ".join(str(c) for c in r) + " |"


def size(n):
    return f"{n:,}"


def curve(rows):
    yield "Screening, against made lists (three names an identity; nine travellers in ten with a birth date), times of the processor:"
    yield ""
    yield from table(
        ["identities", "travellers", "screenings a CPU second", "p50 µs", "p99 µs", "longest µs", "candidates weighed",
         "bytes an identity", "build CPU s", "saved MB", "open CPU s", "one change µs", "peak MB"],
        [[size(r["identities"]), size(r["travellers"]), size(round(r["screenings_per_cpu_second"])),
          round(r["p50_cpu_us"]), round(r["p99_cpu_us"]), round(r["max_cpu_us"]), f"{r['candidates_per_query']:.1f}",
          round(r["bytes_per_identity"]), f"{r['build_cpu_s']:.2f}", f"{r['saved_bytes'] / 1e6:.0f}",
          f"{r['open_s']:.3f}", round(r["put_mean_us"]), f"{r['peak_rss_bytes'] / 1e6:.0f}"] for r in rows])
    yield ""
    yield ("*Longest* and *p99* include words that no traveller before had. *One change* is an alert added to the finished "
           "index and live for the next query.")
    yield ""
    yield "Two threads over one index, each with a query and travellers of its own:"
    yield ""
    yield from table(["identities", "one alone, a CPU second", "each of two, a CPU second", "share of one"],
                     [[size(r["identities"]), size(round(r["screenings_per_cpu_second"])),
                       size(round(r["threads_per_cpu_second"])), f"{r['threads_share_of_one']:.2f}"] for r in rows])


def worst(r):
    yield f"The queries that cost most, against {size(r['identities'])} identities (n {r['worst'][0]['queries']} each), by the processor:"
    yield ""
    yield from table(["case", "p50 µs", "p99 µs", "longest µs", "candidates weighed"],
                     [[w["case"].replace("_", " "), round(w["p50_us"]), round(w["p99_us"]), round(w["max_us"]),
                       f"{w['candidates_per_query']:.1f}"] for w in r["worst"]])


def node(rows):
    yield f"A node with {size(rows['identities'])} alerts, from outside (`tests/bench/live.py`):"
    yield ""
    yield from table(["what", "measured"], [[live.TELLS[k], size(v) if isinstance(v, int) else v]
                                            for k, v in rows.items() if k in live.TELLS])


def put(lines):
    with open(PAGE) as f:
        before, rest = f.read().split("<!-- performance.py begins -->\n", 1)
    _, after = rest.split("<!-- performance.py ends -->", 1)
    with open(PAGE, "w") as f:
        f.write(before + "<!-- performance.py begins -->\n" + "\n".join(lines) + "\n<!-- performance.py ends -->" + after)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--sizes", default="10000,100000,1000000")
    a.add_argument("--travellers", type=int, default=20000)
    a.add_argument("--import", dest="big", type=int, default=1000000, help="import a list of so many; 0: none")
    a.add_argument("--write", action="store_true")
    a = a.parse_args()
    benchlib.nicely()
    rows = screening([int(n) for n in a.sizes.split(",")], a.travellers)
    lines = [f"Commit {benchlib.version()}, one {processor()}, {os.cpu_count()} cores that others use too "
             f"(load {os.getloadavg()[2]:.0f}; the bench is polite, so its times of the clock are long then).", ""]
    lines += [*curve(rows), "", *worst(rows[-1]), "", *node(live.measure(100000, 100000))]
    if a.big:
        took, cpu, db, file = importing(a.big)
        lines += ["", f"A list of {size(a.big)} persons ({file / 1e6:.0f} MB of JSON lines) into a new node: {took:.1f} s, "
                      f"{cpu:.1f} s of CPU; the store then has {db / 1e6:.0f} MB."]
    if a.write:
        put(lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
