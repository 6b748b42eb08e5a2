#!/usr/bin/env python3
"""Writes examples/CAST.md and examples/lists/* out of one table: the same fictional people stand in all of them.

Usage: tools/make_examples.py [--check]     from the top of the source tree; --check fails if a file would change.

Everyone here is invented. States are the user-assigned codes XAA, XBB, XDD, XEE, XFF, XGG of ISO 3166; places are
invented too.
"""
import csv
import io
import json
import os
import sys
from xml.sax.saxutils import escape

FICTION = "Fictional person of a fictional service."
FICTION_THING = "Fictional organisation of a fictional service."

# --- the cast ---------------------------------------------------------------------------------------------------
# One dict a listed person. parts: given names first; family: how many of the last parts are the family name.


def person(key, parts, family, born, nat, programme, sex="male", **more):
    return dict(key=key, parts=parts, family=family, born=born, nat=nat, programme=programme, sex=sex, **more)


UN = [
    person("U01", ["YUSUF", "KARIM", "AL-HAZZANI"], 1, ["1984-03-17"], ["XBB"], "Al-Qaida", native="يوسف كريم الهزاني",
           good=["Youssef Karim El Hazani", "Yousif al-Hazani"], weak=["Abu Layth"],
           docs=[("Passport", "K4471920", "XBB", "expires 12 May 2027"), ("National Identification Number",
           "840317-221-7", "XBB", "")],
           place=("Qasr al-Tin", "XBB")),
    person("U02", ["NABIL", "SALEM", "BENZAHAR"], 1, ["~1978"], ["XBB"], "Al-Qaida", native="نبيل سالم بن زهار",
           good=["Nabil Ben Zahar"], weak=["Nabil the Baker"], place=("Wadi Rimal", "XBB")),
    person("U03", ["MARYAM", "IDRIS", "AL-QASTALI"], 1, ["1991-12-01"], ["XBB"], "Al-Qaida", sex="female",
           native="مريم إدريس القسطلي",
           good=["Meriem Idris al-Kastali"], docs=[("Passport", "P2209814", "XBB", "")]),
    person("U04", ["GULZAMAN", "TORKHOWAL"], 1, ["1970..1972"], ["XEE"], "Taliban", native="ګلزمان تورخوال",
           title="Haji",
           good=["Gul Zaman Torkhwal"]),
    person("U05", ["SHER", "AGHA", "WARDOZHI"], 1, ["1965"], ["XEE"], "Taliban", native="شیر آغا وردوژی",
           weak=["Commander Sher"]),
    person("U06", ["HAMZA", "DAOUD", "OULD", "BREIKAT"], 2, ["1986-07-09", "1988-07-09"], ["XFF", "XBB"], "Al-Qaida",
           native="حمزة داود ولد بريكات", good=["Hamza Dawud Breikat"]),
    person("U07", ["RUSTAM", "ANZOROVICH", "TEMIRKHALOV"], 1, ["1989-02-11"], ["XDD"], "Al-Qaida",
           native="Рустам Анзорович Темирхалов",
           good=["Roustam Temirchalov"], weak=["Rustam the Engineer"],
           docs=[("Passport", "71 4410932", "XDD", "issued in Port Ansel")], place=("Port Ansel", "XDD")),
    person("U08", ["DJAMEL", "BOU SERHANE"], 1, ["1975-01-01"], ["XFF"], "Al-Qaida", native="جمال بو سرحان",
           good=["Jamal Abu Sarhan", "Gamal Bousarhan"]),
    person("U09", ["LEILA", "FAHIM", "DASHTGARD"], 1, ["Nov. 1983"], ["XEE"], "Al-Qaida", sex="female",
           native="لیلا فهیم دشت\u200cگرد"),
    person("U10", ["IBRAHIM", "MUSA", "KANDOLERO"], 1, ["1968-05-30"], ["XAA"], "Outer Isles"),
    person("U11", ["PETROS", "VALASKARIS"], 1, ["1969-10-23"], ["XAA"], "Outer Isles", native="Πέτρος Βαλασκάρης"),
    person("U12", ["ZULQARNAYN"], 0, [], [], "Al-Qaida", weak=["The Ferryman"]),
    person("U13", ["SAMIR", "YACOUB", "TALLAWIN"], 1, ["1959-02-14"], ["XBB"], "Al-Qaida", ended="2021-06-30"),
]
UN_THINGS = [("UE1", "NORTHERN LANTERN BRIGADE", "Al-Qaida", ["Liwa al-Fanus"]), ("UE2", "SEA LANTERN TRADING",
    "Outer Isles", [])]

OFAC = [
    person("O01", ["Ruslan", "Tagirovich", "OZDAROV"], 1, ["05 Jun 1990"], ["XDD"], "SDGT", aka=["OZDAROV, Rouslan"],
           weak=["RUSLAN THE TALL"], docs=[("Passport", "72 5561038", "XDD",
           "expires 14 Aug 2028")], place="Verkhny Ozdar, XDD"),
    person("O02", ["Oleksii", "Danylovych", "KURBATENKO"], 1, ["circa 1977"], ["XDD"], "FTO] [SDGT",
           aka=["KURBATENKO, Aleksei Danilovich"]),
    person("O03", ["Reza", "KAVIANPOUR"], 1, ["1979", "1980"], ["XEE"], "SDGT] [IFSR", aka=["KAVYANPUR, Ridha"],
           docs=[("Passport", "E88120457", "XEE", "")]),
    person("O04", ["Bekir Alp", "SUNGURTAS"], 1, ["19 Feb 1986"], ["XFF"], "SDGT", aka=["SOUNGOURTASH, Bakir"]),
    person("O05", ["Tomas", "IRIBARNE QUELART"], 1, ["30 Apr 1972"], ["XAA"], "SDNTK", docs=[("Cedula No.",
           "16004417", "XAA", "")]),
    person("O06", ["Muchuan", "WENREN"], 1, ["08 Oct 1994"], ["XGG"], "CYBER2",
           extra=["Chinese Commercial Code 5113 0086 3123"]),
    person("O07", ["Beichen", "SIKONG"], 1, ["14 Sep 1992"], ["XGG"], "SDGT", aka=["SZUKUNG, Pei-chen"],
           docs=[("Passport", "G51230987", "XGG", "issued 02 Mar 2019 expires 01 Mar 2029")]),
    person("O08", ["Tariq Hasan", "AL-MARQOUBI"], 1, ["21 Aug 1981"], ["XBB"], "SDGT", aka=["MARKOUBI, Tarek",
           "AL-MARKOUBI, Tareq Hassan"],
           fka=["AL-NAJMIYIN, Tariq"]),
    person("O09", ["Walid Hasan", "AL-MARQOUBI"], 1, ["03 Mar 1983"], ["XBB"], "SDGT",
           extra=["Linked To: AL-MARQOUBI, Tariq Hasan"]),
    person("O10", ["Vera Lvovna", "YAKHONTOVSKAYA"], 1, ["Mar 1988"], ["XDD"], "SDGT", sex="female",
           weak=["VERA THE TEACHER"]),
    person("O11", ["Rosendo", "QUINTALBA"], 1, ["1960 to 1962"], ["XAA"], "TCO"),
    person("O12", ["Ngoma", "TSHIBAKA-LELOSI"], 1, ["12 Dec 1985 to 12 Dec 1986"], ["XFF"], "SDGT",
           docs=[("National ID No.", "85-1212-0047", "XFF", "")]),
    person("O13", ["Qari Basir", "RAHMATYAR"], 1, ["1976"], ["XEE"], "SDGT"),
]
OFAC_THINGS = [("O14", "LANTERN FREIGHT FZE", "-0- ", "SDGT"), ("O15", "GREY HERON", "vessel", "SDGT"), ("O16",
    "XN-LNT", "aircraft", "SDGT")]

FTM = [
    person("F01", ["Ouyang", "Yanzhou"], -1, ["1990-05-27"], ["XGG"], "UNSCR 1373", native="欧阳砚舟",
           good=["Auyeung Yin Chau"],
           docs=[("Passport", "E70041936", "XGG", "2030-01-31")]),
    person("F02", ["Lin", "Mobai"], -1, ["1987"], ["XGG"], "UNSCR 1373", native="蔺墨白", good=["Lin Mo-pai"]),
    person("F03", ["Namgung", "Seojin"], -1, ["1995-11-30"], ["XGG"], "UNSCR 1373", sex="female", native="남궁서진",
           good=["Nam Goong Seo Jin"]),
    person("F04", ["Oren", "Givatiel"], 1, ["1980-08-08"], ["XAA"], "UNSCR 1373", native="אורן גבעתיאל"),
    person("F05", ["Nikandros", "Mavrolithos"], 1, ["1974-04-02"], ["XAA"], "Customs fraud",
           native="Νίκανδρος Μαυρόλιθος"),
    person("F06", ["Zurab", "Okrotsvaridze"], 1, ["1983-01-19"], ["XDD"], "UNSCR 1373", native="ზურაბ ოქროცვარიძე"),
    person("F07", ["Farzad", "Delnavazrad"], 1, ["1986-03-21"], ["XEE"], "UNSCR 1373", native="فرزاد دلنوازراد",
           good=["Farzod Delnavoz-Rod"]),
    person("F08", ["Amina", "Waleed", "al-Barzakhi"], 1, ["1994-06-16"], ["XBB"], "UNSCR 2178", sex="female",
           native="أمينة وليد البرزخي",
           weak=["Umm Hajar"], docs=[("Passport", "P3318820", "XBB", "2026-11-02")]),
    person("F09", ["Stanislav", "Shchukarevich"], 1, ["1981-09-05"], ["XDD"], "UNSCR 1373",
           native="Станислав Щукаревич",
           good=["Stanisław Szczukarewicz", "Stanislas Chtchoukarevitch"]),
    person("F10", ["Anneliese", "Vorhölzer"], 1, ["1992-02-29"], ["XAA"], "UNSCR 2178", sex="female",
           former=["Anneliese Grünwaldter"]),
    person("F11", ["Idris", "Bello", "Tambuwari"], 1, ["1990"], ["XFF"], "Customs fraud"),
    person("F12", ["Khurshid", "Anwar", "Dilawarpuri"], 1, ["1979-12-25"], ["XEE"], "UNSCR 1373",
           native="خورشید انور دلاورپوری",
           father="Rafiq Dilawarpuri"),
    person("F13", ["Viktor", "Emil", "Rosenqvistad"], 1, ["1977-01-13"], ["XAA"], "UNSCR 1373", docs=[("Passport",
           "AB1200347", "XAA", "")]),
]

CSV = [
    person("C01", ["Mateo", "Jędrzejak-Røsvik"], 1, ["1988-08-18"], ["XAA"], "XBB-CT", good=["Mateusz Jedrzejak"]),
    person("C02", ["Hüseyin", "Taşkıranoğlu"], 1, ["1982-05-14"], ["XFF"], "XBB-CT"),
    person("C03", ["Zahra", "Mohsenabadi"], 1, ["1996-09-02"], ["XEE"], "XBB-CT", sex="female",
           native="زهرا محسن\u200cآبادی"),
    person("C04", ["Bilal", "Usman", "Garkuwari"], 1, ["1993"], ["XFF"], "XBB-FTF", weak=["The Herdsman"]),
    person("C05", ["Abdulrahman", "Saif", "al-Wadiqi"], 1, ["1990-10-10"], ["XBB"], "XBB-FTF",
           native="عبد الرحمن سيف الواديقي",
           docs=[("passport", "P5540011", "XBB", "")]),
    person("C06", ["Daniil", "Igorevich", "Zvonarenkov"], 1, ["1997-07-27"], ["XDD"], "XBB-FTF",
           native="Даниил Игоревич Звонаренков"),
    person("C07", ["José María", "Echevarrieta Olmosa"], 1, ["1975-03-03"], ["XAA"], "XBB-SMUGGLING"),
    person("C08", ["Trịnh", "Bảo Khuêlan"], -1, ["1991-04-15"], ["XGG"], "XBB-CT", good=["Bao Khuelan Trinh"]),
    person("C09", ["Sadia", "Noor", "Khattakzai"], 1, ["1998", "1999-01"], ["XEE"], "XBB-CT", sex="female"),
    person("C10", ["Kofi", "Mensah-Adoteyo"], 1, ["1984-11-11"], ["XFF"], "XBB-CT", ended="yes"),
    person("C11", ["Ivan", "Petrov"], 1, ["1985"], [], "XBB-CT"),
    person("C12", ["Mohamed", "Ali"], 1, ["1990-01-01"], [], "XBB-CT"),
    person("C13", [], 0, [], [], "XBB-CT", sex="", docs=[("passport", "K9900001", "XBB", "stolen")]),
]
GROUND = {"XBB-CT": "terrorism-law", "XBB-FTF": "unsc-2178"}

# Travellers for the example manifests: format, name as that format writes it, born, nationality, sex, document, whom it
# is, why.
TRAVELLERS = [
    ("paxlst", "ALHAZZANI/YOUSSEF KARIM", "1984-03-17", "XBB", "M", "K4471920", "U01",
        "another transliteration; same date and passport"),
    ("paxlst", "ALHAZZANI/OMAR KARIM", "1987-11-02", "XBB", "M", "K4471921", "-",
        "his brother, not listed; the next passport number"),
    ("paxlst", "ALHAZZANI/YUSUF", "1961-05-09", "XBB", "M", "L1002003", "-", "a namesake, 23 years older"),
    ("paxlst", "OZDAROV/ROUSLAN", "1990-06-05", "XDD", "M", "", "O01",
        "French transliteration, no patronymic, no document"),
    ("paxlst", "OZDAROV/ASLAN TAGIROVICH", "1993-04-22", "XDD", "M", "74 1100233", "-", "his brother"),
    ("paxlst", "KAVIANPOUR/REZA", "1979-08-30", "XEE", "M", "E88120457", "O03", "the list knows only the year"),
    ("paxlst", "SIKONG/BEICHEN", "1992-09-14", "XGG", "M", "G51230987", "O07", ""),
    ("paxlst", "ALMARQOUBI/TARIQ HASAN", "1981-08-21", "XBB", "M", "", "O08",
        "and not O09, his brother, who is listed as well"),
    ("paxlst", "ROSENQVISTAD/VIKTOR", "1977-01-13", "XAA", "M", "AB1200374", "F13",
        "two digits of the passport swapped"),
    ("paxlst", "RAHMATYAR/BASIR", "1994-02-02", "XEE", "M", "", "-", "a namesake of O13, 18 years younger"),
    ("paxlst", "TALLAWIN/SAMIR YACOUB", "1959-02-14", "XBB", "M", "", "-", "was U13, who has been taken off the list"),
    ("mrz", "TEMIRKHALOV<<RUSTAM<ANZOROVICH", "1989-02-11", "XDD", "M", "714410932", "U07", ""),
    ("mrz", "BOUSERHANE<<DJAMEL", "1975-01-01", "XFF", "M", "F0091827", "U08",
        "1 January weighs little: many lists put it for an unknown day"),
    ("mrz", "VORHOELZER<<ANNELIESE", "1992-02-29", "XAA", "F", "AC4410087", "F10", "umlaut as ICAO 9303 writes it"),
    ("mrz", "JEDRZEJAK<ROSVIK<<MATEO", "1988-08-18", "XAA", "M", "AC5512345", "C01", ""),
    ("mrz", "ECHEVARRIETA<OLMOSA<<JOSE<MARIA", "1975-03-03", "XAA", "M", "AC6612349", "C07",
        "listed outside counter-terrorism"),
    ("mrz", "BREIKAT<<HAMZA<DAOUD", "1988-07-09", "XFF", "M", "F1100456", "U06", "the second of two dates"),
    ("mrz", "STENMARKEN<<LOVISA<EDIT", "2001-10-04", "XAA", "F", "AC7712340", "-", "an ordinary traveller"),
    ("csv", "Щукаревич Станислав", "1981-09-05", "XDD", "M", "", "F09", "Cyrillic, family name first"),
    ("csv", "أمينة البرزخي", "1994-06-16", "XBB", "F", "P3318820", "F08", "Arabic script, no father's name"),
    ("csv", "欧阳砚舟", "1990-05-27", "XGG", "M", "", "F01", "Han"),
    ("csv", "زهرا محسن آبادی", "1996-09-02", "XEE", "F", "", "C03", "Persian, a blank for the joiner"),
    ("csv", "남궁서진", "1995-11-30", "XGG", "F", "", "F03", "Hangul, family name of two syllables"),
    ("csv", "زهرا محسن آبادی", "1969-03-12", "XEE", "F", "", "-", "a namesake, 27 years older"),
    ("csv", "Farzad Delnavazrad", "1986-03-12", "XEE", "M", "", "F07",
        "the digits of the day exchanged: a weaker hit"),
    ("csv", "Ivan Petrov", "1985-07-07", "XDD", "M", "", "C11", "a common name and a year: must stay weak"),
    ("csv", "Mohamed Ali", "1971-06-20", "XBB", "M", "", "-", "a common name, another date"),
    ("csv", "Nilufar Soraya Hartwell", "1990-02-17", "XBB", "F", "K9900001", "C13",
        "travels on a passport reported stolen"),
    ("csv", "Kofi Mensah-Adoteyo", "1984-11-11", "XFF", "M", "", "-", "was C10, whose alert has ended"),
    ("csv", "Lucie Vandermolenaar", "1999-09-09", "XAA", "F", "", "-", "an ordinary traveller"),
    ("csv", "Farzad Delnavazrad", "1986-12-03", "XEE", "M", "", "-", "a namesake of F07, born in the same year"),
]


def full(p):
    return " ".join(p["parts"])


def entry_id(p):
    k = p["key"]
    return {"U": "90000%s", "O": "9900%s", "F": "xaa-ftm-%s", "C": "B-0%s"}[k[0]] % k[1:]


# --- writers -------------------------------------------------------------------------------------------------------


def cast_md():
    out = io.StringIO()
    out.write("""# The cast of the examples

Made by tools/make_examples.py; edit the table there. **Everyone here is invented**, as are the places; the codes XAA,
XBB, XDD, XEE, XFF and XGG are user-assigned codes of ISO 3166 and stand for no state. Any likeness to a living person
is chance.

## Who is listed

| key | list | id | name | as written in | also | born | state | documents | programme |
|---|---|---|---|---|---|---|---|---|---|
""")
    for name, people in (("un-style.xml", UN), ("sdn.csv, alt.csv", OFAC), ("people.ftm.jsonl", FTM),
        ("own-list.csv", CSV)):
        for p in people:
            also = p.get("good", []) + p.get("aka", []) + p.get("former", []) + p.get("fka", []) + \
                ["“%s”" % w for w in p.get("weak", [])]
            docs = ["%s %s" % (d[1], d[2]) + (" (stolen)" if d[3] == "stolen" else "") for d in p.get("docs", [])]
            out.write("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s%s |\n" % (
                p["key"], name, entry_id(p), full(p) or "(no name)", p.get("native",
                    ""), "; ".join(also), "; ".join(p["born"]),
                " ".join(p["nat"]), "; ".join(docs), p["programme"].replace("] [",
                    " "), " (ended)" if p.get("ended") else ""))
    out.write("""
Dates: `~` is about, `..` is between. Not persons, in the same files: %s.
Programmes outside counter-terrorism, which a node keeps and does not match unless its profile accepts them: Outer
Isles, SDNTK, CYBER2, TCO, Customs fraud, XBB-SMUGGLING.

## Who travels

The example manifests (examples/manifests) are to hold at least these. `-` must not hit.

| manifest | name as written | born | state | sex | document | is | why |
|---|---|---|---|---|---|---|---|
""" % ", ".join(t[1] for t in UN_THINGS + OFAC_THINGS))
    for t in TRAVELLERS:
        out.write("| %s | %s | %s | %s | %s | %s | %s | %s |\n" % t)
    return out.getvalue()


def un_date(d):
    tag = lambda name, text: "          <%s>%s</%s>\n" % (name, text, name)
    if d.startswith("~"):
        return tag("TYPE_OF_DATE", "APPROXIMATELY") + tag("YEAR", d[1:])
    if ".." in d:
        a, b = d.split("..")
        return tag("TYPE_OF_DATE", "BETWEEN") + tag("FROM_YEAR", a) + tag("TO_YEAR", b)
    if len(d) == 4:
        return tag("TYPE_OF_DATE", "EXACT") + tag("YEAR", d)
    if len(d) == 10:
        return tag("TYPE_OF_DATE", "EXACT") + tag("DATE", d)
    return tag("TYPE_OF_DATE", "EXACT") + tag("NOTE", d)


def un_individual(p):
    out = io.StringIO()
    one = lambda name, text: out.write("      <%s>%s</%s>\n" % (name, escape(text), name)) if text else None
    prefix = {"Al-Qaida": "QDi", "Taliban": "TAi"}.get(p["programme"], "OIi")
    out.write("    <INDIVIDUAL>\n")
    one("DATAID", entry_id(p))
    one("VERSIONNUM", "1")
    for tag, part in zip(("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"), p["parts"]):
        one(tag, part)
    one("UN_LIST_TYPE", p["programme"])
    one("REFERENCE_NUMBER", "%s.9%s" % (prefix, p["key"][1:]))
    one("LISTED_ON", "2019-04-0%d" % (int(p["key"][1:]) % 9 + 1))
    one("DELISTED_ON", p.get("ended", ""))
    one("GENDER", p["sex"].capitalize())
    one("NAME_ORIGINAL_SCRIPT", p.get("native", ""))
    one("COMMENTS1", FICTION)
    if p.get("title"):
        out.write("      <TITLE>\n        <VALUE>%s</VALUE>\n      </TITLE>\n" % p["title"])
    if p["nat"]:
        values = "".join("        <VALUE>%s</VALUE>\n" % n for n in p["nat"])
        out.write("      <NATIONALITY>\n%s      </NATIONALITY>\n" % values)
    out.write("      <LIST_TYPE>\n        <VALUE>UN List</VALUE>\n      </LIST_TYPE>\n")
    out.write("      <LAST_DAY_UPDATED>\n        <VALUE>2025-01-15</VALUE>\n      </LAST_DAY_UPDATED>\n")
    for quality, names in (("Good", p.get("good", [])), ("Low", p.get("weak", []))):
        for n in names:
            out.write("      <INDIVIDUAL_ALIAS>\n        <QUALITY>%s</QUALITY>\n        <ALIAS_NAME>%s</ALIAS_NAME>\n"
                      "      </INDIVIDUAL_ALIAS>\n" % (quality, escape(n)))
    for d in p["born"]:
        out.write("      <INDIVIDUAL_DATE_OF_BIRTH>\n" + un_date(d) + "      </INDIVIDUAL_DATE_OF_BIRTH>\n")
    if p.get("place"):
        out.write("      <INDIVIDUAL_PLACE_OF_BIRTH>\n        <CITY>%s</CITY>\n        <COUNTRY>%s</COUNTRY>\n"
                  "      </INDIVIDUAL_PLACE_OF_BIRTH>\n" % p["place"])
    for kind, number, issuer, note in p.get("docs", []):
        out.write("      <INDIVIDUAL_DOCUMENT>\n"
                  "        <TYPE_OF_DOCUMENT>%s</TYPE_OF_DOCUMENT>\n        <NUMBER>%s</NUMBER>\n"
                  "        <ISSUING_COUNTRY>%s</ISSUING_COUNTRY>\n%s      </INDIVIDUAL_DOCUMENT>\n"
                  % (kind, number, issuer, "        <NOTE>%s</NOTE>\n" % note if note else ""))
    out.write("      <SORT_KEY/>\n      <SORT_KEY_LAST_MOD/>\n    </INDIVIDUAL>\n")
    return out.getvalue()


def un_xml():
    out = io.StringIO()
    out.write('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
              "<!-- Fictional people in the format of the UN Security Council consolidated list. No entry "
              "is real. -->\n"
              '<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
              'dateGenerated="2026-01-15T00:00:00.000Z">\n'
              "  <INDIVIDUALS>\n")
    out.write("".join(un_individual(p) for p in UN))
    out.write("  </INDIVIDUALS>\n  <ENTITIES>\n")
    for n, (key, name, programme, akas) in enumerate(UN_THINGS):
        out.write("    <ENTITY>\n      <DATAID>900009%d</DATAID>\n"
                  "      <VERSIONNUM>1</VERSIONNUM>\n      <FIRST_NAME>%s</FIRST_NAME>\n"
                  "      <UN_LIST_TYPE>%s</UN_LIST_TYPE>\n      <REFERENCE_NUMBER>%s.9%02d</REFERENCE_NUMBER>\n"
                  "      <COMMENTS1>%s</COMMENTS1>\n" % (n, name, programme,
                      "QDe" if programme == "Al-Qaida" else "OIe", n, FICTION_THING))
        for a in akas:
            out.write("      <ENTITY_ALIAS>\n        <QUALITY>a.k.a.</QUALITY>\n        <ALIAS_NAME>%s</ALIAS_NAME>\n"
                      "      </ENTITY_ALIAS>\n" % a)
        out.write("    </ENTITY>\n")
    out.write("  </ENTITIES>\n</CONSOLIDATED_LIST>\n")
    return out.getvalue()


def ofac_cell(text):
    return '"%s"' % text.replace('"', '""') if text else "-0- "


def ofac_csv():
    sdn, alt = [], []
    for p in OFAC:
        ent = entry_id(p)
        family, given = p["parts"][-p["family"]:], p["parts"][:-p["family"]]
        remarks = ["%sDOB %s" % ("alt. " if i else "", d) for i, d in enumerate(p["born"])]
        if p.get("place"):
            remarks.append("POB %s" % p["place"])
        remarks += ["nationality %s" % n for n in p["nat"]] + ["Gender %s" % p["sex"].capitalize()]
        remarks += [("%s %s (%s) %s" % d).strip() for d in p.get("docs", [])]
        remarks += p.get("extra", []) + ["a.k.a. '%s'" % w for w in p.get("weak", [])] + [FICTION.rstrip(".")]
        sdn.append("%s,%s,\"individual\",%s%s,%s." % (ent, ofac_cell(" ".join(family) + ", " + " ".join(given)),
            ofac_cell(p["programme"]),
                                                    ",-0- " * 7, ofac_cell("; ".join(remarks))[:-1]) + '"')
        for kind, names in (("aka", p.get("aka", [])), ("fka", p.get("fka", []))):
            alt += ['%s,%d,"%s",%s,-0- ' % (ent, 800 + len(alt) + k, kind, ofac_cell(n)) for k, n in enumerate(names)]
    for key, name, kind, programme in OFAC_THINGS:
        sdn.append('9900%s,%s,%s,"%s"%s,"%s"' % (key[1:], ofac_cell(name),
            kind if kind[0] == "-" else '"%s"' % kind, programme,
                                                  ",-0- " * 7, FICTION_THING))
    end = "\r\n"
    return end.join(sdn) + end + "\x1a", end.join(alt) + end + "\x1a"


def ftm_jsonl():
    lines = []
    for p in FTM:
        props = {"name": [full(p)] + ([p["native"]] if p.get("native") else [])}
        for key, prop in (("good", "alias"), ("weak", "weakAlias"), ("former", "previousName")):
            if p.get(key):
                props[prop] = p[key]
        family = p["parts"][-1:] if p["family"] == 1 else p["parts"][:1]
        given = p["parts"][:1] if p["family"] == 1 else p["parts"][1:]
        props["firstName"], props["lastName"] = given, family
        if p.get("father"):
            props["fatherName"] = [p["father"]]
        props["birthDate"], props["nationality"], props["gender"] = p["born"], [n.lower() for n in p["nat"]], [p["sex"]]
        if p.get("docs"):
            props["passportEntity"] = [
                {"id": "%s-doc" % entry_id(p), "schema": "Passport",
                 "properties": {k: [v] for k, v in (("number", d[1]), ("country", d[2].lower()), ("endDate",
                     d[3])) if v}}
                for d in p["docs"]]
        props["sanctions"] = [{"id": "%s-sanction" % entry_id(p), "schema": "Sanction",
                               "properties": {"program": [p["programme"]], "authority": ["Service XAA (fictional)"]}}]
        props["notes"] = [FICTION]
        lines.append({"id": entry_id(p), "schema": "Person", "properties": props})
    lines.append({"id": "xaa-ftm-14", "schema": "Company", "properties": {
        "name": ["Halcyon Lantern Works"], "program": ["UNSCR 1373"], "notes": [FICTION_THING]}})
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)


def own_csv():
    out = io.StringIO()
    columns = ["id", "name", "native_names", "aliases", "weak_aliases", "birth_dates", "sex", "nationalities",
        "documents", "programmes",
           "ground", "ended", "note"]
    w = csv.writer(out, lineterminator="\n")
    esc = lambda s: s.replace("\\", "\\\\").replace(";", "\\;")
    w.writerow(columns)
    for p in CSV:
        docs = [":".join([d[0], d[2], d[1]] + ([d[3]] if d[3] else [])) for d in p.get("docs", [])]
        good, weak = (";".join(map(esc, p.get(k, []))) for k in ("good", "weak"))
        w.writerow([entry_id(p), full(p), p.get("native", ""), good, weak, ";".join(p["born"]), p["sex"],
                    ";".join(p["nat"]), ";".join(docs), p["programme"], GROUND.get(p["programme"], ""),
                    "yes" if p.get("ended") else "",
                    FICTION if p["parts"] else "Fictional document of a fictional service."])
    return out.getvalue()


def sdn_xml():
    """The people of sdn.csv in the classic XML of the same list: the ids are the same."""
    out = ['<?xml version="1.0" encoding="utf-8"?>', "<sdnList>",
           "  <publshInformation><Publish_Date>11/23/2026</Publish_Date></publshInformation>"]

    def name(text):
        family, _, given = text.partition(", ")
        return ("<firstName>%s</firstName>" % escape(given) if given else "") + "<lastName>%s</lastName>" % escape(family)

    for p in OFAC:
        out.append("  <sdnEntry><uid>%s</uid>%s<sdnType>Individual</sdnType><remarks>%s</remarks>"
                   % (entry_id(p), name("%s, %s" % (p["parts"][-1], " ".join(p["parts"][:-1]))), FICTION))
        out.append("    <programList>%s</programList>" % "".join(
            "<program>%s</program>" % x for x in p["programme"].split("] [")))
        akas = [("a.k.a.", "strong", x) for x in p.get("aka", [])] + [("f.k.a.", "strong", x) for x in p.get("fka", [])]
        akas += [("a.k.a.", "weak", x) for x in p.get("weak", [])]
        if akas:
            out.append("    <akaList>%s</akaList>" % "".join(
                "<aka><type>%s</type><category>%s</category>%s</aka>" % (t, c, name(x)) for t, c, x in akas))
        out.append("    <dateOfBirthList>%s</dateOfBirthList>" % "".join(
            "<dateOfBirthItem><dateOfBirth>%s</dateOfBirth></dateOfBirthItem>" % d for d in p["born"]))
        out.append("    <nationalityList>%s</nationalityList>" % "".join(
            "<nationality><country>%s</country></nationality>" % n for n in p["nat"]))
        if p.get("docs"):
            out.append("    <idList>%s</idList>" % "".join(
                "<id><idType>%s</idType><idNumber>%s</idNumber><idCountry>%s</idCountry></id>" % tuple(d[:3])
                for d in p["docs"]))
        out.append("  </sdnEntry>")
    return "\n".join(out + ["</sdnList>", ""])


def uk_csv():
    """Some people of the UN list as the list of OFSI had them: a row a name, several values with numbers."""
    columns = ("Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non-Latin Script,Non-Latin Script Type,"
               "Non-Latin Script Language,DOB,Town of Birth,Country of Birth,Nationality,Passport Number,Passport Details,"
               "National Identification Number,National Identification Details,Position,Address 1,Address 2,Address 3,"
               "Address 4,Address 5,Address 6,Post/Zip Code,Country,Other Information,Group Type,Alias Type,Alias Quality,"
               "Regime,Listed On,UK Sanctions List Date Designated,Last Updated,Group ID").split(",")
    out = io.StringIO()
    w = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    out.write("Last Updated,23/11/2026\r\n")
    w.writeheader()
    regime = {"Al-Qaida": "ISIL (Da'esh) and Al-Qaida", "Taliban": "Afghanistan"}

    def numbered(values):
        return values[0] if len(values) == 1 else " ".join("(%d) %s" % (i + 1, v) for i, v in enumerate(values))

    def day(d):
        return "/".join(reversed(d.split("-"))) if len(d) == 10 else "00/00/" + d

    for p in (x for x in UN if x["programme"] in regime and not x.get("ended") and x["parts"]):
        born = [day(d) for d in p["born"] if d.replace("-", "").isdigit()]
        known = {"Group Type": "Individual", "Regime": regime[p["programme"]], "Group ID": "9" + entry_id(p)[-4:],
                 "Other Information": FICTION, "DOB": numbered(born) if born else "",
                 "Nationality": numbered(p["nat"]) if p["nat"] else ""}
        first = dict(known, **{"Alias Type": "Primary name", "Name 6": p["parts"][-1],
                               "Name Non-Latin Script": p.get("native", "")})
        first.update(("Name %d" % (i + 1), part) for i, part in enumerate(p["parts"][:-1]))
        passports = [d for d in p.get("docs", []) if d[0] == "Passport"]
        first["Passport Number"] = numbered([d[1] for d in passports]) if passports else ""
        first["Passport Details"] = numbered([d[2] for d in passports]) if passports else ""
        w.writerow(first)
        for quality in ("good", "weak"):
            for alias in p.get(quality, []):
                w.writerow(dict(known, **{"Name 6": alias, "Alias Type": "AKA", "Alias Quality":
                                          "Good quality" if quality == "good" else "Low quality"}))
    return out.getvalue()


def documents_csv():
    out = io.StringIO()
    w = csv.writer(out, lineterminator="\n")
    w.writerow(["document_number", "issuing_state", "type", "status", "expires", "reported", "note"])
    for number, state, kind, status, expires, reported in (
            ("K9900001", "XBB", "passport", "stolen", "2029-03-01", "2026-01-02"),
            ("AX0000417", "XAA", "passport", "lost", "2031-08-14", "2026-05-30"),
            ("ID-77-0192", "XDD", "national-id", "stolen", "", "2025-11-11"),
            ("V5500123", "XFF", "visa", "revoked", "2027-01-31", "2026-02-20")):
        w.writerow([number, state, kind, status, expires, reported, "Fictional document of a fictional service."])
    return out.getvalue()


def main():
    sdn, alt = ofac_csv()
    files = {"examples/CAST.md": cast_md(), "examples/lists/un-style.xml": un_xml(), "examples/lists/sdn.csv": sdn,
             "examples/lists/alt.csv": alt, "examples/lists/people.ftm.jsonl": ftm_jsonl(),
             "examples/lists/own-list.csv": own_csv(), "examples/lists/sdn.xml": sdn_xml(),
             "examples/lists/uk-style.csv": uk_csv(), "examples/lists/stolen-documents.csv": documents_csv()}
    stale = []
    for path, text in files.items():
        old = open(path, encoding="utf-8", newline="").read() if os.path.exists(path) else None
        if old == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as f:
                f.write(text)
    if "--check" in sys.argv and stale:
        sys.exit("not as tools/make_examples.py writes them: " + ", ".join(stale))


if __name__ == "__main__":
    main()
