//! `_headers`, as Netlify and Cloudflare Pages read it: security, caching, media types and CORS.

use super::data::{API_CATALOG, VERSION, csv, discovery, geojson, json, openapi, sums};
use super::embed::oembed;
use super::search::DESCRIPTION;
use super::{Artifact, Output, Plan, Press, Subject, bare};
use crate::content::KINDS;
use crate::content::config::FullText;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::listing::Scope;
use crate::site::permalink::REMINDER;
use crate::source::SourceId;
use crate::theme::Theme;
use crate::theme::values::entry::place_of;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The output.
pub const OUTPUT: Output = Output {
    name: "headers",
    about: "security, caching, media types and who may read the data",
    plan,
};

/// What a page may load and do: only what comes from the site itself, and of scripts in pages only
/// the theme's own, by their SHA-256 (Content Security Policy Level 3, section 2.3.1). `pictures` are
/// those of the map, where it stands and comes from elsewhere; `shown` is who may show it in a frame.
fn content_security_policy(
    theme: &Theme,
    full_text: Option<FullText>,
    pictures: &str,
    shown: &str,
) -> String {
    // Pagefind searches with a program for the browser's virtual machine, which is script in the policy's eyes.
    let wasm = full_text.map_or("", |FullText::Pagefind| " 'wasm-unsafe-eval'");
    let hash = |text: &String| {
        let hash = STANDARD.encode(Sha256::digest(text));
        format!(" 'sha256-{hash}'")
    };
    let hashes: String = theme.scripts.values().map(hash).collect();
    format!(
        "default-src 'none'; script-src 'self'{wasm}{hashes}; style-src 'self'; img-src 'self' data:{pictures}; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {shown}"
    )
}

/// The folder at the root in which a path lies, as a rule names it. A page at the root stands by itself.
fn folder(path: &str) -> String {
    match path.trim_start_matches('/').split_once('/') {
        Some((first, _)) => format!("/{first}/*"),
        None => path.to_owned(),
    }
}

/// The policy of everything that a browser shows as a page. Of two policies a browser obeys both, so
/// there is none for all paths: what others may show needs another than all the rest.
fn policies(press: &Press, plan: &Plan) -> BTreeMap<String, String> {
    let (site, theme) = (&press.site, &press.theme);
    let shows = |file: &&Artifact| ["text/html", "image/svg+xml"].contains(&bare(file.media_type));
    let tiles = site.config.map.tiles.as_ref();
    let pictures = tiles.map_or(String::new(), |tiles| format!(" {}", tiles.origin()));
    let allowed: Vec<&str> = site
        .config
        .embed
        .allow
        .iter()
        .map(|site| site.as_str())
        .collect();
    let elsewhere = match &allowed[..] {
        [] => "*".to_owned(),
        sites => format!("'self' {}", sites.join(" ")),
    };
    let policy_of = |pictures: &str, shown: &str| {
        content_security_policy(theme, site.config.search, pictures, shown)
    };
    // The page that tells how to show something shows an example.
    let widgets = format!("{elsewhere}; frame-src 'self'");
    let widgets = policy_of(&pictures, &widgets);
    let mapped = mapped(press);
    let policy = |folder: String| {
        let policy = match folder.as_str() {
            EMBED => widgets.clone(),
            EDITOR => editor(theme),
            _ if mapped.contains(&folder) => policy_of(&pictures, "'self'"),
            _ => policy_of("", "'self'"),
        };
        (folder, policy)
    };
    let folders: BTreeSet<String> = plan
        .iter()
        .filter(shows)
        .map(|file| folder(&file.path))
        .collect();
    folders.into_iter().map(policy).collect()
}

/// What an editor in the browser may load and ask: its script makes its own styles and shows pictures that are not
/// published yet, and it works on the forge that its configuration names. No site may show it in a frame.
fn editor(theme: &Theme) -> String {
    let text = theme.admin.get("config.yml");
    let text = text.map_or("".into(), |file| String::from_utf8_lossy(&file.bytes));
    let (node, _) = crate::yaml::parse(SourceId(0), &text, 0..text.len());
    let backend = node.as_ref().and_then(|node| node.get("backend"));
    let asked = |name: &str| backend.and_then(|backend| backend.get(name)?.text());
    let known: &[&str] = match (asked("name"), asked("api_root")) {
        (_, Some(_)) => &[],
        (Some("github"), _) => &["https://api.github.com", "https://www.githubstatus.com"],
        (Some("gitlab"), _) => &["https://gitlab.com", "https://status-api.hostedstatus.com"],
        (Some("gitea"), _) => &["https://gitea.com"],
        _ => &[],
    };
    let own = ["api_root", "base_url"].into_iter().filter_map(asked);
    let own = own.filter_map(|url| crate::content::map::origin(url));
    let hosts: BTreeSet<&str> = own.chain(known.iter().copied()).collect();
    let hosts: String = hosts.iter().map(|host| format!(" {host}")).collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; \
         media-src 'self' blob:; font-src 'self' data:; connect-src 'self' data: blob:{hosts}; frame-src 'self' blob:; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The folders with pages on which the map can be opened.
fn mapped(press: &Press) -> BTreeSet<String> {
    let site = &press.site;
    if site.config.map.tiles.is_none() {
        return BTreeSet::new();
    }
    let placed = site
        .entries
        .iter()
        .filter(|entry| place_of(site, entry).is_some());
    let pages = |code: &String| {
        let placed = placed.clone().map(|entry| folder(&site.path(entry, code)));
        placed
            .chain([
                folder(&site.map_path(code)),
                folder(&site.network_path(code)),
            ])
            .collect::<Vec<_>>()
    };
    site.codes.iter().flat_map(pages).collect()
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

/// An editor in the browser. Search engines have nothing to find there.
const EDITOR: &str = "/admin/*";

/// What others may show.
const EMBED: &str = "/embed/*";

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
    // What a program asks for before it shows a page of ours.
    (EMBED, &[("Access-Control-Allow-Origin", "*")]),
    ("/embed/*.xml", &[("Content-Type", oembed::XML)]),
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
    let fixed = RULES.iter().map(|(path, headers)| {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| (*name, (*value).to_owned()));
        ((*path).to_owned(), headers.collect())
    });
    let policies = policies(press, plan).into_iter();
    let policies = policies.map(|(path, policy)| (path, vec![("Content-Security-Policy", policy)]));
    let rules = policies
        .chain(fixed)
        .chain(media(plan))
        .chain(json_feeds(plan))
        .chain(data(plan))
        .chain(search(&press.site))
        .chain(unlisted(&press.theme));
    let show = |(path, headers): Rule| {
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("  {name}: {value}\n"))
            .collect();
        format!("{path}\n{lines}")
    };
    let rules: String = joined(rules).into_iter().map(show).collect();
    Ok((rules + &kept_files(&press.site)).into_bytes())
}

/// The rules with one for each pattern, where the first of them stood: some hosts read a hundred at most.
fn joined<'a>(rules: impl Iterator<Item = Rule<'a>>) -> Vec<Rule<'a>> {
    let mut joined: Vec<Rule> = Vec::new();
    for (path, headers) in rules {
        match joined.iter_mut().find(|(known, _)| *known == path) {
            Some((_, all)) => all.extend(headers),
            None => joined.push((path, headers)),
        }
    }
    joined
}

/// What is for editors only.
fn unlisted(theme: &Theme) -> Option<Rule<'static>> {
    let headers = vec![("X-Robots-Tag", "noindex".to_owned())];
    (!theme.admin.is_empty()).then(|| (EDITOR.to_owned(), headers))
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
