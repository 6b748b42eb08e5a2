#!/usr/bin/env python3
"""Tables that a program makes and the project keeps are what the program makes today.

tools/generated.tsv has a row a table: its path, the program that makes it. Each program knows --check: 0 current, 1 not.

usage: check_generated.py ENTENTE
"""
import os
import subprocess
import sys

from checklib import Check, ROOT, table

check = Check()
env = {**os.environ, "ENTENTE_BIN": os.path.abspath(sys.argv[1])}
for path, program in table("tools/generated.tsv"):
    r = subprocess.run(["python3", program, "--check"], cwd=ROOT, env=env, capture_output=True, text=True)
    check.test(os.path.exists(os.path.join(ROOT, path)), path, "is missing")
    check.test(r.returncode == 0, path, f"is not what {program} makes ({r.returncode}): {r.stderr.strip()[-200:]}")
check.end()
