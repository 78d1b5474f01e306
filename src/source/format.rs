//! Which format an input has: by name, by file extension, or by its first bytes.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::source::ipc;
use crate::source::packed::Packing;
use crate::source::raw::RawLayout;

/// The formats that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text; the delimiter is found by looking (comma, semicolon, tab, bar).
    Csv,
    /// Text delimited by tabs.
    Tsv,
    /// JSON objects: one a line, one after another, or in one array.
    Json,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC, a file (also called Feather version 2) or a stream.
    Arrow,
    /// One NumPy array.
    Npy,
    /// An archive of NumPy arrays.
    Npz,
    /// A point cloud of a laser scanner, compressed (LAZ) or not.
    Las,
    /// Records of numbers without any header.
    Raw(RawLayout),
    /// Rows made up on the fly from a name such as `synthetic:gaussians:100M:seed=7`.
    Synthetic,
}

/// The names of the formats as messages list them.
const NAMES: &str = "csv, tsv, json, parquet, arrow, npy, npz, las, or --raw with a layout such as f32x2";

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv => f.write_str("csv"),
            Self::Tsv => f.write_str("tsv"),
            Self::Json => f.write_str("json"),
            Self::Parquet => f.write_str("parquet"),
            Self::Arrow => f.write_str("arrow"),
            Self::Npy => f.write_str("npy"),
            Self::Npz => f.write_str("npz"),
            Self::Las => f.write_str("las"),
            Self::Raw(layout) => write!(f, "raw {layout}"),
            Self::Synthetic => f.write_str("synthetic"),
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    /// Reads a `--format` name; `raw` is none, since it needs a layout ([`RawLayout`]).
    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "tsv" | "tab" => Ok(Self::Tsv),
            "json" | "jsonl" | "ndjson" => Ok(Self::Json),
            "parquet" | "pq" => Ok(Self::Parquet),
            "arrow" | "ipc" | "feather" | "arrows" => Ok(Self::Arrow),
            "npy" => Ok(Self::Npy),
            "npz" => Ok(Self::Npz),
            "las" | "laz" => Ok(Self::Las),
            "raw" => Err(Error::usage("the format raw needs a layout")
                .hint("give --raw f32x2, for example, instead of --format raw")),
            other => {
                let error = Error::usage("unknown format").expected(NAMES).found(format!("'{text}'"));
                Err(match nearest(other, Self::NAMES.into_iter()) {
                    Some(near) => error.hint(format!("did you mean {near}?")),
                    None => error,
                })
            }
        }
    }
}

impl Format {
    /// The names that can be typed; each has others beside it, such as feather for arrow.
    pub const NAMES: [&'static str; 8] = ["csv", "tsv", "json", "parquet", "arrow", "npy", "npz", "las"];

    /// The format that a file name's extension stands for, `None` when it stands for none; that of `.gz` or `.zst` is
    /// the one before it.
    #[must_use]
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        if Packing::is_extension(&extension) {
            return Self::from_extension(Path::new(path.file_stem()?));
        }
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "parquet" | "pq" | "parq" => Some(Self::Parquet),
            "arrow" | "feather" | "ipc" | "arrows" => Some(Self::Arrow),
            "npy" => Some(Self::Npy),
            "npz" => Some(Self::Npz),
            "las" | "laz" => Some(Self::Las),
            _ => None,
        }
    }

    /// True when all inputs of this format begin with the same bytes.
    pub(crate) fn has_magic(&self) -> bool {
        self.magic().is_some()
    }

    fn magic(&self) -> Option<&'static [u8]> {
        match self {
            Self::Parquet => Some(b"PAR1"),
            Self::Npy => Some(b"\x93NUMPY"),
            Self::Npz => Some(b"PK"),
            Self::Las => Some(b"LASF"),
            _ => None,
        }
    }

    /// Refuses an input that begins with `head` and cannot be of this format: one whose first bytes are always the same.
    ///
    /// # Errors
    /// An input error that says what the input seems to be.
    pub(crate) fn check(&self, head: &[u8]) -> Result<()> {
        let Some(magic) = self.magic() else { return Ok(()) };
        let len = magic.len().min(head.len());
        if head.get(..len) == magic.get(..len) {
            return Ok(());
        }
        Self::from_magic(head)?;
        let error = Error::input(format!("the input is no {self}"));
        Err(match Self::from_head(head) {
            Ok(found) => error.found(format!("what looks like {found}")).hint("leave out --format, or rename the file"),
            Err(known) => error.because(known),
        })
    }

    /// The format of an input that begins with `head` (some KiB): by magic bytes, else text that looks like a table.
    ///
    /// # Errors
    /// When the bytes are of no format that can be read; the message says what they seem to be.
    pub fn from_head(head: &[u8]) -> Result<Self> {
        if let Some(format) = Self::from_magic(head)? {
            return Ok(format);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        // A bracket may begin the header of a table, such as [time],[x].
        let is_array = |rest: &[u8]| matches!(rest.trim_ascii_start().first(), Some(b'{' | b'[' | b']'));
        if text.starts_with(b"{") || text.strip_prefix(b"[").is_some_and(is_array) {
            return Ok(Self::Json);
        }
        // A text in UTF-16 is refused where it is read, with what to do.
        if looks_like_text(head) || head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Ok(Self::Csv);
        }
        Err(Error::input("unknown format").expected(NAMES).hint("name it with --format, or its layout with --raw"))
    }

    /// Holds the format that a file's extension stands for against its first bytes, which know better.
    ///
    /// # Errors
    /// When they are surely those of another format; bytes that tell nothing are left to the format's own reader.
    pub fn check_extension(&self, head: &[u8]) -> Result<()> {
        let found = match Self::from_magic(head)? {
            Some(found) => Some(found),
            // Any text may be CSV, and what is no JSON is told by its reader.
            None => match Self::from_head(head) {
                Ok(Self::Csv) if matches!(self, Self::Tsv | Self::Json) => None,
                Ok(Self::Json) if head.trim_ascii_start().starts_with(b"[[") => None,
                found => found.ok(),
            },
        };
        match found {
            Some(found) if found != *self => {
                let (is, word) = (found.title(), found.to_string());
                Err(Error::input(format!("the file is {is}, not {} as its extension says", self.title()))
                    .hint(format!("rename it, or give --format {word}")))
            }
            _ => self.check(head),
        }
    }

    /// What a file of it is called in a sentence.
    fn title(&self) -> &'static str {
        match self {
            Self::Csv => "CSV or another table of text",
            Self::Tsv => "TSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow IPC",
            Self::Npy => "a NumPy array (.npy)",
            Self::Npz => "a zip archive, as .npz is one",
            Self::Las => "LAS or LAZ",
            Self::Raw(_) => "raw numbers",
            Self::Synthetic => "made up",
        }
    }

    /// The format that magic bytes tell, `None` without any.
    fn from_magic(head: &[u8]) -> Result<Option<Self>> {
        const COMPRESSED: [(&[u8], &str, &str); 6] = [
            (b"\x1f\x8b", "gzip", "it is packed twice: unpack it once"),
            (b"\x28\xb5\x2f\xfd", "zstd", "it is packed twice: unpack it once"),
            (b"PARE", "Parquet that is encrypted", "write it without encryption"),
            (b"BZh", "bzip2", "decompress it on the way: bzcat FILE | pointillist plot - --format csv"),
            (b"\xfd7zXZ\0", "xz", "decompress it on the way: xzcat FILE | pointillist plot - --format csv"),
            (b"FEA1", "Feather version 1", "write it again as version 2, which is Arrow IPC"),
        ];
        // A table may begin with a column that is called PAR1.
        let is_telling = |magic: &&[u8]| head.starts_with(magic);
        if head.is_ascii() && looks_like_text(head) && ![&b"BZh"[..], b"%PDF"].iter().any(is_telling) {
            return Ok(None);
        }
        if head.starts_with(b"PAR1") {
            return Ok(Some(Self::Parquet));
        }
        if head.starts_with(ipc::MAGIC) || ipc::is_stream(head) {
            return Ok(Some(Self::Arrow));
        }
        if head.starts_with(b"\x93NUMPY") {
            return Ok(Some(Self::Npy));
        }
        const OTHERS: [(&[u8], &str); 8] = [
            (b"\x89PNG", "a PNG picture"),
            (b"\xff\xd8\xff", "a JPEG picture"),
            (b"GIF8", "a GIF picture"),
            (b"%PDF", "a PDF document"),
            (b"\x89HDF", "HDF5"),
            (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
            (b"SQLite format 3", "an SQLite database"),
            (b"CDF", "NetCDF"),
        ];
        if let Some((_, name)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
            return Err(Error::input(format!("the input is {name}, which cannot be read"))
                .hint(format!("write its points as one of {NAMES}")));
        }
        let holds = |part: &[u8]| head.windows(part.len()).any(|bytes| bytes == part);
        if head.starts_with(b"PK") && (holds(b"[Content_Types].xml") || holds(b"xl/") || holds(b"opendocument")) {
            return Err(Error::input("the input is an Excel or office document, which cannot be read")
                .hint("save the sheet as CSV"));
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Ok(Some(Self::Npz));
        }
        if head.starts_with(b"LASF") {
            return Ok(Some(Self::Las));
        }
        if let Some((_, name, hint)) = COMPRESSED.iter().find(|(magic, ..)| head.starts_with(magic)) {
            return Err(Error::input(format!("the input is {name}, which cannot be read directly")).hint(*hint));
        }
        Ok(None)
    }
}

/// True for bytes without control characters other than tab, line feed and carriage return.
pub(crate) fn looks_like_text(head: &[u8]) -> bool {
    !head.is_empty() && head.iter().all(|&byte| byte >= 0x20 && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_and_head_name_the_format() {
        assert_eq!(Format::from_extension(Path::new("a/B.CSV")), Some(Format::Csv));
        assert_eq!(Format::from_extension(Path::new("b.pq")), Some(Format::Parquet));
        assert_eq!(Format::from_extension(Path::new("b.dat")), None);
        assert_eq!(Format::from_extension(Path::new("b.dat.gz")), None);
        assert_eq!(Format::from_extension(Path::new("gz")), None);
        assert_eq!(Format::from_extension(Path::new("a.csv/b.jsonl.ZST")), Some(Format::Json));
        for text in ["{\"x\": 1}", "\n {}", "\u{feff}{", "[{", "[\n  {", "[ ]", "[[1,2]]"] {
            assert_eq!(Format::from_head(text.as_bytes()).unwrap(), Format::Json, "{text}");
        }
        assert_eq!(Format::from_head(b"[time],[x]\n1,2\n").unwrap(), Format::Csv);
        assert_eq!(Format::from_head(b"PAR1\x15\x04").unwrap(), Format::Parquet);
        assert_eq!(Format::from_head(b"\x93NUMPY\x01\x00").unwrap(), Format::Npy);
        assert_eq!(Format::from_head(b"PK\x03\x04\x2d").unwrap(), Format::Npz);
        assert_eq!(Format::from_head(b"LASF\x00\x00").unwrap(), Format::Las);
        assert_eq!(Format::from_head("größe;x\n1;2\n".as_bytes()).unwrap(), Format::Csv);
    }

    #[test]
    fn an_extension_that_lies_is_told() {
        let told = |format: Format, head: &[u8]| format.check_extension(head).unwrap_err().to_string();
        let text = told(Format::Parquet, b"x,y\n1,2\n");
        assert!(text.contains("table of text, not Parquet") && text.contains("--format csv"), "{text}");
        let parquet = told(Format::Csv, b"PAR1\x15\x04");
        assert!(parquet.contains("is Parquet") && parquet.contains("--format parquet"), "{parquet}");
        let json = told(Format::Csv, b"{\"x\": 1}\n");
        assert!(json.contains("is JSON") && json.contains("--format json"), "{json}");
        let old = told(Format::Arrow, b"FEA1\0\0\0\0");
        assert!(old.contains("Feather version 1") && old.contains("version 2"), "{old}");
        let encrypted = told(Format::Parquet, b"PARE\x15\x04");
        assert!(encrypted.contains("encrypted"), "{encrypted}");
        let nothing = told(Format::Npy, b"\x93NUMPX\x01\0");
        assert!(nothing.contains("the input is no npy"), "{nothing}");
        for (format, head) in [
            (Format::Csv, &b"PAR1,PARENT\n1,2\n"[..]),
            (Format::Csv, b"[[x]],y\n"),
            (Format::Tsv, b"x\ty\n"),
            (Format::Json, b"1"),
            (Format::Parquet, b"PAR1\x15\x04"),
            (Format::Arrow, &[0, 1, 2, 3]),
        ] {
            format.check_extension(head).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_of_a_named_format_is_refused_by_its_first_bytes() {
        let error = Format::Parquet.check(b"x,y\n1,2\n").unwrap_err().to_string();
        assert!(error.contains("no parquet") && error.contains("looks like csv"), "{error}");
        assert!(Format::Npy.check(b"PAR1\x15").is_err_and(|error| error.to_string().contains("like parquet")));
        for (format, head) in [(Format::Parquet, &b"PAR1\x15"[..]), (Format::Npz, b"P"), (Format::Csv, b"PAR1")] {
            format.check(head).unwrap();
        }
    }

    #[test]
    fn compressed_and_binary_inputs_say_what_to_do() {
        let gzip = Format::from_head(b"\x1f\x8b\x08\x00").unwrap_err().to_string();
        assert!(gzip.contains("gzip") && gzip.contains("twice"), "{gzip}");
        let bzip2 = Format::from_head(b"BZh91").unwrap_err().to_string();
        assert!(bzip2.contains("bzcat"), "{bzip2}");
        for (head, says) in [
            (&b"\x89PNG\r\n"[..], "a PNG picture"),
            (b"%PDF-1.7", "a PDF document"),
            (b"\x89HDF\r\n", "HDF5"),
            (b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml", "save the sheet as CSV"),
        ] {
            let error = Format::from_head(head).unwrap_err().to_string();
            assert!(error.contains(says), "{says}: {error}");
        }
        let binary = Format::from_head(&[0, 1, 2, 3]).unwrap_err().to_string();
        assert!(binary.contains("--raw"), "{binary}");
        assert!(Format::from_head(b"").is_err(), "nothing is no table");
        assert!("parqet".parse::<Format>().unwrap_err().to_string().contains("did you mean parquet?"));
        assert!("raw".parse::<Format>().unwrap_err().to_string().contains("--raw f32x2"));
    }
}
