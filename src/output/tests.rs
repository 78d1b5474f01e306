//! Unit tests of destinations.

use std::ffi::OsString;
use std::fs;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn put(destination: &Destination, text: &str) -> Result<()> {
    destination.write(|out| out.write_all(text.as_bytes()).map_err(|error| destination.lost(error)))
}

fn files(folder: &tempfile::TempDir) -> Vec<OsString> {
    fs::read_dir(folder.path()).expect("listed").map(|entry| entry.expect("entry").file_name()).collect()
}

#[test]
fn a_file_appears_whole_and_alone() {
    let folder = folder();
    let path = folder.path().join("a.png");
    let destination = Destination::Path(path.clone());
    destination.check().expect("writable");
    assert!(files(&folder).is_empty(), "the check leaves no trace");
    let left = folder.path().join(".a.png.pointillist-tmp");
    fs::write(&left, "from a killed run").expect("written");
    destination.check().expect("writable");
    assert!(files(&folder).is_empty(), "what a killed run left is gone before the next one works");
    put(&destination, "first").expect("written");
    fs::write(&left, "from a killed run").expect("written");
    put(&destination, "2nd").expect("replaced");
    assert_eq!(fs::read_to_string(&path).expect("read"), "2nd");
    assert_eq!(files(&folder), ["a.png"]);
}

#[test]
fn a_failure_leaves_the_old_file() {
    let folder = folder();
    let path = folder.path().join("a.png");
    fs::write(&path, "old").expect("written");
    let error = Destination::Path(path.clone()).write(|out| {
        let _ = out.write_all(b"half");
        Err(Error::gpu("lost"))
    });
    assert_eq!(error.expect_err("fails").to_string(), "lost");
    assert_eq!(fs::read_to_string(&path).expect("read"), "old");
    assert_eq!(files(&folder), ["a.png"]);
}

#[test]
fn what_cannot_be_written_is_found_before() {
    let folder = folder();
    let missing = folder.path().join("missing/a.png");
    for path in [folder.path().to_owned(), missing, PathBuf::new(), folder.path().join("new/")] {
        let error = Destination::Path(path.clone()).check().expect_err("not writable");
        assert_eq!(error.kind().exit_code(), 4, "{}", path.display());
    }
    assert_eq!(Destination::from_text("-"), Destination::Stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_output_error() {
    let destination = Destination::from_text("/dev/full");
    destination.check().expect("a device can be opened");
    let error = put(&destination, "bytes").expect_err("full");
    assert_eq!(error.kind().exit_code(), 4, "{error}");
    put(&Destination::from_text("/dev/null"), "bytes").expect("null takes everything");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "old").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("changed");
    std::os::unix::fs::symlink(&file, &link).expect("linked");
    put(&Destination::Path(link.clone()), "new").expect("written");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink(), "the link is still one");
    assert_eq!(fs::read_to_string(&file).expect("read"), "new");
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
}
