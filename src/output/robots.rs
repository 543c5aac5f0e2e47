//! robots.txt (RFC 9309): everybody may read everything; calendar services need that too.

use super::{Artifact, Output, Plan, Press, Subject};
use crate::diagnostic::Diagnostic;

/// The output.
pub const OUTPUT: Output = Output {
    name: "robots",
    about: "what robots may read, and where the sitemap is",
    plan,
};

fn plan(_: &Press, plan: &mut Plan) {
    plan.add(
        "/robots.txt".to_owned(),
        "text/plain; charset=utf-8",
        Subject::Site,
        None,
        render,
    );
}

fn render(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    Ok(format!(
        "User-agent: *\nAllow: /\n\nSitemap: {}\n",
        press.site.config.absolute("/sitemap.xml")
    )
    .into_bytes())
}
