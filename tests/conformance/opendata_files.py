"""The files of the catalogue: each is what the catalogue says, a reader of its format accepts it, and all tell of the same records."""
import csv, hashlib, io, json, os, re, struct, warnings

import csvw, duckdb, frictionless, geojson, jsonschema, pyarrow.parquet, pyld.jsonld, rdflib
from rdflib import XSD

from opendata_catalogue import SHAPES
from opendata_found import DCAT, SPDX, SYNTAXES
from report import told


# ---------------------------------------------------------------- what the catalogue says

def distribution_faults(found, distribution):
    site, graph, node = found.site, found.graph, distribution.node
    yield from (f"{url} is not served" for url in distribution.urls if not site.file(url))
    if not distribution.file:
        return
    data = distribution.file.read_bytes()
    if (served := site.media_type(distribution.url)) != distribution.media_type:
        yield f"is served as {served}, announced as {distribution.media_type}"
    if distribution.media_type in TABLES or distribution.file in found.collections:
        yield from (f"has no {name}" for name, term in (("size", DCAT.byteSize), ("checksum", SPDX.checksum)) if (node, term, None) not in graph)
    yield from (f"byteSize is {size}, the file has {len(data)}" for size in graph.objects(node, DCAT.byteSize) if int(size) != len(data))
    for checksum in graph.objects(node, SPDX.checksum):
        value = graph.value(checksum, SPDX.checksumValue)
        if not str(graph.value(checksum, SPDX.algorithm)).endswith("sha256") or value.datatype != XSD.hexBinary:
            yield "its checksum is no SHA-256 in xsd:hexBinary"
        elif value.lower() != hashlib.sha256(data).hexdigest():
            yield "its checksum is of other bytes"
    if distribution.media_type not in READERS:
        yield f"nothing here reads {distribution.media_type or 'a file without media type'}"
    else:
        yield from READERS[distribution.media_type](found, distribution)


# ---------------------------------------------------------------- JSON

def json_faults(found, distribution):
    value = json.loads(distribution.file.read_bytes())
    if "jsonfeed.org" in str(value.get("version")):
        return
    schemas = [url for url in distribution.conforms_to if url in found.schemas_by_id]
    if not schemas:
        yield "conforms to no published schema"
    for url in schemas:
        yield from found.schema_faults(url, value)
    if "@context" in value:
        yield from linked_data_faults(found, distribution.url, value)


def linked_data_faults(found, url, value):
    """As JSON-LD it says something, and no key gets lost because the context does not know it."""
    def load(wanted, _):
        file = found.site.file(wanted)
        if not file:
            raise OSError(f"context {wanted} is not on this site")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": wanted, "document": json.loads(file.read_bytes())}

    if not pyld.jsonld.expand(value, {"documentLoader": load, "base": url}):
        yield "says nothing as JSON-LD"
    context = value["@context"]
    known = load(context, None)["document"]["@context"] if isinstance(context, str) else context
    if isinstance(known, dict) and "@vocab" not in known:
        yield from (f"{key!r} is not in the context" for key in sorted(keys_of(value, known) - known.keys()) if not key.startswith(("@", "$")))


def keys_of(value, context):
    """All keys, except where they are data (by language, by name), and where the context leaves them to another."""
    if isinstance(value, list):
        return set().union(*(keys_of(item, context) for item in value))
    if not isinstance(value, dict):
        return set()
    keys = set(value)
    for key, inner in value.items():
        term = context.get(key) if isinstance(context.get(key), dict) else {}
        if term.get("@type") != "@json" and "@context" not in term and not any(by in str(term.get("@container")) for by in ("@language", "@index", "@id")):
            keys |= keys_of(inner, context)
    return keys


def lines_faults(found, distribution):
    """Each line is a record, and together they are those of the collection of the same name."""
    lines = distribution.file.read_bytes().decode("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    name, collection = collection_of(found, distribution.file)
    if collection is None:
        yield "there is no collection of the same name"
    elif records != collection:
        yield f"its {len(records)} lines are not the {len(collection)} records of {name}"


def rdf_faults(found, distribution):
    syntax = SYNTAXES.get(distribution.media_type, "nt")
    if not len(rdflib.Graph().parse(data=distribution.file.read_bytes(), format=syntax, publicID=distribution.url)):
        yield "says nothing"


# ---------------------------------------------------------------- CSV

def csv_faults(found, distribution):
    header, *rows = csv_rows(distribution.file)
    yield from (f"row {n} has {len(row)} values for {len(header)} columns" for n, row in enumerate(rows, 2) if len(row) != len(header))
    for n, row in enumerate(rows, 2):
        for name, value in zip(header, row):
            # A spreadsheet would run it: https://owasp.org/www-community/attacks/CSV_Injection
            if value[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
                yield f"row {n}, {name}: {value[:20]!r} is a formula to a spreadsheet"
    metadata = csvw_metadata(found, distribution)
    if not any(distribution.file.name in file.read_text(encoding="utf-8") for file in metadata):
        yield "conforms to no CSVW metadata that describes it"
    yield from columns_faults(found, distribution, {name: [row[n] for row in rows] for n, name in enumerate(header)})


def csv_rows(file):
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8"), newline="")))


def csvw_metadata(found, distribution):
    files = [found.site.file(url) for url in distribution.conforms_to]
    return [file for file in files if file and file in found.documents and "www.w3.org/ns/csvw" in json.dumps(found.documents[file].get("@context"))]


def csvw_faults(metadata):
    """The metadata and all tables that they describe."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        valid = csvw.CSVW(str(metadata), validate=True).is_valid
    faults = [f"csvw: {warning.message}" for warning in said if "csvw" in warning.filename]
    return faults if valid else [*faults, f"csvw: {metadata.name} and its tables do not fit"]


# ---------------------------------------------------------------- GeoJSON and Parquet

def geojson_faults(found, distribution):
    value = json.loads(distribution.file.read_bytes())
    if value.get("type") != "FeatureCollection":
        yield f"is a {value.get('type')}, not a FeatureCollection"
    if "crs" in value:
        yield "has a crs, which RFC 7946 took out"
    for feature in value["features"]:
        yield from (f"{feature.get('id')}: {fault}" for fault in geometry_faults(feature.get("geometry")))
    # What has no place is on no map.
    yield from identifier_faults(found, distribution, [feature.get("id") for feature in value["features"]], some=True)


def geometry_faults(geometry):
    if geometry is None:
        return
    shape = geojson.GeoJSON.to_instance(geometry)
    if not shape.is_valid:
        yield str(shape.errors())
    for longitude, latitude, *_ in geojson.utils.coords(shape):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            yield f"{longitude}, {latitude} is not a longitude and a latitude"
    polygons = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry.get("coordinates")}.get(geometry["type"], [])
    for polygon in polygons:
        if sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in zip(polygon[0], polygon[0][1:])) > 0:
            yield "its outer ring goes clockwise (RFC 7946, section 3.1.6)"


def parquet_faults(found, distribution):
    table = pyarrow.parquet.read_table(distribution.file)
    said = (table.schema.metadata or {}).get(b"geo")
    if said:
        geo = json.loads(said)
        yield from found.schema_faults(json.loads((SHAPES / "geoparquet-1.1.0.json").read_bytes()), geo)
        for name in geo["columns"]:
            yield from (f"{name}: {fault}" for value in table[name].to_pylist() if value is not None for fault in wkb_faults(value))
    elif "geometry" in table.column_names or any("geoparquet" in standard for standard in distribution.conforms_to):
        yield "has no metadata of GeoParquet"
    yield from columns_faults(found, distribution, {name: table[name].to_pylist() for name in table.column_names})
    yield from duckdb_faults(distribution, table)


def duckdb_faults(distribution, table):
    """DuckDB, an engine of its own, reads the same rows in the same order. It may not fetch an extension for that."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(config=alone) as connection:
        read = connection.read_parquet(str(distribution.file)).to_arrow_table()
    if read.column_names != table.column_names:
        yield "DuckDB sees other columns"
    shared = set(read.column_names) & set(table.column_names)
    yield from (f"{name}: DuckDB reads other values" for name in sorted(shared) if read[name].to_pylist() != table[name].to_pylist())


def wkb_faults(value):
    order = {0: ">", 1: "<"}.get(value[0])
    kind = order and struct.unpack_from(order + "I", value, 1)[0] % 1000
    if kind not in range(1, 8):
        yield "is not well-known binary"
    elif kind == 1:
        longitude, latitude = struct.unpack_from(order + "dd", value, 5)
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            yield f"{longitude}, {latitude} is not a longitude and a latitude"


# ---------------------------------------------------------------- the same records everywhere

def collection_of(found, file):
    """The name and the records of the JSON collection beside a file, by the first part of its name."""
    stem = file.name.split(".")[0]
    beside = file.with_name(stem + ".json")
    return beside.name, found.collections.get(beside)


def identifier_faults(found, distribution, identifiers, some=False):
    """A table named as a collection has a row for each of its records (or for some of them), and no other."""
    if len(set(identifiers)) != len(identifiers):
        yield "has the same id twice"
    name, collection = collection_of(found, distribution.file)
    if collection is not None:
        records = {record["id"] for record in collection}
        if not some:
            yield from (f"has no {one}, which {name} has" for one in sorted(records - set(identifiers)))
        yield from (f"has {one}, which {name} has not" for one in sorted(map(str, set(identifiers) - records)))


def columns_faults(found, distribution, columns):
    if collection_of(found, distribution.file)[1] is not None:
        yield from identifier_faults(found, distribution, columns["id"])
        return
    # A table of something about records, such as when events take place: it has to say of which.
    records = {record["id"] for collection in found.collections.values() for record in collection}
    if not any(values and all(isinstance(value, str) and value in records for value in values) for values in columns.values()):
        yield "no column of it always holds the id of a published record"


def collection_faults(found, file, items):
    """Every record of a collection also has a file, with the same in it, and a schema that says what."""
    described = {found.site.file(url) for url, _, schema in found.answers if schema}
    records = {path: value for path, value in found.documents.items() if path.parent == file.with_suffix("") and "id" in value}
    by_id = {value["id"]: value for value in records.values()}
    for item in items:
        if plain(by_id.get(item["id"])) != plain(item):
            yield f"{item['id']} is another in its own file" if item["id"] in by_id else f"{item['id']} has no file"
    yield from (f"{one} has a file, but is not in the collection" for one in sorted(by_id.keys() - {item["id"] for item in items}))
    yield from (f"nothing says what {path.name} holds" for path, value in records.items() if "$schema" not in value and path not in described)


def plain(record):
    return record and {key: value for key, value in record.items() if key not in ("$schema", "@context")}


def calendar_faults(found, distribution):
    """Calendars are read elsewhere. Here only: events have the same UIDs in the calendar and the JSON of one dataset."""
    of = next(found.graph.subjects(DCAT.distribution, distribution.node))
    beside = [d for d in found.distributions if (of, DCAT.distribution, d.node) in found.graph]
    told_of = {r["uid"] for d in beside for r in found.collections.get(d.file, []) if "uid" in r}
    text = re.sub(r"\r\n[ \t]", "", distribution.file.read_bytes().decode("utf-8"))
    uids = {uid for event in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", text, re.S) for uid in re.findall(r"^UID:(.*?)\r$", event, re.M)}
    if told_of:
        yield from (f"UID {uid} is only in one of calendar and JSON" for uid in sorted(uids ^ told_of))


def nothing(*_):
    """Other checks read these; here it is enough that they are served."""
    return ()


READERS = {
    "application/json": json_faults, "application/ld+json": json_faults, "application/x-ndjson": lines_faults,
    "text/csv": csv_faults, "application/geo+json": geojson_faults, "application/vnd.apache.parquet": parquet_faults,
    "text/turtle": rdf_faults, "application/rdf+xml": rdf_faults, "application/n-triples": rdf_faults,
    "text/calendar": calendar_faults, "application/feed+json": nothing, "application/atom+xml": nothing, "application/rss+xml": nothing,
    "text/html": nothing,
}
TABLES = ("text/csv", "application/geo+json", "application/vnd.apache.parquet", "application/x-ndjson")


# ---------------------------------------------------------------- schemas

def schema_faults(found, file, schema):
    jsonschema.validators.validator_for(schema).check_schema(schema)
    if found.site.file(schema.get("$id", "")) != file:
        yield f"its $id {schema.get('$id')} does not lead to it"
    if schema.get("$schema") != "https://json-schema.org/draft/2020-12/schema":
        yield f"is written in {schema.get('$schema')}"


def record_faults(found, file, value):
    schema = value["$schema"]
    if schema not in found.schemas_by_id:
        yield f"{schema} is not published"
    else:
        yield from found.schema_faults(schema, value)


# ---------------------------------------------------------------- the package and the checksums

def package_faults(found, file):
    package = json.loads(file.read_bytes())
    yield from found.schema_faults(json.loads((SHAPES / "datapackage.json").read_bytes()), package)
    for resource in package["resources"]:
        data = (file.parent / resource["path"]).read_bytes()
        if resource["bytes"] != len(data) or resource["hash"] != "sha256:" + hashlib.sha256(data).hexdigest():
            yield f"{resource['path']}: bytes or hash are of another file"
    before = os.getcwd()
    os.chdir(file.parent)  # frictionless takes only paths below where it runs
    try:
        read = frictionless.Package(file.name).validate()
    finally:
        os.chdir(before)
    yield from (f"frictionless: {error.message}" for error in read.errors)
    yield from (f"frictionless: {task.name}: {error.message}" for task in read.tasks for error in task.errors)


def sums_faults(found, file):
    """`sha256sum --check` in the folder, or at the top, finds nothing wrong; and no download is left out."""
    summed = set()
    for line in file.read_text(encoding="utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        here = next((path for path in (file.parent / name, found.site.root / name) if path.is_file()), None)
        summed.add(here)
        if not here or hashlib.sha256(here.read_bytes()).hexdigest() != wanted:
            yield f"{name} is missing or has other bytes"
    downloads = {d.file for d in found.distributions if d.file and file.parent in d.file.parents and "?" not in d.url}
    yield from (f"does not name {path.relative_to(file.parent)}" for path in sorted(downloads - summed))


def check(found, report):
    root = found.site.root
    name = lambda file: file.relative_to(root).as_posix()
    for file, schema in found.schemas.items():
        report.case(f"{name(file)}: schema", told(schema_faults(found, file, schema)))
    for distribution in found.distributions:
        report.case(distribution.title, told(distribution_faults(found, distribution)))
    for file in sorted({file for d in found.distributions for file in csvw_metadata(found, d)}):
        report.case(f"{name(file)}: CSVW", told(csvw_faults(file)))
    for file, items in sorted(found.collections.items()):
        report.case(f"{name(file)}: a file for each record", told(collection_faults(found, file, items)))
    for file, value in found.documents.items():
        if isinstance(value, dict) and str(value.get("$schema")).startswith(found.site.base):
            report.case(name(file), told(record_faults(found, file, value)))
    for wanted, faults in (("datapackage.json", package_faults), ("SHA256SUMS", sums_faults)):
        files = sorted(root.rglob(wanted))
        report.case(wanted, [] if files else ["there is none"])
        for file in files:
            report.case(name(file), told(faults(found, file)))
