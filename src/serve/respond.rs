//! One answer of the preview.

use super::live::Standing;
use crate::content::markdown::escape;
use crate::output::data::ROOT;
use crate::output::data::discovery::NOT_FOUND;
use crate::output::page::HTML;
use crate::output::{self, Artifact, Plan, Press, Subject};
use crate::say;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers a request for a path. Pages get `link` too, what leads to the form for them.
pub fn respond(standing: &Standing, path: &str, known: Option<&str>, link: &str) -> Response {
    let path = decode(path);
    let Some(site) = &standing.site else {
        let page = format!(
            "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>Plein</title></head><body>{}</body></html>",
            standing.language.code(),
            extras(standing)
        );
        return html(StatusCode::INTERNAL_SERVER_ERROR, page.into_bytes());
    };
    let (press, plan) = &**site;
    if let Some(artifact) = plan
        .find(&path)
        .or_else(|| plan.find(path.trim_end_matches("index.html")))
        .or_else(|| interface(plan, &path))
    {
        // A picture takes long to render: who has it is told so by its name.
        let tag = artifact
            .is_named_by_content()
            .then(|| tag(artifact.path.as_bytes()));
        if let Some(tag) = tag.clone().filter(|tag| known == Some(&**tag)) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
        }
        return match output::render(press, plan, artifact) {
            // A page that is a file has work of its own in it, which a reload would lose.
            Ok(bytes) if artifact.media_type == HTML && !is_file(artifact) => html(
                StatusCode::OK,
                before_end(bytes, &(extras(standing) + link)),
            ),
            Ok(bytes) => {
                let tag = tag.unwrap_or_else(|| self::tag(&bytes));
                file(artifact.media_type, bytes, tag, known)
            }
            Err(fault) => {
                let message = format!(
                    "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>Plein</title></head><body><pre>{}</pre></body></html>",
                    standing.language.code(),
                    escape(&fault.message.to(standing.language))
                );
                html(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    with_extras(message.into_bytes(), standing),
                )
            }
        };
    }
    if let Some(redirect) = plan.redirects.iter().find(|redirect| redirect.from == path) {
        let status = if redirect.status == 301 {
            StatusCode::MOVED_PERMANENTLY
        } else {
            StatusCode::FOUND
        };
        return (status, [(header::LOCATION, redirect.to.clone())]).into_response();
    }
    if plan.find(&format!("{path}/")).is_some() {
        return (
            StatusCode::MOVED_PERMANENTLY,
            [(header::LOCATION, format!("{path}/"))],
        )
            .into_response();
    }
    if let Some(problem) = plan.find(NOT_FOUND).filter(|_| path.starts_with("/data/")) {
        let bytes = output::render(press, plan, problem).unwrap_or_default();
        let type_ = [(header::CONTENT_TYPE, problem.media_type)];
        return (StatusCode::NOT_FOUND, type_, bytes).into_response();
    }
    not_found(press, plan, standing, &path)
}

fn is_file(artifact: &Artifact) -> bool {
    matches!(artifact.subject, Subject::File(_))
}

/// What an address of the interface, which has no extension, leads to.
fn interface<'a>(plan: &'a Plan, path: &str) -> Option<&'a Artifact> {
    let within = path.strip_prefix(ROOT)?;
    let description = || format!("{ROOT}/openapi.json");
    let file = if within.is_empty() {
        description()
    } else {
        format!("{path}.json")
    };
    plan.find(&file)
}

/// In the language of the folder in which nothing was found.
fn not_found(press: &Press, plan: &Plan, standing: &Standing, path: &str) -> Response {
    let mut others = press.site.codes.iter().skip(1);
    let language = others.find(|code| path.starts_with(&press.site.home(code)));
    let language = language.unwrap_or(&press.site.codes[0]);
    let page = plan
        .find(&press.site.not_found_path(language))
        .and_then(|artifact| output::render(press, plan, artifact).ok());
    html(
        StatusCode::NOT_FOUND,
        with_extras(page.unwrap_or_default(), standing),
    )
}

fn html(status: StatusCode, page: Vec<u8>) -> Response {
    (
        status,
        [
            (header::CONTENT_TYPE, HTML),
            (header::CACHE_CONTROL, "no-store"),
        ],
        page,
    )
        .into_response()
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", &blake3::hash(bytes).to_hex()[..16])
}

fn file(media_type: &'static str, bytes: Vec<u8>, tag: String, known: Option<&str>) -> Response {
    if known == Some(&*tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// A page with the script that reloads it, and with what is wrong laid over it.
fn with_extras(page: Vec<u8>, standing: &Standing) -> Vec<u8> {
    before_end(page, &extras(standing))
}

fn before_end(page: Vec<u8>, extras: &str) -> Vec<u8> {
    let page = String::from_utf8_lossy(&page);
    match page.rfind("</body>") {
        Some(n) => format!("{}{extras}{}", &page[..n], &page[n..]).into_bytes(),
        None => format!("{page}{extras}").into_bytes(),
    }
}

fn extras(standing: &Standing) -> String {
    let mut extras = format!(
        "<script src=\"/_plein/reload.js\" data-version=\"{}\" async></script>\n",
        standing.version
    );
    if standing.errors > 0 {
        let what = match standing.errors {
            1 => say!("1 error"),
            n => say!("{} errors", n),
        };
        let what = match standing.site {
            Some(_) => say!(
                "Plein: {}. This is the last good version of the site.",
                what
            ),
            None => say!("Plein: {}. The site is shown once it can be made.", what),
        };
        let (language, what) = (standing.language.code(), what.to(standing.language));
        extras.push_str(&format!(
            "<link rel=\"stylesheet\" href=\"/_plein/overlay.css\">\n\
             <section class=\"plein-overlay\" role=\"alert\" lang=\"{language}\">\n\
             <h2>{}</h2>\n",
            escape(&what)
        ));
        for fault in &standing.faults {
            extras.push_str(&format!("<pre>{}</pre>\n", escape(fault)));
        }
        extras.push_str("</section>\n");
    }
    extras
}

/// A path as it was meant: `%C3%A9` is `é`.
pub fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut n = 0;
    while n < bytes.len() {
        let digits = bytes
            .get(n + 1..n + 3)
            .and_then(|two| std::str::from_utf8(two).ok());
        match (
            bytes[n],
            digits.and_then(|two| u8::from_str_radix(two, 16).ok()),
        ) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                n += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                n += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Language;

    #[test]
    fn the_overlay_speaks_the_language_of_editors() {
        let standing = Standing {
            site: None,
            faults: vec!["fout: <b>".to_owned()],
            errors: 1,
            language: Language::Nl,
            version: 1,
        };
        let overlay = extras(&standing);
        assert!(overlay.contains("role=\"alert\" lang=\"nl\">"), "{overlay}");
        assert!(overlay.contains("<h2>Plein: 1 fout. De site komt in beeld"));
        assert!(overlay.contains("<pre>fout: &lt;b&gt;</pre>"));
    }

    #[test]
    fn a_path_is_decoded_and_a_stray_percent_sign_stays() {
        assert_eq!(decode("/caf%C3%A9/100%/%zz"), "/café/100%/%zz");
    }
}
