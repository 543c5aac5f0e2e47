//! Works out, when a template is loaded, what never changes: `{{ t(key="…") }}`, `{{ icon(name="…") }}`
//! and `{{ asset(path="…") }}` with nothing but a literal become the text itself.
//!
//! Engines are made for each language, so an interface text is as fixed as an address. What is not
//! known stays as it was written, and is told where the page is rendered.

use super::functions::Constants;
use crate::content::markdown::escape;

/// A template in which calls that always give the same are their results.
pub fn fold(template: &str, constants: &Constants) -> String {
    // What is raw is shown as it was written.
    if template.contains("raw %}") {
        return template.to_owned();
    }
    let mut folded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find("{{ ") {
        let (before, from) = rest.split_at(open);
        folded.push_str(before);
        match from
            .find(" }}")
            .and_then(|close| Some((value(&from[3..close], constants)?, close + 3)))
        {
            Some((value, end)) => {
                folded.push_str(&value);
                rest = &from[end..];
            }
            None => {
                folded.push_str("{{ ");
                rest = &from[3..];
            }
        }
    }
    folded.push_str(rest);
    folded
}

/// The result of `name(argument="literal")`, as it stands in the page.
fn value(call: &str, constants: &Constants) -> Option<String> {
    let (function, inside) = call.strip_suffix("\")")?.split_once('(')?;
    let (argument, literal) = inside.split_once("=\"")?;
    let value = match (function, argument) {
        ("t", "key") => quoted(&constants.locale.find(literal, &[])?),
        ("asset", "path") => quoted(constants.assets.get(literal)?),
        ("icon", "name") => constants.icons.get(literal)?.as_str()?.to_owned(),
        _ => return None,
    };
    // What looks like a tag would be read as one, and lines keep their numbers.
    (!value.contains(['{', '\n'])).then_some(value)
}

/// As the templates themselves escape: fit to stand between quotes of either sort.
fn quoted(text: &str) -> String {
    escape(text).replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::functions::safe;
    use std::sync::Arc;

    #[test]
    fn calls_with_one_known_literal_become_their_result_and_all_else_stays() {
        let text = "{code: nl, name: Nederlands, dir: ltr, kinds: {}, paths: {}, texts: {nav.menu: Menu, call.deadline.open: \"tot {date}\"}}";
        let (node, _) = crate::yaml::parse(crate::source::SourceId(0), text, 0..text.len());
        let language = crate::yaml::decode::decode(&node.unwrap(), &mut vec![]).unwrap();
        let constants = Constants {
            locale: Arc::new(crate::theme::messages::Locale::new(&language)),
            assets: Arc::new([("a.css".to_owned(), "/assets/a.1.css".to_owned())].into()),
            icons: Arc::new([("menu".to_owned(), safe("<svg/>"))].into()),
            scripts: Arc::default(),
        };
        let same = |text: &str| assert_eq!(fold(text, &constants), text);
        assert_eq!(
            fold(
                "<a title=\"{{ t(key=\"nav.menu\") }}\" href=\"{{ asset(path=\"a.css\") }}\">{{ icon(name=\"menu\") }}</a>",
                &constants
            ),
            "<a title=\"Menu\" href=\"/assets/a.1.css\"><svg/></a>"
        );
        same(
            "{{ t(key=\"nav.manu\") }} {{ t(key=key) }} {{ title }} {{ icon(name=\"menu\") | safe }}",
        );
        same("{% raw %}{{ t(key=\"nav.menu\") }}{% endraw %}");
        same("{{ t(key=\"call.deadline.open\", date=\"x\") }} {{ \"{{ t(\" }} {{");
    }
}
