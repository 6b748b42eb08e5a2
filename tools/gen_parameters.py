#!/usr/bin/env python3
"""data/screen/parameters.tsv -> src/screen/parameters.h. With --check only says whether it is what stands there."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, TARGET = ROOT / "data/screen/parameters.tsv", ROOT / "src/screen/parameters.h"


def rows():
    seen = set()
    for n, line in enumerate(SOURCE.read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        f = line.split("\t")
        number = r"-?[0-9]+" if len(f) == 4 and f[2] != "share" else r"0\.[0-9]+"
        if len(f) != 4 or not re.fullmatch(r"[a-z_]+", f[0]) or f[0] in seen or not f[3]:
            sys.exit(f"{SOURCE}:{n}: a row is name, value, unit, where it is from; each name once")
        if f[2] not in ("bits", "whole bits", "share") or not re.fullmatch(number, f[1]):
            sys.exit(f"{SOURCE}:{n}: bits are whole numbers, shares lie between 0 and 1")
        seen.add(f[0])
        yield f


def text():
    out = ["/*", " * parameters.h: parameters of the evidence that were not learned. Made by tools/gen_parameters.py from",
           " * data/screen/parameters.tsv, which says where each is from (docs/formats/evidence.md).", " */",
           "#ifndef EN_SCREEN_PARAMETERS_H", "#define EN_SCREEN_PARAMETERS_H", ""]
    for name, value, _, _ in rows():
        out.append(f"#define EN_PARAM_{name.upper()} {f'({value})' if value.startswith('-') else value}")
    return "\n".join(out + ["", "#endif", ""])


def main():
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text(encoding="utf-8") != text():
            sys.exit(f"{TARGET.relative_to(ROOT)} is not what {SOURCE.relative_to(ROOT)} gives: run tools/gen_parameters.py")
        return
    TARGET.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
