//! Embeds what an empty folder needs to become a site: the default theme, the interface texts and
//! the stories of the diagnostics.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: reads the repository and writes what is embedded"
)]

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut embedded = String::from(
        "/// Files of the default theme and languages: path and bytes, by path.\npub static FILES: &[(&str, &[u8])] = &[\n",
    );
    for folder in ["data/languages", "themes/plein"] {
        for path in files(Path::new(folder)) {
            writeln!(embedded, "    ({path:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{path}\"))),").unwrap();
        }
    }
    embedded.push_str("];\n");
    fs::write(Path::new(&out).join("embedded.rs"), embedded).expect("OUT_DIR is writable");

    let mut stories = String::from("static STORIES: &[(&str, &str)] = &[\n");
    for path in files(Path::new("tests/diagnostics")) {
        let code = path
            .trim_start_matches("tests/diagnostics/")
            .trim_end_matches(".md");
        writeln!(
            stories,
            "    ({code:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{path}\"))),"
        )
        .unwrap();
    }
    stories.push_str("];\n");
    fs::write(Path::new(&out).join("stories.rs"), stories).expect("OUT_DIR is writable");
}

/// All files under a folder, sorted, with `/` between folders; none when the folder is missing.
fn files(folder: &Path) -> Vec<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort();
    found
}
