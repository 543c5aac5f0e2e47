//! The accessibility statement: what the site's people say, and what tests found.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, home_crumb, misplanned};
use crate::content::accessibility::{Results, Statement};
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use crate::theme::values::Object;
use crate::theme::values::list::text;
use crate::theme::values::page::{Head, context};
use tera::Value;

/// The output.
pub const OUTPUT: Output = Output {
    name: "accessibility",
    about: "the accessibility statement",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    for (language, code) in press.site.codes.iter().enumerate() {
        if let Some(path) = press.site.accessibility_path(code) {
            plan.add(path, HTML, Subject::Site, Some(language), render);
        }
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (site, theme) = (&press.site, &press.theme);
    let (Some(statement), Some(language)) = (&site.config.accessibility, artifact.language) else {
        return Err(misplanned(artifact));
    };
    let code = &site.codes[language];
    let addresses = site.codes.iter().enumerate();
    let head = Head {
        kind: "accessibility".to_owned(),
        title: text(site, "statement.title", code),
        description: Some(text(site, "statement.intro", code)),
        path: artifact.path.clone(),
        translations: addresses
            .filter_map(|(n, code)| Some((n, site.accessibility_path(code)?)))
            .collect(),
        breadcrumbs: vec![home_crumb(press, code)],
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    context.insert_value(
        "statement",
        value(site, statement, theme.locale(code), code),
    );
    theme.render(code, "accessibility.html", &context)
}

/// How far a site comes: nobody claims more than was tested, and tests by programs find some of all
/// barriers only.
fn status(statement: &Statement) -> &'static str {
    match &statement.results {
        None => "untested",
        Some(results) if results.faults.is_empty() && statement.limitations.is_empty() => "full",
        Some(_) => "partial",
    }
}

fn value(site: &Site, statement: &Statement, locale: &Locale, language: &str) -> Value {
    let publisher = site.config.publisher.as_ref();
    let email = statement.email.as_ref();
    let email = email.or(publisher.and_then(|publisher| publisher.email.as_ref()));
    let limitations = statement.limitations.iter();
    let limitation = |texts| Value::from(site.text(texts, language));
    Object::new()
        .set("status", status(statement))
        .some("email", email.map(|email| &*email.0))
        .some("phone", statement.phone.as_deref())
        .some("answer_days", statement.answer_days)
        .some(
            "complaints",
            statement.complaints.as_ref().map(|url| &*url.0),
        )
        .list("limitations", limitations.map(limitation).collect())
        .some(
            "results",
            statement
                .results
                .as_ref()
                .map(|found| results(found, locale)),
        )
        .into()
}

fn results(results: &Results, locale: &Locale) -> Value {
    let fault = |fault: &crate::content::accessibility::Fault| -> Value {
        Object::new()
            .set("rule", fault.rule.as_str())
            .set("text", fault.text.as_str())
            .set("pages", fault.pages)
            .into()
    };
    let tools: Vec<Value> = results
        .tools
        .iter()
        .map(|tool| tool.as_str().into())
        .collect();
    Object::new()
        .set("iso", results.date.to_string())
        .set("date", locale.dates.day(results.date.0, Style::Long))
        .set("tools", tools)
        .set("pages", results.pages)
        .set("checks", results.checks)
        .list("faults", results.faults.iter().map(fault).collect())
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_claims_no_more_than_was_tested() {
        let mut statement = Statement::default();
        assert_eq!(status(&statement), "untested");
        statement.results = Some(Results {
            date: "2026-11-22".parse().map(crate::content::time::Day).unwrap(),
            tools: vec![],
            pages: 3,
            checks: 9,
            faults: vec![],
        });
        assert_eq!(status(&statement), "full");
        statement.limitations = vec![Default::default()];
        assert_eq!(status(&statement), "partial");
    }
}
