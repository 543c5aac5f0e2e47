"""opendata_ckan.py FILE MEDIA-TYPE: the datasets that CKAN's harvester reads from a catalogue, as JSON.

The reader of ckanext-dcat, without server, database and search engine. It runs on requirements-ckan.txt.
"""
import json, sys, types

# CKAN loads it to guess what people upload; it wants a library of the system, and nobody uploads anything here.
sys.modules["magic"] = types.ModuleType("magic")

from ckan.common import config

config.update({
    "ckan.site_url": "https://ckan.example", "ckan.locale_default": "nl", "ckan.locales_offered": "nl en", "ckan.i18n_directory": "",
    "ckanext.dcat.normalize_ckan_format": False, "ckanext.dcat.compatibility_mode": False, "ckanext.dcat.output_spatial_format": "wkt",
})

from ckanext.dcat.processors import RDFParser


def told(dataset):
    extras = {extra["key"]: extra["value"] for extra in dataset.get("extras", [])}
    return {
        "uri": dataset.get("uri") or extras.get("uri"), "title": dataset.get("title"), "notes": dataset.get("notes"),
        "resources": [resource.get("url") for resource in dataset.get("resources", [])],
    }


parser = RDFParser(profiles=["euro_dcat_ap_3"])
with open(sys.argv[1], encoding="utf-8") as file:
    parser.parse(file.read(), _format=sys.argv[2])
json.dump([told(dataset) for dataset in parser.datasets()], sys.stdout)
