#!/usr/bin/env python3
"""House rules that a machine can check: banned functions, marks of unfinished work, machine paths, long lines and
long functions."""
import re
import subprocess

from checklib import Check, ROOT, read, table, tracked, without_comments

WIDTH = {"c": 120, "h": 120, "sh": 210, "py": 160} # of a line; 100 is the aim
ROW = re.compile(r'\s*(\{ |\[|"|0x|case |/\* \{)')     # of a table that is aligned by hand: up to 140
LENGTH = 80      # lines of a function in src
BANNED = {
    "alloca": "an arena", "asctime": "en_time_format", "atof": "strtod with a check", "atoi": "a parser that can fail",
    "atol": "a parser that can fail", "atoll": "a parser that can fail", "ctime": "en_time_format",
    "fscanf": "the reader", "gets": "the reader", "gmtime": "base/time.h", "localtime": "base/time.h",
    "mktemp": "mkstemp", "popen": "no shell", "rand": "libsodium, or a seed that is an argument",
    "random": "libsodium, or a seed that is an argument", "scanf": "the reader", "setlocale": "the C locale",
    "sprintf": "en_buf_addf or snprintf", "srand": "a seed that is an argument", "sscanf": "the reader",
    "stpcpy": "en_buf", "strcat": "en_buf", "strcpy": "en_buf", "strerror_r": "strerror", "strncat": "en_buf", "strncpy": "memcpy",
    "strtok": "a loop", "system": "no shell", "tmpnam": "mkstemp", "vsprintf": "en_buf_addf or vsnprintf",
}
check = Check()
made = {row[0] for row in table("tools/generated.tsv")}

for path in tracked(".c", ".h"):
    if path.split("/")[0] not in ("src", "tests"):
        continue
    code = without_comments(read(path)).split("\n")
    for i, line in enumerate(code, 1):
        for m in re.finditer(r"\b([a-z_]+)\s*\(", line):
            if m.group(1) in BANNED:
                check.fault(f"{path}:{i}", f"{m.group(1)} is banned; use {BANNED[m.group(1)]}")
    check.ok()

marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK|WI" + r"P)\b")
paths = re.compile(r"(?<![\w.$}])/(?:work|root|home/[a-z])(?:/|\b)")
for path in tracked():
    if path.endswith((".svg", ".gen.h", ".gz", ".zst")) or "/corpus/" in path:
        continue
    for i, line in enumerate(read(path).split("\n"), 1):
        if marks.search(line):
            check.fault(f"{path}:{i}", "unfinished work is finished or becomes an issue")
        if paths.search(line):
            check.fault(f"{path}:{i}", "a path of one machine")
        width = WIDTH.get(path.rsplit(".", 1)[-1])
        if width and ROW.match(line):
            width = max(width, 140)
        if width and len(line) > width and path not in made:
            check.fault(f"{path}:{i}", f"{len(line)} columns, at most {width}")
        if path.endswith((".c", ".h", ".py", ".sh", ".md", ".build")) and line != line.rstrip():
            check.fault(f"{path}:{i}", "blanks at the end of the line")
    check.ok()

sources = [p for p in tracked(".c") if p.startswith("src/")]
out = subprocess.run(["ctags", "--languages=C", "--c-kinds=f", "--fields=ne", "-f", "-", "--sort=no", *sources],
                     cwd=ROOT, capture_output=True, text=True, check=True).stdout
for line in out.split("\n"):
    m = re.search(r"^(\S+)\t(\S+)\t.*\tline:(\d+)\tend:(\d+)", line)
    if m:
        length = int(m.group(4)) - int(m.group(3)) + 1
        check.test(length <= LENGTH, f"{m.group(2)}:{m.group(3)}", f"{m.group(1)} has {length} lines, at most {LENGTH}")
check.end()
