//! Plein.
pub mod content;
pub mod diagnostic;
pub mod site;
pub mod source;
pub mod yaml;
