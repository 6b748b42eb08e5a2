#!/usr/bin/env python3
"""Our age against the published test kit, and against the age program both ways.

usage: test_age_kit.py AGE_TOOL VECTORS
"""
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib

TOOL, VECTORS = sys.argv[1:3]
# What the kit expects and the classes of error (base/err.h) that say it; the tool exits with 10 + class.
INPUT, LIMIT, NOT_FOUND, INTEGRITY = 2, 3, 7, 9
EXPECTED = {
    'success': {None},
    'header failure': {INPUT, LIMIT},
    'HMAC failure': {INTEGRITY},
    'no match': {NOT_FOUND},
    'payload failure': {INTEGRITY},
}
passed = failed = 0


def check(name, good, why=''):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f'FAILED {name}: {why}')


def run(*args, data=b''):
    p = subprocess.run([TOOL, *map(str, args)], input=data, capture_output=True, timeout=120)
    return p.returncode, p.stdout


def kit():
    other = run('new')[1].decode().split()[0]
    with open(os.path.join(VECTORS, 'age_kit.json'), encoding='ascii') as f:
        vectors = json.load(f)
    check('the kit is whole', len(vectors) == 67, f'{len(vectors)} vectors')
    for name, text in vectors.items():
        head, data = base64.b64decode(text).split(b'\n\n', 1)
        keys = {}
        for line in head.decode().split('\n'):
            key, value = line.split(': ', 1)
            keys.setdefault(key, value)  # some name several identities: the first is tried
        if keys.get('compressed') == 'zlib':
            data = zlib.decompress(data)
        allowed = {10 + c if c else 0 for c in EXPECTED[keys['expect']]}
        for step in (1 if len(data) < 4096 else 61, 4096, 1 << 20):
            code, out = run('open', keys.get('identity', other), step, data=data)
            check(f'{name} by {step}', code in allowed, f'expected {keys["expect"]}, exit {code}')
            if 'payload' in keys:
                check(f'{name} by {step}: released', hashlib.sha256(out).hexdigest() == keys['payload'], 'other bytes')
            elif keys['expect'] != 'payload failure':
                check(f'{name} by {step}: nothing released', out == b'', 'bytes were released')


def against_the_program():
    check('the age program is here', shutil.which('age') and shutil.which('age-keygen'), 'install the package age')
    if not shutil.which('age'):
        return
    with tempfile.TemporaryDirectory() as d:
        ours, our_recipient = (run('new')[1].decode().split())
        key = os.path.join(d, 'key')
        subprocess.run(['age-keygen', '-o', key], check=True, capture_output=True)
        with open(key, encoding='ascii') as f:
            theirs = [line for line in f.read().split('\n') if line.startswith('AGE-SECRET-KEY-')][0]
        their_recipient = subprocess.run(['age-keygen', '-y', key], check=True, capture_output=True).stdout.decode().strip()
        with open(os.path.join(d, 'ours'), 'w', encoding='ascii') as f:
            f.write(ours + '\n')
        for n in (0, 1, 65535, 65536, 65537, 131072, 300000):
            plain = hashlib.shake_128(str(n).encode()).digest(n)
            code, sealed = run('seal', their_recipient, our_recipient, data=plain)
            check(f'{n} bytes sealed', code == 0, f'exit {code}')
            for name, path in (('their', key), ('our', os.path.join(d, 'ours'))):
                p = subprocess.run(['age', '-d', '-i', path], input=sealed, capture_output=True)
                check(f'{n} bytes of ours open with age and {name} key', p.returncode == 0 and p.stdout == plain,
                      p.stderr.decode())
            sealed = subprocess.run(['age', '-r', our_recipient, '-r', their_recipient], input=plain, check=True,
                                    capture_output=True).stdout
            for identity in (ours, theirs):
                code, out = run('open', identity, 8192, data=sealed)
                check(f'{n} bytes of theirs open', code == 0 and out == plain, f'exit {code}')
            if n:
                broken = bytearray(sealed)
                broken[-1] ^= 1
                check(f'{n} bytes altered are refused', run('open', ours, 8192, data=bytes(broken))[0] == 10 + INTEGRITY)
                check(f'{n} bytes cut are refused', run('open', ours, 8192, data=sealed[:-1])[0] == 10 + INTEGRITY)


kit()
against_the_program()
print(f'{passed} passed, {failed} failed')
sys.exit(failed != 0)
