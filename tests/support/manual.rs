//! The pages of the manual: their blocks of code, and the parts of them that are generated.

use super::updates;
use std::fs;
use std::path::PathBuf;

/// Where the pages of the demo site lie.
pub const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/content/pages");
/// Begins a part that is generated; what is generated follows, up to the end of the line.
const BEGIN: &str = "<!-- generated: ";
/// Ends such a part.
const END: &str = "<!-- end of generated -->";

/// A page of the manual in one language.
pub struct Page {
    pub file: PathBuf,
    /// The name of the page in its address.
    pub slug: String,
    /// `nl`, or `en` of a translation.
    pub language: &'static str,
    pub text: String,
}

/// A block of code.
pub struct Block {
    /// What stands behind the fence, in words.
    pub info: Vec<String>,
    pub text: String,
    /// The line of the fence, from 1.
    pub line: usize,
    /// How far it is indented.
    pub indent: usize,
}

/// The manual and every page under it, in both languages.
pub fn pages() -> Vec<Page> {
    let mut files: Vec<PathBuf> = fs::read_dir(PAGES)
        .expect("there are pages")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_name()?.to_str()?.strip_suffix(".md")?.to_owned();
        let (slug, language) = match name.split_once('.') {
            None => (name.as_str(), "nl"),
            Some((slug, "en")) => (slug, "en"),
            Some(_) => return None,
        };
        Some(Page {
            slug: slug.to_owned(),
            language,
            text: fs::read_to_string(&file).expect("a page is UTF-8"),
            file,
        })
    };
    let all: Vec<Page> = files.into_iter().filter_map(read).collect();
    let parent = |slug: &str| {
        let mut pages = all.iter();
        let original = pages.find(|page| page.slug == slug && page.language == "nl")?;
        let mut lines = original.text.lines().skip(1);
        let fields = lines.by_ref().take_while(|line| *line != "---");
        let mut parents = fields.filter_map(|line| line.strip_prefix("parent: "));
        parents.next().map(str::to_owned)
    };
    let within = |slug: &str| {
        let mut above = Some(slug.to_owned());
        while let Some(slug) = above {
            if slug == "manual" {
                return true;
            }
            above = parent(&slug);
        }
        false
    };
    let found: Vec<bool> = all.iter().map(|page| within(&page.slug)).collect();
    let all = all.into_iter().zip(found);
    all.filter_map(|(page, found)| found.then_some(page))
        .collect()
}

impl Page {
    /// Its blocks of code, in order.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let (mut open, mut generated) = (false, false);
        for (n, line) in self.text.lines().enumerate() {
            // What is generated comes from code and stories that have tests of their own.
            generated = (generated || line.starts_with(BEGIN)) && line != END;
            if generated {
                continue;
            }
            let fence = line.trim_start();
            match (open, blocks.last_mut()) {
                (true, _) if fence == "```" => open = false,
                (true, Some(block)) => {
                    block.text.push_str(line.get(block.indent..).unwrap_or(""));
                    block.text.push('\n');
                }
                _ => {
                    let Some(info) = fence.strip_prefix("```") else {
                        continue;
                    };
                    blocks.push(Block {
                        info: info.split_whitespace().map(str::to_owned).collect(),
                        text: String::new(),
                        line: n + 1,
                        indent: line.len() - fence.len(),
                    });
                    open = true;
                }
            }
        }
        assert!(!open, "{}: a block is open", self.file.display());
        blocks
    }

    /// Writes the generated parts anew when the tests may, else tells the first one that is stale.
    /// `make` gets the words behind `generated:`; it has nothing to say of what others generate.
    pub fn generated(&self, make: impl Fn(&[&str]) -> Option<String>) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.text.as_str();
        let mut stale = None;
        while let Some((before, behind)) = rest.split_once(BEGIN) {
            let (words, behind) = behind.split_once(" -->\n").expect("a comment ends");
            let (old, behind) = behind.split_once(END).expect("a part ends");
            let parts: Vec<&str> = words.split_whitespace().collect();
            let new = make(&parts).map(|text| format!("\n{}\n\n", text.trim()));
            if new.as_ref().is_some_and(|new| new != old) {
                stale = stale.or(Some(words.to_owned()));
            }
            let new = new.unwrap_or_else(|| old.to_owned());
            text += &format!("{before}{BEGIN}{words} -->\n{new}{END}");
            rest = behind;
        }
        text += rest;
        if updates() {
            fs::write(&self.file, text).expect("a page can be written");
            return None;
        }
        stale.map(|words| format!("{}: `{words}` is stale", self.file.display()))
    }

    /// Puts another text into a block.
    pub fn rewrite(&self, block: &Block, text: &str) {
        let page = fs::read_to_string(&self.file).expect("a page is UTF-8");
        let inner = |text: &str| -> String {
            let indent = " ".repeat(block.indent);
            let lines = text.lines().map(|line| match line {
                "" => "\n".to_owned(),
                line => format!("{indent}{line}\n"),
            });
            lines.collect()
        };
        let head = format!("```{}\n", block.info.join(" "));
        let old = format!("{head}{}", inner(&block.text));
        assert!(page.contains(&old), "{}", self.file.display());
        let new = page.replacen(&old, &format!("{head}{}", inner(text)), 1);
        fs::write(&self.file, new).expect("a page can be written");
    }
}
