//! The sums of all files that hold or describe data, as `sha256sum --check` reads them.
//!
//! Paths are relative to the root of the site, so that the check runs in the published folder:
//! `sha256sum --check data/SHA256SUMS`.

use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};

/// The output.
pub const OUTPUT: Output = Output {
    name: "sums",
    about: "the SHA-256 of every file with data",
    plan,
};

/// Where it lies.
pub const PATH: &str = "/data/SHA256SUMS";

/// The media type of such a list.
pub const SUMS: &str = "text/plain; charset=utf-8";

fn plan(_: &Press, plan: &mut Plan) {
    plan.add(PATH.to_owned(), SUMS, Subject::Site, None, render);
}

fn render(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let mut text = String::new();
    for artifact in plan.described.iter().filter_map(|path| plan.find(path)) {
        let sum = press.sums.of(press, plan, &artifact.path)?;
        text += &format!("{}  {}\n", sum.sha256, artifact.file());
    }
    Ok(text.into_bytes())
}
