//! Content of other generators, calendars and tables as content of Plein: pure, from bytes to files.

pub mod convert;
pub mod documents;
pub mod html;
pub mod layout;
pub mod links;
pub mod mapping;
pub mod matter;
pub mod moment;
pub mod shortcodes;
pub mod slug;
pub mod text;
mod toml;
mod yaml;
