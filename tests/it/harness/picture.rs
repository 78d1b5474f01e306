//! Pictures as straight RGBA bytes, and the one comparison of two of them.
//!
//! All four channels count. A picture carries the name of what drew it, and two of one name are refused: comparing a
//! picture with itself proves nothing. A failure leaves an `expected | diff | actual` PNG in `CARGO_TARGET_TMPDIR`.

use std::fmt;
use std::path::{Path, PathBuf};

/// A picture and who drew it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) source: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Straight RGBA, rows from top to bottom.
    pub(crate) rgba: Vec<u8>,
}

impl Picture {
    pub(crate) fn new(source: impl Into<String>, width: u32, height: u32, rgba: Vec<u8>) -> Self {
        assert_eq!(rgba.len() as u64, u64::from(width) * u64::from(height) * 4, "four bytes a pixel");
        Self { source: source.into(), width, height, rgba }
    }

    /// Decodes PNG bytes of any colour type.
    pub(crate) fn from_png(source: impl Into<String>, png: &[u8]) -> Self {
        let source = source.into();
        let image = image::load_from_memory_with_format(png, image::ImageFormat::Png)
            .unwrap_or_else(|error| panic!("{source}: no PNG: {error}"))
            .into_rgba8();
        let (width, height) = image.dimensions();
        Self::new(source, width, height, image.into_raw())
    }

    pub(crate) fn read(source: impl Into<String>, path: &Path) -> Self {
        let png = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::from_png(source, &png)
    }

    pub(crate) fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let i = (y as usize * self.width as usize + x as usize) * 4;
        self.rgba[i..i + 4].try_into().unwrap()
    }

    fn write(&self, path: &Path) {
        image::save_buffer(path, &self.rgba, self.width, self.height, image::ColorType::Rgba8)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// How much two pictures may differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    pub(crate) name: &'static str,
    /// Largest difference of a channel.
    pub(crate) channel: u8,
    /// Smallest share of pixels that are equal in all channels.
    pub(crate) equal_share: f64,
}

/// Every byte: integer canvases and opaque hard edges on any backend; any two runs on one backend.
pub(crate) const EXACT: Tolerance = Tolerance { name: "exact", channel: 0, equal_share: 1.0 };
/// f32 blending on two backends, alpha >= 1e-3: one step of a byte where a value lies on the border of rounding.
pub(crate) const CLOSE: Tolerance = Tolerance { name: "close", channel: 1, equal_share: 0.999 };
/// The same for alpha >= 0.1, where errors have no room to add up.
pub(crate) const CLOSE_STRONG: Tolerance = Tolerance { name: "close, strong alpha", channel: 1, equal_share: 0.9999 };
/// Faint alpha (below 1e-3) on two backends, and f32 against f64: one step anywhere.
pub(crate) const WITHIN_ONE: Tolerance = Tolerance { name: "within one", channel: 1, equal_share: 0.0 };

/// What a comparison found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    Same,
    /// Both pictures have one source.
    Itself(String),
    Size((u32, u32), (u32, u32)),
    Different(Difference),
}

/// How two pictures of one size differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) largest: u8,
    /// Where the largest is: x, y.
    pub(crate) at: (u32, u32),
    pub(crate) expected: [u8; 4],
    pub(crate) actual: [u8; 4],
    pub(crate) unequal_pixels: usize,
    pub(crate) pixels: usize,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("same"),
            Self::Itself(source) => write!(f, "a picture of '{source}' compared with itself"),
            Self::Size(a, b) => write!(f, "{}x{} expected, {}x{} found", a.0, a.1, b.0, b.1),
            Self::Different(d) => write!(
                f,
                "{} of {} pixels differ, at most by {}, first so at ({}, {}): {:?} expected, {:?} found",
                d.unequal_pixels, d.pixels, d.largest, d.at.0, d.at.1, d.expected, d.actual
            ),
        }
    }
}

/// Compares all channels of all pixels.
pub(crate) fn compare(expected: &Picture, actual: &Picture, tolerance: Tolerance) -> Verdict {
    if expected.source == actual.source || std::ptr::eq(expected.rgba.as_ptr(), actual.rgba.as_ptr()) {
        return Verdict::Itself(actual.source.clone());
    }
    let sizes = ((expected.width, expected.height), (actual.width, actual.height));
    if sizes.0 != sizes.1 {
        return Verdict::Size(sizes.0, sizes.1);
    }
    let pixels = expected.rgba.len() / 4;
    let mut found = Difference { largest: 0, at: (0, 0), expected: [0; 4], actual: [0; 4], unequal_pixels: 0, pixels };
    for (i, (a, b)) in expected.rgba.chunks_exact(4).zip(actual.rgba.chunks_exact(4)).enumerate() {
        let largest = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        found.unequal_pixels += usize::from(largest > 0);
        if largest > found.largest {
            found.largest = largest;
            found.at = (i as u32 % expected.width, i as u32 / expected.width);
            (found.expected, found.actual) = (a.try_into().unwrap(), b.try_into().unwrap());
        }
    }
    let equal_share = 1.0 - found.unequal_pixels as f64 / pixels as f64;
    if found.largest <= tolerance.channel && equal_share >= tolerance.equal_share {
        Verdict::Same
    } else {
        Verdict::Different(found)
    }
}

/// Fails with numbers and a picture of the difference.
pub(crate) fn assert_same(topic: &str, expected: &Picture, actual: &Picture, tolerance: Tolerance) {
    let verdict = compare(expected, actual, tolerance);
    if verdict == Verdict::Same {
        return;
    }
    let saved = match &verdict {
        Verdict::Different(_) => format!("\nexpected | diff | actual: {}", triptych(topic, expected, actual).display()),
        _ => String::new(),
    };
    panic!("{topic}: '{}' is not '{}' ({}): {verdict}{saved}", actual.source, expected.source, tolerance.name);
}

/// Writes both pictures with their difference between them: red by the size of the largest channel's, 64 and more full.
pub(crate) fn triptych(topic: &str, expected: &Picture, actual: &Picture) -> PathBuf {
    let row_bytes = expected.width as usize * 4;
    let mut rgba = Vec::with_capacity(expected.rgba.len() * 3);
    for (a, b) in expected.rgba.chunks_exact(row_bytes).zip(actual.rgba.chunks_exact(row_bytes)) {
        rgba.extend_from_slice(a);
        for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
            let largest = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            // A difference of 1 must be seen.
            rgba.extend(if largest == 0 { [0, 0, 0, 255] } else { [64 + largest.min(63) * 3, 0, 0, 255] });
        }
        rgba.extend_from_slice(b);
    }
    let name = topic.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
    Picture::new("triptych", expected.width * 3, expected.height, rgba).write(&path);
    path
}
