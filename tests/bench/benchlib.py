"""What the benches in this folder share: running the program, intervals, and plain SVG that reads in dark and light."""
import json
import math
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("ENTENTE_BUILD", os.path.join(ROOT, "build"))
ENTENTE = os.environ.get("ENTENTE_BIN", os.path.join(BUILD, "entente"))
SHARED = os.environ.get("ENTENTE_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
DEV = os.path.join(SHARED, "eval", "screening", "dev")


def version():
    """Of the sources measured: the commit, and whether the tree has more than it."""
    git = lambda *a: subprocess.run(["git", "-C", ROOT, *a], capture_output=True, text=True).stdout.strip()
    return (git("rev-parse", "--short", "HEAD") or "?") + ("+" if git("status", "--porcelain", "-uno", "src", "data") else "")


def nicely():
    try:
        os.nice(int(os.environ.get("BENCH_NICE", "10")))
    except OSError:
        pass


def people(folder, **options):
    """Makes people who do not exist into folder (make_people.c)."""
    os.makedirs(folder, exist_ok=True)
    words = [w for k, v in options.items() if v is not False for w in ([f"--{k}"] if v is True else [f"--{k}", str(v)])]
    maker = os.path.join(BUILD, "tests", "bench", "make_people")
    if not os.path.exists(maker):
        sys.exit(f"{os.path.basename(sys.argv[0])}: build first: ninja -C {os.path.relpath(BUILD)}")
    subprocess.run([maker, *words, folder], check=True)


def screen(list_path, manifest, prior, top=10):
    """The lines of `entente screen --json`, parsed one by one."""
    p = subprocess.Popen([ENTENTE, "screen", "--list", list_path, "--manifest", manifest, "--json", "--top", str(top),
                          "--prior", str(prior)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in p.stdout:
        row = json.loads(line)
        if "traveller" in row:
            yield row
    talk = p.stderr.read().decode()
    if p.wait() not in (0, 1):
        sys.exit(f"entente screen: exit {p.returncode}: {talk}")


def wilson(k, n, z=1.96):
    if n == 0:
        return 0.0, 1.0
    p, d = k / n, 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (p + z * z / (2 * n) - half) / d), min(1.0, (p + z * z / (2 * n) + half) / d)


def binomial(rng, n, p):
    """Good enough for a bootstrap: exact for few events, normal for many."""
    if n * p > 60:
        return max(0, min(n, round(rng.gauss(n * p, math.sqrt(n * p * (1 - p))))))
    k, at = -1, 0.0
    while at <= n and p > 0:
        at += max(1.0, math.ceil(math.log(1 - rng.random()) / math.log1p(-p))) if p < 1 else 1
        k += 1
    return max(0, k)


def median(values):
    v = sorted(values)
    return (v[(len(v) - 1) // 2] + v[len(v) // 2]) / 2 if v else 0.0


STYLE = """<style>
text{font:13px system-ui,sans-serif;fill:#222}.s{font-size:11px;fill:#666}.t{font-size:15px;font-weight:600}
.g{stroke:#ccc;stroke-width:1}.a{stroke:#888;stroke-width:1;fill:none}.b{fill:#2a6fb0}.w{fill:#b3541e}
.i{stroke:#2a6fb0;stroke-width:1.5;fill:none}.iw{stroke:#b3541e;stroke-width:1.5;fill:none}
@media (prefers-color-scheme:dark){text{fill:#ddd}.s{fill:#999}.g{stroke:#444}.a{stroke:#888}.b{fill:#6cb2f0}.w{fill:#f0a060}
.i{stroke:#6cb2f0}.iw{stroke:#f0a060}}
</style>"""


class Svg:
    def __init__(self, width, height, title):
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
                      f'height="{height}" role="img"><title>{self.safe(title)}</title>', STYLE]

    @staticmethod
    def safe(s):
        return str(s).replace("&", "&amp;").replace("<", "&lt;")

    def text(self, x, y, s, cls="", anchor="start"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{cls}" text-anchor="{anchor}">{self.safe(s)}</text>')

    def line(self, x1, y1, x2, y2, cls="g"):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{cls}"/>')

    def dot(self, x, y, r, cls="b"):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" class="{cls}"/>')

    def path(self, points, cls="i"):
        self.parts.append('<path d="M' + " L".join(f"{x:.1f} {y:.1f}" for x, y in points) + f'" class="{cls}"/>')

    def write(self, path):
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(self.parts) + "\n</svg>\n")


def table(heads, rows):
    """Markdown; columns of numbers are aligned to the right."""
    right = [all(str(r[i])[:1] in "0123456789-+.–" for r in rows) for i in range(len(heads))]
    out = ["| " + " | ".join(heads) + " |", "|" + "|".join("---:" if x else "---" for x in right) + "|"]
    return "\n".join(out + ["| " + " | ".join(str(c) for c in r) + " |" for r in rows])
