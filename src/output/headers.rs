//! `_headers`, as Netlify and Cloudflare Pages read it: security, caching, media types and CORS.

use super::{Artifact, Output, Plan, Press, Subject};
use crate::diagnostic::Diagnostic;

/// The output.
pub const OUTPUT: Output = Output {
    name: "headers",
    about: "security, caching, media types and who may read the data",
    plan,
};

/// What a page may load and do: only what comes from the site itself.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/// A pattern of paths and the headers that go with it.
const RULES: &[(&str, &[(&str, &str)])] = &[
    (
        "/*",
        &[
            ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
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

fn render(_: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let rule = |(path, headers): &(&str, &[(&str, &str)])| {
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("  {name}: {value}\n"))
            .collect();
        format!("{path}\n{lines}")
    };
    Ok(RULES.iter().map(rule).collect::<String>().into_bytes())
}
