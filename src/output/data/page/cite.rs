//! How to name the data as a source: as a sentence, and for programs that keep sources.

use crate::site::Site;
use crate::theme::Theme;
use crate::theme::dates::Style;
use crate::theme::values::Object;
use crate::theme::values::page::license_name;
use std::fmt::Write as _;

/// The value `cite`: a sentence, and the same for BibTeX. The day of fetching is that of the build, which
/// is when the data were as they are.
pub fn cite(site: &Site, theme: &Theme, language: &str) -> Object {
    let (config, locale) = (&site.config, theme.locale(language));
    let name = site.text(&config.title, language);
    let publisher = config.publisher.as_ref();
    let publisher = publisher.map_or(name, |publisher| &publisher.name);
    let day = site.now.date();
    let (year, url) = (
        day.year().to_string(),
        config.absolute(&site.data_path(language)),
    );
    let title = locale.text("data.cite.title", &[("site", name)]);
    let words = [
        ("publisher", publisher),
        ("year", &year),
        ("title", &title),
        ("date", &locale.dates.day(day, Style::Medium)),
        ("url", &url),
    ];
    let mut sentence = locale.text("data.cite.sentence", &words);
    let license = config.license.as_ref().map(|url| license_name(&url.0));
    let license = license.map(|name| locale.text("data.cite.license", &[("license", &name)]));
    if let Some(license) = &license {
        let _ = write!(sentence, " {license}");
    }
    let mut fields = vec![
        ("author", format!("{{{}}}", escaped(publisher))),
        ("title", escaped(&title)),
        ("year", year.clone()),
        ("url", url.clone()),
        ("urldate", day.to_string()),
    ];
    fields.extend(license.map(|license| ("note", escaped(&license))));
    Object::new()
        .set("text", sentence)
        .set("bibtex", entry(&key(&config.url.value.0), &fields))
}

/// The host's name, as far as a key may hold it.
fn key(url: &str) -> String {
    let host = url.split("://").nth(1).unwrap_or(url);
    let host = host.split('/').next().unwrap_or(host);
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("{}-data", host.chars().map(kept).collect::<String>())
}

fn entry(key: &str, fields: &[(&str, String)]) -> String {
    let mut text = format!("@misc{{{key},\n");
    for (name, value) in fields {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "  {name} = {{{value}}},");
    }
    text + "}"
}

/// A text without the signs that mean something to TeX.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_means_something_to_tex() {
        assert_eq!(
            escaped("Jan & Zn. 50% {a_b}"),
            "Jan \\& Zn. 50\\% \\{a\\_b\\}"
        );
        let entry = entry(
            &key("https://lab.example/x"),
            &[("author", "{A}".to_owned())],
        );
        assert_eq!(entry, "@misc{lab-example-data,\n  author = {{A}},\n}");
    }
}
