//! The output folder is never left half done, and what somebody else put there stays.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};
use support::{Files, Lab, NOW, Ran, same_files};

const FOREIGN: &str = "\
error: the output folder holds files that Plein did not write, where its own should go:
";
const FOREIGN_HELP: &str =
    "  = help: nothing was written; name an empty folder with `--output`, or move these files away";

/// Many short articles, so that writing takes a while.
fn grow(lab: &Lab, articles: usize, words: &str) {
    for n in 0..articles {
        let text = format!("---\ntitle: Bericht {n}\ndate: 2026-11-01\n---\n\n{words}\n");
        lab.put(&format!("content/articles/bericht-{n}.md"), text);
    }
}

#[track_caller]
fn fine(ran: &Ran) {
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn the_output_folder_is_a_file() {
    let lab = Lab::new();
    lab.put("public", "mine\n");
    lab.build().says(
        3,
        "
        error: `./public` is a file, so the site cannot be written there
          = help: name another folder with `--output`
        ",
    );
    assert_eq!(
        fs::read(lab.path("public")).expect("it is there"),
        b"mine\n"
    );
}

/// Files of others where ours should go: nothing at all is written.
#[track_caller]
fn check_in_the_way(put: impl FnOnce(&Lab), named: &str) {
    let lab = Lab::new();
    lab.put("public/mine.txt", "mine\n");
    put(&lab);
    let (files, folders) = (lab.public(), support::folders(&lab.path("public")));
    lab.build()
        .says(3, &format!("{FOREIGN}  {named}\n{FOREIGN_HELP}"));
    same_files(&files, &lab.public());
    assert_eq!(support::folders(&lab.path("public")), folders);
}

#[test]
fn somebody_elses_file_is_not_overwritten() {
    check_in_the_way(|lab| lab.put("public/index.html", "mine\n"), "index.html");
}

#[test]
fn somebody_elses_file_does_not_become_a_folder() {
    check_in_the_way(|lab| lab.put("public/agenda", "mine\n"), "agenda");
}

#[test]
fn somebody_elses_folder_does_not_become_a_file() {
    check_in_the_way(
        |lab| lab.put("public/robots.txt/mine.txt", "mine\n"),
        "robots.txt",
    );
}

#[cfg(unix)]
#[test]
fn somebody_elses_link_is_not_replaced() {
    check_in_the_way(
        |lab| {
            std::os::unix::fs::symlink("/nowhere", lab.path("public/robots.txt")).expect("a link");
        },
        "robots.txt",
    );
}

/// A copy of our own output without its manifest, such as a checkout or a restored backup.
#[test]
fn a_file_with_the_very_bytes_becomes_ours() {
    let lab = Lab::new();
    lab.built();
    lab.remove("public/.plein-manifest");
    lab.put("public/mine.txt", "mine\n");
    fine(&lab.build());
    lab.remove("content/pages/over.md");
    let after = lab.built();
    assert!(
        !after.contains_key("over/index.html"),
        "it was ours to remove"
    );
    assert_eq!(after["mine.txt"], b"mine\n");
}

#[test]
fn removed_content_removes_its_pages_and_empty_folders_only() {
    let lab = Lab::new();
    let without = lab.built();
    lab.put(
        "content/notices/stoelen.md",
        "---\ntitle: Stoelen\ndirection: offer\ncategory: material\n---\n",
    );
    let with = lab.built();
    let page = "marktplein/stoelen/index.html";
    let pages: Vec<&String> = with
        .keys()
        .filter(|path| path.ends_with("stoelen/index.html"))
        .collect();
    assert_eq!(pages, [page]);
    lab.put("public/marktplein/mine.txt", "mine\n");
    lab.remove("content/notices/stoelen.md");
    let mut expected = without;
    expected.insert("marktplein/mine.txt".to_owned(), b"mine\n".to_vec());
    same_files(&expected, &lab.built());
    let folders = support::folders(&lab.path("public"));
    assert!(folders.contains(&"marktplein".to_owned()));
    assert!(!folders.contains(&"marktplein/stoelen".to_owned()));
}

/// An address that was a file and becomes a folder, and the other way round.
#[test]
fn a_file_of_ours_becomes_a_folder_and_back() {
    let lab = Lab::new();
    let page = |alias: &str| format!("---\ntitle: Over ons\naliases: [{alias}]\n---\n");
    lab.put("content/pages/over.md", page("/oud.html"));
    let file = lab.built();
    lab.put("content/pages/over.md", page("/oud.html/meer/"));
    let folder = lab.built();
    assert!(file.contains_key("oud.html") && folder.contains_key("oud.html/meer/index.html"));
    lab.put("content/pages/over.md", page("/oud.html"));
    same_files(&file, &lab.built());
}

#[test]
fn what_somebody_removed_is_written_again() {
    let lab = Lab::new();
    let before = lab.built();
    lab.remove("public/over/index.html");
    let ran = lab.build();
    let (_, counts) = ran.err.split_once("data files: ").expect("a closing line");
    assert_eq!(counts.split(',').next(), Some("1 written"));
    same_files(&before, &lab.public());
}

/// A file that is larger than the machine allows stands for a full disk.
#[cfg(unix)]
#[test]
fn a_file_that_does_not_fit() {
    let lab = Lab::new();
    let before = lab.built();
    let folders = support::folders(&lab.path("public"));
    grow(&lab, 20, "Kort bericht.");
    let long = "Een lang verhaal. ".repeat(100_000);
    lab.put(
        "content/pages/lang.md",
        format!("---\ntitle: Lang\n---\n\n{long}\n"),
    );
    // Half a megabyte or a whole one: shells count in blocks of 512 bytes or of 1024.
    let script = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\"";
    let ran = lab.wait(lab.shell(script, &["build", "--now", NOW]));
    ran.says(
        3,
        "
        error: `./public/lang/index.html` could not be written: File too large (os error 27)
          = help: the last good output is still there; mend this and run again
        ",
    );
    same_files(&before, &lab.public());
    assert_eq!(support::folders(&lab.path("public")), folders);
}

/// A real full disk, where we may make one: root on Linux. Elsewhere the test above has to do.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    struct Mounted(std::path::PathBuf);
    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(&self.0).status();
        }
    }
    let lab = Lab::new();
    fs::create_dir(lab.path("public")).expect("a folder");
    let mount = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=4m", "none"])
        .arg(lab.path("public"))
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: mounting a small disk is not allowed here");
        return;
    }
    let _mounted = Mounted(lab.path("public"));
    let before = lab.built();
    let folders = support::folders(&lab.path("public"));
    grow(&lab, 400, "Kort bericht.");
    let ran = lab.build();
    let (start, end) = ran.err.split_once(": ").expect("a message");
    assert_eq!((ran.code, start), (Some(3), "error"));
    let (_, end) = end.split_once("` ").expect("a file");
    assert_eq!(
        end.trim_end(),
        "could not be written: No space left on device (os error 28)\n  = help: the last good output is still there; mend this and run again"
    );
    same_files(&before, &lab.public());
    assert_eq!(support::folders(&lab.path("public")), folders);
}

/// Killed at any moment, every file is whole, old or new, and the next run finishes the work.
#[test]
fn a_killed_build_leaves_whole_files_and_the_next_one_finishes() {
    let lab = Lab::new();
    grow(&lab, 40, "Eerste versie.");
    let old = lab.built();
    grow(&lab, 60, "Tweede versie.");
    let started = Instant::now();
    let new = lab.built();
    let whole = started.elapsed();
    for step in 0..10 {
        grow(&lab, 40, "Eerste versie.");
        for n in 40..60 {
            lab.remove(&format!("content/articles/bericht-{n}.md"));
        }
        same_files(&old, &lab.built());
        grow(&lab, 60, "Tweede versie.");
        kill_after(&lab, whole * step / 10);
        check_whole(&old, &new, &lab.public(), step);
        if step % 2 == 0 {
            // The editor thought better of it: nothing of the new version may stay behind.
            continue;
        }
        same_files(&new, &lab.built());
    }
}

/// A first build puts whole folders in place; killed, it leaves no half file and the next one goes on.
#[test]
fn a_first_build_may_be_killed_too() {
    let lab = Lab::new();
    grow(&lab, 60, "Eerste versie.");
    let started = Instant::now();
    let new = lab.built();
    let whole = started.elapsed();
    for step in 0..8 {
        fs::remove_dir_all(lab.path("public")).expect("it is ours");
        kill_after(&lab, whole * step / 8);
        check_whole(&Files::new(), &new, &lab.public(), step);
        same_files(&new, &lab.built());
        assert!(!lab.path("public/.plein-stage").exists());
    }
}

fn kill_after(lab: &Lab, wait: Duration) {
    let mut child = lab
        .plein(&["build", "--quiet", "--now", NOW])
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    std::thread::sleep(wait);
    // It may have ended already; then it is whole too.
    let _ = child.kill();
    child.wait().expect("it ends");
}

#[track_caller]
fn check_whole(old: &Files, new: &Files, found: &Files, step: u32) {
    for (path, bytes) in found {
        // What waits to be renamed in, and what remembers what is ours, is not the site.
        if path.starts_with(".plein-") {
            continue;
        }
        let whole = old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
        assert!(whole, "{path} is neither old nor new after kill {step}");
    }
    for path in old.keys().filter(|path| new.contains_key(*path)) {
        assert!(found.contains_key(path), "{path} is gone after kill {step}");
    }
}
