"""The interface: what OpenAPI promises is served, the Dutch API Design Rules, feeds of changes, and what HTTP says."""
import json, pathlib, re, subprocess, urllib.error, urllib.request

import openapi_spec_validator

from opendata_catalogue import SHAPES
from opendata_files import plain
from opendata_found import DCAT
from report import told

HERE = pathlib.Path(__file__).resolve().parent
SPECTRAL = HERE.parent / "node_modules/.bin/spectral"

# What a static host cannot do, or a small lab does not have.
ALLOWED = {
    "minimum_items_per_page": "a lab has fewer than 500 records",
    "no_deleted_items": "a young lab has removed nothing yet",
    "missing_cache_control": "all pages of a feed have one path, and `_headers` does not look at queries",
}


# ---------------------------------------------------------------- OpenAPI

def description_faults(found, url):
    file = found.site.file(url)
    description = json.loads(file.read_bytes())
    openapi_spec_validator.validate(description, base_uri=file.as_uri())
    bases = [server["url"] for server in description["servers"]]
    if not {str(endpoint) for endpoint in found.graph.objects(None, DCAT.endpointURL)} & set(bases):
        yield f"describes {bases}, which no data service of the catalogue has as endpoint"
    if url not in {str(end) for end in found.graph.objects(None, DCAT.endpointDescription)}:
        yield "no data service of the catalogue has it as description"
    promised = {path for path, item in description["paths"].items() if "get" in item}
    answered = {re.sub(r"\?.*", "", address.removeprefix(bases[0])) for address, *_ in found.answers}
    for path in promised:
        if not any(re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), answer) for answer in answered):
            yield f"{path}: its parameters list no values, so nobody can check it"


def answer_faults(found, url, media_type, schema):
    file = found.site.file(url)
    if not file:
        yield "is not served"
        return
    if found.site.media_type(url) != media_type:
        yield f"is served as {found.site.media_type(url)}, described as {media_type}"
    if schema and media_type.endswith("json"):
        yield from found.schema_faults(schema, json.loads(file.read_bytes()))


def design_faults(found, url):
    """Spectral, by the rules of the Dutch API Design Rules."""
    command = [SPECTRAL, "lint", "--ruleset", SHAPES / "api-design-rules.yaml", "--format", "json", "--quiet", found.site.file(url)]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode > 1 or not ran.stdout.strip():
        yield "Spectral gives up: " + (ran.stderr or ran.stdout)[-200:]
        return
    for said in json.loads(ran.stdout[ran.stdout.index("["):]):
        if said["severity"] <= 1:  # error, warning
            yield f"{said['code']} at {'/'.join(map(str, said['path']))}: {said['message']}"


# ---------------------------------------------------------------- feeds of changes

def pages_of(found, url):
    """A feed from its start: each page with its address. The last leads to itself."""
    while True:
        page = json.loads(found.site.file(url).read_bytes())
        yield url, page
        if not page["items"]:
            return
        url = page["next"]


def feed_faults(found, url):
    """Realtime Paged Data Exchange: https://openactive.io/realtime-paged-data-exchange/"""
    items, before, seen = {}, None, set()
    schemas = [schema for d in found.distributions if url in d.urls for schema in d.conforms_to if schema in found.schemas_by_id]
    for address, page in pages_of(found, url):
        for schema in schemas:
            yield from (f"{address}: {fault}" for fault in found.schema_faults(schema, page))
        if address in seen:
            yield f"{address} comes back: its pages go round"
            return
        seen.add(address)
        if not page.get("license"):
            yield f"{address} has no license"
        if not found.site.file(page["next"]) or page["next"].split("?")[0] != url.split("?")[0]:
            yield f"{address}: next is {page['next']}, which is not served or not of this feed"
            return
        for item in page["items"]:
            yield from item_faults(item, before, items)
            items[item["id"]], before = item, item["modified"]
        if not page["items"] and found.site.file(page["next"]) != found.site.file(address):
            yield f"{address} is the last page, but leads on to {page['next']}"
    yield from replay_faults(found, items)


def item_faults(item, before, items):
    if not isinstance(item["modified"], int) or (before is not None and item["modified"] <= before):
        yield f"{item['id']}: change {item['modified']!r} comes after {before}"
    if item["id"] in items:
        yield f"{item['id']} comes twice"
    if (item["state"], "data" in item) not in (("updated", True), ("deleted", False)):
        yield f"{item['id']} is {item['state']} {'with' if 'data' in item else 'without'} data"


def replay_faults(found, items):
    """Who took every page has what the collections hold, each that the feed is about."""
    replayed = {one: plain(item["data"]) for one, item in items.items() if item["state"] == "updated"}
    about = [records for records in found.collections.values() if items.keys() & {record["id"] for record in records}]
    records = {record["id"]: plain(record) for collection in about for record in collection}
    if replayed and not records:
        yield "is about no collection of the catalogue"
    for one in sorted(records.keys() | replayed.keys()):
        if one not in replayed:
            yield f"{one} is in the collection, but " + ("deleted" if one in items else "not here")
        elif one not in records:
            yield f"{one} is not in the collection"
        elif replayed[one] != records[one]:
            yield f"{one} is another here than in the collection"


def validator_faults(found, local):
    """OpenActive's own validator walks the feeds over HTTP."""
    urls = [local + found.site.path(url) for urls in found.feeds[:1] for url in urls]
    ran = subprocess.run(["node", HERE / "opendata_rpde.mjs", *urls], capture_output=True, text=True)
    if ran.returncode:
        yield "gives up: " + ran.stderr[-200:]
        return
    for url, result in json.loads(ran.stdout).items():
        if not result["pages"]:
            yield f"{url} has no page"
        for said in result["said"]:
            if said["severity"] in ("failure", "warning") and said["type"] not in ALLOWED:
                yield f"{said['url'].removeprefix(local)}: {said['type']}: {said['message']}"


# ---------------------------------------------------------------- over HTTP

def ask(address, method="GET", **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method=method, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def head_faults(local, path):
    """Harvesters ask HEAD first; programs in other people's pages need CORS; who has it already needs no second copy."""
    status, headers, _ = ask(local + path, "HEAD")
    if status != 200:
        yield f"HEAD gives {status}"
        return
    if path.startswith("/data/") and headers.get("Access-Control-Allow-Origin") != "*":
        yield "other pages may not read it (Access-Control-Allow-Origin)"
    if "no-store" in (headers.get("Cache-Control") or ""):
        yield "nobody may keep it (Cache-Control)"
    if ask(local + path, **{"If-None-Match": headers["ETag"]})[0] != 304:
        yield "is sent again to who has it"


def endpoint_faults(local, path):
    """https://gitdocumentatie.logius.nl/publicatie/api/adr/: what of it shows only over HTTP."""
    status, headers, body = ask(local + path + "/no-such-thing/at-all")
    if status != 404 or headers.get_content_type() != "application/problem+json":
        yield f"what is not there gives {status} as {headers.get_content_type()}, not 404 as application/problem+json"
    elif not {"title", "status"} <= json.loads(body).keys():
        yield "its problem has no title or no status"
    status, headers, body = ask(local + path + "/openapi.json")
    if status != 200:
        yield f"openapi.json gives {status}"
        return
    for name in ("API-Version", "Access-Control-Allow-Origin", "X-Content-Type-Options", "Strict-Transport-Security"):
        if not headers.get(name):
            yield f"has no header {name}"
    if headers.get("API-Version") != json.loads(body)["info"]["version"]:
        yield f"API-Version is {headers.get('API-Version')}, the description is {json.loads(body)['info']['version']}"
    if not re.search(r"/v\d+$", path):
        yield "has no major version in its path"


def check(found, report):
    site = found.site
    report.case("a description of the interface", [] if found.descriptions else ["service-desc leads to none"])
    for url in sorted(found.descriptions):
        report.case(url, told(description_faults(found, url)))
        report.case(f"{url}: API Design Rules", told(design_faults(found, url)))
    for url, media_type, schema in found.answers:
        report.case(url, told(answer_faults(found, url, media_type, schema)))

    in_catalogue, in_description = found.feeds
    # The interface has a feed for each kind; the catalogue names those that harvesters look for.
    agree = in_catalogue and set(in_catalogue) <= set(in_description)
    report.case("feeds of changes", [] if agree else [f"in the catalogue: {in_catalogue}; in OpenAPI: {in_description}"])
    for url in in_description:
        report.case(f"{url}: feed of changes", told(feed_faults(found, url)))

    local = site.serve()
    report.case("feeds of changes: OpenActive's validator", told(validator_faults(found, local)))
    addresses = {site.base + "/.well-known/api-catalog", *found.catalogues, *found.descriptions, *found.schemas_by_id}
    for url in sorted(addresses.union(*(distribution.urls for distribution in found.distributions))):
        report.case(f"{url}: HTTP", told(head_faults(local, site.path(url))))
    for endpoint in sorted(set(found.graph.objects(None, DCAT.endpointURL))):
        report.case(f"{endpoint}: HTTP", told(endpoint_faults(local, site.path(endpoint))))
