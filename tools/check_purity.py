#!/usr/bin/env python3
"""Floors 0 to 6 are pure: what their objects need from outside is on an allow-list, and they hold no writable data.

usage: check_purity.py BUILD
"""
import fnmatch
import os
import re
import subprocess
import sys

from checklib import Check, ROOT, floors, table

check = Check()
build = sys.argv[1]
pure = [m for m, (_, p) in floors().items() if p and os.path.isdir(os.path.join(ROOT, "src", m))]
allowed, excepted = [], []
for row in table("tools/purity.allow"):
    if len(row) > 2 and row[2]:
        excepted.append((row[0], row[2]))
    else:
        allowed.append(row[0])


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


def archives():
    for m in pure:
        path = os.path.join(build, "src", m, f"lib{m}.a")
        if os.path.exists(path):
            yield m, path
        else:
            check.fault(m, "its library is not built")


def members(path):
    """(object, undefined names, defined names) of each member."""
    out, name, und, dfn = [], None, set(), set()
    for line in run("nm", path).split("\n"):
        if line.endswith(":"):
            if name:
                out.append((name, und, dfn))
            name, und, dfn = line[:-1], set(), set()
            continue
        m = re.match(r"^(?:[0-9a-f]+)?\s+([A-Za-z?]) (\S+)$", line)
        if m:
            (und if m.group(1) in "Uw" else dfn).add(m.group(2))
    if name:
        out.append((name, und, dfn))
    return out


libraries = [(m, path, members(path)) for m, path in archives()]
ours = set().union(*[dfn for _, _, objects in libraries for _, _, dfn in objects]) if libraries else set()
needed = set().union(*[und for _, _, objects in libraries for _, und, _ in objects])
if any(name.startswith(("__asan_", "__tsan_", "__ubsan_", "__sanitizer_")) for name in needed):
    print("a sanitizer build: its objects call the sanitizer; look at the ordinary build")
    sys.exit(77)
for module, path, objects in libraries:
    for obj, und, _ in [(os.path.basename(o), u, d) for o, u, d in objects]:
        for name in sorted(und - ours):
            ok = any(fnmatch.fnmatchcase(name, a) for a in allowed) or any(
                fnmatch.fnmatchcase(name, a) and f"{module}/{obj}".startswith(where) for a, where in excepted)
            check.test(ok, f"{module}/{obj}", f"needs {name}, which is not in tools/purity.allow")
    for line in run("objdump", "-t", path).split("\n"):
        m = re.match(r"^[0-9a-f]{16} (.{7}) (\S+)\s+([0-9a-f]{16})\s+(?:\.hidden )?(\S+)$", line)
        if m and "O" in m.group(1) and int(m.group(3), 16) > 0:
            section = m.group(2)
            writable = section.startswith((".bss", ".data", "*COM*", ".tbss", ".tdata")) and ".rel.ro" not in section
            check.test(not writable, module, f"{m.group(4)} is writable global data ({section})")
check.end()
