//! Fields whose words have no place among ours: they stand below the text, under a heading of their own.

use super::convert::{is_nothing, plain};
use super::slug;
use crate::content::html::{bracketed, target};
use serde_json::{Map, Value};

/// A field as Markdown, under the name that it has.
pub fn words(path: &str, value: &Value) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let title = slug::title(&humps(name));
    let text = match value {
        Value::Object(parts) => item(parts),
        Value::Array(items) => {
            let lines = items
                .iter()
                .filter(|one| !is_nothing(one))
                .map(|one| match one {
                    Value::Object(parts) => item(parts),
                    one => plain(one).unwrap_or_default(),
                });
            let lines: Vec<String> = lines
                .map(|line| format!("- {}", line.trim().replace('\n', "\n  ")))
                .collect();
            lines.join("\n")
        }
        one => plain(one)?,
    };
    (!text.trim().is_empty()).then(|| format!("## {title}\n\n{}\n", text.trim()))
}

/// A group on one line: a link where it has an address and a name, else all that it says.
fn item(parts: &Map<String, Value>) -> String {
    let of = |names: &[&'static str]| {
        let one = |name: &&'static str| Some((*name, plain(parts.get(*name)?)?));
        names.iter().find_map(one)
    };
    let address = of(&ADDRESSES)
        .filter(|(_, address)| !address.is_empty() && !address.contains(char::is_whitespace));
    let label = of(&["name", "title", "label", "text", "linktext", "display"])
        .filter(|(_, label)| !label.is_empty());
    let first = match (&label, &address) {
        (Some((_, label)), Some((_, address))) => {
            format!("[{}]({})", bracketed(label), target(address))
        }
        (Some((_, label)), None) => label.clone(),
        (None, Some((_, address))) if address.contains("://") => format!("<{address}>"),
        _ => String::new(),
    };
    let said: Vec<&str> = match first.is_empty() {
        true => vec![],
        false => [&label, &address]
            .into_iter()
            .flatten()
            .map(|(name, _)| *name)
            .collect(),
    };
    let rest = parts
        .iter()
        .filter(|(name, value)| !said.contains(&name.as_str()) && !is_nothing(value));
    let rest = rest.map(|(name, value)| {
        format!(
            "{}: {}",
            slug::title(&humps(name)).to_lowercase(),
            whole(value)
        )
    });
    let all: Vec<String> = Some(first)
        .filter(|first| !first.is_empty())
        .into_iter()
        .chain(rest)
        .collect();
    all.join(", ")
}

/// All that a value says, also within groups.
fn whole(value: &Value) -> String {
    match value {
        Value::Array(items) => items
            .iter()
            .filter(|one| !is_nothing(one))
            .map(whole)
            .collect::<Vec<_>>()
            .join("; "),
        Value::Object(parts) => item(parts),
        one => plain(one).unwrap_or_default(),
    }
}

/// The words of a name that is written as one: `materialsIncluded`.
fn humps(name: &str) -> String {
    let mut out = String::new();
    let mut small = false;
    for c in name.chars() {
        if small && c.is_uppercase() {
            out.push(' ');
        }
        small = c.is_lowercase();
        out.extend(c.to_lowercase());
    }
    out
}

/// What others call an address.
const ADDRESSES: [&str; 5] = ["url", "href", "link", "address", "uri"];

/// Whether a field is worth reading below a text: sentences, or a list of links with their names.
pub fn worth(values: &[Value]) -> bool {
    let sentence = |value: &Value| {
        let text = value.as_str().unwrap_or("");
        text.len() > 60 && text.split_whitespace().count() > 8 && !text.contains("\": ")
    };
    // A list of people is no list of links: nobody asked them.
    let link = |value: &Value| {
        let parts = value.as_object();
        let leads = |name: &&str| {
            let address = parts.and_then(|parts| plain(parts.get(*name)?));
            address.is_some_and(|address| address.len() > 1 && !address.contains('@'))
        };
        parts.is_some_and(|parts| (2..=4).contains(&parts.len())) && ADDRESSES.iter().any(leads)
    };
    let links = |value: &Value| {
        let items: Vec<&Value> = value
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| !is_nothing(one))
            .collect();
        let leading = items.iter().filter(|one| link(one)).count();
        leading > 0 && leading + 1 >= items.len()
    };
    let good = values
        .iter()
        .filter(|value| sentence(value) || links(value))
        .count();
    good > 0 && good * 2 >= values.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_become_words_under_their_name() {
        let links = json!([{"name": "Site", "url": "https://a.example"}, {"url": "https://b.example/x y", "name": "B", "top": true}, {"url": null}]);
        let told = words("card.more_links", &links).unwrap();
        assert!(told.starts_with("## More links\n\n- [Site](https://a.example)\n- B, url: https://b.example/x y, top: true\n"), "{told}");
        assert_eq!(
            words("why", &json!("A reason.\n\nMore.")).unwrap(),
            "## Why\n\nA reason.\n\nMore.\n"
        );
        assert!(worth(&[links]));
        assert!(worth(&[json!(
            "Neighbours asked for a kitchen that is open on every day of the week."
        )]));
        assert!(!worth(&[json!(
            "https://a.example/very/long/address/that/is/no/sentence/at/all/of/course"
        )]));
    }
}
