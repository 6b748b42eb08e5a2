#!/usr/bin/env python3
"""Makes docs/hit.svg, the picture of the README, from what the program really prints for the examples.

    tools/make_hit_svg.py           write the picture
    tools/make_hit_svg.py --check   exit 1 if the committed picture is not what would be written

ENTENTE_BIN is the program (else build/entente). Text becomes text, so the picture can be searched and read aloud.
"""
import os
import re
import subprocess
import sys
import unicodedata
from xml.sax.saxutils import escape

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "docs/hit.svg")
COMMAND = ["screen", "--list", "examples/lists/un-style.xml", "--manifest", "examples/manifests/xn204.edi", "--top", "1"]

CELL, LINE, PAD, TOP = 8.4, 20, 18, 54
COLOURS = {"": "#d7dae0", "1": "#ffffff", "2": "#8b93a1", "1;32": "#7fd18b", "1;31": "#ff8f87"}


def output():
    """The program's lines with their colours."""
    program = os.environ.get("ENTENTE_BIN", os.path.join(ROOT, "build/entente"))
    env = {**os.environ, "CLICOLOR_FORCE": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    for name in ("NO_COLOR", "ENTENTE_NODE", "ENTENTE_USER"):
        env.pop(name, None)
    r = subprocess.run([program, *COMMAND], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return r.stdout.rstrip("\n").split("\n")


def columns(text):
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def pieces(line):
    """(column, style, text) for each run of a line between blanks of two or more and changes of colour."""
    at, style = 0, ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            style = part[2:-1]
            style = "" if style == "0" else style
            continue
        for run in re.split(r"(\s{2,})", part):
            if run.strip():
                lead = len(run) - len(run.lstrip())
                yield at + lead, style, run.strip()
            at += columns(run)


def picture():
    lines = ["\x1b[2m$\x1b[0m \x1b[1mentente " + " ".join(COMMAND) + "\x1b[0m", ""] + output()
    width = PAD * 2 + CELL * max(max(columns(re.sub(r"\x1b\[[0-9;]*m", "", x)) for x in lines), 60)
    height = TOP + LINE * len(lines) + PAD
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" '
           f'height="{height}" role="img" aria-labelledby="t d">',
           "<title id=\"t\">A traveller and an alert, as the terminal shows them</title>",
           "<desc id=\"d\">What entente screen prints for a fictional traveller who is on a fictional list: traveller and alert "
           "side by side, and each piece of evidence with its bits.</desc>",
           f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#1d2129"/>',
           '<g fill="#4a5160"><circle cx="20" cy="20" r="6"/><circle cx="40" cy="20" r="6"/><circle cx="60" cy="20" r="6"/></g>',
           '<g font-family="DejaVu Sans Mono, Liberation Mono, Menlo, Consolas, monospace" font-size="14">']
    for i, line in enumerate(lines):
        for at, style, text in pieces(line):
            bold = ' font-weight="bold"' if style.startswith("1") else ""
            out.append(f'<text x="{PAD + CELL * at:.1f}" y="{TOP + LINE * i}" fill="{COLOURS.get(style, COLOURS[""])}"{bold} '
                       f'textLength="{CELL * columns(text):.1f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>')
    return "\n".join(out) + "\n</g>\n</svg>\n"


def main():
    made = picture()
    if sys.argv[1:] == ["--check"]:
        with open(OUT, encoding="utf-8") as f:
            sys.exit(0 if f.read() == made else 1)
    with open(OUT, "w", encoding="utf-8") as f:
        f.write(made)


main()
