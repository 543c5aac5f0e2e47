#!/usr/bin/env python3
"""A city lab of any size, the same one for Plein and for its peers. Standard library only.

    corpus.py N OUT --flavour plein|hugo|11ty|zola [--seed 33]

Of N documents 45 % are events (a third of them recurring), 35 % initiatives, 15 % articles, 1 % (28 at least) embassies, and
the rest spaces, calls and notices. The same N and seed give the same bytes everywhere; the text under the front matter is the
same for all, but for the addresses it links to. For Plein, OUT is a whole site; for the others, its content folder.
"""
import argparse
import datetime as dt
import json
import pathlib
import sys

from lab import CITIES, HOODS, THEMES, Words, body, counts, meta, slugify

COUNTRIES = dict(zip(CITIES, "NL GR DE HU RO SK BE IE FI DK PT SI GB LU ES CY FR CZ LV IT BG SE EE MT LT PL AT HR".split()))
CATEGORIES = "space material tool skill time money knowledge transport other".split()
AMERSFOORT = {"Soesterkwartier", "Vathorst", "Kattenbroek", "Schothorst", "Zielhorst", "Nieuwland", "Liendert", "Randenbroek",
              "Vermeerkwartier"}
# Section of Hugo's site: its title there, the folder and the address in Plein.
SECTIONS = {
    "initiatieven": ("Initiatieven", "initiatives", "initiatieven"),
    "agenda": ("Agenda", "events", "agenda"),
    "ambassades": ("Stadsambassades", "embassies", "ambassades"),
    "nieuws": ("Nieuws", "articles", "nieuws"),
    "ruimtes": ("Ruimtes", "spaces", "plekken"),
    "oproepen": ("Oproepen", "calls", "oproepen"),
    "aanbod": ("Aanbod", "notices", "marktplein"),
}


# ---------------------------------------------------------------- front matter

def last_sunday(y, m):
    d = dt.datetime(y, m, 31)
    return d - dt.timedelta(days=(d.weekday() + 1) % 7)


def offset(t):
    """UTC offset of Europe/Amsterdam at local time t (hours 8-21 only, so the switch hour does not matter)."""
    return "+02:00" if last_sunday(t.year, 3) <= t < last_sunday(t.year, 10) else "+01:00"


def iso(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S") + offset(t)


def q(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def seq(xs):
    return "[" + ", ".join(q(x) for x in xs) + "]"


def front_peer(m, summary, updated, terms, own):
    """Front matter of a peer: what it calls things, where terms lie, and where fields of one's own lie."""
    within = "  " if own else ""
    yield f"title: {q(m['title'])}"
    yield f"{summary}: {q(m['summary'])}"
    yield f"slug: {m['slug']}"
    yield f"date: {iso(m['date'])}"
    yield f"{updated}: {iso(m['updated'])}"
    if terms:
        yield f"{terms}:"
    yield f"{'  ' if terms else ''}themes: {seq(m['themes'])}"
    yield f"{'  ' if terms else ''}neighbourhoods: {seq([m['hood']])}"
    if own:
        yield f"{own}:"
    fields = [f"id: {m['id']}", f"organiser: {q(m['organiser'])}", f"languages: {seq(m['languages'])}", *location(m)]
    if "start" in m:
        fields += [f"start: {q(iso(m['start']))}", f"end: {q(iso(m['end']))}", "timezone: Europe/Amsterdam"]
    if "rrule" in m:
        fields.append(f"rrule: {q(m['rrule'])}")
    yield from (within + field for field in fields)


def front_plein(m):
    kind = SECTIONS[m["section"]][1]
    yield f"id: {m['id']}"
    yield f"title: {q(m['title'])}"
    yield f"summary: {q(m['summary'])}"
    yield f"topics: [{', '.join(slugify(theme) for theme in m['themes'])}]"
    yield f"neighbourhood: {slugify(m['hood'])}"
    yield f"contact: {{name: {q(m['organiser'])}, public: true}}"
    yield f"{'date' if kind == 'articles' else 'verified'}: {m['date']:%Y-%m-%d}"
    yield from facts_plein(m, kind)
    extra = [f"updated: {q(iso(m['updated']))}"]
    if kind in ("events", "embassies", "notices"):
        yield f"languages: {seq(m['languages'])}"
    else:
        extra.append(f"languages: {seq(m['languages'])}")
    if kind in ("articles", "calls"):
        extra += location(m)
    else:
        yield from location(m)
    yield "extra:"
    yield from ("  " + line for line in extra)


def facts_plein(m, kind):
    if kind == "events":
        yield f"start: {m['start']:%Y-%m-%dT%H:%M}"
        yield f"end: {m['end']:%Y-%m-%dT%H:%M}"
        yield "timezone: Europe/Amsterdam"
        if "rrule" in m:
            yield f"rrule: {q(m['rrule'])}"
    elif kind == "embassies":
        city = CITIES[m["number"] % 28]
        yield f"city: {city}"
        yield f"country: {q(COUNTRIES[city])}"
    elif kind == "calls":
        yield f"deadline: {m['date'] + dt.timedelta(days=60):%Y-%m-%d}"
    elif kind == "notices":
        yield f"direction: {'offer' if m['number'] % 2 == 0 else 'need'}"
        yield f"category: {CATEGORIES[m['number'] % len(CATEGORIES)]}"


def location(m):
    yield "location:"
    yield f"  name: {q(m['venue'])}"
    yield f"  lat: {m['lat']}"
    yield f"  lon: {m['lon']}"


# ---------------------------------------------------------------- files

SITE = """\
title: {nl: StadsMakersLab}
tagline: {nl: Een open en vrij lab voor stadmakers.}
description: {nl: Een open en vrij lab voor stadmakers.}
url: https://lab.example
uid_domain: lab.example
languages: [nl]
timezone: Europe/Amsterdam
publisher: {name: StadsMakersLab, email: lab@lab.example, url: https://lab.example, country: NL}
license: https://creativecommons.org/publicdomain/zero/1.0/
since: 2024-01-01
page_size: 20
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_plein(out, documents):
    write(out / "data/site.yaml", SITE)
    write(out / "data/topics.yaml", "".join(f"- {{id: {slugify(t)}, title: {{nl: {q(t)}}}}}\n" for t in THEMES))
    write(out / "data/neighbourhoods.yaml", "".join(
        f"- {{id: {slugify(h)}, title: {q(h)}, city: {'Amersfoort' if h in AMERSFOORT else 'Almere'}}}\n" for h in HOODS))
    for m, text in documents:
        front = "\n".join(front_plein(m))
        write(out / "content" / SECTIONS[m["section"]][1] / f"{m['slug']}.md", f"---\n{front}\n---\n\n{text}")


def write_peer(out, documents, section_front, **names):
    write(out / "_index.md", '---\ntitle: "StadsMakersLab"\n---\n')
    for section, (title, *_) in SECTIONS.items():
        write(out / section / "_index.md", f"---\ntitle: {q(title)}\n{section_front}---\n")
    write_documents(out, documents, **names)


def write_documents(out, documents, **names):
    for m, text in documents:
        front = "\n".join(front_peer(m, **names))
        write(out / m["section"] / f"{m['slug']}.md", f"---\n{front}\n---\n\n{text}")


def write_hugo(out, documents):
    write_peer(out, documents, "", summary="summary", updated="lastmod", terms="", own="params")


def write_zola(out, documents):
    section = "sort_by: date\npaginate_by: 20\ngenerate_feeds: true\n"
    write_peer(out, documents, section, summary="description", updated="updated", terms="taxonomies", own="extra")


def write_11ty(out, documents):
    for section, (title, *_) in SECTIONS.items():
        layout = {"layout": "page.11ty.js", "section": section, "sectionTitle": title}
        write(out / section / f"{section}.11tydata.json", json.dumps(layout) + "\n")
    write_documents(out, documents, summary="summary", updated="updated", terms="", own="")


def by_section(m):
    return f"/{m['section']}/{m['slug']}/"


FLAVOURS = {
    "plein": (write_plein, lambda m: f"/{SECTIONS[m['section']][2]}/{m['slug']}/"),
    "hugo": (write_hugo, by_section),
    "zola": (write_zola, by_section),
    "11ty": (write_11ty, by_section),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--flavour", choices=sorted(FLAVOURS), required=True)
    parser.add_argument("--seed", type=int, default=33)
    args = parser.parse_args()
    write_all, address = FLAVOURS[args.flavour]
    words = Words(args.seed)
    kinds = [(section, k) for section, n in counts(args.n).items() for k in range(n)]
    metas = [meta(i, section, k, args.seed, words) for i, (section, k) in enumerate(kinds)]
    write_all(args.out, ((m, body(i, m, metas, args.seed, words, address)) for i, m in enumerate(metas)))
    print(f"{len(metas)} documents, flavour {args.flavour}", file=sys.stderr)


if __name__ == "__main__":
    main()
