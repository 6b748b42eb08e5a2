#!/usr/bin/env python3
"""Every header compiles alone, with gcc and with clang, and guards itself by its path."""
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from checklib import Check, ROOT, read, tracked

check = Check()
headers = [h for h in tracked(".h") if h.startswith("src/")]
compilers = ["gcc", shutil.which("clang") and "clang" or "clang-14"]
flags = ["-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Werror",
         "-Wno-unused-function", "-Isrc", "-fsyntax-only", "-x", "c"]


def compile_alone(job):
    compiler, header = job
    unit = f'#include "{header[4:]}"\n#include "{header[4:]}"\nextern int compiled;\n'
    r = subprocess.run([compiler, *flags, "-"], input=unit, cwd=ROOT, capture_output=True, text=True)
    return compiler, header, r.returncode == 0, r.stderr.split("\n")[0]


with ThreadPoolExecutor(2) as pool:
    for compiler, header, ok, first in pool.map(compile_alone, [(c, h) for c in compilers for h in headers]):
        check.test(ok, header, f"does not compile alone with {compiler}: {first}")
for h in headers:
    guard = "EN_" + re.sub(r"[^A-Z0-9]", "_", h[4:].upper())
    text = read(h)
    check.test(f"#ifndef {guard}\n#define {guard}\n" in text, h, f"its guard is not {guard}")
    check.test(re.match(r"/\*\s+(?:\* )?" + re.escape(h.split("/")[-1]) + ": ", text), h, "does not open by saying what it is")
check.end()
