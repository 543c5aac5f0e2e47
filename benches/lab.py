"""What the documents of the corpus say: titles, facts and Dutch-looking text, from a fixed seed.

The order of the random draws is the corpus: change it, and figures from before compare with nothing.
"""
import datetime as dt
import random

THEMES = ["Wonen", "Energie", "Water", "Groen", "Voedsel", "Zorg", "Mobiliteit", "Kunst en cultuur", "Onderwijs",
          "Circulair", "Klimaat", "Democratie", "Jeugd", "Ouderen", "Sport", "Erfgoed", "Digitale stad", "Makers",
          "Ontmoeten", "Inclusie", "Werk", "Veiligheid", "Zelfbouw", "Stadslandbouw"]
HOODS = ["Almere Haven", "Almere Buiten", "Almere Poort", "Almere Hout", "Nobelhorst", "Oosterwold", "Filmwijk",
         "Danswijk", "Stedenwijk", "Kruidenwijk", "Muziekwijk", "Literatuurwijk", "Tussen de Vaarten", "Parkwijk",
         "Verzetswijk", "Waterwijk", "Staatsliedenwijk", "Markerkant", "Gouwwijk", "Noorderplassen", "Seizoenenbuurt",
         "Molenbuurt", "Bouwmeesterbuurt", "Oostvaardersbuurt", "Eilandenbuurt", "Regenboogbuurt", "Stripheldenbuurt",
         "Indische Buurt", "Europakwartier", "Columbuskwartier", "Homeruskwartier", "Soesterkwartier", "Vathorst",
         "Kattenbroek", "Schothorst", "Zielhorst", "Nieuwland", "Liendert", "Randenbroek", "Vermeerkwartier"]
CITIES = ["Amsterdam", "Athene", "Berlijn", "Boedapest", "Boekarest", "Bratislava", "Brussel", "Dublin", "Helsinki",
          "Kopenhagen", "Lissabon", "Ljubljana", "Londen", "Luxemburg", "Madrid", "Nicosia", "Parijs", "Praag", "Riga",
          "Rome", "Sofia", "Stockholm", "Tallinn", "Valletta", "Vilnius", "Warschau", "Wenen", "Zagreb"]
NOUN = """buurt wijk stad plein straat tuin park school werkplaats keuken buurthuis bewoner maker gemeente netwerk
plan ruimte gesprek avond middag ochtend project initiatief ambassade water energie warmte voedsel moestuin fiets
haven brug dak gevel kas oogst markt kraam muziek verhaal geschiedenis kind jongere oudere vrijwilliger buur
vereniging stichting coöperatie begroting subsidie vergunning regel kans idee ontwerp model kaart route maquette
zaagmachine printer hout klei textiel reparatie gereedschap materiaal afval grondstof boom plant bij vogel gracht
dijk polder kust wind zon paneel batterij woning hof bouw kavel sleutel tafel stoel maaltijd recept brood soep
les cursus vaardigheid ervaring kennis vraag antwoord besluit stem raad debat verkiezing democratie taal wereld
samenwerking toekomst verandering klimaat regen hitte schaduw bank speelplek sport bal zwembad bibliotheek boek
museum kunst theater podium koor band licht geluid camera data sensor website nieuwsbrief agenda uitnodiging
deelnemer begeleider docent leerling onderzoeker student ondernemer winkel fabriek kantoor loods atelier""".split()
VERB = """maken bouwen leren delen ontmoeten koken planten oogsten repareren ontwerpen tekenen zagen naaien printen
bespreken onderzoeken organiseren helpen beginnen groeien veranderen verbinden uitnodigen luisteren vertellen
verzamelen ruilen lenen geven vragen kiezen stemmen betalen sparen wandelen fietsen spelen zingen dansen schrijven
lezen vieren openen sluiten werken wonen zorgen denken proberen oefenen""".split()
ADJ = """nieuw groot klein groen open gratis lokaal sociaal duurzaam samen mooi oud jong betaalbaar toegankelijk
slim warm koud rustig druk gezond vers creatief praktisch tijdelijk gezamenlijk circulair veilig bijzonder levendig
zelfgemaakt ambachtelijk stedelijk regionaal inclusief vrijwillig eenvoudig""".split()
FUNC = """de het een en van in op met voor door bij naar uit over onder tussen tijdens zonder tegen aan om te dat die
deze dit wij we zij ze je jullie hun ons onze ook nog al niet wel er hier daar als dan maar of want omdat zodat
iedereen iemand niemand alles iets veel meer minder elke alle beide elkaar""".split()
FIRST = """Sanne Daan Fatima Mohamed Emma Lotte Bram Youssef Anouk Pieter Marijke Joost Aylin Ruben Noor Thijs Hanneke
Wim Sevda Jelle Ilse Koen Amira Bas Tess""".split()
LAST = """de Vries|Jansen|Bakker|van Dijk|Visser|Smit|Meijer|el Amrani|Yilmaz|de Boer|Mulder|de Groot|Bos|Vos|Peters
Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Kaya|Postma|van der Meer|Kok""".replace("\n", "|").split("|")
ORGS = ["Stichting {}", "Vereniging {}", "Buurtcoöperatie {}", "Bewonersgroep {}", "Werkplaats {}", "Collectief {}"]
CODE = ["```yaml\nnaam: {a}\nplek: {b}\nopen:\n  - dinsdag\n  - donderdag\n```",
        "```json\n{{ \"naam\": \"{a}\", \"plek\": \"{b}\", \"aantal\": 12 }}\n```",
        "```\n{a} --> {b} --> {c}\n```"]
KINDS = {"initiatieven": "initiative", "agenda": "event", "ambassades": "embassy", "nieuws": "news", "ruimtes": "space",
         "oproepen": "call", "aanbod": "offer"}
EPOCH = dt.datetime(2024, 1, 1)


class Words:
    """Zipf-like vocabulary of function words, verbs, adjectives, nouns and (as in Dutch) compound nouns."""

    def __init__(self, seed):
        r = random.Random(seed)
        comp = sorted({a + b for a, b in ((r.choice(NOUN), r.choice(NOUN)) for _ in range(900)) if a != b})
        r.shuffle(comp)
        v, w = [], []
        for words, mass in ((FUNC, 46.0), (NOUN, 22.0), (VERB, 14.0), (ADJ, 9.0), (comp, 9.0)):
            ws = [1.0 / (k + 3) for k in range(len(words))]
            t = sum(ws)
            v += words
            w += [mass * x / t for x in ws]
        self.v, self.comp = v, comp
        acc, cum = 0.0, []
        for x in w:
            acc += x
            cum.append(acc)
        self.cum = cum

    def take(self, r, n):
        return r.choices(self.v, cum_weights=self.cum, k=n)


def slugify(s):
    out = []
    for ch in s.lower():
        ch = {"ö": "o", "ë": "e", "é": "e", "ï": "i", "ü": "u"}.get(ch, ch)
        out.append(ch if ch.isascii() and ch.isalnum() else "-")
    return "-".join(p for p in "".join(out).split("-") if p)


def counts(n):
    ini, ev, news = n * 35 // 100, n * 45 // 100, n * 15 // 100
    emb = min(max(28, n // 100), max(0, n - ini - ev - news))
    rest = n - ini - ev - news - emb
    a, b = rest // 3, rest // 3
    return {"initiatieven": ini, "agenda": ev, "ambassades": emb, "nieuws": news, "ruimtes": a, "oproepen": b,
            "aanbod": rest - a - b}


def meta(i, section, k, seed, W):
    r = random.Random(seed * 1_000_003 + i)
    noun = lambda: r.choice(NOUN)
    hood = r.choice(HOODS)
    if section == "ambassades":
        city = CITIES[k % 28]
        title = f"Stadsambassade {city}" + (f": {noun()} en {noun()}" if k >= 28 else "")
    elif section == "agenda":
        title = f"{r.choice(['Werkplaats', 'Bijeenkomst', 'Excursie', 'Debat', 'Cursus', 'Inloop', 'Buurtdiner'])} " \
                f"{r.choice(W.comp)} in {hood}"
    else:
        title = f"{r.choice(ADJ).capitalize()} {r.choice(W.comp)} voor {noun()} en {noun()}"
    pub = EPOCH + dt.timedelta(minutes=15 * r.randrange(4 * 24 * 1000))  # 2024-01-01 .. 2026-09-26
    pub = pub.replace(hour=8 + pub.hour % 13)
    upd = min(pub + dt.timedelta(days=r.randrange(40)), dt.datetime(2026, 10, 31, 12))
    m = {"number": k, "id": f"{KINDS[section]}-{i:06d}", "section": section, "title": title, "slug": f"{slugify(title)[:60].rstrip('-')}-{i}",
         "summary": (" ".join(W.take(r, r.randrange(12, 26)))).capitalize() + ".", "date": pub, "updated": upd,
         "themes": r.sample(THEMES, r.choice((2, 2, 3, 3, 4))), "hood": hood,
         "lat": round(52.13 + r.random() * 0.3, 6), "lon": round(5.12 + r.random() * 0.28, 6),
         "organiser": r.choice(ORGS).format(r.choice(NOUN).capitalize()) if r.random() < .6 else f"{r.choice(FIRST)} {r.choice(LAST)}",
         "languages": r.choice((["nl"], ["nl"], ["nl", "en"], ["nl", "en", "ar"], ["nl", "tr"])),
         "venue": f"{r.choice(W.comp).capitalize()} {r.choice('ABCDEFG')}"}
    if section == "agenda":
        s = (pub + dt.timedelta(days=r.randrange(3, 90))).replace(hour=r.randrange(8, 20), minute=r.choice((0, 30)))
        m["start"], m["end"] = s, s + dt.timedelta(minutes=30 * r.randrange(2, 9))
        m["end"] = min(m["end"], s.replace(hour=22, minute=0))
        if k % 3 == 0:
            day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[s.weekday()]
            m["rrule"] = f"FREQ=WEEKLY;BYDAY={day};COUNT={r.randrange(4, 30)}" if k % 2 == 0 else \
                f"FREQ=MONTHLY;BYDAY={(s.day - 1) // 7 + 1 if s.day < 29 else -1}{day};COUNT={r.randrange(3, 12)}"
    return m


def body(i, m, metas, seed, W, address):
    """Two to six hundred words in paragraphs, lists and the odd table, with two links to other documents."""
    r = random.Random(seed * 7_000_003 + i)
    target, got = r.randrange(150, 601), 0
    links = [metas[r.randrange(len(metas))] for _ in range(2)]

    def sentence():
        nonlocal got
        n = r.randrange(6, 19)
        got += n
        w = W.take(r, n)
        if r.random() < .12:
            j = r.randrange(n)
            w[j] = f"**{w[j]}**"
        elif r.random() < .12:
            j = r.randrange(n)
            w[j] = f"*{w[j]}*"
        if n > 12:
            w[n // 2] += ","
        w[0] = w[0] if w[0][0] == "*" else w[0].capitalize()
        return " ".join(w) + r.choice((".", ".", ".", "!", "?"))

    def para(k=None):
        return " ".join(sentence() for _ in range(k or r.randrange(3, 6)))

    blocks, step = [para()], 0
    while got < target:
        step += 1
        if step % 4 == 1:
            got += 3
            blocks.append("## " + " ".join(W.take(r, 3)).capitalize())
        elif step % 4 == 3 and r.random() < .6:
            n = r.randrange(3, 7)
            got += 5 * n
            ordered = r.random() < .3
            blocks.append("\n".join((f"{j + 1}. " if ordered else "- ") + " ".join(W.take(r, 5)) for j in range(n)))
        else:
            blocks.append(para())
    for to in links:
        blocks[-1] += f" Zie ook [{to['title']}]({address(to)})."
    if r.random() < .10:
        rows = "\n".join(f"| {' '.join(W.take(r, 2))} | {r.randrange(2, 40)} | {r.choice(HOODS)} |" for _ in range(r.randrange(3, 8)))
        blocks.insert(len(blocks) // 2, "| Wat | Aantal | Waar |\n|---|---:|---|\n" + rows)
    if r.random() < .05:
        blocks.insert(len(blocks) // 2, r.choice(CODE).format(a=r.choice(NOUN), b=r.choice(NOUN), c=r.choice(NOUN)))
    return "\n\n".join(blocks) + "\n"
