//! Poppler, which looks at a PDF as its readers' programs do.

use std::path::Path;
use std::process::Command;

use crate::harness::Picture;

/// Leaves the tests out that need Poppler, which they say.
const LEAVE_OUT: &str = "POINTILLIST_NO_POPPLER_TESTS";

/// True when a test that needs Poppler shall run. Without it, the test then fails and says what to install: one that is
/// left out must not look like one that passed.
pub(crate) fn is_required(test: &str) -> bool {
    if std::env::var(LEAVE_OUT).is_ok_and(|value| value == "1") {
        eprintln!("left out, {LEAVE_OUT}=1: {test} (needs Poppler)");
        return false;
    }
    let works = Command::new("pdftoppm").arg("-v").output();
    assert!(
        works.as_ref().is_ok_and(|output| output.status.success()),
        "no pdftoppm here ({works:?}): install it (apt-get install poppler-utils), or set {LEAVE_OUT}=1 to leave these \
         tests out"
    );
    true
}

/// The one page at so many dots an inch.
pub(crate) fn picture(pdf: &Path, dpi: f64) -> Picture {
    let base = pdf.with_extension("poppler");
    let dpi = dpi.to_string();
    let run = Command::new("pdftoppm").args(["-r", &dpi, "-png", "-singlefile"]).arg(pdf).arg(&base).output().unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    Picture::read("Poppler", &base.with_extension("poppler.png"))
}

/// The text.
pub(crate) fn text(pdf: &Path) -> String {
    let run = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}
