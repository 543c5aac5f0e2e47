//! EDGE: a site as it was, or is proposed, in a commit of git. Nothing is checked out: who reviews what
//! others wrote reads it without a file of theirs on the disk.

use super::disk::{self, Folder};
use super::git::{git, objects};
use std::collections::BTreeMap;
use std::path::Path;

/// Links lead over so many others at most.
const HOPS: usize = 8;

/// The main lines that are tried, in this order.
const MAIN: &[&str] = &[
    "origin/HEAD",
    "origin/main",
    "main",
    "origin/master",
    "master",
];

/// Whether a folder lies in a git repository.
pub fn is_repository(root: &Path) -> bool {
    git(root, &["rev-parse", "--git-dir"], b"").is_some()
}

/// The commit that a name stands for: a branch, a tag, the beginning of its number.
pub fn commit(root: &Path, name: &str) -> Option<String> {
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    let asked = format!("{name}^{{commit}}");
    let answer = git(root, &["rev-parse", "--verify", "--quiet", &asked], b"")?;
    line(&answer)
}

/// Where the way to a commit left the main line, with the name of that line; the last commit of the main line
/// when it is on it.
pub fn fork_point(root: &Path, of: &str) -> Option<(String, &'static str)> {
    let (main, tip) = MAIN
        .iter()
        .find_map(|name| Some((*name, commit(root, name)?)))?;
    let base = git(root, &["merge-base", of, &tip], b"")?;
    Some((line(&base)?, main))
}

/// The site folder in a commit.
pub fn read(root: &Path, commit: &str) -> Option<Folder> {
    let listed = git(root, &["ls-tree", "-r", "-z", commit], b"")?;
    let tree = parse(&listed);
    let seen = |path: &&String| !path.split('/').any(|part| part.starts_with('.'));
    let (mut paths, mut wanted, mut problems) = (vec![], String::new(), vec![]);
    let links = links(root, &tree)?;
    for path in tree.keys().filter(seen) {
        let files = follow(&tree, &links, path).into_iter();
        for (path, found) in files.filter(|(path, _)| disk::is_read(path)) {
            match found {
                Ok(object) => {
                    wanted += &format!("{object}\n");
                    paths.push(path);
                }
                Err(reason) => problems.push((path, Err(reason.to_owned()))),
            }
        }
    }
    let answer = git(root, &["cat-file", "--batch"], wanted.as_bytes())?;
    let found = objects(&answer).into_iter().map(|object| match object {
        Some(bytes) => Ok(bytes.to_vec()),
        None => Err("git does not have it".to_owned()),
    });
    Some(disk::gather(paths.into_iter().zip(found).chain(problems)))
}

fn line(answer: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(answer).ok()?.lines().next()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A file of a commit.
#[derive(Debug, PartialEq, Eq)]
struct Listed {
    object: String,
    is_link: bool,
}

/// Reads `git ls-tree -r -z`: `100644 blob <object>\t<path>`, each with a zero byte behind it.
fn parse(listed: &[u8]) -> BTreeMap<String, Listed> {
    let one = |entry: &[u8]| {
        let entry = String::from_utf8_lossy(entry);
        let (head, path) = entry.split_once('\t')?;
        let mut words = head.split(' ');
        let (mode, sort, object) = (words.next()?, words.next()?, words.next()?);
        let listed = Listed {
            object: object.to_owned(),
            is_link: mode == "120000",
        };
        (sort == "blob").then(|| (path.to_owned(), listed))
    };
    listed.split(|byte| *byte == 0).filter_map(one).collect()
}

/// Where each link of a commit leads, as it says itself.
fn links(root: &Path, tree: &BTreeMap<String, Listed>) -> Option<BTreeMap<String, String>> {
    let links: Vec<_> = tree.iter().filter(|(_, file)| file.is_link).collect();
    if links.is_empty() {
        return Some(BTreeMap::new());
    }
    let asked: String = links
        .iter()
        .map(|(_, file)| format!("{}\n", file.object))
        .collect();
    let answer = git(root, &["cat-file", "--batch"], asked.as_bytes())?;
    let target = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or(b"")).into_owned();
    let targets = objects(&answer).into_iter().map(target);
    let paths = links.into_iter().map(|(path, _)| path.clone());
    Some(paths.zip(targets).collect())
}

type Followed<'a> = (String, Result<&'a str, &'static str>);

/// The object of a file, or those of a folder to which a link leads. A link out of the commit leads
/// nowhere: else a proposal could have the reviewer's own files read.
fn follow<'a>(
    tree: &'a BTreeMap<String, Listed>,
    links: &BTreeMap<String, String>,
    path: &str,
) -> Vec<Followed<'a>> {
    let mut at = path.to_owned();
    for _ in 0..HOPS {
        if let Some(file) = tree.get(&at).filter(|file| !file.is_link) {
            return vec![(path.to_owned(), Ok(&file.object))];
        }
        let Some(target) = links.get(&at) else {
            let folder = format!("{at}/");
            let within = tree.range(folder.clone()..);
            let within = within.take_while(|(name, _)| name.starts_with(&folder));
            let files: Vec<Followed> = within
                .filter(|(_, file)| !file.is_link)
                .map(|(name, file)| {
                    let name = format!("{path}/{}", &name[folder.len()..]);
                    (name, Ok(file.object.as_str()))
                })
                .collect();
            if !files.is_empty() {
                return files;
            }
            break;
        };
        match join(&at, target) {
            Some(next) => at = next,
            None => {
                return vec![(
                    path.to_owned(),
                    Err("it is a link that leads out of the repository"),
                )];
            }
        }
    }
    vec![(path.to_owned(), Err("it is a link that leads nowhere"))]
}

/// Where a link at a path leads within the folder.
fn join(at: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = at.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_within_the_commit_are_followed_and_others_are_told() {
        let listed = b"100644 blob aa\tcontent/media/a.png\x00120000 blob l1\tcontent/media/b.png\x00120000 blob l2\tthemes\x00100644 blob cc\tlooks/own/x.css\x00120000 blob l3\tdata/secret.yaml\x00160000 commit dd\tother\x00120000 blob l4\tdata/round.yaml\x00";
        let tree = parse(listed);
        assert!(!tree.contains_key("other"));
        let links: BTreeMap<String, String> = [
            ("content/media/b.png", "../media/./a.png"),
            ("themes", "looks"),
            ("data/secret.yaml", "../../etc/passwd"),
            ("data/round.yaml", "round.yaml"),
        ]
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .into();
        let of = |path: &str| follow(&tree, &links, path);
        assert_eq!(
            of("content/media/a.png"),
            [("content/media/a.png".to_owned(), Ok("aa"))]
        );
        assert_eq!(
            of("content/media/b.png"),
            [("content/media/b.png".to_owned(), Ok("aa"))]
        );
        assert_eq!(of("themes"), [("themes/own/x.css".to_owned(), Ok("cc"))]);
        assert!(of("data/secret.yaml")[0].1.is_err());
        assert!(of("data/round.yaml")[0].1.is_err());
    }
}
