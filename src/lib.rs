//! Plein.
pub mod content;
pub mod diagnostic;
pub mod output;
pub mod site;
pub mod source;
pub mod theme;
pub mod yaml;
