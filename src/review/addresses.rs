//! Addresses of pages that come and go.

use crate::output::{Artifact, Plan, Subject};
use std::collections::BTreeMap;

/// Which addresses come and go.
#[derive(Debug, Default)]
pub struct Addresses {
    /// New ones.
    pub added: Vec<String>,
    /// Those at which there is no page any more, with where they lead now.
    pub removed: Vec<(String, Option<String>)>,
}

impl Addresses {
    /// How many lead nowhere any more.
    pub fn lost(&self) -> usize {
        let removed = self.removed.iter();
        removed.filter(|(_, to)| to.is_none()).count()
    }
}

/// Compares the pages of two plans.
pub fn compare(before: Option<&Plan>, after: &Plan) -> Addresses {
    let lead = leads(after);
    let missing = |plan: Option<&Plan>, path: &str| {
        let there = plan.and_then(|plan| plan.find(path));
        !there.is_some_and(is_page)
    };
    let pages = |plan| Plan::iter(plan).filter(|artifact| is_page(artifact));
    let added = pages(after).filter(|page| missing(before, &page.path));
    let removed = before.into_iter().flat_map(pages);
    let removed = removed.filter(|page| missing(Some(after), &page.path));
    Addresses {
        added: added.map(|page| page.path.clone()).collect(),
        removed: removed
            .map(|page| {
                let to = lead.get(page.path.as_str()).map(|to| (*to).to_owned());
                (page.path.clone(), to)
            })
            .collect(),
    }
}

/// Where each address that leads elsewhere leads.
pub fn leads(plan: &Plan) -> BTreeMap<&str, &str> {
    let redirects = plan.redirects.iter();
    redirects
        .map(|redirect| (redirect.from.as_str(), redirect.to.as_str()))
        .collect()
}

fn is_page(artifact: &Artifact) -> bool {
    artifact.media_type.starts_with("text/html")
        && !matches!(artifact.subject, Subject::Redirect(_))
}
