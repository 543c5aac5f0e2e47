#!/usr/bin/env python3
"""linked_data.py DIR: the linked data of every page of a built site, expanded by PyLD without a network.

Every type and property must be one of schema.org's, and expected where it stands; what is an event must have all that search
engines ask for, and stand on a page of its own. The extract of the vocabulary lies in vocabulary/.
"""
import json, pathlib, re, sys
from collections import defaultdict
from html.parser import HTMLParser

from pyld import jsonld

from report import Report

VOCABULARY = json.loads((pathlib.Path(__file__).parent / "vocabulary/schemaorg.json").read_text())
CONTEXT = {"@context": {
    "type": "@type", "id": "@id", "@vocab": "http://schema.org/", "schema": "http://schema.org/",
    **{term: {"@id": f"schema:{term}", "@type": coerced}
       for coerced, terms in VOCABULARY["coerced"].items() for term in terms},
}}
TERM = re.compile(r"https?://schema\.org/(\w+)$")
DAY = r"\d{4}-\d\d-\d\d"
MOMENT = re.compile(rf"{DAY}(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$")
ASKED = ["name", "description", "startDate", "endDate", "eventStatus", "eventAttendanceMode", "location", "image", "organizer"]
OFFERED = ["price", "priceCurrency", "url", "availability", "validFrom"]
TEXTS = {"Text", "URL", "Date", "DateTime", "Time", "Boolean", "Number", "Integer", "Float"}


class Page(HTMLParser):
    """What of a page matters here: its linked data, its address, that of the original where it is a copy, its microformats."""

    def __init__(self, text):
        super().__init__()
        self.canonical, self.address, self.leads_on, self.data, self.classes, self.within = None, None, False, [], set(), False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        self.classes |= set((has.get("class") or "").split())
        if tag == "link" and has.get("rel") == "canonical":
            self.canonical = has.get("href")
        if tag == "meta" and has.get("property") == "og:url":
            self.address = has.get("content")
        if tag == "meta" and (has.get("http-equiv") or "").lower() == "refresh":
            self.leads_on = True
        self.within = tag == "script" and has.get("type") == "application/ld+json"
        if self.within:
            self.data.append("")

    def handle_data(self, text):
        if self.within:
            self.data[-1] += text

    def handle_endtag(self, tag):
        self.within = False


def load(url, options=None):
    if url.rstrip("/") not in ("https://schema.org", "http://schema.org"):
        raise ValueError(f"the context {url} is not that of schema.org")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": CONTEXT}


def name(address):
    """A term of schema.org by its address."""
    found = TERM.match(str(address))
    return found and found[1]


def types(node):
    return [name(address) for address in node.get("@type", [])] if "@value" not in node else []


def with_parents(kinds):
    found, rest = set(), list(kinds)
    while rest:
        kind = rest.pop()
        if kind not in found:
            found.add(kind)
            rest += VOCABULARY["types"].get(kind, [])
    return found


def values(node, term):
    return node.get(f"http://schema.org/{term}", [])


def text(value):
    return str(value.get("@value", value.get("@id", "")))


# ---------------------------------------------------------------- terms

def term_faults(node, path=""):
    """Types and properties that schema.org does not know, or does not expect there."""
    kinds = types(node)
    for kind in kinds:
        if kind not in VOCABULARY["types"]:
            yield f"{path or 'it'}: {node['@type']} is no type"
    here = with_parents(kinds)
    for address, held in node.items():
        if address.startswith("@"):
            continue
        term = name(address)
        at = f"{path}/{term or address}"
        if term not in VOCABULARY["properties"]:
            yield f"{at}: is no property"
            continue
        domain, range_ = VOCABULARY["properties"][term]
        if term in VOCABULARY["superseded"]:
            yield f"{at}: superseded by {VOCABULARY['superseded'][term]}"
        if kinds and not here & set(domain):
            yield f"{at}: not expected on {kinds}, but on {domain}"
        for value in held:
            yield from value_faults(term, value, range_, at)


def value_faults(term, value, range_, at):
    kinds, address = types(value), value.get("@id")
    if "@value" in value:
        if not value["@value"] and value["@value"] not in (0, False):
            yield f"{at}: says nothing"
        if not (TEXTS & set(range_) or any("Duration" == kind for kind in range_)):
            if name(value["@value"]) not in VOCABULARY["members"]:
                yield f"{at}: is the text {value['@value']!r}, not one of {range_}"
        if term in VOCABULARY["coerced"]["Date"] and not MOMENT.match(text(value)):
            yield f"{at}: {text(value)!r} is no day, and no moment with an offset"
    elif kinds and not with_parents(kinds) & set(range_):
        yield f"{at}: is a {kinds}, not one of {range_}"
    elif address and not re.match(r"https?://", address):
        yield f"{at}: the address {address!r} is not absolute"
    if "@value" not in value:
        yield from term_faults(value, at)


# ---------------------------------------------------------------- events

def is_event(node):
    return "Event" in with_parents(types(node))


def events(node):
    """The events that a reader finds: what is within one belongs to it."""
    if is_event(node):
        yield node
        return
    for address, held in node.items():
        if not address.startswith("@"):
            for value in held:
                yield from events(value)


def event_faults(event, page):
    for term in ASKED:
        if not values(event, term):
            yield f"has no {term}"
    for place in values(event, "location"):
        needed = "url" if "VirtualLocation" in types(place) else "address"
        if not values(place, needed):
            yield f"its {types(place)} has no {needed}"
    for term, kind in (("eventStatus", "EventStatusType"), ("eventAttendanceMode", "EventAttendanceModeEnumeration")):
        for value in values(event, term):
            if VOCABULARY["members"].get(name(text(value))) != kind:
                yield f"{term} is {text(value)!r}"
    moved = any(name(text(status)) == "EventRescheduled" for status in values(event, "eventStatus"))
    if moved and not values(event, "previousStartDate"):
        yield "was moved, but from when is not said"
    for offer in values(event, "offers"):
        for term in OFFERED:
            if not values(offer, term):
                yield f"its offer has no {term}"
    if [text(url) for url in values(event, "url")] != [page.address]:
        yield f"its url is not its page, {page.address}"
    missing = {"h-event", "p-name", "dt-start", "dt-end", "u-url"} - page.classes
    if missing:
        yield f"its page lacks the microformats {sorted(missing)}"


# ---------------------------------------------------------------- all pages

def page_faults(path, page, found):
    if page.leads_on:
        if page.canonical:
            yield "leads on, yet says that it is the canonical page"
        return
    nodes = []
    for data in page.data:
        try:
            nodes += jsonld.expand(json.loads(data), {"documentLoader": load, "base": page.address})
        except (ValueError, jsonld.JsonLdError) as problem:
            yield f"does not expand: {problem}"
    for node in nodes:
        yield from term_faults(node)
    here = [event for node in nodes for event in events(node)]
    if len(here) > 1:
        yield f"holds {len(here)} events"
    for event in here:
        found[event.get("@id")].append(path)
        yield from event_faults(event, page)


def main():
    root = pathlib.Path(sys.argv[1])
    report, found, home = Report("linked-data"), defaultdict(list), None
    for file in sorted(root.rglob("*.html")):
        path, page = file.relative_to(root).as_posix(), Page(file.read_text())
        if path == "index.html":
            home = page.canonical
        report.case(path, page_faults(path, page, found))
    identifiers = {f"{home}id/event/{file.stem}" for file in root.glob("id/event/*.html")}
    report.case("every event, by its identifier", (f"only in one of both: {one}" for one in identifiers ^ set(found)))
    languages = max(map(len, found.values()), default=0)
    report.case("every event in every language",
                (f"{one}: {paths}" for one, paths in found.items() if len(paths) != languages))
    report.close()


if __name__ == "__main__":
    main()
