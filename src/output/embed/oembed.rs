//! Answers of oEmbed (oembed.com): what a program needs to show a page of ours in a page of its own.
//!
//! The format expects one address that is asked with a query. A host of files answers by path, so each
//! page names the address of its own answer; programs find it there.

use super::{frame, size, title, widgets};
use crate::content::markdown::escape;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, misplanned, pretty};
use crate::site::widget::Widget;
use serde_json::json;
use std::fmt::Write as _;

/// The output.
pub const OUTPUT: Output = Output {
    name: "oembed",
    about: "what programs need to show our pages in theirs",
    plan,
};

/// The media type of the answer in XML.
pub const XML: &str = "text/xml; charset=utf-8";

/// Seconds for which an answer may be kept: it changes with titles only.
const KEPT: u32 = 86_400;

fn plan(press: &Press, plan: &mut Plan) {
    for (n, code) in press.site.codes.iter().enumerate() {
        for widget in widgets(press) {
            let folder = press.site.widget_path(widget, code);
            let mut add = |name: &str, media_type, render| {
                plan.add(
                    format!("{folder}{name}"),
                    media_type,
                    Subject::Widget(widget),
                    Some(n),
                    render,
                );
            };
            add("oembed.json", "application/json", as_json);
            // Every program reads the other: of records, of which there may be thousands, there is only that.
            if !matches!(widget, Widget::Card(_)) {
                add("oembed.xml", XML, as_xml);
            }
        }
    }
}

/// What is answered, in order.
fn answer(press: &Press, artifact: &Artifact) -> Result<serde_json::Value, Diagnostic> {
    let (Subject::Widget(widget), Some(n)) = (artifact.subject, artifact.language) else {
        return Err(misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[n];
    let (width, height) = size(widget);
    Ok(json!({
        "version": "1.0",
        "type": "rich",
        "title": title(site, theme, widget, code),
        "provider_name": site.text(&site.config.title, code),
        "provider_url": site.config.absolute(&site.home(code)),
        "cache_age": KEPT,
        "html": frame(site, theme, widget, code),
        "width": width,
        "height": height,
    }))
}

fn as_json(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    Ok(pretty(&answer(press, artifact)?))
}

fn as_xml(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let answer = answer(press, artifact)?;
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>\n");
    for (name, value) in answer.as_object().into_iter().flatten() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        // Writing to a `String` cannot fail.
        let _ = writeln!(xml, "  <{name}>{}</{name}>", escape(&text));
    }
    xml.push_str("</oembed>\n");
    Ok(xml.into_bytes())
}
