#!/usr/bin/env python3
"""Writes a file's bytes as a C array.

    embed.py NAME HEADER INPUT OUTPUT

OUTPUT defines `const unsigned char NAME[]` and `const size_t NAME_len` and includes HEADER.
"""
import sys

name, header, source, target = sys.argv[1:]
data = open(source, 'rb').read()
with open(target, 'w', encoding='ascii') as f:
    f.write(f'#include "{header}"\n\nconst unsigned char {name}[] = {{\n')
    for i in range(0, len(data), 64):
        f.write(','.join(map(str, data[i:i + 64])) + ',\n')
    f.write(f'0}};\nconst size_t {name}_len = {len(data)};\n')
