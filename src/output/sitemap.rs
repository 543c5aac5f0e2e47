//! The sitemap of sitemaps.org, with the translations of each page.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject};
use crate::content::markdown::escape;
use crate::diagnostic::Diagnostic;
use std::fmt::Write as _;

/// The output.
pub const OUTPUT: Output = Output {
    name: "sitemap",
    about: "every page, for search engines",
    plan,
};

/// Most addresses in one file; sitemaps.org allows 50,000.
const MOST: usize = 40_000;

fn plan(press: &Press, plan: &mut Plan) {
    let pages = plan.so_far().filter(|artifact| is_page(press, artifact));
    let parts = pages.count().div_ceil(MOST);
    if parts > 1 {
        for part in 1..=parts {
            plan.add(
                format!("/sitemap-{part}.xml"),
                "application/xml",
                Subject::Page(usize::MAX, part),
                None,
                render_part,
            );
        }
    }
    plan.add(
        "/sitemap.xml".to_owned(),
        "application/xml",
        Subject::Site,
        None,
        render,
    );
}

/// Pages that search engines should know, in the order of their paths.
fn pages<'a>(press: &'a Press, plan: &'a Plan) -> impl Iterator<Item = &'a Artifact> {
    plan.iter().filter(|artifact| is_page(press, artifact))
}

fn is_page(press: &Press, artifact: &Artifact) -> bool {
    let listed = match artifact.subject {
        Subject::Entry(id) => {
            let entry = press.site.entry(id);
            let mut language = artifact.language.iter();
            // Without a translation it shows the original, which is there already.
            let is_own = language.all(|n| entry.is_written_in(&press.site.codes[*n]));
            is_own && !entry.unpublished && !press.site.is_over(entry)
        }
        Subject::Redirect(_) | Subject::Widget(_) | Subject::File(_) => false,
        _ => true,
    };
    artifact.media_type == HTML && artifact.path.ends_with('/') && listed && artifact.is_indexed()
}

fn render(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let parts = pages(press, plan).count().div_ceil(MOST);
    if parts <= 1 {
        return Ok(urlset(press, plan, 1));
    }
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for part in 1..=parts {
        let _ = writeln!(
            xml,
            "<sitemap><loc>{}</loc></sitemap>",
            press.site.config.absolute(&format!("/sitemap-{part}.xml"))
        );
    }
    xml.push_str("</sitemapindex>\n");
    Ok(xml.into_bytes())
}

fn render_part(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Page(_, part) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    Ok(urlset(press, plan, part))
}

fn urlset(press: &Press, plan: &Plan, part: usize) -> Vec<u8> {
    let site = &press.site;
    let address = |path: &str| escape(&site.config.absolute(path));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for page in pages(press, plan).skip((part - 1) * MOST).take(MOST) {
        let _ = write!(xml, "<url><loc>{}</loc>", address(&page.path));
        if let Subject::Entry(id) = page.subject {
            let entry = site.entry(id);
            let _ = write!(
                xml,
                "<lastmod>{}</lastmod>",
                entry.history.updated.strftime("%Y-%m-%dT%H:%M:%SZ")
            );
            let written = site.codes.iter().filter(|code| entry.is_written_in(code));
            for code in written.filter(|_| entry.versions.len() > 1) {
                let _ = write!(
                    xml,
                    "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{}\"/>",
                    address(&site.path(entry, code))
                );
            }
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml.into_bytes()
}
