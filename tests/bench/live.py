#!/usr/bin/env python3
"""A node as a service runs it, from outside: how long it takes until it is ready, what memory it holds, how fast a list
comes in, and how long somebody who asks waits while a large list is imported.

Usage: live.py [--identities 100000] [--more 100000] [--json]

Everything is made up and lies in a temporary folder (TMPDIR). The times are those of the clock and, where it says CPU,
of the processor: on a machine that does other things the first are longer.
"""
import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import benchlib
from benchlib import ENTENTE

ASK = ["check", "--json", "--name", "Yusuf al-Rashidi", "--birth-date", "1991-04-03"]


def run(node, *args, want=(0,)):
    """The program once: (standard output, seconds, CPU seconds, peak memory)."""
    env = dict(os.environ, ENTENTE_NODE=node, ENTENTE_USER="anna")
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    p = subprocess.run([ENTENTE, *args], env=env, capture_output=True, text=True)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if p.returncode not in want:
        sys.exit(f"entente {' '.join(args)}: exit {p.returncode}: {p.stderr}")
    return p.stdout, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Server:
    def __init__(self, node):
        start = time.perf_counter()
        self.p = subprocess.Popen([ENTENTE, "serve"], env=dict(os.environ, ENTENTE_NODE=node, ENTENTE_USER="anna"),
                                  stderr=subprocess.PIPE, text=True)
        self.said = []
        for line in self.p.stderr:
            self.said.append(line)
            if line.rstrip().endswith(": ready"):
                break
        else:
            sys.exit("entente serve: " + "".join(self.said))
        self.ready = time.perf_counter() - start
        threading.Thread(target=lambda: self.said.extend(self.p.stderr), daemon=True).start()

    def memory(self, what="VmRSS"):
        with open(f"/proc/{self.p.pid}/status") as f:
            return int(re.search(what + r":\s+(\d+) kB", f.read()).group(1)) * 1024

    def cpu(self):
        with open(f"/proc/{self.p.pid}/stat") as f:
            v = f.read().rsplit(")", 1)[1].split()
        return (int(v[11]) + int(v[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.p.terminate()
        if self.p.wait(timeout=600) != 0:
            sys.exit("entente serve: " + "".join(self.said))


def start(node, rows, name):
    s = Server(node)
    rows[f"{name}_ready_s"], rows[f"{name}_cpu_s"], rows[f"{name}_rss_bytes"] = s.ready, s.cpu(), s.memory()
    s.stop()


class Asking(threading.Thread):
    """Somebody who asks all the time; every answer is timed."""

    def __init__(self, node):
        super().__init__()
        self.node, self.on, self.times, self.behind = node, True, [], 0

    def run(self):
        while self.on:
            began = time.perf_counter()
            out, took, _ = run(self.node, *ASK)
            self.times.append((began, took))
            self.behind += json.loads(out)["behind"]


def most(times, since, until):
    """The longest wait of those who asked between two moments, and how many asked."""
    took = [t for began, t in times if since <= began < until]
    return max(took, default=0.0), len(took)


def crowded(node, more, rows):
    """A list is imported into a running node while somebody asks."""
    s = Server(node)
    asking = Asking(node)
    asking.start()
    time.sleep(2)
    begin = time.perf_counter()
    out, took, _ = run(node, "import", "--json", "--source", "more", more)
    end = time.perf_counter()
    rows["import_beside_s"] = took
    while json.loads(run(node, "status", "--json")[0])["index_behind"]:
        time.sleep(0.1)
    live = time.perf_counter()
    time.sleep(2)
    rows["behind_s"] = live - end
    rows["rss_after_merge_bytes"], rows["rss_peak_bytes"] = s.memory(), s.memory("VmHWM")
    asking.on = False
    asking.join()
    rows["wait_before_max_s"], rows["asked_before"] = most(asking.times, 0, begin - 0.5)
    rows["wait_import_max_s"], _ = most(asking.times, begin - 0.5, end)
    rows["wait_merge_max_s"], rows["asked_merge"] = most(asking.times, end, live + 1)
    rows["answers_behind"] = asking.behind
    s.stop()


TELLS = {
    "import_s": "seconds to import the list into a new node",
    "import_cpu_s": "of CPU for that",
    "first_start_ready_s": "seconds until serve is ready when no index is saved: it is built",
    "first_start_cpu_s": "of CPU for that",
    "first_start_rss_bytes": "memory it then holds",
    "start_ready_s": "seconds until serve is ready from the saved index",
    "start_cpu_s": "of CPU for that",
    "start_rss_bytes": "memory it then holds",
    "check_s": "seconds for one check of a command that opens the node by itself",
    "check_cpu_s": "of CPU for that",
    "index_bytes": "the saved index",
    "import_beside_s": "seconds to import more into the running node",
    "behind_s": "seconds from then until its alerts are compared",
    "wait_before_max_s": "longest wait of a check (the whole command) before",
    "asked_before": "checks before",
    "wait_import_max_s": "longest wait of a check while the import runs",
    "wait_merge_max_s": "longest wait of a check while the new index is built and taken",
    "asked_merge": "checks meanwhile",
    "answers_behind": "answers that said that the import is not compared yet",
    "rss_after_merge_bytes": "memory after that",
    "rss_peak_bytes": "the most it held",
}


def measure(identities, more):
    top = tempfile.mkdtemp(prefix="entente-live-")
    node, rows = os.path.join(top, "node"), {"identities": identities, "more": more}
    try:
        for name, n, seed in (("list", identities, 1), ("more", more, 2)):
            if n:
                run(node, "generate", "list", "--identities", str(n), "--seed", str(seed), "--out", f"{top}/{name}.jsonl")
        run(node, "init", "--rehearsal", node, "--name", "Bench")
        _, rows["import_s"], rows["import_cpu_s"] = run(node, "import", "--source", "list", f"{top}/list.jsonl")
        start(node, rows, "first_start")
        start(node, rows, "start")
        _, rows["check_s"], rows["check_cpu_s"] = run(node, *ASK)
        rows["index_bytes"] = os.path.getsize(f"{node}/entente.index")
        if more:
            crowded(node, f"{top}/more.jsonl", rows)
    finally:
        shutil.rmtree(top)
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in rows.items()}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--identities", type=int, default=100000)
    a.add_argument("--more", type=int, default=100000, help="so many are imported into the running node; 0: none")
    a.add_argument("--json", action="store_true")
    a = a.parse_args()
    benchlib.nicely()
    rows = measure(a.identities, a.more)
    if a.json:
        print(json.dumps(rows))
        return
    print(f"entente {benchlib.version()}: {a.identities} identities, then {a.more} more")
    for k, v in rows.items():
        if k in TELLS:
            print(f"{k:24} {v:>12}  {TELLS[k]}")


if __name__ == "__main__":
    main()
