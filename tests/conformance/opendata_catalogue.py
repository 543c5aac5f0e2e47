"""The catalogue, as rdflib reads it, by the official shapes and code lists, as CKAN harvests it, and its score at the EU."""
import functools, json, pathlib, re, subprocess

import pyshacl, rdflib
from rdflib import RDF, SKOS, Namespace, URIRef
from rdflib.compare import isomorphic

from opendata_found import DCAT, DCT, SYNTAXES
from report import told

HERE = pathlib.Path(__file__).resolve().parent
SHAPES = HERE / "shapes"
CKAN = HERE.parent / ".tools/ckan/bin/python"
SH, DCATAP = Namespace("http://www.w3.org/ns/shacl#"), Namespace("http://data.europa.eu/r5r/")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
PROFILES = {
    "DCAT-AP 3.0.1": ["dcat-ap-3.0.1/dcat-ap-SHACL.ttl", "dcat-ap-3.0.1/ranges.ttl"],
    "DCAT-AP 3.0.1 in parts": [f"dcat-ap-3.0.1/split-{part}.ttl" for part in ("shapes", "range", "shapes_recommended", "deprecateduris")],
    "DCAT-AP-NL 3.0.0": [f"dcat-ap-nl-3.0.0/dcat-ap-nl-SHACL{part}.ttl" for part in ("", "-klassebereik", "-klassebereik-codelijsten", "-aanbevolen")],
}
CODES = {
    DCAT.theme: "data-theme", DCT["format"]: "file-type", DCT.accrualPeriodicity: "frequency", DCT.language: "language",
    DCT.accessRights: "access-right", DCATAP.availability: "planned-availability",
}


# ---------------------------------------------------------------- syntaxes

def syntax_faults(found, url, media_type):
    graph = found.parse_catalogue(url, media_type)
    if (None, RDF.type, DCAT.Catalog) not in graph:
        yield "describes no dcat:Catalog"
    if found.site.media_type(url) != media_type:  # CKAN takes the syntax from it
        yield f"is served as {found.site.media_type(url)}, announced as {media_type}"
    if not isomorphic(graph, found.graph):
        yield f"is another graph ({len(graph)} triples) than {next(iter(found.graphs))} ({len(found.graph)})"


# ---------------------------------------------------------------- shapes and code lists

def shapes_of(files):
    shapes = rdflib.Graph()
    for file in files:
        shapes.parse(SHAPES / file)
    # The official files refer to property shapes that they do not have; see shapes/README.md.
    for shape, part in list(shapes.subject_objects(SH.property)):
        if shapes.value(part, SH.path) is None:
            shapes.remove((shape, SH.property, part))
    return shapes


def shape_faults(graph, profile):
    """Violations and warnings. Remarks are only counted: the profiles make one of every optional property."""
    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes_of(PROFILES[profile]), inference="none", advanced=False)
    remarks = 0
    for result in results.subjects(RDF.type, SH.ValidationResult):
        path, value, message = (results.value(result, p) for p in (SH.resultPath, SH.value, SH.resultMessage))
        if results.value(result, SH.resultSeverity) == SH.Info:
            remarks += 1
        else:
            yield f"{results.value(result, SH.focusNode)} {path} = {value}: {message}"
    if remarks:
        print(f"{profile}: {remarks} remarks")


@functools.cache
def tables():
    return rdflib.Graph().parse(SHAPES / "eu-vocabularies-subset.ttl")


def listed(code, table):
    return (code, SKOS.inScheme, URIRef(AUTHORITY + table)) in tables()


def code_faults(graph):
    for term, table in CODES.items():
        codes = set(graph.objects(None, term))
        if not codes:
            yield f"nothing has a {term}"
        yield from (f"{code} is not in the EU's table {table}" for code in codes if not listed(code, table))


def identity_faults(graph):
    """Harvesters know a dataset by its address, so it must have one, and its identifier must not say otherwise."""
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    if not datasets:
        yield "there is no dataset"
    for dataset in datasets:
        identifier = str(graph.value(dataset, DCT.identifier))
        if not isinstance(dataset, URIRef):
            yield f"{graph.value(dataset, DCT.title)} has no address"
        elif identifier.startswith("http") and identifier != str(dataset):
            yield f"{dataset} is identified as {identifier}"
    for node in graph.subjects(RDF.type, DCAT.Distribution):
        licence = str(graph.value(node, DCT.license))
        if not re.match(rf"https?://creativecommons\.org/(licenses|publicdomain)/|{AUTHORITY}licence/", licence):
            yield f"{node} has licence {licence}, which harvesters do not know"


# ---------------------------------------------------------------- CKAN

def ckan_faults(found, url, media_type):
    """CKAN's own reader finds every dataset and every distribution of it, with a title, a text and an address."""
    ran = subprocess.run([CKAN, HERE / "opendata_ckan.py", found.site.file(url), media_type], capture_output=True, text=True)
    if ran.returncode:
        yield "CKAN gives up: " + ran.stderr.strip().splitlines()[-1]
        return
    read = {dataset["uri"]: dataset for dataset in json.loads(ran.stdout)}
    for dataset in set(found.graph.subjects(RDF.type, DCAT.Dataset)):
        seen = read.get(str(dataset))
        if not seen:
            yield f"CKAN does not see {dataset}"
            continue
        yield from (f"CKAN sees no {field} of {dataset}" for field in ("title", "notes") if not seen[field])
        for node in found.graph.objects(dataset, DCAT.distribution):
            urls = {str(url) for term in (DCAT.downloadURL, DCAT.accessURL) for url in found.graph.objects(node, term)}
            if not urls & set(seen["resources"]):
                yield f"CKAN does not see {node}"


# ---------------------------------------------------------------- the score at data.europa.eu

MACHINE_READABLE = {"CSV", "JSON", "JSON_LD", "GEOJSON", "XML", "ICS", "ATOM", "RSS", "RDF_TURTLE", "RDF_XML", "PARQUET", "GPKG", "KML"}
VERSIONED_LICENCE = rf"https?://creativecommons\.org/(licenses|publicdomain)/[^/]+/\d\.\d/$|{AUTHORITY}licence/"


def quality(found, valid):
    """The Metadata Quality Assessment of data.europa.eu: each metric with its weight and the share that meets it."""
    graph = found.graph
    has = lambda term: lambda node: (node, term, None) in graph
    file_type = lambda node: graph.value(node, DCT["format"])
    machine_readable = lambda node: str(file_type(node)).rpartition("/")[2] in MACHINE_READABLE
    served = lambda term: lambda node: any(found.site.file(url) for url in graph.objects(node, term))
    datasets, files = (set(graph.subjects(RDF.type, kind)) for kind in (DCAT.Dataset, DCAT.Distribution))
    metrics = [
        (datasets, "keyword", 30, has(DCAT.keyword)),
        (datasets, "theme", 30, has(DCAT.theme)),
        (datasets, "place", 20, has(DCT.spatial)),
        (datasets, "period", 20, has(DCT.temporal)),
        (files, "access address is served", 50, served(DCAT.accessURL)),
        (files, "download address", 20, has(DCAT.downloadURL)),
        (files, "download address is served", 30, served(DCAT.downloadURL)),
        (files, "format", 20, has(DCT["format"])),
        (files, "media type", 10, has(DCAT.mediaType)),
        (files, "format from the table", 5, lambda node: listed(file_type(node), "file-type")),
        (files, "media type from the table", 5, lambda node: "/media-types/" in str(graph.value(node, DCAT.mediaType))),
        (files, "nobody owns the format", 20, machine_readable),
        (files, "machines read the format", 20, machine_readable),
        (files, "licence", 20, has(DCT.license)),
        (files, "licence from the table", 10, lambda node: re.match(VERSIONED_LICENCE, str(graph.value(node, DCT.license)))),
        (datasets, "access rights", 10, has(DCT.accessRights)),
        (datasets, "access rights from the table", 5, lambda node: listed(graph.value(node, DCT.accessRights), "access-right")),
        (datasets, "contact", 20, has(DCAT.contactPoint)),
        (datasets, "publisher", 10, has(DCT.publisher)),
        (files, "rights", 5, has(DCT.rights)),
        (files, "size", 5, has(DCAT.byteSize)),
        (datasets, "date of issue", 5, has(DCT.issued)),
        (datasets, "date of change", 5, has(DCT.modified)),
    ]
    shares = {(name, weight): sum(bool(meets(node)) for node in nodes) / max(len(nodes), 1) for nodes, name, weight, meets in metrics}
    shares["conforms to DCAT-AP", 30] = float(valid)
    return shares


def quality_faults(found, valid, least=380):
    shares = quality(found, valid)
    score = sum(weight * share for (_, weight), share in shares.items())
    lost = [f"{name} {weight * share:.1f} of {weight}" for (name, weight), share in shares.items() if share < 1]
    print(f"score at data.europa.eu: {score:.0f} of {sum(weight for _, weight in shares)}" + "".join(f"; {text}" for text in lost))
    if score < least:
        yield f"{score:.0f} points, of which we want {least}"


def check(found, report):
    graph = found.graph
    missing = SYNTAXES.keys() - set(found.catalogues.values())
    report.case("catalogue: three syntaxes", (f"no link leads to one in {media_type}" for media_type in sorted(missing)))
    for url, media_type in found.catalogues.items():
        report.case(url, told(syntax_faults(found, url, media_type)))
        report.case(f"{url}: CKAN", told(ckan_faults(found, url, media_type)))
    faults = {profile: list(told(shape_faults(graph, profile))) for profile in PROFILES}
    for profile in PROFILES:
        report.case(f"catalogue: {profile}", faults[profile])
    report.case("catalogue: code lists", code_faults(graph))
    report.case("catalogue: addresses and licences", identity_faults(graph))
    report.case("catalogue: quality", told(quality_faults(found, not faults["DCAT-AP 3.0.1"])))
