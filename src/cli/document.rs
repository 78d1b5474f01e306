//! What a picture is written as, and with which fonts.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use pointillist::Error;
use pointillist::document::Format;
use pointillist::figure::{Font, Fonts};
use pointillist::output::Destination;

/// The word for the embedded font.
const EMBEDDED: &str = "default";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Png,
    Svg,
    Pdf,
}

/// The format of the picture.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct FormatArgs {
    /// What the picture is written as (default: by the extension of -o, .svg or .pdf; else PNG)
    ///
    /// SVG and PDF hold axes, texts and shapes as vectors, and the points as one image at their own resolution; they are as
    /// large as their pixels at --dpi.
    #[arg(long, value_name = "FORMAT", help_heading = "Outputs")]
    output_format: Option<FormatName>,
}

impl FormatArgs {
    pub(super) fn format(self, output: &Destination) -> Format {
        match (self.output_format, output) {
            (Some(FormatName::Png), _) | (None, Destination::Stdout) => Format::Png,
            (Some(FormatName::Svg), _) => Format::Svg,
            (Some(FormatName::Pdf), _) => Format::Pdf,
            (None, Destination::Path(path)) => Format::of_path(path),
        }
    }
}

/// Extensions of other pictures.
const OTHER_PICTURES: [&str; 12] =
    ["png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "svg", "svgz", "pdf", "eps"];

/// A line about a name that says something else than what the picture is.
pub(super) fn name_note(output: &Destination, format: Format) -> Option<String> {
    let Destination::Path(path) = output else { return None };
    let extension = path.extension()?.to_str()?;
    let own = match format {
        Format::Png => "png",
        Format::Svg => "svg",
        Format::Pdf => "pdf",
    };
    let is_other = OTHER_PICTURES.iter().any(|other| extension.eq_ignore_ascii_case(other));
    (is_other && !extension.eq_ignore_ascii_case(own))
        .then(|| format!("{} is {}, whatever its name says", path.display(), format.with_article()))
}

/// Refuses to show what is no PNG.
///
/// # Errors
/// A usage error.
pub(super) fn refuse_shown(format: Format, is_shown: bool) -> Result<(), Error> {
    if !is_shown || format == Format::Png {
        return Ok(());
    }
    Err(Error::usage(format!("--show reads a PNG back, and the picture is {}", format.with_article()))
        .hint("name a .png with -o, or leave out --show"))
}

/// The fonts of texts.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct FontArgs {
    /// Font of all texts, a TTF, OTF or TTC file; what it lacks is taken from the next one, at last from the embedded
    /// DejaVu Sans. May be repeated
    ///
    /// FILE#1 is the second face of a collection; 'default' is DejaVu Sans: --font default --font FILE takes from FILE only
    /// what DejaVu lacks. Variable fonts are used at their default.
    #[arg(long = "font", value_name = "FILE", value_parser = chosen, value_hint = ValueHint::FilePath,
        help_heading = "Figure")]
    fonts: Vec<Chosen>,
}

/// A font that was named, read and checked; nothing for the embedded one.
#[derive(Clone, Debug)]
struct Chosen(Option<Font>);

impl FontArgs {
    /// # Errors
    /// A usage error for too many.
    pub(super) fn fonts(&self) -> Result<Fonts, Error> {
        Fonts::new(&self.fonts.iter().map(|chosen| chosen.0.clone()).collect::<Vec<_>>())
    }
}

fn chosen(text: &str) -> Result<Chosen, String> {
    if text == EMBEDDED {
        return Ok(Chosen(None));
    }
    let (path, index) = face_of(text);
    // Opening a pipe would wait for whoever writes into it.
    let meta = std::fs::metadata(&path).map_err(|error| error.to_string())?;
    if !meta.is_file() {
        return Err("expected a font file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(|error| error.to_string())?;
    file.take(Font::MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Font::from_bytes(bytes, index).map(|font| Chosen(Some(font))).map_err(|error| error.to_string())
}

/// The file and the number of the face; a file whose own name ends in `#1` is meant before the second face of another.
fn face_of(text: &str) -> (PathBuf, u32) {
    match text.rsplit_once('#') {
        Some((path, index)) if !Path::new(text).exists() => match index.parse() {
            Ok(index) => (PathBuf::from(path), index),
            Err(_) => (PathBuf::from(text), 0),
        },
        _ => (PathBuf::from(text), 0),
    }
}
