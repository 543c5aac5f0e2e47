#!/usr/bin/env python3
"""feeds.py DIR: every RSS, Atom and JSON feed of a built site, as other people's programs read it.

Readers: libxml (well-formedness) and feedparser. The three formats of one feed must tell the same story.
"""
import datetime as dt, json, pathlib, re, subprocess, sys
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser

from report import Report


def absolute(url):
    return urlsplit(url or "").scheme in ("http", "https") and bool(urlsplit(url).netloc)


def relative_links(html):
    """Links in an entry's text must be absolute: a reader shows it far from our site."""
    for url in re.findall(r"""(?:href|src)=["']([^"']*)""", html or ""):
        if not re.match(r"(https?|mailto|tel|webcal):", url):
            yield f"relative link {url!r} in the text"


def twice(values):
    seen = set()
    for value in values:
        if value in seen:
            yield f"{value!r} identifies two entries"
        seen.add(value)


def self_faults(url, path):
    if not absolute(url):
        yield f"its own address is {url!r}, not an absolute URL"
    elif urlsplit(url).path.lstrip("/") != path:
        yield f"says that it lies at {url}"


# ---------------------------------------------------------------- RSS and Atom

def xml_faults(file, path):
    ran = subprocess.run(["xmllint", "--noout", "--nonet", file], capture_output=True, text=True)
    if ran.returncode:
        yield "libxml: " + ran.stderr.strip().splitlines()[0]
    data = file.read_bytes()
    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo:
        yield f"feedparser: {feed.bozo_exception}"
    if feed.version not in ("rss20", "atom10"):
        yield f"feedparser takes it for {feed.version or 'no feed at all'}"
    if not feed.feed.get("title"):
        yield "has no title"
    if not absolute(feed.feed.get("link")):
        yield f"links to {feed.feed.get('link')!r}, not to an absolute URL"
    own = [link.href for link in feed.feed.get("links", []) if link.get("rel") == "self"]
    yield from self_faults(own[0] if own else None, path)
    if feed.version == "atom10" and not (feed.feed.get("id") and feed.feed.get("updated_parsed")):
        yield "has no id or no updated"
    for entry in feed.entries:
        yield from entry_faults(entry, feed.version)
    yield from twice(entry.get("id") for entry in feed.entries)
    if feed.version == "rss20":
        yield from rss_dates(data)


def entry_faults(entry, version):
    name = entry.get("title") or entry.get("link")
    if not entry.get("title"):
        yield f"{name}: has no title"
    if not entry.get("id"):
        yield f"{name}: has no id"
    if not absolute(entry.get("link")):
        yield f"{name}: links to {entry.get('link')!r}, not to an absolute URL"
    if not (entry.get("updated_parsed") if version == "atom10" else entry.get("published_parsed")):
        yield f"{name}: has no date that feedparser can read"
    for text in [entry.get("summary"), *(c.value for c in entry.get("content", []))]:
        for fault in relative_links(text):
            yield f"{name}: {fault}"


def rss_dates(data):
    for text in re.findall(r"<(?:pubDate|lastBuildDate)>([^<]*)<", data.decode("utf-8")):
        try:
            if parsedate_to_datetime(text).tzinfo is None:
                yield f"{text!r} has no offset"
        except ValueError:
            yield f"{text!r} is no RFC 822 date"


def xml_links(file):
    return [entry.get("link") for entry in feedparser.parse(file.read_bytes()).entries]


# ---------------------------------------------------------------- JSON Feed 1.1

def json_faults(file, path):
    try:
        feed = json.loads(file.read_bytes())
    except ValueError as problem:
        yield f"is not JSON: {problem}"
        return
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"version is {feed.get('version')!r}"
    if not feed.get("title"):
        yield "has no title"
    if not absolute(feed.get("home_page_url")):
        yield f"home_page_url is {feed.get('home_page_url')!r}"
    yield from self_faults(feed.get("feed_url"), path)
    if not isinstance(feed.get("items"), list):
        yield "has no list of items"
        return
    for item in feed["items"]:
        for fault in item_faults(item):
            yield f"{item.get('title') or item.get('id')}: {fault}"
    yield from twice(item.get("id") for item in feed["items"])


def item_faults(item):
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "id must be a text"
    if not (item.get("content_html") or item.get("content_text")):
        yield "has neither content_html nor content_text"
    if not absolute(item.get("url")):
        yield f"url is {item.get('url')!r}"
    for field in ("image", "banner_image", "external_url"):
        if field in item and not absolute(item[field]):
            yield f"{field} is {item[field]!r}"
    for field in ("date_published", "date_modified"):
        if field in item:
            try:
                if dt.datetime.fromisoformat(item[field]).tzinfo is None:
                    yield f"{field} has no offset"
            except ValueError:
                yield f"{field} is {item[field]!r}, no RFC 3339 time"
    if "date_published" not in item:
        yield "has no date_published"
    if any(not isinstance(tag, str) for tag in item.get("tags", [])):
        yield "tags must be texts"
    yield from relative_links(item.get("content_html"))


def json_links(file):
    return [item.get("url") for item in json.loads(file.read_bytes()).get("items", [])]


# ---------------------------------------------------------------- all files

def main():
    root = pathlib.Path(sys.argv[1])
    report, feeds = Report("feeds"), {}
    found = [*root.rglob("feed.*"), *root.rglob("changes.*")]
    # The data have a schema of that name.
    found = [path for path in found if root / "data" not in path.parents]
    for file in sorted(f for f in found if f.suffix in (".rss", ".atom", ".json")):
        path = file.relative_to(root).as_posix()
        report.case(path, (json_faults if file.suffix == ".json" else xml_faults)(file, path))
        feeds.setdefault(file.with_suffix(""), []).append(file)
    for feed, files in feeds.items():
        try:
            links = {f.name: (json_links if f.suffix == ".json" else xml_links)(f) for f in files}
        except ValueError:
            continue  # said above
        first = links[files[0].name]
        report.case(f"{feed.relative_to(root)}: its formats agree",
                    (f"{name} lists other entries than {files[0].name}" for name, urls in links.items() if urls != first))
    report.close()


if __name__ == "__main__":
    main()
