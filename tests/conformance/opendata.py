#!/usr/bin/env python3
"""opendata.py DIR [PART ...]: the open data of a built site, as other people's programs read it.

No file name is assumed: the start is the home page and .well-known/api-catalog; they lead to the catalogue, that to everything
else. Readers: rdflib, pySHACL, CKAN (catalogue); jsonschema, csvw, geojson, pyarrow, frictionless (files);
openapi-spec-validator, Spectral, OpenActive's RPDE validator (interface). The parts are those, and all by default.
"""
import json, logging, sys, warnings
from urllib.parse import urljoin

import host

host.offline()  # before the readers are loaded: some ask for their vocabularies at once

import opendata_api, opendata_catalogue, opendata_files
from opendata_found import Found, SYNTAXES
from report import Report, told

PARTS = {"catalogue": opendata_catalogue.check, "files": opendata_files.check, "interface": opendata_api.check}


def start_faults(site, catalogues):
    """The links of the home page."""
    for link in site.home.rel("alternate"):
        url = urljoin(site.base + "/", link.get("href", ""))
        if not site.file(url):
            yield f"links to {url}, which is not served"
        if link.get("type") in SYNTAXES:
            catalogues[url] = link["type"]


def linkset_faults(site, catalogues, descriptions):
    """RFC 9727: where the descriptions of interfaces are found, as RFC 9264 writes it."""
    url = site.base + "/.well-known/api-catalog"
    if site.media_type(url) != "application/linkset+json":
        yield f"is served as {site.media_type(url)}, not application/linkset+json"
    contexts = json.loads(site.file(url).read_bytes())["linkset"]
    if not contexts:
        yield "its linkset is empty"
    elif not any(context.get("service-desc") for context in contexts):
        yield "no entry says by service-desc how an interface is used"
    for context in contexts:
        if not context.get("anchor"):
            yield "an entry has no anchor"
        links = [(rel, link) for rel, targets in context.items() if isinstance(targets, list) for link in targets]
        for rel, link in links:
            if not site.file(link["href"]):
                yield f"{rel} {link['href']} is not served"
            if link.get("type") in SYNTAXES:
                catalogues[link["href"]] = link["type"]
            if rel == "service-desc":
                descriptions.add(link["href"])


def run(root, report, parts):
    site = host.Host(root)
    catalogues, descriptions = {}, set()
    report.case("links of the home page", told(start_faults(site, catalogues)))
    report.case(".well-known/api-catalog", told(linkset_faults(site, catalogues, descriptions)))
    found = Found(site, catalogues, descriptions)
    for part in parts:
        PARTS[part](found, report)


def main():
    warnings.simplefilter("ignore")  # of the readers, about themselves
    logging.disable(logging.CRITICAL)
    report = Report("opendata")
    run(sys.argv[1], report, sys.argv[2:] or PARTS)
    report.close()


if __name__ == "__main__":
    main()
