//! `_headers`, as Netlify and Cloudflare Pages read it: security, caching, media types and CORS.

use super::data::{API_CATALOG, VERSION, csv, discovery, geojson, json, openapi, sums};
use super::search::DESCRIPTION;
use super::{Artifact, Output, Plan, Press, Subject, bare};
use crate::content::KINDS;
use crate::content::config::FullText;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::listing::Scope;
use crate::site::permalink::REMINDER;
use crate::theme::Theme;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// The output.
pub const OUTPUT: Output = Output {
    name: "headers",
    about: "security, caching, media types and who may read the data",
    plan,
};

/// What a page may load and do: only what comes from the site itself, and of scripts in pages only
/// the theme's own, by their SHA-256 (Content Security Policy Level 3, section 2.3.1).
fn content_security_policy(theme: &Theme, full_text: Option<FullText>) -> String {
    // Pagefind searches with a program for the browser's virtual machine, which is script in the policy's eyes.
    let wasm = full_text.map_or("", |FullText::Pagefind| " 'wasm-unsafe-eval'");
    let hash = |text: &String| {
        let hash = STANDARD.encode(Sha256::digest(text));
        format!(" 'sha256-{hash}'")
    };
    let hashes: String = theme.scripts.values().map(hash).collect();
    format!(
        "default-src 'none'; script-src 'self'{wasm}{hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
}

/// A pattern of paths and the headers that go with it.
type Rule<'a> = (String, Vec<(&'a str, String)>);

/// How long what has its content in its name is kept.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// How long what is written anew under the same name is kept: a quarter of an hour for feeds, five
/// minutes for data, which may then be shown for an hour more while the host is asked (RFC 5861,
/// section 3). Files keep their names and hosts send an ETag, so asking costs an answer without a body.
const FEEDS: &str = "public, max-age=900";
const DATA: &str = "public, max-age=300, stale-while-revalidate=3600";

/// What a page elsewhere may read of an answer besides its body.
const EXPOSED: &str = "API-Version, ETag, Link";

/// Where programs that have come upon a file find the rest (RFC 8631, section 4.1; RFC 9727, section 3).
const LINKS: &str = "</data/v1/openapi.json>; rel=\"service-desc\"; type=\"application/openapi+json\", \
     </.well-known/api-catalog>; rel=\"api-catalog\"";

/// The media types of data that hosts do not know by the end of a name. No two of these patterns fit one
/// path.
const MEDIA_TYPES: &[(&str, &str)] = &[
    (sums::PATH, sums::SUMS),
    ("/data/v1/*.csv", csv::CSV),
    ("/data/v1/*.csv-metadata.json", csv::METADATA),
    ("/data/v1/*.geojson", geojson::GEOJSON),
    ("/data/v1/*.jsonld", "application/ld+json"),
    ("/data/v1/*.ndjson", json::NDJSON),
    ("/data/v1/*.parquet", "application/vnd.apache.parquet"),
    ("/data/v1/schema/*", "application/schema+json"),
    (openapi::PATH, openapi::OPENAPI),
    (discovery::NOT_FOUND, discovery::PROBLEM),
];

/// What every site sends. Hosts join the values of all rules that fit a path, so no two rules that fit
/// one path may name the same header.
const RULES: &[(&str, &[(&str, &str)])] = &[
    (
        "/*",
        &[
            (
                "Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), payment=()",
            ),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            (
                "Strict-Transport-Security",
                "max-age=31536000; includeSubDomains",
            ),
            ("X-Content-Type-Options", "nosniff"),
        ],
    ),
    ("/assets/*", &[("Cache-Control", FOREVER)]),
    (
        "/*.ics",
        &[
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Cache-Control", "public, max-age=900, no-transform"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/*.rss",
        &[
            ("Content-Type", "application/rss+xml; charset=utf-8"),
            ("Cache-Control", FEEDS),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/*.atom",
        &[
            ("Content-Type", "application/atom+xml; charset=utf-8"),
            ("Cache-Control", FEEDS),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
];

fn plan(_: &Press, plan: &mut Plan) {
    plan.add(
        "/_headers".to_owned(),
        "text/plain; charset=utf-8",
        Subject::Site,
        None,
        render,
    );
}

fn render(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let policy = content_security_policy(&press.theme, press.site.config.search);
    let fixed = RULES.iter().map(|(path, headers)| {
        let policy = (*path == "/*").then(|| ("Content-Security-Policy", policy.clone()));
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        (
            (*path).to_owned(),
            policy.into_iter().chain(headers).collect(),
        )
    });
    let rules = fixed
        .chain(media(plan))
        .chain(json_feeds(plan))
        .chain(data(plan))
        .chain(search(&press.site));
    let show = |(path, headers): Rule| {
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("  {name}: {value}\n"))
            .collect();
        format!("{path}\n{lines}")
    };
    let rules: String = rules.map(show).collect();
    Ok((rules + &kept_files(&press.site)).into_bytes())
}

/// What was put beside the content, by the ends of the names: a calendar or feed among it has the
/// headers of its own sort.
fn media(plan: &Plan) -> Vec<Rule<'static>> {
    let files = plan
        .iter()
        .filter_map(|file| file.path.strip_prefix("/media/"));
    let ends = files.filter_map(|name| Some(name.rsplit_once('.')?.1));
    let ends: BTreeSet<&str> = ends
        .filter(|end| !["ics", "rss", "atom"].contains(end))
        .collect();
    let rule = |end| {
        let headers = vec![("Cache-Control", FOREVER.to_owned())];
        (format!("/media/*.{end}"), headers)
    };
    ends.into_iter().map(rule).collect()
}

/// The feeds in JSON, folder by folder: a record of the data may be called `feed` or `changes` as well.
fn json_feeds(plan: &Plan) -> Vec<Rule<'static>> {
    let feeds = plan
        .iter()
        .filter(|file| bare(file.media_type) == "application/feed+json");
    let pattern = |path: &str| {
        let mut parts = path.trim_start_matches('/').split('/');
        match (parts.next(), parts.next(), parts.next_back()) {
            (Some(first), Some(_), Some(name)) => format!("/{first}/*/{name}"),
            _ => path.to_owned(),
        }
    };
    let patterns: BTreeSet<String> = feeds.map(|file| pattern(&file.path)).collect();
    let rule = |path| {
        let headers = vec![
            (
                "Content-Type",
                "application/feed+json; charset=utf-8".to_owned(),
            ),
            ("Cache-Control", FEEDS.to_owned()),
            ("Access-Control-Allow-Origin", "*".to_owned()),
        ];
        (path, headers)
    };
    patterns.into_iter().map(rule).collect()
}

/// The data, and what leads to them from elsewhere.
fn data(plan: &Plan) -> Vec<Rule<'static>> {
    let open = || {
        vec![
            ("Cache-Control", DATA.to_owned()),
            ("Access-Control-Allow-Origin", "*".to_owned()),
            ("Access-Control-Expose-Headers", EXPOSED.to_owned()),
        ]
    };
    let mut headers = open();
    headers.push(("API-Version", VERSION.to_owned()));
    headers.push(("Link", LINKS.to_owned()));
    headers.push(("X-Frame-Options", "DENY".to_owned()));
    let mut rules = vec![("/data/*".to_owned(), headers)];
    for (path, media_type) in MEDIA_TYPES {
        let headers = vec![("Content-Type", (*media_type).to_owned())];
        rules.push(((*path).to_owned(), headers));
    }
    let beside = plan
        .iter()
        .filter(|file| file.path.starts_with("/catalog.") || file.path == API_CATALOG);
    for file in beside.filter(|file| !file.is_compressed()) {
        let mut headers = open();
        headers.insert(0, ("Content-Type", file.media_type.to_owned()));
        rules.push((file.path.clone(), headers));
    }
    rules
}

/// The index of the search. What its files hold is in their addresses as the browser asks for them; which
/// these are is told by one that is asked for again soon.
fn search(site: &Site) -> Vec<Rule<'static>> {
    let of_language = |code: &String| {
        let folder = site.search_index(code);
        let kept = |pattern: &str, value: &str| {
            let headers = vec![("Cache-Control", value.to_owned())];
            (format!("{folder}{pattern}"), headers)
        };
        let description = vec![("Content-Type", DESCRIPTION.to_owned())];
        [
            kept("index.json", DATA),
            kept("records/*", FOREVER),
            kept("terms/*", FOREVER),
            kept("words.json", FOREVER),
            (site.search_description(code), description),
        ]
    };
    site.codes.iter().flat_map(of_language).collect()
}

/// A file with one event is kept, not shown; what people subscribe to is neither.
fn kept_files(site: &Site) -> String {
    let dated = |kind: &usize| {
        let mut entries = site.entries.iter();
        entries.any(|entry| entry.kind.number() == *kind && entry.timetable.is_some())
    };
    let kinds: Vec<usize> = (0..KINDS.len()).filter(dated).collect();
    let mut rules = String::new();
    for code in &site.codes {
        for kind in &kinds {
            let list = site.listing_path(Scope::Kind(*kind), code);
            rules += &format!("{list}:name/calendar.ics\n  Content-Disposition: attachment\n");
            if site.calendars.contains(kind) {
                // Programs open it by the usual ending.
                rules += &format!(
                    "{list}:name/{REMINDER}\n  Content-Type: text/calendar; charset=utf-8\n  \
                     Content-Disposition: attachment; filename=\"calendar.ics\"\n"
                );
            }
        }
    }
    rules
}
