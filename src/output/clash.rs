//! Two things that want one address.

use super::{Artifact, Plan, Press, Redirect, Subject};
use crate::diagnostic::{Diagnostic, Words};
use crate::say;
use crate::source::Span;
use std::collections::BTreeSet;

/// Tells of every clash once: a page brings its translations and feeds along, and who renames the
/// page has mended them all.
pub fn tell(press: &Press, plan: &Plan, faults: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for (first, second) in &plan.clashes {
        let (first, second) = (&plan.artifacts[*first], &plan.artifacts[*second]);
        let key = |artifact: &Artifact| match artifact.subject {
            Subject::Redirect(n) => Subject::Entry(plan.redirects[n].entry),
            Subject::Page(listing, _) => Subject::Listing(listing),
            subject => subject,
        };
        let pair = (key(first), key(second));
        // Two records with one identifier clash at every turn; that was told where it is written.
        if !same_identifier(press, pair) && told.insert(pair) {
            faults.push(clash(press, plan, first, second));
        }
    }
    for (n, redirect) in plan.redirects.iter().enumerate() {
        // The page that leads on has a name of its own here, and the rule for the host stands before the file.
        let is_elsewhere = !redirect.from.ends_with('/') && !redirect.from.ends_with(".html");
        let taken = plan.find(&redirect.from).filter(|_| is_elsewhere);
        let leading = plan.about(Subject::Redirect(n), 0).next();
        if let (Some(taken), Some(leading)) = (taken, leading) {
            faults.push(clash(press, plan, taken, leading));
        }
    }
}

fn same_identifier(press: &Press, pair: (Subject, Subject)) -> bool {
    let (Subject::Entry(first), Subject::Entry(second)) = pair else {
        return false;
    };
    let (first, second) = (press.site.entry(first), press.site.entry(second));
    first.id != second.id && first.kind == second.kind && first.document_id == second.document_id
}

fn clash(press: &Press, plan: &Plan, first: &Artifact, second: &Artifact) -> Diagnostic {
    let message = say!(
        "two things want the address `{}`: {} and {}",
        first.path,
        name(press, plan, first),
        name(press, plan, second)
    );
    let fault = Diagnostic::error("site/two-outputs", message);
    let fault = match (place(press, plan, second), place(press, plan, first)) {
        (Some((second, text)), Some((first, other))) => {
            fault.at(second, text).at(first, say!("and {}", other))
        }
        (Some((only, text)), None) | (None, Some((only, text))) => fault.at(only, text),
        (None, None) => {
            let language = first.language.map_or(0, |n| n);
            fault.in_file(format!(
                "data/languages/{}.yaml",
                press.site.codes[language]
            ))
        }
    };
    fault.help("rename or remove one of the two; words in addresses come from `data/languages/`")
}

/// What people would call it.
fn name(press: &Press, plan: &Plan, artifact: &Artifact) -> Words {
    let title = |id| say!("`{}`", press.site.entry(id).original().common.title.0);
    match artifact.subject {
        Subject::Entry(id) => title(id),
        Subject::Redirect(n) => {
            say!("a former address of {}", title(plan.redirects[n].entry))
        }
        Subject::Listing(_) | Subject::Page(..) | Subject::Kind(_) | Subject::Occurrences => {
            say!("a list")
        }
        Subject::Selection(_) => say!("a calendar that people put together"),
        Subject::Changes | Subject::Changed(..) => say!("what changed"),
        Subject::Network => say!("what there is in other cities"),
        Subject::Widget(_) => say!("a page for other sites"),
        Subject::Search(_) => say!("the search"),
        Subject::File(_) | Subject::Picture(..) | Subject::Card(_) => say!("a file"),
        Subject::Site => say!("the site's {}", artifact.output),
    }
}

fn place(press: &Press, plan: &Plan, artifact: &Artifact) -> Option<(Span, Words)> {
    match artifact.subject {
        Subject::Entry(id) => {
            let source = press.site.entry(id).original().source;
            Some((Span::new(source, 0, 3), say!("this file")))
        }
        Subject::Redirect(n) => {
            let redirect = &plan.redirects[n];
            let aliases = &press.site.entry(redirect.entry).original().common.aliases;
            // Who wrote one twice is shown both.
            let before = plan.redirects[..n].iter();
            let same =
                |other: &&Redirect| other.entry == redirect.entry && other.from == redirect.from;
            aliases
                .iter()
                .filter(|alias| alias.value.0 == redirect.from)
                .nth(before.filter(same).count())
                .map(|alias| (alias.span, say!("this alias")))
        }
        _ => None,
    }
}
