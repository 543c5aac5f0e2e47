//! Files as editors name them: `file:///home/lab/content/events/soep.md`.

use crate::source::disk::{is_read, relative};
use std::path::{Path, PathBuf};

/// The file of an address; none for what is no file.
pub fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    if !host.is_empty() && host != "localhost" {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut left = path.bytes();
    while let Some(byte) = left.next() {
        match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let code = digit(left.next())? * 16 + digit(left.next())?;
                bytes.push(u8::try_from(code).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/C:/lab` on Windows.
    let drive = path.as_bytes();
    let is_drive = drive.len() > 2 && drive[1].is_ascii_alphabetic() && drive[2] == b':';
    Some(PathBuf::from(if is_drive { &path[1..] } else { &path }))
}

/// The address of a file.
pub fn of(file: &Path) -> String {
    let mut uri = String::from("file://");
    let path = file.to_string_lossy().replace('\\', "/");
    // Windows names long paths so.
    let path = path.strip_prefix("//?/").unwrap_or(&path);
    if !path.starts_with('/') {
        uri.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A file without links on the way to it. One that is not there yet lies in a folder that may be.
#[expect(
    clippy::disallowed_methods,
    reason = "edge: where links lead, only the disk knows"
)]
pub fn canonical(file: &Path) -> PathBuf {
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let beside = || Some(whole(file.parent()?)?.join(file.file_name()?));
    whole(file)
        .or_else(beside)
        .unwrap_or_else(|| file.to_owned())
}

/// A file's path within the site, if the site has it.
pub fn within(root: &Path, file: &Path) -> Option<String> {
    file.strip_prefix(root).ok()?;
    let path = relative(root, file);
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    (is_read(&path) && !hidden).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_file_and_back() {
        for (uri, file) in [
            ("file:///a/b%20c.md", "/a/b c.md"),
            ("file://localhost/a/%C3%A9.md", "/a/é.md"),
            ("file:///c%3A/lab/a.md", "c:/lab/a.md"),
        ] {
            let found = path(uri).unwrap();
            assert_eq!(found, PathBuf::from(file));
            assert_eq!(path(&of(&found)).unwrap(), found);
        }
        for uri in [
            "",
            "untitled:Untitled-1",
            "file:",
            "file://host/a",
            "file:///a%2",
            "file:///a%zz",
            "file:///%ff",
        ] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }
}
