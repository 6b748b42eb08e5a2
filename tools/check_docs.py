#!/usr/bin/env python3
"""Documents say what is: links inside the repository lead somewhere, and commands that are shown exist.

usage: check_docs.py ENTENTE
"""
import json
import os
import re
import subprocess
import sys

from checklib import Check, ROOT, read, tracked

check = Check()
out = subprocess.run([sys.argv[1], "help", "--json"], capture_output=True, text=True, check=True).stdout
commands = {json.loads(line)["command"]: json.loads(line) for line in out.split("\n") if line}
first_words = {c.split(" ")[0] for c in commands}


def command_of(words):
    for n in (3, 2, 1):
        if " ".join(words[:n]) in commands:
            return commands[" ".join(words[:n])]
    return None


def check_command(place, line):
    words = line.split()
    if not words or words[0] in ("COMMAND", "TOPIC", "…") or words[0].startswith("-"):
        return
    c = command_of(words)
    check.test(c is not None or (words[0] in first_words and len(words) == 1) or words[0] == "man", place,
               f"shows `entente {' '.join(words[:2])}`, which is no command")
    if c:
        known = {"--" + o["name"] for o in c["options"]}
        for w in re.findall(r"(?<!\S)--[a-z][a-z-]*", line):
            check.test(w in known, place, f"shows {w}, which `entente {c['command']}` does not take")


for path in tracked(".md"):
    text = read(path)
    for m in re.finditer(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        place = f"{path}:{text.count(chr(10), 0, m.start()) + 1}"
        target = os.path.normpath(os.path.join(ROOT, os.path.dirname(path), m.group(1)))
        check.test(os.path.exists(target), place, f"links to {m.group(1)}, which is not there")
    for m in re.finditer(r"(?:^|`|\$ )(?:build/)?entente ([^`\n|#]+)", text, flags=re.M):
        if text[m.start()] == "`" or "```" in text[:m.start()]:
            check_command(f"{path}:{text.count(chr(10), 0, m.start()) + 1}", m.group(1))
# Tests that a page names are there, and so are the cases in them: tests/PATH, or tests/PATH:NAME.
for path in tracked(".md"):
    text = read(path)
    for m in re.finditer(r"`(tests/[a-z0-9_/.-]+\.(?:c|h|sh|py|txt))(?::(\w+))?`", text):
        place = f"{path}:{text.count(chr(10), 0, m.start()) + 1}"
        there = os.path.exists(os.path.join(ROOT, m.group(1)))
        check.test(there, place, f"names {m.group(1)}, which is not there")
        if there and m.group(2):
            check.test(re.search(rf"\b{m.group(2)}\b", read(m.group(1))), place,
                       f"names {m.group(2)}, which is not in {m.group(1)}")
# Pages that the code and its tools name are there.
for path in tracked(".c", ".h", ".py", ".sh", ".tsv", ".build"):
    text = read(path)
    for m in re.finditer(r"\bdocs/[a-z/0-9-]+\.md\b", text):
        place = f"{path}:{text.count(chr(10), 0, m.start()) + 1}"
        check.test(os.path.exists(os.path.join(ROOT, m.group(0))), place, f"names {m.group(0)}, which is not there")

# Constants that evidence.md gives are those of the sources.
section = None
given = 0
for n, line in enumerate(read("docs/formats/evidence.md").split("\n"), 1):
    head = re.match(r"\| in (src/\S+\.[ch]) \|", line)
    row = re.match(r"\| `([A-Z_]+)` \| `([^`]+)` \|", line)
    section = head.group(1) if head else section
    if row and section:
        m = re.search(rf"^#define {row.group(1)} +(\(.*?\)|\S+)(?: |$)", read(section), flags=re.M)
        check.test(m is not None and m.group(1) == row.group(2), f"docs/formats/evidence.md:{n}",
                   f"{row.group(1)} is {m.group(1) if m else 'not'} in {section}")
        given += 1
check.test(given > 20, "docs/formats/evidence.md", "gives hardly a constant")
check.end()
