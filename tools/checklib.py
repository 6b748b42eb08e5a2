"""What the checks share: the tracked files, the floors, and the way a check reports."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def tracked(*suffixes):
    """Files that git knows, as paths from the root; those just written too, when they are not ignored."""
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    files = sorted(set(out.split("\n")) - {""})
    return [f for f in files if (not suffixes or f.endswith(suffixes)) and os.path.isfile(os.path.join(ROOT, f))]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def table(path):
    """Rows of a tab-separated file without comments."""
    return [line.split("\t") for line in read(path).split("\n") if line and not line.startswith("#")]


def floors():
    """module -> (floor, pure)"""
    return {row[1]: (int(row[0]), row[2] == "pure") for row in table("tools/floors.tsv")}


def without_comments(text, strings=True):
    """C source with comments (and, if asked, the contents of strings) as blanks; lines keep their numbers."""
    pattern = r"//[^\n]*|/\*.*?\*/" + (r'|"(?:\\.|[^"\\\n])*"' if strings else r'|("(?:\\.|[^"\\\n])*")')

    def blank(m):
        if not strings and m.group(1):
            return m.group(0)
        return re.sub(r"[^\n]", " ", m.group(0))

    return re.sub(pattern, blank, text, flags=re.S)


class Check:
    """Counts what was looked at; a fault is a line `place: sentence`."""

    def __init__(self):
        self.passed, self.faults = 0, []

    def ok(self):
        self.passed += 1

    def fault(self, place, sentence):
        self.faults.append(f"{place}: {sentence}")

    def test(self, condition, place, sentence):
        if condition:
            self.ok()
        else:
            self.fault(place, sentence)

    def end(self):
        if self.passed + len(self.faults) == 0:
            self.fault("check", "nothing was looked at")
        for f in self.faults:
            print(f)
        print(f"{self.passed} passed, {len(self.faults)} failed")
        sys.exit(1 if self.faults else 0)
