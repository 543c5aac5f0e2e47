//! What the catalogue tells: who publishes which datasets, in which files, and how to get at them.
//!
//! DCAT-AP-NL 3.0 asks more than DCAT-AP 3.0.1 does; what either recommends is told wherever it is
//! known. Every address that is referred to is also typed, so that the catalogue can be checked
//! without fetching anything.

use super::graph::Graph;
use super::shared::{API_DESIGN_RULES, DCAT_AP_NL, Shared, at, in_all, shared, standard};
use super::vocabulary::term;
use crate::diagnostic::Diagnostic;
use crate::output::data::dataset::{Dataset, Distribution, datasets};
use crate::output::data::{ROOT, VERSION};
use crate::output::{Plan, Press};
use crate::site::Site;
use crate::theme::values::list::text;
use jiff::Timestamp;

/// The whole catalogue.
pub fn graph(press: &Press, plan: &Plan) -> Result<Graph, Diagnostic> {
    let site = &press.site;
    let mut graph = Graph::default();
    let datasets = datasets(site, plan);
    let shared = shared(press, &mut graph);
    let modified = datasets.iter().filter_map(|dataset| dataset.modified).max();
    let modified = modified.unwrap_or_else(|| site.now.exactly().timestamp());
    catalogue(site, &shared, &datasets, modified, &mut graph);
    for dataset in &datasets {
        tell_dataset(site, &shared, dataset, modified, &mut graph);
        for distribution in &dataset.distributions {
            tell_distribution(press, plan, &shared, (dataset, distribution), &mut graph)?;
        }
    }
    tell_service(site, &shared, &datasets, &mut graph);
    Ok(graph)
}

fn catalogue(
    site: &Site,
    shared: &Shared,
    datasets: &[Dataset],
    modified: Timestamp,
    graph: &mut Graph,
) {
    let issued = datasets.iter().filter_map(|dataset| dataset.issued).min();
    let title = |code: &str| {
        let name = site.text(&site.config.title, code);
        text(site, "data.cite.title", code).replace("{site}", name)
    };
    let about = |code: &str| text(site, "data.intro", code);
    let mut node = graph.tell(&format!("{}#catalogue", shared.page), &["dcat:Catalog"]);
    node = in_all(node, site, "dct:title", title);
    node = in_all(node, site, "dct:description", about)
        .to("dct:publisher", &shared.publisher)
        .to("dct:creator", &shared.publisher)
        .to("dcat:contactPoint", &shared.contact)
        .to("dct:license", &shared.licence)
        .to("dct:rights", &shared.rights)
        .to("foaf:homepage", &shared.page)
        .to(
            "dcat:themeTaxonomy",
            "http://publications.europa.eu/resource/authority/data-theme",
        )
        .moment("dct:modified", modified)
        .to("dcat:service", &shared.service);
    if let Some(issued) = issued {
        node = node.moment("dct:issued", issued);
    }
    for language in &shared.languages {
        node = node.to("dct:language", language);
    }
    if let Some(area) = &shared.area {
        node = node.to("dct:spatial", area);
    }
    for dataset in datasets {
        node = node
            .to("dcat:dataset", &dataset.id(site))
            .to("dcat:record", &record_of(site, dataset));
    }
}

/// What happened last to the catalogue's record of a dataset, in the words of ADMS.
fn change_type(graph: &mut Graph, name: &str) -> String {
    let scheme = "http://purl.org/adms/changetype/1.0";
    let change = format!("http://purl.org/adms/changetype/{name}");
    if graph.is_new(&change) {
        graph
            .tell(&change, &["skos:Concept"])
            .text("skos:prefLabel", name, "en")
            .to("skos:inScheme", scheme);
    }
    if graph.is_new(scheme) {
        graph
            .tell(scheme, &["skos:ConceptScheme"])
            .text("dct:title", "Change type", "en");
    }
    change
}

/// The catalogue's own record of a dataset.
fn record_of(site: &Site, dataset: &Dataset) -> String {
    format!("{}#record", dataset.id(site))
}

fn tell_dataset(
    site: &Site,
    shared: &Shared,
    dataset: &Dataset,
    modified: Timestamp,
    graph: &mut Graph,
) {
    let (id, period) = (dataset.id(site), format!("{}#period", dataset.id(site)));
    let modified = dataset.modified.unwrap_or(modified);
    let issued = dataset.issued.unwrap_or(modified);
    let status = term(
        graph,
        "dataset-status",
        "COMPLETED",
        ["completed", "voltooid"],
        &[],
    );
    let mut node = graph.tell(&id, &["dcat:Dataset", "dcat:Resource"]);
    node = in_all(node, site, "dct:title", |code| dataset.title(site, code));
    node = in_all(node, site, "dct:description", |code| {
        dataset.about(site, code)
    })
    .plain("dct:identifier", &id)
    .to("dct:publisher", &shared.publisher)
    .to("dct:creator", &shared.publisher)
    .to("dcat:contactPoint", &shared.contact)
    .to("dct:accessRights", &shared.access)
    .to("dct:accrualPeriodicity", &shared.frequency)
    .moment("dct:issued", issued)
    .moment("dct:modified", modified)
    .to("dct:temporal", &period)
    .to("dcat:landingPage", &shared.page)
    .to("foaf:page", &shared.page)
    .to("adms:status", &status);
    for theme in &shared.themes {
        node = node.to("dcat:theme", theme);
    }
    for language in &shared.languages {
        node = node.to("dct:language", language);
    }
    for code in &site.codes {
        node = node.text(
            "dcat:keyword",
            &dataset.title(site, code).to_lowercase(),
            code,
        );
    }
    for word in &site.config.catalogue.keywords {
        node = node.text("dcat:keyword", word, &site.codes[0]);
    }
    if let Some(area) = &shared.area {
        node = node.to("dct:spatial", area);
    }
    let schema = at(
        site,
        &crate::output::data::schema::dataset_path(dataset.name),
    );
    node = node.to("dct:conformsTo", &schema);
    for distribution in &dataset.distributions {
        let file = id_of(site, dataset, distribution);
        node = node.to("dcat:distribution", &file);
    }
    let _ = node;
    standard(graph, &schema, &format!("JSON Schema {}", dataset.name));
    // What has no days of its own tells of the days on which it was written.
    let day = |at: Timestamp| at.to_zoned(site.now.time_zone().clone()).date();
    let (from, until) = dataset.extent.unwrap_or((day(issued), day(modified)));
    graph
        .tell(&period, &["dct:PeriodOfTime"])
        .date("dcat:startDate", from)
        .date("dcat:endDate", until);
    let change = if issued == modified {
        "created"
    } else {
        "update"
    };
    let change = change_type(graph, change);
    let mut record = graph
        .tell(&record_of(site, dataset), &["dcat:CatalogRecord"])
        .to("foaf:primaryTopic", &id)
        .moment("dct:issued", issued)
        .moment("dct:modified", modified)
        .to("dct:conformsTo", DCAT_AP_NL.0)
        .to("adms:status", &change);
    for language in &shared.languages {
        record = record.to("dct:language", language);
    }
}

/// The identifier of a file: the dataset's, and the file's name after a `#`.
fn id_of(site: &Site, dataset: &Dataset, file: &Distribution) -> String {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    format!("{}#{name}", dataset.id(site))
}

fn tell_distribution(
    press: &Press,
    plan: &Plan,
    shared: &Shared,
    (dataset, file): (&Dataset, &Distribution),
    graph: &mut Graph,
) -> Result<(), Diagnostic> {
    let site = &press.site;
    let sum = press.sums.of(press, plan, &file.path)?;
    let (id, url) = (id_of(site, dataset, file), at(site, &file.path));
    let access = file
        .access
        .as_ref()
        .map_or_else(|| url.clone(), |path| at(site, path));
    let media_type = format!(
        "https://www.iana.org/assignments/media-types/{}",
        file.media_type
    );
    if graph.is_new(&media_type) {
        graph.tell(&media_type, &["dct:MediaType"]);
    }
    let format = term(
        graph,
        "file-type",
        file.file_type,
        [file.title; 2],
        &["dct:MediaTypeOrExtent"],
    );
    let stable = term(
        graph,
        "planned-availability",
        "STABLE",
        ["stable", "stabiel"],
        &[],
    );
    let conforms_to = match file.conforms_to.starts_with('/') {
        true => at(site, &file.conforms_to),
        false => file.conforms_to.clone(),
    };
    standard(graph, &conforms_to, file.title);
    let checksum = format!("{id}-sha256");
    let mut node = graph.tell(&id, &["dcat:Distribution"]);
    node = in_all(node, site, "dct:title", |code| {
        format!("{}, {}", dataset.title(site, code), file.title)
    });
    node = in_all(node, site, "dct:description", |code| {
        dataset.about(site, code)
    })
    .to("dcat:accessURL", &access)
    .to("dcat:downloadURL", &url)
    .to("dcat:accessService", &shared.service)
    .to("dcat:mediaType", &media_type)
    .to("dct:format", &format)
    .to("dct:conformsTo", &conforms_to)
    .to("dct:license", &shared.licence)
    .to("dct:rights", &shared.rights)
    .to("dcatap:availability", &stable)
    .typed(
        "dcat:byteSize",
        &sum.bytes.to_string(),
        "xsd:nonNegativeInteger",
    )
    .to("spdx:checksum", &checksum);
    if let Some(modified) = dataset.modified {
        node = node.moment("dct:modified", modified);
    }
    for language in &shared.languages {
        node = node.to("dct:language", language);
    }
    let _ = node;
    let algorithm = "spdx:checksumAlgorithm_sha256";
    graph
        .tell(&checksum, &["spdx:Checksum"])
        .to("spdx:algorithm", algorithm)
        .typed("spdx:checksumValue", &sum.sha256, "xsd:hexBinary");
    if graph.is_new(algorithm) {
        graph.tell(algorithm, &["spdx:ChecksumAlgorithm"]);
    }
    Ok(())
}

/// The API: the same files, as OpenAPI describes them.
fn tell_service(site: &Site, shared: &Shared, datasets: &[Dataset], graph: &mut Graph) {
    let (root, described) = (at(site, ROOT), at(site, &format!("{ROOT}/openapi.json")));
    let mut node = graph.tell(&shared.service, &["dcat:DataService"]);
    node = in_all(node, site, "dct:title", |code| text(site, "data.api", code));
    node = in_all(node, site, "dct:description", |code| {
        text(site, "data.api_about", code)
    })
    .plain("dct:identifier", &shared.service)
    .plain("dcat:version", VERSION)
    .to("dcat:endpointURL", &root)
    .to("dcat:endpointDescription", &described)
    .to("dct:conformsTo", API_DESIGN_RULES.0)
    .to("foaf:page", &shared.page)
    .to("dcat:landingPage", &shared.page)
    .to("dct:publisher", &shared.publisher)
    .to("dct:creator", &shared.publisher)
    .to("dcat:contactPoint", &shared.contact)
    .to("dct:accessRights", &shared.access)
    .to("dct:license", &shared.licence)
    .to("dct:rights", &shared.rights);
    for theme in &shared.themes {
        node = node.to("dcat:theme", theme);
    }
    for language in &shared.languages {
        node = node.to("dct:language", language);
    }
    for dataset in datasets {
        node = node.to("dcat:servesDataset", &dataset.id(site));
    }
    node.text("dcat:keyword", "api", "en");
    graph.tell(&root, &["rdfs:Resource"]);
    graph.tell(&described, &["rdfs:Resource"]);
}
