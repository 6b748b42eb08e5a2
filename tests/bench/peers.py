#!/usr/bin/env python3
"""Entente beside other engines: the same list, the same travellers, one run.

usage: tests/bench/peers.py [--install] [--positives N] [--negatives M] [--write]

--install makes build/peers with the peers as packages (pip: rapidfuzz, pyicu, nomenklatura; go: moov-io/watchman) and
records their versions. PostgreSQL is Debian's; a private cluster runs in a temporary folder as an unprivileged user.
A peer that is not there is named with the reason and left out.

The list and the travellers are the screening benchmark's (../shared/eval/screening/dev), sampled: N listed travellers a
slice and M who are not listed, all with a full birth date, the listed ones of records that hold one. Without the
benchmark people are made by make_people.c. The alert line of each engine is the score that 1 % and 0.1 % of the
travellers who are not listed exceed; a score must be strictly above it.

Fairness to the peers: names are folded alike for all of them (ICU Any-Latin; Latin-ASCII; Lower) and every name of a
record is compared. Similarity alone knows no dates, so two rules are measured: the penalties of screening services
(year differs -0.15, day differs -0.25, half if day and month are swapped), and the same with +0.25 for an equal date,
which no service has and which helps most.
"""
import argparse
import collections
import csv
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import benchlib as lib

PEERS = os.path.join(lib.BUILD, "peers")
PYTHON = os.path.join(PEERS, "venv", "bin", "python")
PACKAGES = ["rapidfuzz", "pyicu", "nomenklatura"]
WATCHMAN = "github.com/moov-io/watchman/cmd/server@latest"
SCRIPTS = {"Cyrillic": ("cyrillic_ru", "cyrillic_uk", "cyrillic_other"), "Arabic, Persian": ("arabic", "persian"),
           "Hebrew": ("hebrew",), "Greek": ("greek",), "Georgian, Armenian": ("georgian_armenian",),
           "Han": ("han_chinese_persons", "han_foreigners"), "Hangul": ("hangul",), "Kana": ("kana",),
           "Latin aliases": ("latin_alias_good",)}
MORE = {"one or two typos": ("typo1", "typo2"), "token order": ("token_order",), "token missing": ("token_missing",),
        "merged, split": ("merged_split_tokens",), "MRZ": ("mrz_icao9303",)}
FULL = ("name_dob", "name_dob_nat")
RATES = (0.01, 0.001)
BONUS = 0.25


# --- installing ---------------------------------------------------------------------------------

def install():
    os.makedirs(PEERS, exist_ok=True)
    if not os.path.exists(PYTHON):
        subprocess.run([sys.executable, "-m", "venv", os.path.join(PEERS, "venv")], check=True)
    for package in PACKAGES:
        p = subprocess.run([PYTHON, "-m", "pip", "install", "-q", package], capture_output=True, text=True)
        if p.returncode:
            say(f"{package}: {p.stderr.strip().splitlines()[-1:]}")
    note = os.path.join(PEERS, "watchman.txt")
    go = shutil.which("go")
    reason = "go is not installed"
    if go:
        env = dict(os.environ, GOPATH=os.path.join(PEERS, "go"), GOBIN=os.path.join(PEERS, "bin"))
        try:
            p = subprocess.run([go, "install", WATCHMAN], env=env, capture_output=True, text=True, timeout=600)
            reason = "" if p.returncode == 0 else " ".join(p.stderr.split())[-240:]
        except subprocess.TimeoutExpired:
            reason = "go install took longer than 10 minutes"
    with open(note, "w", encoding="utf-8") as f:
        f.write(reason)


def say(text):
    print(f"peers: {text}", file=sys.stderr)


# --- the load -----------------------------------------------------------------------------------

def load(a):
    """(folder, list path, entities, travellers): a sample with full dates on both sides."""
    folder, made = lib.DEV, None
    if not os.path.exists(os.path.join(folder, "list.ftm.jsonl")):
        made = tempfile.TemporaryDirectory()
        folder = made.name
        lib.people(folder, seed=1, identities=20000, listed=4 * a.positives, strangers=a.negatives // 20, scan=1200000)
    path = os.path.join(folder, "list.ftm.jsonl")
    entities = [json.loads(line) for line in open(path, encoding="utf-8")]
    dated = {e["id"] for e in entities if any(len(d) == 10 for d in e["properties"].get("birthDate", []))}
    truth = [line.rstrip("\n").split("\t") for line in open(os.path.join(folder, "truth.tsv"), encoding="utf-8")]
    rows = {r["id"]: r for r in csv.DictReader(open(os.path.join(folder, "travellers.csv"), encoding="utf-8", newline=""))}
    rng, by_slice = random.Random(1), collections.defaultdict(list)
    for t, slice_, regime, want in truth:
        want = frozenset(x for x in want.split("|") if x)
        if regime in FULL and (not want or want & dated):
            by_slice[slice_].append((t, slice_, want))
    if made:
        global SCRIPTS, MORE
        SCRIPTS = {s.split("_")[0].capitalize() + ", native": (s,) for s in sorted(by_slice) if s.endswith("_native")}
        MORE = {s.replace("_", ", "): (s,) for s in sorted(by_slice) if s.startswith("latin_")}
    wanted = {s for group in (SCRIPTS, MORE) for m in group.values() for s in m}
    chosen = []
    for slice_, all_ in sorted(by_slice.items()):
        if slice_ in wanted or slice_ == "nonlisted":
            k = a.negatives if slice_ == "nonlisted" else a.positives
            chosen += rng.sample(all_, min(k, len(all_)))
    return made, path, entities, [(t, s, w, rows[t]) for t, s, w in chosen]


def write_manifest(travellers, path):
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, fieldnames=list(travellers[0][3]))
        w.writeheader()
        w.writerows(r for _, _, _, r in travellers)


# --- what all peers share -----------------------------------------------------------------------

def folder_of():
    try:
        import icu
        tr = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")
        return lambda s: " ".join(re.sub(r"[^\w]+", " ", tr.transliterate(s)).split())
    except ImportError:
        uconv = shutil.which("uconv")
        if not uconv:
            sys.exit("peers: neither pyicu nor uconv: --install")
        return None


def folded(texts):
    fold = folder_of()
    if fold:
        return [fold(t) for t in texts]
    p = subprocess.run(["uconv", "-x", "Any-Latin; Latin-ASCII; Lower"], input="\n".join(texts), capture_output=True,
                       text=True, check=True)
    return [" ".join(re.sub(r"[^\w]+", " ", t).split()) for t in p.stdout.split("\n")]


def date_rule(q, listed, bonus):
    if not q or not listed:
        return 0.0
    best = -1.0
    for d in listed:
        p = bonus if q == d else 0.0
        if q[:4] != d[:4]:
            p -= 0.15
        if len(q) == 10 and len(d) == 10 and q != d:
            p -= 0.125 if q[:5] + q[8:] + "-" + q[5:7] == d else 0.25
        best = max(best, p)
    return best


def with_dates(similar, travellers, births, bonus):
    """[{entity number: similarity}] to [(score, entity)], best first."""
    out = []
    for best, (_, _, _, row) in zip(similar, travellers):
        hits = sorted(((s + date_rule(row["birth_date"], births[i], bonus), i) for i, s in best.items()),
                      key=lambda x: (-x[0], x[1]))
        out.append(hits[:10])
    return out


class Clock:
    """Wall and processor time of this process and of those it waits for."""

    def __enter__(self):
        self.wall, self.cpu = time.perf_counter(), self.used()
        return self

    def __exit__(self, *x):
        self.wall, self.cpu = time.perf_counter() - self.wall, self.used() - self.cpu

    @staticmethod
    def used():
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


# --- engines: each gives hits for each traveller, and what a screening costs ---------------------

def entente(path, manifest, entities, travellers):
    prior = sum(bool(w) for _, _, w, _ in travellers) / len(travellers)
    number = {e["id"]: i for i, e in enumerate(entities)}
    found = {r["traveller"]: [(h["bits"], number[h["entity"]]) for h in r["hits"]]
             for r in lib.screen(path, manifest, f"{prior:.4f}")}
    p = subprocess.run([lib.ENTENTE, "bench", "screen", "--list", path, "--manifest", manifest, "--json"],
                       capture_output=True, text=True)
    b = json.loads(p.stdout)
    return [found.get(t, []) for t, _, _, _ in travellers], b["screenings_per_cpu_second"], b["screenings_per_second"]


def rapid(scorer, cutoff, names, owner, queries):
    from rapidfuzz import process
    similar, part = [], 64
    with Clock() as c:
        for at in range(0, len(queries), part):
            grid = process.cdist(queries[at:at + part], names, scorer=scorer, score_cutoff=cutoff, workers=1)
            for row in grid:
                best = {}
                hot = row.nonzero()[0]
                if len(hot) > 200:
                    hot = hot[row[hot].argsort()[-200:]]
                for k in hot:
                    v = float(row[k]) / (100 if cutoff > 1 else 1)
                    if v > best.get(owner[k], 0):
                        best[owner[k]] = v
                similar.append(best)
    return similar, len(queries) / c.cpu, len(queries) / c.wall


def logic(entities, travellers, candidates):
    """nomenklatura's logic-v2 over candidates that another method has found: its own search is a server's."""
    from followthemoney import model
    from nomenklatura.matching import get_algorithm
    algorithm = get_algorithm("logic-v2")
    config = algorithm.default_config()
    proxies, out, pairs = {}, [], 0
    with Clock() as c:
        for (t, _, _, row), some in zip(travellers, candidates):
            props = {"name": [row["name"]], "birthDate": [row["birth_date"]]}
            if row["nationality"]:
                props["nationality"] = [row["nationality"]]
            if row["sex"]:
                props["gender"] = ["male" if row["sex"] == "M" else "female"]
            query, hits = model.get_proxy({"id": t, "schema": "Person", "properties": props}), []
            for i in some:
                if i not in proxies:
                    proxies[i] = model.get_proxy(entities[i])
                hits.append((algorithm.compare(query, proxies[i], config).score, i))
                pairs += 1
            out.append(sorted(hits, key=lambda x: (-x[0], x[1]))[:10])
    return out, len(travellers) / c.cpu, len(travellers) / c.wall, pairs


def best_candidates(kinds, n):
    out = []
    for rows in zip(*kinds):
        some = set()
        for best in rows:
            some |= set(sorted(best, key=lambda i: -best[i])[:n])
        out.append(sorted(some))
    return out


# --- PostgreSQL ---------------------------------------------------------------------------------

def server_programs():
    for d in sorted(os.listdir("/usr/lib/postgresql"), reverse=True) if os.path.isdir("/usr/lib/postgresql") else []:
        if os.path.exists(f"/usr/lib/postgresql/{d}/bin/initdb"):
            return f"/usr/lib/postgresql/{d}/bin"
    return None


class Cluster:
    """A private PostgreSQL in a temporary folder; it listens on a socket there only."""

    def __init__(self, bin_):
        self.bin, self.dir = bin_, tempfile.mkdtemp(prefix="peers-pg")
        os.chmod(self.dir, 0o755)
        self.data = os.path.join(self.dir, "data")
        os.mkdir(self.data)
        self.user = "nobody" if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.data, self.user)
        self.run("initdb", "-D", self.data, "-U", "bench", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        self.run("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.data, "log"), "-o",
                 f"-k {self.data} -h '' -c shared_buffers=256MB -c max_parallel_workers_per_gather=0 -c fsync=off", "start")

    def run(self, program, *args):
        words = [os.path.join(self.bin, program), *args]
        if self.user:
            words = ["setpriv", "--reuid", self.user, "--regid", "nogroup", "--clear-groups", *words]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=self.data)

    def sql(self, text):
        p = subprocess.run([os.path.join(self.bin, "psql"), "-h", self.data, "-U", "bench", "-d", "postgres", "-qAtX", "-v",
                            "ON_ERROR_STOP=1", "-F", "\t"], input=text, capture_output=True, text=True)
        if p.returncode:
            raise RuntimeError(p.stderr)
        return p.stdout

    def end(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.dir, ignore_errors=True)


def copy_in(rows):
    return "\n".join("\t".join(map(str, r)) for r in rows) + "\n\\.\n"


def trigrams(bin_, names, owner, queries):
    """pg_trgm with a GIN index; the ten most similar names above the threshold 0.3, its default."""
    c = Cluster(bin_)
    try:
        # The time is the backend's own: what the kernel says of its process before and after.
        out = c.sql("CREATE EXTENSION pg_trgm; CREATE TABLE n(owner int, name text); CREATE TABLE q(id int, name text);\n"
                    "COPY n FROM STDIN;\n" + copy_in(zip(owner, names)) + "COPY q FROM STDIN;\n" +
                    copy_in(enumerate(queries)) +
                    "CREATE INDEX ON n USING gin (name gin_trgm_ops); ANALYZE n;\n"
                    "SELECT 'version', version(), extversion FROM pg_extension WHERE extname = 'pg_trgm';\n"
                    "SET jit = off; SELECT 'stat', pg_read_file('/proc/' || pg_backend_pid() || '/stat', 0, 1000, true);\n"
                    "SELECT 'begin', extract(epoch from clock_timestamp());\n"
                    "SELECT 'hit', q.id, x.owner, x.s FROM q CROSS JOIN LATERAL (SELECT owner, similarity(n.name, q.name) AS s"
                    " FROM n WHERE n.name % q.name ORDER BY s DESC LIMIT 40) x;\n"
                    "SELECT 'end', extract(epoch from clock_timestamp());\n"
                    "SELECT 'stat', pg_read_file('/proc/' || pg_backend_pid() || '/stat', 0, 1000, true);\n")
    finally:
        c.end()
    similar, at, stat, version = [{} for _ in queries], [], [], ""
    for line in out.splitlines():
        f = line.split("\t")
        if f[0] == "hit":
            similar[int(f[1])][int(f[2])] = max(float(f[3]), similar[int(f[1])].get(int(f[2]), 0))
        elif f[0] in ("begin", "end"):
            at.append(float(f[1]))
        elif f[0] == "stat":
            stat.append(sum(map(int, f[1].rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK"))
        elif f[0] == "version":
            version = f"{' '.join(f[1].split()[:2])}, pg_trgm {f[2]}"
    wall = at[1] - at[0]
    cpu = stat[1] - stat[0] if len(stat) == 2 else wall
    return similar, len(queries) / (cpu or wall), len(queries) / wall, version


# --- scoring ------------------------------------------------------------------------------------

def recall(found, travellers, entities):
    """{slice: (n, share above the line of each rate)}, and the lines."""
    number = {e["id"]: i for i, e in enumerate(entities)}
    tops = sorted((h[0][0] if h else float("-inf") for h, (_, s, _, _) in zip(found, travellers) if s == "nonlisted"),
                  reverse=True)
    lines = [tops[int(r * len(tops) + 1e-9)] for r in RATES]
    per = collections.defaultdict(lambda: [0] + [0] * len(RATES))
    for hits, (_, s, want, _) in zip(found, travellers):
        if s == "nonlisted":
            continue
        mine = {number[w] for w in want if w in number}
        best = max((v for v, i in hits if i in mine), default=float("-inf"))
        per[s][0] += 1
        for k, line in enumerate(lines):
            per[s][k + 1] += best > line
    return per


def of_group(per, members):
    """As the benchmark does: the slices of a group weigh the same."""
    there = [per[m] for m in members if per[m][0]]
    return sum(p[0] for p in there), [sum(p[k + 1] / p[0] for p in there) / len(there) if there else None
                                      for k in range(len(RATES))]


def accuracy_table(results, k):
    rows, sums = [], {name: [] for name in results}
    for group, members in list(SCRIPTS.items()) + list(MORE.items()):
        n, row = 0, []
        for name, per in results.items():
            n, share = of_group(per, members)
            row.append("–" if share[k] is None else f"{share[k]:.3f}")
            if group in SCRIPTS and share[k] is not None:
                sums[name].append(share[k])
        rows.append([group, n, *row])
    rows.append(["**macro over scripts**", "", *(f"{sum(s) / len(s):.3f}" if s else "–" for s in sums.values())])
    return lib.table(["slice", "n", *results], rows)


def versions():
    out = {}
    for package in PACKAGES + ["rigour", "followthemoney"]:
        p = subprocess.run([sys.executable, "-m", "pip", "show", package], capture_output=True, text=True)
        m = re.search(r"^Version: (.*)$", p.stdout, re.M)
        out[package] = m.group(1) if m else "not installed"
    return out


def main():
    ap = argparse.ArgumentParser(description="Entente beside other engines.")
    ap.add_argument("--install", action="store_true")
    ap.add_argument("--positives", type=int, default=60)
    ap.add_argument("--negatives", type=int, default=2000)
    ap.add_argument("--write", action="store_true", help="put the result into docs/comparison.md")
    a = ap.parse_args()
    if a.install:
        install()
    if os.path.exists(PYTHON) and os.path.realpath(sys.prefix) != os.path.realpath(os.path.join(PEERS, "venv")):
        os.execv(PYTHON, [PYTHON, *[w for w in sys.argv if w != "--install"]])
    lib.nicely()
    made, path, entities, travellers = load(a)
    negatives = sum(s == "nonlisted" for _, s, _, _ in travellers)
    results, speed, left = {}, [], []
    with tempfile.TemporaryDirectory() as tmp:
        manifest = os.path.join(tmp, "travellers.csv")
        write_manifest(travellers, manifest)
        hits, cpu, wall = entente(path, manifest, entities, travellers)
        results["Entente"] = recall(hits, travellers, entities)
        speed.append([f"Entente, commit {lib.version()}", f"{cpu:.0f}", f"{wall:.0f}", "index, all evidence"])
    names, owner, births = [], [], []
    for i, e in enumerate(entities):
        p = e["properties"]
        births.append(p.get("birthDate", []))
        for n in sorted({n for k in ("name", "alias", "weakAlias") for n in p.get(k, ())}):
            names.append(n)
            owner.append(i)
    names, queries = folded(names), folded([r["name"] for _, _, _, r in travellers])
    kinds, v = [], versions()
    try:
        from rapidfuzz import fuzz
        from rapidfuzz.distance import JaroWinkler
        for title, scorer, cutoff in (("JW", JaroWinkler.normalized_similarity, 0.72), ("token sort", fuzz.token_sort_ratio, 60)):
            similar, cpu, wall = rapid(scorer, cutoff, names, owner, queries)
            kinds.append(similar)
            for bonus in (0, BONUS):
                results[f"RapidFuzz {title}{' + date' if bonus else ''}"] = recall(
                    with_dates(similar, travellers, births, bonus), travellers, entities)
            speed.append([f"RapidFuzz {v['rapidfuzz']}, {title}", f"{cpu:.0f}", f"{wall:.0f}", f"brute force over {len(names)} names"])
            say(f"{title} done")
    except ImportError:
        left.append("RapidFuzz: not installed (--install)")
    if server_programs():
        similar, cpu, wall, version = trigrams(server_programs(), names, owner, queries)
        kinds.append(similar)
        for bonus in (0, BONUS):
            results[f"pg_trgm{' + date' if bonus else ''}"] = recall(with_dates(similar, travellers, births, bonus),
                                                                   travellers, entities)
        speed.append([f"{version}", f"{cpu:.0f}", f"{wall:.0f}", "GIN, threshold 0.3, the 40 most similar names"])
        say("pg_trgm done")
    else:
        left.append("PostgreSQL: /usr/lib/postgresql is not there (Debian: postgresql, postgresql-contrib)")
    try:
        candidates = best_candidates(kinds, 10)
        hits, cpu, wall, pairs = logic(entities, travellers, candidates)
        results["logic-v2"] = recall(hits, travellers, entities)
        speed.append([f"nomenklatura {v['nomenklatura']} (rigour {v['rigour']}), logic-v2", f"{cpu:.0f}", f"{wall:.0f}",
                      f"scores {pairs / len(travellers):.0f} candidates a traveller that the methods above found; "
                      "the search itself is not in the time"])
    except ImportError:
        left.append("nomenklatura: not installed (--install)")
    note = os.path.join(PEERS, "watchman.txt")
    reason = open(note, encoding="utf-8").read() if os.path.exists(note) else "not tried (--install)"
    left.append(f"moov-io/watchman: {'builds, and is not measured yet' if not reason else 'did not build: ' + reason}")
    text = "\n".join([
        f"{len(entities)} identities with {len(names)} names ({'made people' if made else 'the dev benchmark'}); "
        f"{len(travellers) - negatives} listed travellers, at most {a.positives} a slice, and {negatives} who are not listed, "
        "all with a full birth date; one run on one core of a shared machine. The 0.1 % line rests on "
        f"{int(negatives * RATES[1])} travellers: read it as an order of magnitude.", "",
        "Recall at the line that 1 % of those who are not listed exceed:", "", accuracy_table(results, 0), "",
        "At 0.1 %:", "", accuracy_table(results, 1), "",
        "Speed:", "", lib.table(["engine", "screenings a CPU second", "a second", "what it does"], speed), "",
        "Left out: " + "; ".join(left) + ".", ""])
    print(text)
    if a.write:
        put(os.path.join(lib.ROOT, "docs", "comparison.md"), text)
        put(os.path.join(lib.ROOT, "README.md"), short_table(results, speed, n_of(results), negatives))


def n_of(results):
    return sum(of_group(next(iter(results.values())), m)[0] for m in SCRIPTS.values())


def short_table(results, speed, n, negatives):
    """For the front page: the mean over scripts, and what a screening costs."""
    rows = []
    for name, per in results.items():
        got = [of_group(per, m)[1] for m in SCRIPTS.values()]
        mean = [[g[k] for g in got if g[k] is not None] for k in range(len(RATES))]
        cost = next((s[1] for s in speed if short(name) in s[0]), "–")
        rows.append([name, *(f"{sum(m) / len(m):.2f}" if m else "–" for m in mean), "" if "+ date" in name else cost])
    return lib.table([f"recall, mean over {len(SCRIPTS)} scripts (n = {n} and {negatives})", "@1 %", "@0.1 %",
                      "screenings a CPU second"], rows) + "\n"


def short(name):
    return {"RapidFuzz JW": ", JW", "RapidFuzz token sort": ", token sort"}.get(name.split(" + ")[0], name.split(" + ")[0])


def put(path, text):
    begin, end = "<!-- peers.py begins -->\n", "<!-- peers.py ends -->\n"
    with open(path, encoding="utf-8") as f:
        old = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(old[:old.index(begin) + len(begin)] + text + old[old.index(end):])


if __name__ == "__main__":
    main()
