//! `_headers`, as Netlify and Cloudflare Pages read it: security, caching, media types and CORS.

use super::{Artifact, Output, Plan, Press, Subject};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::listing::Scope;
use crate::site::permalink::REMINDER;
use crate::theme::Theme;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The output.
pub const OUTPUT: Output = Output {
    name: "headers",
    about: "security, caching, media types and who may read the data",
    plan,
};

/// What a page may load and do: only what comes from the site itself, and of scripts in pages only
/// the theme's own, by their SHA-256 (Content Security Policy Level 3, section 2.3.1).
fn content_security_policy(theme: &Theme) -> String {
    let hash = |text: &String| {
        let hash = STANDARD.encode(Sha256::digest(text));
        format!(" 'sha256-{hash}'")
    };
    let hashes: String = theme.scripts.values().map(hash).collect();
    format!(
        "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
}

/// A pattern of paths and the headers that go with it.
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
    (
        "/assets/*",
        &[("Cache-Control", "public, max-age=31536000, immutable")],
    ),
    (
        "/media/*",
        &[("Cache-Control", "public, max-age=31536000, immutable")],
    ),
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
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/*.atom",
        &[
            ("Content-Type", "application/atom+xml; charset=utf-8"),
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/*/feed.json",
        &[
            ("Content-Type", "application/feed+json; charset=utf-8"),
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/feed.json",
        &[
            ("Content-Type", "application/feed+json; charset=utf-8"),
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/*/changes.json",
        &[
            ("Content-Type", "application/feed+json; charset=utf-8"),
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/changes.json",
        &[
            ("Content-Type", "application/feed+json; charset=utf-8"),
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
        ],
    ),
    (
        "/data/*",
        &[
            ("Cache-Control", "public, max-age=900"),
            ("Access-Control-Allow-Origin", "*"),
            ("API-Version", "1.0.0"),
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

fn render(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let policy = content_security_policy(&press.theme);
    let rule = |(path, headers): &(&str, &[(&str, &str)])| {
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("  {name}: {value}\n"))
            .collect();
        let first = match *path {
            "/*" => format!("  Content-Security-Policy: {policy}\n"),
            _ => String::new(),
        };
        format!("{path}\n{first}{lines}")
    };
    let rules: String = RULES.iter().map(rule).collect();
    Ok((rules + &kept_files(&press.site)).into_bytes())
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
