//! Content of other generators, calendars and tables as content of Plein: pure, from bytes to files.

pub mod documents;
pub mod layout;
pub mod mapping;
pub mod matter;
pub mod moment;
pub mod text;
mod toml;
mod yaml;
