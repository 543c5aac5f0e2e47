//! What other cities have: the records that were harvested from them, as they lie in the folder.

/// Where they lie: a folder for each embassy, by the name of its file.
pub const FOLDER: &str = "data/harvest/";
