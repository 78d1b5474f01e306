//! Bytes read in this process: the table they come to as one number, however they are cut.

use std::io::{Cursor, Read};
use std::path::Path;

use pointillist::canvas_file;
use pointillist::data::chunk::{Chunk, Data};
use pointillist::source::dataset::DataSet;

use super::targets::{Kind, Target};
use crate::harness::Random;
use crate::harness::array::crc32;

/// Rows that are looked at: a file of some bytes may truly hold more than can be read in time.
const MOST_ROWS: u64 = 200_000;

/// What reading comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The number that stands for all values.
    Numbers(u64),
    /// The line of the error.
    Refused(String),
    /// More rows than are looked at.
    Endless,
}

/// Values folded one by one: FNV-1a of words.
struct Digest(u64);

impl Digest {
    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }
}

fn add(digests: &mut [Digest], chunk: &Chunk<'_>) {
    for (digest, column) in digests.iter_mut().zip(chunk.columns()) {
        for row in 0..chunk.len() {
            if column.validity.as_ref().is_some_and(|flags| flags[row] == 0) {
                digest.add(1);
                continue;
            }
            digest.add(match &column.data {
                Data::F64(values) => values[row].to_bits(),
                Data::F32(values) => f64::from(values[row]).to_bits(),
                Data::I64(values) => values[row].cast_unsigned(),
                Data::U64(values) => values[row],
                Data::Dict { keys, names } => u64::from(crc32(names[keys[row] as usize].as_bytes())),
            });
        }
    }
}

fn found(data: pointillist::Result<DataSet>, chunk_rows: usize) -> Found {
    let read = || -> pointillist::Result<Found> {
        let data = data?;
        let fields = data.own_fields();
        let columns: Vec<usize> = (0..fields.len()).filter(|column| fields[*column].readable).collect();
        if columns.is_empty() {
            return Ok(Found::Numbers(0));
        }
        let mut digests: Vec<_> = columns.iter().map(|_| Digest(0xcbf2_9ce4_8422_2325)).collect();
        let mut reader = data.read(&data.whole(), &columns, chunk_rows, &[])?;
        let mut rows = 0;
        while let Some(chunk) = reader.next()? {
            assert!((1..=chunk_rows).contains(&chunk.len()), "chunks are not empty and not too long");
            add(&mut digests, &chunk);
            rows += chunk.len() as u64;
            if rows > MOST_ROWS {
                return Ok(Found::Endless);
            }
        }
        let mut all = Digest(rows);
        digests.iter().for_each(|digest| all.add(digest.0));
        Ok(Found::Numbers(all.0))
    };
    read().unwrap_or_else(|error| Found::Refused(error.to_string()))
}

/// Reads a file that holds the bytes.
pub(super) fn read_file(target: &Target, path: &Path, bytes: &[u8]) -> Found {
    match target.kind {
        Kind::Data => found(DataSet::open(&[path.to_str().unwrap()], &target.options()), 4096),
        Kind::Canvas => match canvas_file::read(&mut Cursor::new(bytes), 64 << 20) {
            Ok(file) => {
                let mut again = Vec::new();
                canvas_file::write(&mut again, &file).unwrap();
                Found::Numbers(u64::from(crc32(&again)))
            }
            Err(error) => Found::Refused(error.to_string()),
        },
        Kind::PlotFile => Found::Refused("read by the program itself".to_owned()),
    }
}

/// How a stream hands out its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pieces {
    Whole,
    OneByOne,
    /// Of random lengths, by the seed.
    Random(u64),
}

struct Stream {
    bytes: Cursor<Vec<u8>>,
    pieces: Pieces,
    random: Random,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = match self.pieces {
            Pieces::Whole => usize::MAX,
            Pieces::OneByOne => 1,
            Pieces::Random(_) => 1 + (self.random.next() % 300) as usize,
        };
        let len = buffer.len().min(most);
        self.bytes.read(&mut buffer[..len])
    }
}

/// Reads a stream of the bytes.
pub(super) fn read_stream(target: &Target, bytes: &[u8], pieces: Pieces, chunk_rows: usize) -> Found {
    let random = Random(if let Pieces::Random(seed) = pieces { seed } else { 0 });
    let stream = Stream { bytes: Cursor::new(bytes.to_vec()), pieces, random };
    found(DataSet::from_stream("-", Box::new(stream), &target.named_options()), chunk_rows)
}

/// What is wrong with how the bytes of a stream are read: it must not matter how they come.
pub(super) fn check_streams(target: &Target, path: &Path, bytes: &[u8], seed: u64) -> Result<(), String> {
    let whole = read_stream(target, bytes, Pieces::Whole, 4096);
    // Of what is long one byte a call takes too long.
    let drops = if bytes.len() <= 16 << 10 { Pieces::OneByOne } else { Pieces::Random(!seed) };
    for (pieces, chunk_rows) in [(drops, 4096), (Pieces::Random(seed), 7)] {
        let other = read_stream(target, bytes, pieces, chunk_rows);
        // Of damage in the last bytes behind a frame libzstd (1.5) says nothing where they come a few at a time; what is
        // in the frame has a checksum.
        let is_behind_a_frame = target.name.ends_with("-zst")
            && matches!(&whole, Found::Refused(line) if line.contains("zstd data is damaged"))
            && matches!(other, Found::Numbers(_));
        if !is_behind_a_frame && !are_alike(&whole, &other) {
            return Err(format!(
                "a stream at once gives {whole:?}, {pieces:?} with {chunk_rows} rows a chunk {other:?}"
            ));
        }
    }
    let file = found(DataSet::open(&[path.to_str().unwrap()], &target.named_options()), 4096);
    // Of an Arrow file the pipe sees no table of contents, so of a broken one it may tell more, or less; and it cannot go
    // back to buffers that lie upon each other.
    let goes_back = |found: &Found| matches!(found, Found::Refused(line) if line.contains("lie upon each other"));
    if target.name.starts_with("arrow-") || goes_back(&whole) || are_alike(&whole, &file) {
        return Ok(());
    }
    Err(format!("a stream gives {whole:?}, a file {file:?}"))
}

/// Refused alike counts, whatever the words; of what was not read to its end nothing is known, as damage may come later.
fn are_alike(a: &Found, b: &Found) -> bool {
    match (a, b) {
        (Found::Refused(_), Found::Refused(_)) | (Found::Endless, _) | (_, Found::Endless) => true,
        (a, b) => a == b,
    }
}
