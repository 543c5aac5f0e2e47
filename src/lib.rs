//! Plein: a static site generator and open data publisher for city labs.
//!
//! ```text
//! source ──▶ Document ──▶ Site ──▶ Plan ──▶ Tree ──▶ files
//!    read      parse     resolve    plan    render    write
//!    edge      pure       pure      pure     pure     edge
//! ```
//!
//! [`press::build`] is the whole of it in ten lines. Modules may use only those before them:
//! [`source`], [`diagnostic`], [`yaml`], [`content`], [`site`], [`picture`], `card`, [`theme`], [`output`], [`tree`], `publish`,
//! [`press`], [`again`], [`check`], [`review`], [`harvest`], [`edit`], [`blank`], [`import`], [`assist`]; the edges ([`source::disk`],
//! [`source::history`], [`tree::write`], `serve`, [`cli`] and what else says `EDGE`) may use all of them, and nobody uses the edges. `ARCHITECTURE.md` tells why.

#![warn(missing_docs)]

pub mod again;
pub mod assist;
pub mod blank;
#[cfg(feature = "images")]
pub mod card;
pub mod check;
pub mod cli;
pub mod content;
pub mod diagnostic;
pub mod edit;
pub mod harvest;
pub mod import;
pub mod output;
pub mod picture;
pub mod press;
#[cfg(feature = "publish")]
pub mod publish;
pub mod review;
#[cfg(feature = "serve")]
pub mod serve;
pub mod site;
pub mod source;
pub mod theme;
pub mod tree;
pub mod yaml;
