#!/usr/bin/env python3
"""Every command has a page that is current, help that reads well, an example and a test that runs it.

usage: check_commands.py ENTENTE
"""
import json
import os
import re
import subprocess
import sys

from checklib import Check, ROOT, read, tracked

check = Check()
entente = sys.argv[1]


def run(*args):
    return subprocess.run([entente, *args], capture_output=True, text=True)


def page(words):
    return "man/entente" + "".join("-" + w for w in words) + ".1"


def is_current(words):
    path = page(words)
    if not os.path.exists(os.path.join(ROOT, path)):
        check.fault(path, "is missing: make man")
    else:
        check.test(read(path) == run("man", *words).stdout, path, "is not current: make man")


commands = [json.loads(line) for line in run("help", "--json").stdout.split("\n") if line]
tests = {p: read(p) for p in tracked() if p.startswith("tests/") and not "/corpus/" in p}
is_current([])
pages = {page([]), "man/entente-verify.1"}  # a program of its own
for c in commands:
    words = c["command"].split(" ")
    where = "entente " + c["command"]
    is_current(words)
    pages.add(page(words))
    check.test(re.match(r"^[a-z].*[^.]$", c["summary"]) and len(c["summary"]) <= 100, where,
               "its summary is one line in lower case without a full stop")
    for o in c["options"]:
        check.test(re.match(r"^[a-z'0-9].*([^.]|\.\.\.)$", o["help"]), f"{where} --{o['name']}",
                   "its help begins in lower case and has no full stop")
        check.test(f"--{o['name']}" in run("help", *words).stdout, f"{where} --{o['name']}", "is not in the help")
        check.test("\\-\\-" + o["name"].replace("-", "\\-") in read(page(words)) if os.path.exists(
            os.path.join(ROOT, page(words))) else False, f"{where} --{o['name']}", "is not in the man page")
    check.test(any(f"--{o['name']}" in run("completion", "bash").stdout for o in c["options"]), where,
               "is not in the completion")
    check.test(len(c["examples"]) > 0, where, "has no example")
    for e in c["examples"]:
        check.test(re.search(r"\bentente " + re.escape(c["command"]) + r"\b", e), where,
                   "an example does not run the command")
    runner = r"(ENTENTE_BIN|entente|run|fails|E)\W+(?:\S+\s+){0,2}?[\"']?"
    pattern = runner + r"[\"',\s]+".join(map(re.escape, words)) + r"\b"
    check.test(any(re.search(pattern, t) for t in tests.values()), where, "no test under tests/ runs it")
# Whoever is told of people may have to say what for.
reads = re.findall(r'\{ "([a-z-]+)",\s+"(?:read|check)"', read("src/acts/roles.c"))
for path in [p for p in tracked() if re.match(r"src/cmd/cmd_.*\.c$", p)]:
    text = read(path)
    for act in reads:
        check.test(f'"{act}"' not in text or "EN_READS" in text, path, f"does the act {act} and has no --purpose (EN_READS)")
environment = run("help", "environment").stdout
for f in tracked(".c"):
    for name in re.findall(r'getenv\("([A-Z_]+)"\)', read(f)) if f.startswith("src/") else []:
        check.test(re.search(rf"^{name} ", environment, re.M), f, f"reads {name}, which entente help environment does not say")
for f in tracked(".1"):
    check.test(f in pages, f, "is the page of no command")
check.end()
