#!/usr/bin/env python3
"""docs/formats/json.md says every member of what a node prints, and nothing else is printed."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

ENTENTE = os.environ["ENTENTE_BIN"]
SOURCE = os.environ["ENTENTE_SOURCE"]
passed = failed = 0
for name in ("ENTENTE_KEYS", "ENTENTE_REHEARSAL_NOW", "ENTENTE_USER"):
    os.environ.pop(name, None)


def check(good, what):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAILED: {what}", file=sys.stderr)


sections = {}   # title: members of its tables
title = None
for line in open(os.path.join(SOURCE, "docs/formats/json.md"), encoding="utf-8"):
    if m := re.match(r"##+ (.*)", line):
        title = m.group(1)
        sections[title] = set()
    elif title and (m := re.match(r"\| ((?:`[^`]+`(?:, )?)+) \|", line)):
        sections[title] |= set(re.findall(r"`([^`]+)`", m.group(1)))

top = tempfile.TemporaryDirectory()
node = os.path.join(top.name, "node")
os.environ["ENTENTE_NODE"] = node


def write(name, text):
    with open(os.path.join(top.name, name), "w", encoding="utf-8") as f:
        f.write(text)
    return f.name


def rows(*args, code=0, user="anna"):
    p = subprocess.run([ENTENTE, *args, "--json"], capture_output=True, env=dict(os.environ, ENTENTE_USER=user))
    check(p.returncode == code, f"{args}: exit {p.returncode}: {p.stderr.decode()}")
    return [json.loads(line, object_pairs_hook=once) for line in p.stdout.splitlines()]


def once(pairs):
    check(len({k for k, _ in pairs}) == len(pairs), f"a member is repeated: {[k for k, _ in pairs]}")
    return dict(pairs)


def members(section, *objects, may=(), exact=True):
    """All objects have no other members than the section says; together they have all of them, but those in may."""
    seen = set()
    for o in objects:
        extra = set(o) - sections[section]
        check(not extra, f"{section}: not documented: {sorted(extra)}")
        seen |= set(o)
    missing = sections[section] - seen - set(may)
    check(not missing or not exact, f"{section}: documented and never there: {sorted(missing)}")


init = rows("init", "--user", "anna", node)[0]
check(set(init) == {"node", "name", "country", "rehearsal", "user"}, "init")
user = rows("user", "add", "berta", "--role", "officer")
members("user", *user, *rows("user", "list"))
members("profile", *rows("profile", "set", "--line", "0.001"), *rows("profile", "show"))
lst = write("l.csv", "id,name,birth_dates,ground\nE1,Yusuf al-Rashidi,1991-04-03,unsc-2178\n,,,\n")
first = rows("import", "--source", "s", lst, code=1)
members("import", *first, may={"imported"})
check({"imported"} <= set(rows("import", "--source", "s", lst)[0]), "import again")
man = write("m.csv", "id,name,birth_date\nT1,YUSUF AL RASHIDI,1991-04-03\nT2,GRETA HOLM,2001-10-30\n")
lines = rows("screen", man)
members("screening", *lines[:-1])
members("screen summary", lines[-1]["summary"])
pair = rows("explain", "Yusuf al-Rashidi", "يوسف الراشدي")[0]
members("explanation", pair)
members("letters", *[e["letters"] for e in pair["hit"]["evidence"] if "letters" in e])
hit = lines[0]["hits"][0]
members("hit", hit)
members("alerts of a hit", *hit["alerts"])
plain = rows("screen", "--list", lst, "--manifest", man, code=1)
members("screening", *plain, may={"name", "flight"})
check(set(plain[0]["hits"][0]) == {"entity", "bits", "probability", "evidence"}, "hit without a node")
check(all(set(e) == {"field", "query", "list", "bits", "why"} for e in hit["evidence"] + plain[0]["hits"][0]["evidence"]),
      "evidence")
for h in [hit, plain[0]["hits"][0]]:
    check(sum(e["bits"] for e in h["evidence"]) == h["bits"], "the rows do not add up")
    check(all(float(e["bits"] * 64).is_integer() for e in h["evidence"]), "bits are no multiples of 1/64")
one = rows("check", "--name", "Yusuf al-Rashidi")[0]
check(set(one) == {"traveller", "hits", "identities", "behind"}, "check")
members("hit", *one["hits"], may={"hit", "engine", "state", "answer", "found", "created", "later", "before", "ended"})
rows("hit", "decide", "1", "same", "--reason", "photo", code=4, user="berta")
hidden = rows("hit", "show", "1")[0]
done = rows("hit", "decide", "1", "same", "--reason", "photo")[0]
members("hits", done, hidden)
members("hits", *rows("hit", "list", "--state", "all"), may={"person", "identities", "decisions", "protected"})
members("decision", *done["decisions"], *hidden["decisions"])
soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8640000))
members("protection", *rows("protect", "set", "hit", "1", "--reason", "asylum", "--review", soon), *rows("protect", "list"),
        *rows("protect", "end", "1", "--reason", "over"))
ask = write("a.edi", "UNB+UNOA:4+XN+XAA+261123:0800+7'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:T7'TDT+20+XN204'"
            "NAD+FL+++HOLM:GRETA'DTM+329:011030'RFF+ABO:9'CNT+42:1'UNT+9+1'UNZ+1+7'")
rows("screen", ask)
members("answer", *rows("answer", "list"))
check(set(rows("answer", "send", top.name)[0]) == {"sent"}, "answer send")
sched = write("s.csv", "flight,departs,due\nXN204,2026-11-23,2026-11-23T09:00:00Z\n")
members("flight", rows("flights", "report", sched, code=1)[0])
members("remembered answer", *rows("clearance", "list"))
new = rows("alert", "new", "--name", "Marek Orlo", "--ground", "unsc-2178", "--review", "2999-01-01")
members("alert", *new, *rows("alert", "show", "1"))
members("alert", *rows("alert", "list"), may={"identity", "found_later", "protected"})
members("status", *rows("status"))
check(set(rows("review", "run")[0]) == {"travellers", "hits", "clearances", "alerts", "records", "events", "more"}, "review run")
events = rows("ledger", "show", "--limit", "3")
check(len(events) == 3, "ledger show")
members("ledger event", *events)
members("ledger head", *rows("ledger", "show", "--heads"))
check(all(set(e) == {"event", "type", "act", "actor", "at"} for e in rows("ledger", "who-saw", "alert", "1")), "who-saw")
members("ledger sums", *rows("ledger", "verify", "--store"))
due = rows("review", "due", "--days", "3")
check(all(set(d) == {"due", "id", "at"} for d in due), "review due")
check(set(rows("key", "new", "zoe", "--keys", top.name)[0]) == {"name", "public_key"}, "key new")
check(set(rows("backup", os.path.join(top.name, "b.db"))[0]) == {"backup", "keep_until"}, "backup")
check(set(rows("clock", "accept")[0]) == {"accepted"}, "clock accept")
members("alert", *rows("alert", "end", str(new[0]["alert"]), "--reason", "mistake"), may={"found_later"})

# --- two nodes that exchange by files
other = os.path.join(top.name, "other")
rows("init", "--user", "anna", other)


def at(folder, *args, **kw):
    os.environ["ENTENTE_NODE"] = folder
    return rows(*args, **kw)


def card(folder, name):
    os.environ["ENTENTE_NODE"] = folder
    text = subprocess.run([ENTENTE, "partner", "card"], capture_output=True, env=dict(os.environ, ENTENTE_USER="anna"))
    key = rows("key", "show")[0]
    return write(name, text.stdout.decode()), key["fingerprint"], key["partner"]


card_a, print_a, id_a = card(node, "a.card")
card_b, print_b, id_b = card(other, "b.card")
rows("user", "add", "zora", "--role", "supervisor")
at(node, "user", "add", "zora", "--role", "supervisor", "--role", "admin")
rows("partner", "add", card_b, "--fingerprint", print_b)
rows("partner", "agree", id_b, "--gives", "alert", "--most", "amber", "--default", "alert", "--default-most", "green")
at(other, "partner", "add", card_a, "--fingerprint", print_a)
rows("partner", "agree", id_a, "--takes", "alert", "--live")
mine = at(node, "alert", "new", "--name", "Marek Orlo", "--ground", "unsc-2178", "--review", "2999-01-01", "--destroy",
          "2999-06-01")[0]["alert"]
record = rows("record", "new", "alert", "--alert", str(mine), "--tlp", "amber", "--purpose", "border control",
              "--instrument", "warrant 1", "--set", "ask=inform")
members("record", *record, *rows("record", "show", "1"))
members("record", *rows("record", "list"), may={"object", "waiting"})
members("preview", *rows("release", "preview", "1"), *rows("release", "explain", "1", id_b))
members("release", *rows("release", "propose", "1", "--to", id_b, code=4), *rows("release", "list"),
        *rows("release", "approve", "1", user="zora"))
check(sections["question"] >= {"question", "asker", "target"} and rows("release", "asked") == [], "release asked")
members("delivery", *rows("delivery", "list"))
stick = os.path.join(top.name, "1.age")
members("bundle export", *rows("bundle", "export", id_b, stick))
members("bundle import", *at(other, "bundle", "import", stick), *rows("bundle", "import", stick))
check(set(at(node, "release", "withdraw", "1", "--reason", "other")[0]) == {"record", "withdrawal", "from"},
      "release withdraw")

# --- the charter
members("charter", *rows("charter", "propose", "--found", "--admit", id_b, code=4), *rows("charter", "show", "1"))
members("charter", *rows("charter", "list"), exact=False)
signed = rows("charter", "sign", "1", user="zora")
file = write("charter.txt", "".join(line + "\n" for line in rows("charter", "export")[0]["lines"]))
members("charter", *signed, *at(other, "charter", "import", file), *rows("charter", "sign", "1", code=4))
check(rows("status")[0]["charter"]["waiting"] == 1 and rows("status")[0]["charter"]["number"] == 0, "status, charter")
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
