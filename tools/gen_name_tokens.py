#!/usr/bin/env python3
"""Makes data/bench/name_tokens.tsv: the words of which src/generate makes fictional people.

    tools/gen_name_tokens.py           write the table
    tools/gen_name_tokens.py --check   0 if the committed table is what would be written, 1 if not; 0 and a line that says
                                       so if ../shared/eval/screening/train is not there

Sources, all CC0, public domain or ours: name_frequencies.tsv (which words are names where, how common), words_*.tsv (the same word in
another script, other spellings of it), tools/name_seeds.txt (common words by hand), the letter rules below. Single words only: nothing of
a person is kept together. A culture's words are put in order of how common they are and weigh as the law of Zipf has it.
"""
import collections
import difflib
import os
import re
import sys
import unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get("ENTENTE_SHARED") or os.path.join(ROOT, "..", "shared")
TRAIN = os.path.join(SHARED, "eval", "screening", "train")
SEEDS = os.path.join(ROOT, "tools", "name_seeds.txt")
OUT = os.path.join(ROOT, "data", "bench", "name_tokens.tsv")
MOST = {"family": 3600, "given_m": 900, "given_f": 500, "patronymic_m": 300, "patronymic_f": 300}
# Weight of the word in place p (from 0) is 1 / (p + q) ** s. A culture that is not here has the first row.
ZIPF = {
    "": (0.9, 3.0), "korean": (1.35, 0.8), "vietnamese": (1.4, 0.7), "chinese": (1.0, 2.0), "slavic_east": (0.75, 8.0), "english": (0.75, 6.0),
    "arabic": (0.95, 2.0), "persian": (0.95, 3.0), "southasian": (1.05, 1.6), "turkish": (0.85, 6.0), "hispanic": (0.95, 3.0), "somali": (1.1, 1.5),
}
ZIPF_GIVEN = {"": (0.95, 3.0), "arabic": (1.05, 1.4), "persian": (1.05, 1.6), "southasian": (1.1, 1.2), "malay": (1.1, 1.4), "somali": (1.2, 1.0),
              "chinese": (0.7, 20.0), "korean": (0.7, 20.0), "slavic_east": (0.95, 4.0), "west_african": (1.0, 1.5)}
# culture: the countries whose names are its own, the first ones first
COUNTRIES = {
    "arabic": "iq sy eg sa ye ly tn dz ma jo lb sd ps kw qa ae", "persian": "ir af", "southasian": "pk bd in", "slavic_east": "ru ua by",
    "central_asian": "uz kz kg tj", "turkish": "tr az", "hispanic": "mx co es ve ar cl pe cu ec", "portuguese": "br pt", "english": "gb us ca au ie nz",
    "french": "fr be lu", "german": "de at ch", "dutch": "nl", "polish_czech": "pl cz sk", "nordic": "no se dk fi is fo", "balkan": "ba rs hr me si",
    "bulgarian": "bg mk", "italian": "it mt", "malay": "id my", "east_african": "tz ke ug rw", "west_african": "ng ml gh sn", "chinese": "",
    "korean": "", "japanese": "jp", "hebrew": "il", "armenian": "am", "greek": "gr cy", "georgian": "ge", "albanian": "al xk", "hungarian": "hu",
    "romanian": "ro md", "baltic": "lv lt ee", "somali": "so", "vietnamese": "vn", "filipino": "ph"}
WORDS = {"arabic": "ar", "persian": "ar", "southasian": "ar", "slavic_east": "ru", "central_asian": "ru", "bulgarian": "ru", "hebrew": "he"}
MUSLIM = ("arabic", "persian", "southasian", "turkish", "malay", "somali", "central_asian", "west_african")
LETTERS = {
    "Cyrl": dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґј",
                     "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya e i yi ye g j".split())),
    "Armn": dict(zip("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
                     "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev".split())),
    "Geor": dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
                     "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h".split())),
}
SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ə": "a"})


def fold(s):
    s = unicodedata.normalize("NFKD", s.lower().translate(SPECIAL))
    return re.sub(r"[^a-z ]", "", "".join(c for c in s if not unicodedata.combining(c)))


def rows(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def script(native):
    for c in native:
        name = unicodedata.name(c, "")
        for s, word in (("Cyrl", "CYRILLIC"), ("Armn", "ARMENIAN"), ("Geor", "GEORGIAN"), ("Latn", "LATIN")):
            if name.startswith(word):
                return s
    return ""


def title(s):
    return re.sub(r"(^|[ -])(\w)", lambda m: m.group(1) + m.group(2).upper(), s)


def romanise(native, culture, style=""):
    """By the letter rules; style "icao" is ICAO Doc 9303's table for Russian."""
    table = dict(LETTERS[script(native)])
    if script(native) == "Cyrl" and culture == "bulgarian":
        table.update({"х": "h", "ъ": "a", "щ": "sht"})
    elif script(native) == "Cyrl" and style == "icao":
        table.update({"й": "i", "ю": "iu", "я": "ia", "ъ": "ie"})
    s = native.lower().replace("ու", "u")
    if culture in ("slavic_east", "central_asian") and style != "icao":
        s = re.sub(r"(^|[аеёиоуыэюяьъ])е", r"\1є", s)
    out = "".join(table.get(c, c) for c in s).replace("_", "")
    if out.startswith("o") and script(native) == "Armn" and s.startswith("ո"):
        out = "v" + out
    return title(re.sub(r"yy$", "y", out) if style == "icao" else out)


class Words:
    """Word pairs of one script: native forms of a Latin word and other Latin spellings of a native one."""

    def __init__(self, name):
        self.native, self.latin = collections.defaultdict(list), collections.defaultdict(list)
        for native, latin, count, _ in rows(os.path.join(TRAIN, f"words_{name}.tsv")):
            native = unicodedata.normalize("NFC", native)
            self.native[fold(latin)].append((-int(count), native))
            self.latin[native].append((-int(count), latin))

    def best(self, latin):
        found = min(self.native.get(fold(latin), [(0, "")]))
        return found[1] if found[0] < 0 else ""

    def spellings(self, native, latin):
        """Those that were seen twice and look alike."""
        out = []
        for count, other in sorted(self.latin.get(native.lower(), [])):
            alike = difflib.SequenceMatcher(None, fold(other), fold(latin)).ratio()
            if count <= -2 and 0.6 <= alike < 1 and re.fullmatch(r"[a-z]+", other):
                out.append(title(other))
        return out[:4]


class Entry:
    def __init__(self, latin, native="", variants=()):
        self.latin, self.native, self.variants, self.score = latin, native, list(variants), 0.0


def seeds():
    """(culture, role): entries in order."""
    out, key = collections.defaultdict(list), None
    for line in open(SEEDS, encoding="utf-8"):
        line = line.strip()
        if line.startswith("["):
            key = tuple(line[1:-1].split(" "))
        elif line and not line.startswith("#"):
            for e in filter(None, (x.strip() for x in line.split(","))):
                native, _, latin = e.rpartition("=")
                if not native and script(latin) not in ("Latn", ""):
                    native, latin = latin, ""
                spelt = latin.split("/") if latin else [romanise(native, key[0])]
                if native and script(native) == "Cyrl" and key[0] != "bulgarian":
                    spelt.append(romanise(native, key[0], "icao"))
                spelt = list(dict.fromkeys(spelt))
                out[key].append(Entry(spelt[0], native, spelt[1:]))
    return out


def draws(n, modulus, seed):
    """Skewed places 0 .. modulus-1 from a fixed generator: small ones are likelier."""
    x = seed
    for _ in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        u = (x >> 11) / 2 ** 53
        yield int(modulus * u * u)


def combine(parts, culture, n):
    """Given names of one or two parts: characters of Chinese, syllables of Korean."""
    two = list(draws(2 * n, len(parts), 7))
    out = {}
    for i in range(n):
        a, b = parts[two[2 * i]], parts[two[2 * i + 1]]
        if culture == "chinese" and i % 4 == 3:
            a, b = b, Entry("", "")
        if a is b:
            continue
        first, second = [a.latin] + a.variants, [b.latin] + b.variants
        if culture == "korean":
            spelt = [f"{x.capitalize()}-{y.lower()}" for x in first for y in second] + [f"{a.latin} {b.latin}", a.latin + b.latin.lower()]
        else:
            spelt = [(a.latin + b.latin).capitalize()]
            spelt += [f"{a.latin}-{b.latin}".capitalize(), f"{a.latin} {b.latin}".title()] if b.latin else []
        out.setdefault(a.native + b.native, Entry(spelt[0], a.native + b.native, spelt[1:5]))
    return list(out.values())


def usable(name):
    name = unicodedata.normalize("NFC", name.replace("’", "'").replace("ʻ", "'").replace("`", "'")).strip("' -.")
    if not re.fullmatch(r"[^\W\d_]+(?:[ '-][^\W\d_]+){0,2}", name) or len(name) < 2 or len(name) > 24:
        return ""
    if any(not unicodedata.name(c, "").startswith("LATIN") for c in name if c.isalpha()):
        return ""
    return title(name.lower()) if name.isupper() or name.islower() else name


def observed():
    """(culture, role): {name: entry} out of name_frequencies.tsv with a score."""
    culture = {c: (k, i) for k, v in COUNTRIES.items() for i, c in enumerate(v.split())}
    out = collections.defaultdict(dict)
    for country, role, sex, name, native, count, rank, source in rows(os.path.join(TRAIN, "name_frequencies.tsv")):
        if country not in culture or not usable(name):
            continue
        kind, place = culture[country]
        roles = ["family"] if role == "family" else ["given_" + sex.lower()] if sex else ["given_m"]
        weight = 1.0 / (1 + 0.5 * place)
        points = weight / (int(rank) + 2) if rank else weight * min(int(count), 40) * 0.0004
        for r in roles:
            e = out[kind, r].setdefault(fold(name), Entry(usable(name)))
            e.score += points
            native = "".join(c for c in native if c != "\u0301")
            if native and not e.native:
                e.native = unicodedata.normalize("NFC", native)
    return out


def add_native(e, culture, words):
    """The word in the culture's own script, where a pair of words or a rule tells it."""
    if e.native or culture not in WORDS:
        return
    w = words[WORDS[culture]]
    e.native = w.best(e.latin)
    m = re.fullmatch(r"(?i)(?:al|el)[- ]?(\w{3,})", e.latin)
    if WORDS[culture] == "ar" and m and not e.native:
        inner = w.best(m.group(1))
        e.native = inner if inner.startswith("ال") else "ال" + inner if inner else ""
    if e.native and WORDS[culture] == "ru":
        e.native = title(e.native)
        if difflib.SequenceMatcher(None, fold(romanise(e.native, culture)), fold(e.latin)).ratio() < 0.7:
            e.native = ""
    if culture in ("persian", "southasian"):
        e.native = e.native.replace("ي", "ی").replace("ك", "ک").replace("ة", "ه").replace("أ", "ا").replace("إ", "ا")


def tail(words, culture, entries):
    """Surnames that only the word pairs have."""
    have = {fold(e.latin) for e in entries}
    found = {}
    for native, spelt in sorted(words[WORDS[culture]].latin.items()):
        latin = min(spelt)[1]
        if fold(latin) in have or not re.fullmatch(r"[a-z]{4,18}", latin):
            continue
        if culture == "arabic":
            if native.startswith("ال") and len(native) > 4 and re.match("[ae]l", latin):
                found[fold(latin)] = Entry("al-" + title(latin[2:]), native, [title(latin)])
        elif culture == "slavic_east" and re.search("(ов|ев|ёв|ский|цкий|енко|чук)$", native) and len(native) > 4:
            ours = romanise(native, culture)
            if difflib.SequenceMatcher(None, fold(ours), latin).ratio() >= 0.86:
                found[fold(latin)] = Entry(ours, title(native), [] if fold(ours) == latin else [title(latin)])
                found[fold(latin)].score = -min(spelt)[0] * 1e-7
    return [found[k] for k in sorted(found)]


def cell(e):
    variants = [v for v in dict.fromkeys(e.variants) if v and v != e.latin]
    return e.latin, e.native, "/".join(variants[:6])


def tables():
    words = {w: Words(w) for w in sorted(set(WORDS.values()))}
    hand, seen = seeds(), observed()
    foreign = {fold(e.latin) for (c, r), v in hand.items() if c in MUSLIM for e in v if r != "family"}
    keys = sorted({(c, r.lstrip("+")) for c, r in hand} | {k for k in seen if k[0] in COUNTRIES})
    for culture, role in keys:
        entries = {}
        for i, e in enumerate(hand.get((culture, role), [])):
            e.score = 3.0 / (i + 3)
            entries.setdefault(fold(e.latin), e)
        if (culture, "+" + role) in hand:
            for i, e in enumerate(combine(hand[culture, "+" + role], culture, 900)):
                e.score = 1.0 / (i + 3)
                entries.setdefault(e.native, e)
        alias = {fold(v): e for e in entries.values() for v in e.variants}
        for k, e in sorted(seen.get((culture, role), {}).items()):
            known = entries.get(k) or alias.get(k)
            if known:
                known.native = known.native or e.native
            elif culture in MUSLIM or k not in foreign:
                entries[k] = e
        entries = list(entries.values())
        if role == "family" and culture in ("arabic", "slavic_east"):
            entries += tail(words, culture, entries)
        for e in entries:
            add_native(e, culture, words)
            if e.native and culture in WORDS:
                e.variants += words[WORDS[culture]].spellings(e.native, e.latin)
            plain = "".join(c for c in unicodedata.normalize("NFD", e.latin.translate(SPECIAL)) if not unicodedata.combining(c))
            if culture == "japanese":
                e.latin, e.variants = plain, [e.latin] + e.variants
            elif fold(plain) != plain.lower() or plain != e.latin:
                e.variants.append(plain)
        yield culture, role, sorted(entries, key=lambda e: (-e.score, e.latin))[:MOST[role]]


HEAD = """\
# Words of which src/generate makes fictional people. Made by tools/gen_name_tokens.py; do not edit.
# Sources: politicians of EveryPolitician (CC0), OFAC's lists (US public domain) and popular-names-by-country (CC0) as single words with
# their counts; NETransliteration-COLING2018 (CC0) for other scripts and spellings; tools/name_seeds.txt and letter rules (ours).
# No row is a person, and what is put together out of rows is nobody.
# culture	role	weight	latin	native	other spellings
"""


def whole():
    out = [HEAD]
    for culture, role, entries in tables():
        s, q = (ZIPF if role == "family" else ZIPF_GIVEN).get(culture) or (ZIPF if role == "family" else ZIPF_GIVEN)[""]
        for place, e in enumerate(entries):
            weight = max(1, round(1e5 / (place + q) ** s))
            latin, native, variants = cell(e)
            out.append(f"{culture}\t{role}\t{weight}\t{latin}\t{native}\t{variants}\n")
    return unicodedata.normalize("NFC", "".join(out)).encode()


def main():
    if not os.path.isdir(TRAIN):
        print("skipped: no " + os.path.relpath(TRAIN, ROOT), file=sys.stderr)
        return 0 if "--check" in sys.argv[1:] else 1
    data = whole()
    if "--check" in sys.argv[1:]:
        return 0 if os.path.exists(OUT) and open(OUT, "rb").read() == data else 1
    os.makedirs(os.path.dirname(OUT), exist_ok=True)
    with open(OUT, "wb") as f:
        f.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
