#!/usr/bin/env python3
"""docs/formats/records is what src/record writes today. With --update it is written anew.

usage: test_examples.py PRINT_EXAMPLES FOLDER [--update]
"""
import os
import subprocess
import sys
import tempfile

program, folder = sys.argv[1:3]
passed = failed = 0
with tempfile.TemporaryDirectory() as d:
    subprocess.run([program, folder if '--update' in sys.argv else d], check=True)
    made = set(os.listdir(d))
    for name in sorted(made | set(os.listdir(folder))):
        paths = [os.path.join(x, name) for x in (d, folder)]
        texts = [open(p, 'rb').read() if os.path.exists(p) else None for p in paths]
        if '--update' in sys.argv or texts[0] == texts[1]:
            passed += 1
        else:
            failed += 1
            print(f'FAILED {name}: run tests/unit/record/test_examples.py with --update and look at the difference')
print(f'{passed} passed, {failed} failed')
sys.exit(failed != 0)
