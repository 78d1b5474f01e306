//! Which format an input has: by name, by file extension, or by its first bytes.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::source::ipc;
use crate::source::raw::RawLayout;

/// The formats that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text; the delimiter is found by looking (comma, semicolon, tab, bar).
    Csv,
    /// Text delimited by tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC, a file (also called Feather version 2) or a stream.
    Arrow,
    /// One NumPy array.
    Npy,
    /// Records of numbers without any header.
    Raw(RawLayout),
    /// Rows made up on the fly from a name such as `synthetic:gaussians:100M:seed=7`.
    Synthetic,
}

/// The names of the formats as messages list them.
const NAMES: &str = "csv, tsv, parquet, arrow, npy, or --raw with a layout such as f32x2";

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv => f.write_str("csv"),
            Self::Tsv => f.write_str("tsv"),
            Self::Parquet => f.write_str("parquet"),
            Self::Arrow => f.write_str("arrow"),
            Self::Npy => f.write_str("npy"),
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
            "parquet" | "pq" => Ok(Self::Parquet),
            "arrow" | "ipc" | "feather" | "arrows" => Ok(Self::Arrow),
            "npy" => Ok(Self::Npy),
            "raw" => Err(Error::usage("the format raw needs a layout")
                .hint("give --raw f32x2, for example, instead of --format raw")),
            _ => Err(Error::usage("unknown format").expected(NAMES).found(format!("'{text}'"))),
        }
    }
}

impl Format {
    /// The format that a file name's extension stands for, `None` when it stands for none.
    #[must_use]
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "parquet" | "pq" | "parq" => Some(Self::Parquet),
            "arrow" | "feather" | "ipc" | "arrows" => Some(Self::Arrow),
            "npy" => Some(Self::Npy),
            _ => None,
        }
    }

    /// The format of an input that begins with `head` (some KiB): by magic bytes, else text that looks like a table.
    ///
    /// # Errors
    /// When the bytes are of no format that can be read; the message says what they seem to be.
    pub fn from_head(head: &[u8]) -> Result<Self> {
        const COMPRESSED: [(&[u8], &str, &str); 6] = [
            (b"\x1f\x8b", "gzip", "decompress it on the way: zcat FILE | pointillist plot - --format csv"),
            (b"\x28\xb5\x2f\xfd", "zstd", "decompress it on the way: zstdcat FILE | pointillist plot - --format csv"),
            (b"BZh", "bzip2", "decompress it on the way: bzcat FILE | pointillist plot - --format csv"),
            (b"\xfd7zXZ\0", "xz", "decompress it on the way: xzcat FILE | pointillist plot - --format csv"),
            (b"PK\x03\x04", "zip (also .npz and .xlsx)", "unpack it first"),
            (b"FEA1", "Feather version 1", "write it again as version 2, which is Arrow IPC"),
        ];
        if head.starts_with(b"PAR1") {
            return Ok(Self::Parquet);
        }
        if head.starts_with(ipc::MAGIC) || ipc::is_stream(head) {
            return Ok(Self::Arrow);
        }
        if head.starts_with(b"\x93NUMPY") {
            return Ok(Self::Npy);
        }
        if let Some((_, name, hint)) = COMPRESSED.iter().find(|(magic, ..)| head.starts_with(magic)) {
            return Err(Error::input(format!("the input is {name}, which cannot be read directly")).hint(*hint));
        }
        if let Some(b'{' | b'[') = head.iter().find(|byte| !byte.is_ascii_whitespace()) {
            return Err(Error::input("the input is JSON, which cannot be read yet").hint("write it as CSV or Parquet"));
        }
        if looks_like_text(head) {
            return Ok(Self::Csv);
        }
        Err(Error::input("unknown format").expected(NAMES).hint("name it with --format, or its layout with --raw"))
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
        assert_eq!(Format::from_head(b"PAR1\x15\x04").unwrap(), Format::Parquet);
        assert_eq!(Format::from_head(b"\x93NUMPY\x01\x00").unwrap(), Format::Npy);
        assert_eq!(Format::from_head("größe;x\n1;2\n".as_bytes()).unwrap(), Format::Csv);
    }

    #[test]
    fn compressed_and_binary_inputs_say_what_to_do() {
        let gzip = Format::from_head(b"\x1f\x8b\x08\x00").unwrap_err().to_string();
        assert!(gzip.contains("gzip") && gzip.contains("zcat"), "{gzip}");
        let binary = Format::from_head(&[0, 1, 2, 3]).unwrap_err().to_string();
        assert!(binary.contains("--raw"), "{binary}");
        assert!(Format::from_head(b"").is_err(), "nothing is no table");
        assert!("raw".parse::<Format>().unwrap_err().to_string().contains("--raw f32x2"));
    }
}
