"""What the links of a site lead to: its catalogue, schemas, collections and the operations of its interface."""
import functools, itertools, json
from urllib.parse import quote

import jsonschema, rdflib
from rdflib import RDF, Namespace
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SYNTAXES = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/rdf+xml": "xml"}
DCAT, DCT, SPDX = (Namespace(url) for url in ("http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://spdx.org/rdf/terms#"))
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Distribution:
    """A distribution of the catalogue and its file."""

    def __init__(self, site, graph, node):
        self.node, self.title = node, str(node).removeprefix(site.base)
        self.access = [str(url) for url in graph.objects(node, DCAT.accessURL)]
        self.urls = [*(str(url) for url in graph.objects(node, DCAT.downloadURL)), *self.access]
        self.url = self.urls[0] if self.urls else str(node)
        self.file = site.file(self.url)
        self.media_type = str(graph.value(node, DCAT.mediaType) or "").partition("media-types/")[2]
        self.conforms_to = [str(standard) for standard in graph.objects(node, DCT.conformsTo)]


class Found:
    def __init__(self, site, catalogues, descriptions):
        self.site, self.catalogues, self.descriptions = site, catalogues, descriptions

    @functools.cached_property
    def graphs(self):
        """The catalogue in each of its syntaxes, by address. One that does not parse is told of elsewhere, and absent here."""
        graphs = {}
        for url, media_type in self.catalogues.items():
            try:
                graphs[url] = self.parse_catalogue(url, media_type)
            except Exception:
                continue
        return graphs

    def parse_catalogue(self, url, media_type):
        return rdflib.Graph().parse(data=self.site.file(url).read_bytes(), format=SYNTAXES[media_type], publicID=self.site.base + "/")

    @functools.cached_property
    def graph(self):
        return next(iter(self.graphs.values()), rdflib.Graph())

    @functools.cached_property
    def distributions(self):
        nodes = sorted(set(self.graph.subjects(RDF.type, DCAT.Distribution)))
        return [Distribution(self.site, self.graph, node) for node in nodes]

    @functools.cached_property
    def documents(self):
        """Every JSON document of the tree, by file. What is broken is told of where it is read."""
        documents = {}
        for file in sorted(self.site.root.rglob("*.json")):
            try:
                documents[file] = json.loads(file.read_bytes())
            except ValueError:
                continue
        return documents

    @functools.cached_property
    def collections(self):
        """The records of each collection of the catalogue, by file."""
        files = {d.file for d in self.distributions if d.media_type == "application/json"}
        documents = {file: self.documents[file] for file in files & self.documents.keys()}
        other = ("next", "version")  # feeds, of changes and of news
        lists = {file: value["items"] for file, value in documents.items() if "items" in value and not any(key in value for key in other)}
        # Items without an identifier are no records, but tell of some, such as when an event takes place.
        return {file: items for file, items in lists.items() if all("id" in item for item in items)}

    # ---------------------------------------------------------------- schemas

    @functools.cached_property
    def schemas(self):
        """The published schemas, by file."""
        of = lambda value: str(value.get("$schema")) if isinstance(value, dict) else ""
        return {file: value for file, value in self.documents.items() if "json-schema.org" in of(value)}

    @functools.cached_property
    def schemas_by_id(self):
        return {schema.get("$id", self.site.url(file)): schema for file, schema in self.schemas.items()}

    @functools.cached_property
    def registry(self):
        """Where references between schemas lead: to published schemas and API descriptions, never to the network."""
        described = {url: self.documents[self.site.file(url)] for url in self.descriptions if self.site.file(url) in self.documents}
        known = {**self.schemas_by_id, **described}
        return Registry().with_resources((url, Resource.from_contents(value, DRAFT202012)) for url, value in known.items())

    def schema_faults(self, schema, value):
        """What a schema (a document, or the address of a published one) says against a value."""
        if isinstance(schema, str):
            schema = self.schemas_by_id[schema]
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        for error in kind(schema, registry=self.registry, format_checker=kind.FORMAT_CHECKER).iter_errors(value):
            yield f"/{'/'.join(map(str, error.path))}: {error.message[:200]}"

    # ---------------------------------------------------------------- the interface

    @functools.cached_property
    def answers(self):
        """Every address that a description promises, as (address, media type, schema)."""
        return [answer for url in sorted(self.descriptions) for answer in self._answers_of(url)]

    def _answers_of(self, url):
        description = self.documents[self.site.file(url)]
        base = description["servers"][0]["url"]
        for path, item in description["paths"].items():
            media_type, content = next(iter(item["get"]["responses"]["200"]["content"].items()))
            # By its place in the description, so that what it refers to is looked up there.
            steps = ["paths", path, "get", "responses", "200", "content", media_type, "schema"]
            pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
            schema = {"$schema": DIALECT, "$ref": f"{url}#/{quote(pointer)}"} if "schema" in content else None
            for filled in filled_in(path, [*item.get("parameters", []), *item["get"].get("parameters", [])]):
                yield base + filled, media_type, schema

    @functools.cached_property
    def feeds(self):
        """Addresses of the feeds of changes (RPDE): those in the catalogue, and those in descriptions."""
        catalogued = [url for distribution in self.distributions for url in distribution.access]
        described = [url for url, *_ in self.answers if "?" not in url]
        return [sorted({url for url in urls if self.is_feed(url)}) for urls in (catalogued, described)]

    def is_feed(self, url):
        value = self.documents.get(self.site.file(url))
        return isinstance(value, dict) and {"next", "items"} <= value.keys()


def filled_in(path, parameters):
    """A path of OpenAPI with every value that its parameters list; for a query also the path without it."""
    places = {p["name"]: [str(value) for value in p.get("schema", {}).get("enum", [])] for p in parameters if p["in"] == "path"}
    for values in itertools.product(*places.values()):
        full = path
        for name, value in zip(places, values):
            full = full.replace("{" + name + "}", value)
        yield full
        for p in parameters:
            if p["in"] == "query":
                yield from (f"{full}?{p['name']}={value}" for value in p.get("schema", {}).get("enum", []))
