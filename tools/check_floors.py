#!/usr/bin/env python3
"""Includes go one way down (tools/floors.tsv), are written from src, and name files that exist."""
import os
import re

from checklib import Check, ROOT, floors, read, tracked, without_comments

check = Check()
table = floors()
for path in tracked(".c", ".h", ".def", ".inc"):
    parts = path.split("/")
    if parts[0] != "src":
        continue
    module = parts[1]
    if module not in table:
        check.fault(path, f"module {module} has no row in tools/floors.tsv")
        continue
    text = without_comments(read(path), strings=False)
    for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', text, flags=re.M):
        place = f"{path}:{text.count(chr(10), 0, m.start()) + 1}"
        used = m.group(1).split("/")[0]
        # A table made by the build lies in the build's folder, under the module whose meson.build names it.
        made = used in table and f"'{os.path.basename(m.group(1))}'" in read(f"src/{used}/meson.build")
        exists = os.path.isfile(os.path.join(ROOT, "src", m.group(1))) or made
        if not exists:
            check.fault(place, f"includes {m.group(1)}: write includes from src")
        elif used not in table:
            check.fault(place, f"includes {m.group(1)}: module {used} has no row in tools/floors.tsv")
        else:
            check.test(used == module or table[used][0] < table[module][0], place,
                       f"{module} (floor {table[module][0]}) includes {used} (floor {table[used][0]})")
check.end()
