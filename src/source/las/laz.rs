//! LAZ: decompressed by the `las` crate in a thread of its own, after everything it would believe has been checked.
//!
//! The decoder allocates what a file says of its chunks, so that is held against the file's size first. It decodes one
//! chunk after another: its parallel version takes the sizes of chunks from a table that it alone can decode. It sees a
//! header with nothing but the points and their compression, so that no other record of a file can stop it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::{Bytes, RegularFile, read_full};
use crate::source::las::header::{Header, RECORD_HEAD_BYTES, Record, damaged, u16_at, u32_at};
use crate::source::raw::wrong_span;
use crate::source::strided::{Item, Layout, StridedReader};
use crate::source::{Field, Reader, Request, Span};

/// Decompressed bytes handed over at a time.
const BLOCK_BYTES: usize = 1 << 18;

/// Blocks that wait between the decoder and the reader.
const QUEUE_BLOCKS: usize = 4;

/// How the points of a file are compressed, checked.
#[derive(Clone, Debug)]
pub(super) struct Compression {
    /// What stands before the points, for the decoder.
    head: Arc<Vec<u8>>,
}

impl Compression {
    /// Checks what the decoder will believe.
    pub fn check(bytes: &Bytes, header: &Header, head: &[u8], records: &[Record<'_>]) -> Result<Self> {
        let Bytes::File(file) = bytes else {
            return Err(Error::input("LAZ cannot be read from a pipe: its table of chunks comes last")
                .hint("give the file itself"));
        };
        let is_laszip = |record: &&Record<'_>| record.user == b"laszip encoded" && record.id == 22204;
        let record = records.iter().find(is_laszip).ok_or_else(|| damaged("compressed, but it does not say how"))?;
        let laszip = LasZip::parse(record.content)?;
        if laszip.point_bytes() != header.point_bytes {
            return Err(damaged("its compressed points have another size than its header says"));
        }
        let chunk_bytes = u64::from(laszip.chunk_points.unwrap_or(0)) * header.point_bytes as u64;
        file.budgets().check(Limit::Page, chunk_bytes, "its chunks of points are too large")?;
        if header.points > 0 {
            laszip.check_chunks(file, header)?;
        }
        Ok(Self { head: Arc::new(plain_head(header, head, record.whole)) })
    }

    /// Opens the decoder.
    pub fn read(
        &self,
        bytes: &Bytes,
        header: &Header,
        (layout, fields): (&Layout, &[Field]),
        input: usize,
        request: &Request,
    ) -> Result<Box<dyn Reader>> {
        let in_file = |error: Error| error.in_file(bytes.name());
        let items = request.columns.iter().map(|&column| layout.item(column, fields).cloned());
        let items = items.collect::<Result<Vec<Item>>>().map_err(in_file)?;
        let (first, end) = match &request.span {
            Span::All => (0, header.points),
            Span::Rows(span) if span.start <= span.end && span.end <= header.points => (span.start, span.end),
            other => return Err(wrong_span(bytes.name(), other, Some(header.points))),
        };
        let Bytes::File(file) = bytes else { return Err(wrong_span(bytes.name(), &request.span, None)) };
        let source = Source { head: Arc::clone(&self.head), file: file.handle()?, place: 0 };
        let skipped_bytes = first * header.point_bytes as u64;
        let mut points = Points::start(source, header.point_bytes, end);
        let skipped = io::copy(&mut (&mut points).take(skipped_bytes), &mut io::sink());
        skipped.map_err(|error| crate::source::bytes::cannot_read(error, bytes.name()))?;
        let reader = StridedReader::new(bytes.name(), Box::new(points), layout, items, Some(end - first), first);
        Ok(Box::new(reader.in_chunks(request.chunk_rows, input)))
    }
}

/// The record that says how points are compressed.
struct LasZip {
    /// 1 point by point, 2 the same in chunks, 3 in layers.
    compressor: u16,
    /// Points of a chunk where all have the same.
    chunk_points: Option<u32>,
    /// Type and size of the parts of a point.
    items: Vec<(u16, u16)>,
}

impl LasZip {
    fn parse(content: &[u8]) -> Result<Self> {
        let compressor = u16_at(content, 0);
        let count = usize::from(u16_at(content, 32));
        if content.len() < 34 + 6 * count || count == 0 || !(1..=3).contains(&compressor) {
            return Err(damaged("what it says of its compression makes no sense"));
        }
        let item = |number: usize| (u16_at(content, 34 + 6 * number), u16_at(content, 36 + 6 * number));
        let chunk_points = Some(u32_at(content, 12)).filter(|&points| points != 0 && points != u32::MAX);
        Ok(Self { compressor, chunk_points, items: (0..count).map(item).collect() })
    }

    fn point_bytes(&self) -> usize {
        self.items.iter().map(|(_, size)| usize::from(*size)).sum()
    }

    /// Layers of a point's parts: nine of the point, one of each colour and of the wave packet, one of each extra byte.
    fn layers(&self) -> Result<usize> {
        let layers = self.items.iter().map(|(kind, size)| match kind {
            10 => Some(9),
            11 | 13 => Some(1),
            12 => Some(2),
            14 => Some(usize::from(*size)),
            _ => None,
        });
        layers.sum::<Option<usize>>().ok_or_else(|| damaged("parts of points that do not come in layers"))
    }

    /// The table of chunks has no more of them than fit, and no layer is longer than the file.
    fn check_chunks(&self, file: &RegularFile, header: &Header) -> Result<()> {
        let cannot = |error: io::Error| damaged(format!("its chunks cannot be read: {error}"));
        let (len, start) = (file.len_bytes(), header.data_offset);
        let mut handle = BufReader::new(file.handle()?);
        let mut word_at = |at: u64| -> Result<u64> {
            let mut word = [0; 8];
            handle.seek(SeekFrom::Start(at)).and_then(|_| handle.read_exact(&mut word)).map_err(cannot)?;
            Ok(u64::from_le_bytes(word))
        };
        if self.compressor == 1 {
            return Ok(());
        }
        let mut table = word_at(start)?;
        if table <= start || table > i64::MAX as u64 {
            // A writer that could not go back wrote it at the end.
            table = word_at(len.saturating_sub(8))?;
        }
        let chunks = if table > start && table < len { word_at(table)? >> 32 } else { 0 };
        // Each chunk begins with a point as it is.
        let most = (len - start) / header.point_bytes as u64 + 1;
        let holds = self.chunk_points.map_or(u64::MAX, |points| chunks.saturating_mul(u64::from(points)));
        if chunks == 0 || chunks > most || holds < header.points {
            return Err(damaged(format!("{chunks} chunks for {} points in {} bytes", header.points, len - start)));
        }
        if self.compressor == 3 {
            self.check_layers(&mut handle, header, table, file.budgets())?;
        }
        Ok(())
    }

    /// Goes from chunk to chunk by the sizes of their layers.
    fn check_layers(&self, handle: &mut BufReader<File>, header: &Header, end: u64, budgets: &Budgets) -> Result<()> {
        let layers = self.layers()?;
        let mut sizes = vec![0; 4 + 4 * layers];
        let (mut at, mut points) = (header.data_offset + 8, 0);
        while points < header.points {
            let first = at + header.point_bytes as u64;
            let read = handle.seek(SeekFrom::Start(first)).and_then(|_| read_full(handle, &mut sizes));
            let has_all = read.is_ok_and(|read| read == sizes.len());
            let count = u64::from(u32_at(&sizes, 0));
            let bytes: u64 = (1..=layers).map(|layer| u64::from(u32_at(&sizes, 4 * layer))).sum();
            let what = format!("the chunk of points at byte {at} is too large");
            budgets.check(Limit::Page, bytes, &what)?;
            at = first + sizes.len() as u64 + bytes;
            points += count;
            if !has_all || count == 0 || at > end {
                return Err(damaged("a chunk that reaches beyond the points"));
            }
        }
        Ok(())
    }
}

/// The file's head with nothing in it but the points and how they are compressed, as long as it was.
fn plain_head(header: &Header, head: &[u8], laszip: &[u8]) -> Vec<u8> {
    let mut plain = head[..header.header_bytes].to_vec();
    let mut put = |at: usize, bytes: &[u8]| {
        if let Some(place) = plain.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    // Source and encoding are not for every version.
    put(4, &[0; 4]);
    put(100, &1_u32.to_le_bytes());
    if header.minor_version >= 4 {
        put(107, &[0; 4]);
        put(235, &[0; 12]);
        put(247, &header.points.to_le_bytes());
    }
    plain.extend(&laszip[..RECORD_HEAD_BYTES + usize::from(u16_at(laszip, 20))]);
    plain.resize(header.data_offset as usize, 0);
    plain
}

/// The file as the decoder shall see it.
struct Source {
    head: Arc<Vec<u8>>,
    file: File,
    place: u64,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.place).ok().and_then(|place| self.head.get(place..)).unwrap_or_default();
        let count = if rest.is_empty() {
            self.file.seek(SeekFrom::Start(self.place))?;
            self.file.read(buffer)?
        } else {
            (&mut &*rest).read(buffer)?
        };
        self.place += count as u64;
        Ok(count)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.place.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.place = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.place)
    }
}

/// The decompressed points as a stream of bytes; the thread that makes them ends when nobody wants more.
struct Points {
    blocks: crossbeam_channel::Receiver<io::Result<Vec<u8>>>,
    block: io::Cursor<Vec<u8>>,
}

impl Points {
    /// Starts decoding the first `points` points.
    fn start(source: Source, point_bytes: usize, points: u64) -> Self {
        let (sender, blocks) = crossbeam_channel::bounded(QUEUE_BLOCKS);
        let per_block = (BLOCK_BYTES / point_bytes.max(1)).max(1) as u64;
        std::thread::spawn(move || {
            let decoded = catch_unwind(AssertUnwindSafe(|| decode(source, per_block, points, &sender)));
            let failed = match decoded {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error,
                Err(_) => "the decoder stopped".to_owned(),
            };
            let error = format!("{failed}; the file is damaged: copy or write it again");
            // Whoever does not listen any more has an error of its own.
            sender.send(Err(io::Error::new(io::ErrorKind::InvalidData, error))).ok();
        });
        Self { blocks, block: io::Cursor::default() }
    }
}

fn decode(
    source: Source,
    per_block: u64,
    points: u64,
    sender: &crossbeam_channel::Sender<io::Result<Vec<u8>>>,
) -> std::result::Result<(), String> {
    let options = las::ReaderOptions::default().with_laz_parallelism(las::LazParallelism::No);
    let buffered = BufReader::with_capacity(1 << 16, source);
    let mut reader = las::Reader::with_options(buffered, options).map_err(|error| error.to_string())?;
    let mut left = points;
    while left > 0 {
        let block = reader.read_points(per_block.min(left)).map_err(|error| error.to_string())?;
        if block.is_empty() {
            return Err("there are fewer points than the header says".to_owned());
        }
        left -= (block.len() as u64).min(left);
        if sender.send(Ok(block.raw_bytes().to_vec())).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Read for Points {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.block.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            match self.blocks.recv() {
                Ok(block) => self.block = io::Cursor::new(block?),
                Err(_) => return Ok(0),
            }
        }
    }
}
