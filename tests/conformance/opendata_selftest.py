#!/usr/bin/env python3
"""opendata_selftest.py DIR [--tell]: that the checks of open data can fail. One thing after another is broken in a copy of DIR.

The check that it is for says nothing before, and tells of it after; `--tell` prints what.
"""
import concurrent.futures, contextlib, functools, json, pathlib, re, subprocess, sys, tempfile

import opendata  # first: it keeps the readers off the network

import pyarrow.parquet
from rdflib import RDF, Literal, URIRef

import host
import opendata_api as api
import opendata_catalogue as catalogue
import opendata_files as files
from opendata_found import DCAT, DCT, Found
from report import Report, told


class NotHere(Exception):
    """The site has nothing of what is to be broken."""


# ---------------------------------------------------------------- where to break

def of_type(media_type):
    def pick(found):
        for distribution in found.distributions:
            if distribution.media_type == media_type and (media_type != "application/json" or distribution.file in found.collections):
                if media_type == "application/json" or files.collection_of(found, distribution.file)[1] or "geo+json" in media_type:
                    return distribution
        raise NotHere(media_type)
    return pick


def write(file, data):
    """Copies share their bytes with the original until they are written anew."""
    file.unlink()
    file.write_bytes(data if isinstance(data, bytes) else data.encode())


def text(name, change):
    """Breaks a file of the tree by its text."""
    def broken(found):
        file = name(found) if callable(name) else found.site.root / name
        before = file.read_bytes().decode()
        after = change(before)
        assert after != before, f"{file} is as it was"
        write(file, after)
    return broken


def value(name, change):
    """Breaks a JSON file; `change` works on what it holds."""
    def changed(before):
        document = json.loads(before)
        change(document)
        return json.dumps(document)
    return text(name, changed)


def triples(change):
    """Breaks the catalogue after it was read."""
    def broken(found):
        change(found.graph)
    return broken


def table(change):
    def broken(found):
        file = of_type(PARQUET)(found).file
        after = change(pyarrow.parquet.read_table(file))
        file.unlink()
        pyarrow.parquet.write_table(after, file)
    return broken


CSV, JSON, GEOJSON, LINES = "text/csv", "application/json", "application/geo+json", "application/x-ndjson"
PARQUET = "application/vnd.apache.parquet"
first = lambda mapping: next(iter(mapping.values()))
one = lambda graph, kind: next(graph.subjects(RDF.type, kind))
file_of = lambda media_type: lambda found: of_type(media_type)(found).file
description = lambda found: found.site.file(min(found.descriptions))
named = lambda name: lambda found: next(found.site.root.rglob(name))
turtle = lambda found: next(found.site.file(url) for url, kind in found.catalogues.items() if kind == "text/turtle")
schema_file = lambda found: min(found.schemas)
api_catalog = lambda found: found.site.root / ".well-known/api-catalog"


def record_file(found):
    file, items = next((file, items) for file, items in sorted(found.collections.items()) if items)
    beside = (path for path in found.documents if path.parent == file.with_suffix(""))
    return next(path for path in beside if found.documents[path].get("id") == items[0]["id"])


def page_file(last):
    def pick(found):
        for url in found.feeds[0]:
            pages = [found.site.file(address) for address, page in api.pages_of(found, url) if bool(page["items"]) != last]
            if pages and len(list(api.pages_of(found, url))) > 1:
                return pages[0]
        raise NotHere("a feed with a page of changes")
    return pick


# ---------------------------------------------------------------- who must tell

reads = lambda media_type, reader: lambda found: reader(found, of_type(media_type)(found))
every = lambda items, check: lambda found: (fault for item in items(found) for fault in told(check(found, item)))
collections = every(lambda found: found.collections, lambda found, file: files.collection_faults(found, file, found.collections[file]))
syntaxes = every(lambda found: found.catalogues, lambda found, url: catalogue.syntax_faults(found, url, found.catalogues[url]))
harvest = every(lambda found: found.catalogues, lambda found, url: catalogue.ckan_faults(found, url, found.catalogues[url]))
stated = every(lambda found: found.distributions, files.distribution_faults)
tables = every(lambda found: found.distributions, lambda found, d: (x for file in files.csvw_metadata(found, d) for x in files.csvw_faults(file)))
schemas = every(lambda found: found.schemas, lambda found, file: files.schema_faults(found, file, found.schemas[file]))
answers = every(lambda found: found.answers, lambda found, answer: api.answer_faults(found, *answer))
feeds = every(lambda found: found.feeds[0], api.feed_faults)
described = every(lambda found: found.descriptions, api.description_faults)
designed = every(lambda found: found.descriptions, api.design_faults)
packages = every(lambda found: found.site.root.rglob("datapackage.json"), files.package_faults)
sums = every(lambda found: found.site.root.rglob("SHA256SUMS"), files.sums_faults)
validator = lambda found: api.validator_faults(found, found.site.serve())
heads = lambda found: api.head_faults(found.site.serve(), found.site.path(min(found.descriptions)))
endpoint = lambda found: api.endpoint_faults(found.site.serve(), found.site.path(next(found.graph.objects(None, DCAT.endpointURL))))
shapes = lambda profile: lambda found: catalogue.shape_faults(found.graph, profile)
codes = lambda found: catalogue.code_faults(found.graph)
identity = lambda found: catalogue.identity_faults(found.graph)
quality = lambda found: catalogue.quality_faults(found, True)
start = lambda found: opendata.start_faults(host.Host(found.site.root), {})
linkset = lambda found: opendata.linkset_faults(host.Host(found.site.root), {}, set())


NOWHERE = {"type": "Point", "coordinates": [5, 152]}


def unvouched(graph):
    for term in (DCAT.keyword, DCAT.theme):
        graph.remove((None, term, None))


def first_row(change):
    """Changes the first row after the header of a CSV file; its line ends stay."""
    def changed(before):
        header, row, rest = re.match(r"([^\n]*\n)([^\n]*\n)(.*)", before, re.S).groups()
        return header + change(row) + rest
    return changed


BREAKS = [
    ("the home page links to nothing", text("index.html", lambda t: re.sub(r'(rel="?alternate"?[^>]*href="?)[^">]*', r"\1/nowhere", t)), start),
    ("the api-catalog leads to nothing", text(api_catalog, lambda t: re.sub(r'("href":\s*")[^"]*', r"\1https://nowhere.example/", t)), linkset),
    ("the api-catalog is just JSON", text("_headers", lambda t: t.replace("application/linkset+json", "application/json")), linkset),
    ("syntaxes differ", text(turtle, lambda t: t + "\n<urn:a> <urn:b> <urn:c> .\n"), syntaxes),
    ("the catalogue is served as anything", text("_headers", lambda t: t.replace("text/turtle", "text/plain")), syntaxes),
    ("CKAN finds no text", text(turtle, lambda t: re.sub(r"(dct|dcterms):description", "dct:descriptoin", t)), harvest),
    ("no title", triples(lambda g: g.remove((None, DCT.title, None))), shapes("DCAT-AP 3.0.1")),
    ("no title, in parts", triples(lambda g: g.remove((None, DCT.title, None))), shapes("DCAT-AP 3.0.1 in parts")),
    ("no contact", triples(lambda g: g.remove((None, DCAT.contactPoint, None))), shapes("DCAT-AP-NL 3.0.0")),
    ("a theme of our own", triples(lambda g: g.set((one(g, DCAT.Dataset), DCAT.theme, URIRef("urn:ours")))), codes),
    ("another identifier", triples(lambda g: g.set((one(g, DCAT.Dataset), DCT.identifier, Literal("https://other.example/")))), identity),
    ("a licence of our own", triples(lambda g: g.set((one(g, DCAT.Distribution), DCT.license, URIRef("urn:ours")))), identity),
    ("no keywords and themes", triples(unvouched), quality),
    ("bytes that differ", text(file_of(CSV), lambda t: t + "\n"), stated),
    ("a file that is gone", lambda found: of_type(CSV)(found).file.unlink(), stated),
    ("a formula in a table", text(file_of(CSV), first_row(lambda row: re.sub(r",[^,]*", ",=1+1", row, count=1))), reads(CSV, files.csv_faults)),
    ("a row less", text(file_of(CSV), first_row(lambda row: "")), reads(CSV, files.csv_faults)),
    ("another heading", text(file_of(CSV), lambda t: re.sub(r",\w+", ",zzz", t, count=1)), tables),
    ("a place on no map", value(file_of(GEOJSON), lambda v: v["features"][0].update(geometry=NOWHERE)), reads(GEOJSON, files.geojson_faults)),
    ("a feature twice", value(file_of(GEOJSON), lambda v: v["features"].append(v["features"][0])), reads(GEOJSON, files.geojson_faults)),
    ("a row less in Parquet", table(lambda t: t.slice(1)), reads(PARQUET, files.parquet_faults)),
    ("geometries that nobody knows", table(lambda t: t.replace_schema_metadata({"geo": '{"version": "1.1.0"}'})), reads(PARQUET, files.parquet_faults)),
    ("a line less", text(file_of(LINES), first_row(lambda row: "")), reads(LINES, files.lines_faults)),
    ("a record against its schema", value(file_of(JSON), lambda v: v["items"][0].update(url=5)), reads(JSON, files.json_faults)),
    ("a time that is none", value(file_of(JSON), lambda v: v.update(dateModified="yesterday", modified="yesterday")), reads(JSON, files.json_faults)),
    ("a record that differs", value(record_file, lambda v: v.update(name="Other")), collections),
    ("a record without a file", lambda found: record_file(found).unlink(), collections),
    ("a schema of no type", value(schema_file, lambda v: v.update(type="strnig")), schemas),
    ("a schema elsewhere", value(schema_file, lambda v: v.update({"$id": "https://nowhere.example/"})), schemas),
    ("a table packed as another", text(named("datapackage.json"), lambda t: re.sub(r'("type":\s*)"string"', r'\1"boolean"', t)), packages),
    ("a package of no profile", value(named("datapackage.json"), lambda v: v.update(licenses=5)), packages),
    ("a sum that is wrong", text(named("SHA256SUMS"), lambda t: ("0" if t[0] != "0" else "1") + t[1:]), sums),
    ("sums of nothing", text(named("SHA256SUMS"), lambda t: ""), sums),
    ("OpenAPI without answers", value(description, lambda v: first(v["paths"])["get"].update(responses={"x": 5})), described),
    ("a server elsewhere", value(description, lambda v: v.update(servers=[{"url": "https://nowhere.example"}])), described),
    ("an address that is not served", value(description, lambda v: v["paths"].update({"/nothing": first(v["paths"])})), answers),
    ("nobody to ask", value(description, lambda v: v["info"].pop("contact")), designed),
    ("a change twice", value(page_file(last=False), lambda v: v["items"].append(v["items"][0])), feeds),
    ("a change less", value(page_file(last=False), lambda v: v["items"].pop(0)), feeds),
    ("changes that lead nowhere", value(page_file(last=False), lambda v: v.update(next=v["next"] + "0000")), feeds),
    ("a last page that is not", value(page_file(last=True), lambda v: v.update(next="https://nowhere.example/")), feeds),
    ("changes without their state", value(page_file(last=False), lambda v: v["items"][0].pop("state")), validator),
    ("no header for other pages", text("_headers", lambda t: t.replace("Access-Control-Allow-Origin", "X-Nothing")), heads),
    ("another version", text("_headers", lambda t: re.sub(r"API-Version: .*", "API-Version: 0.0.1", t)), endpoint),
    ("no problem for what is not there", text("_redirects", lambda t: re.sub(r".* 404\n", "", t + "\n")), endpoint),
]


def found_in(tree):
    site, catalogues, descriptions = host.Host(tree), {}, set()
    list(opendata.start_faults(site, catalogues))
    list(opendata.linkset_faults(site, catalogues, descriptions))
    return Found(site, catalogues, descriptions)


@functools.cache
def of_the_whole(tell):
    return [f"of the whole site it says: {fault}" for fault in told(tell(found_in(sys.argv[1])))]


def unnoticed(tree, break_it, tell):
    before = found_in(tree)
    before.graph, before.feeds, before.collections, before.schemas  # read while they are whole
    yield from of_the_whole(tell)
    break_it(before)
    after = found_in(tree)
    if break_it.__qualname__.startswith("triples"):
        after.graph = before.graph
    with contextlib.redirect_stdout(None):  # no figures of a broken site
        faults = list(told(tell(after)))
    if "--tell" in sys.argv and faults:
        print(f"     {faults[0][:200]}")
    if not faults:
        yield "nobody told of it"


def outcome(number):
    """What the checks say of one broken copy; None where there is nothing to break."""
    title, break_it, tell = BREAKS[number]
    if "--tell" in sys.argv:
        print(title)
    with tempfile.TemporaryDirectory(dir=pathlib.Path(sys.argv[1]).resolve().parent) as folder:
        tree = pathlib.Path(folder) / "site"
        subprocess.run(["cp", "-al", sys.argv[1], tree], check=True)
        try:
            return list(unnoticed(tree, break_it, tell))
        except NotHere as absent:
            print(f"not here: {absent} ({title})")
            return None


def main():
    report = Report("opendata-selftest")
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for (title, _, _), faults in zip(BREAKS, pool.map(outcome, range(len(BREAKS)))):
            if faults is not None:
                report.case(title, faults)
    report.close()


if __name__ == "__main__":
    main()
