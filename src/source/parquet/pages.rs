//! The pages of a row group as the decoder gets them: each header is checked before its page is decoded, and each page
//! before its values are.

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::arrow::arrow_reader::RowGroups;
use ::parquet::basic::{Compression, Type};
use ::parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result as Decoded};
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::serialized_reader::SerializedPageReader;

use super::fault::damaged;
use super::heads::{Head, Heads, Kind, Place};
use super::texts;
use super::unpacked::Packing;
use crate::error::{Error, Result};
use crate::source::budget::{Budgets, Limit};

/// Pages without values that are passed over in a row; no writer is known that writes any.
pub(super) const MOST_PASSED: usize = 1000;

/// What the pages of a reader have in common.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// The input as the user named it.
    pub name: String,
    pub budgets: Budgets,
    /// Rows that are decoded at once.
    pub rows_at_once: u64,
    /// Why a page was refused: the decoder's own errors keep nothing but a text.
    refusal: Arc<Mutex<Option<Error>>>,
    /// Bytes of texts since they were last asked for.
    text_bytes: Arc<AtomicU64>,
}

impl Watch {
    /// For the pages of an input of that name.
    pub fn new(name: &str, budgets: Budgets, rows_at_once: usize) -> Self {
        let (refusal, text_bytes) = (Arc::default(), Arc::default());
        Self { name: name.to_owned(), budgets, rows_at_once: rows_at_once as u64, refusal, text_bytes }
    }

    /// Begins with the next rows that are decoded at once.
    pub fn begin(&self) {
        self.text_bytes.store(0, Ordering::Relaxed);
    }

    /// Why a page was refused, if one was.
    pub fn refusal(&self) -> Option<Error> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn refuse(&self, error: Error) -> ParquetError {
        let text = error.to_string();
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        ParquetError::General(text)
    }

    /// The most bytes of texts that are decoded at once: two pages.
    fn most_text(&self) -> u64 {
        self.budgets.of(Limit::Page).saturating_mul(2)
    }

    fn add_texts(&self, bytes: u64) -> u64 {
        self.text_bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes)
    }
}

/// One row group.
pub(super) struct Group {
    pub file: Arc<File>,
    pub metadata: Arc<ParquetMetaData>,
    pub number: usize,
    pub watch: Watch,
}

impl Group {
    fn group(&self) -> &RowGroupMetaData {
        self.metadata.row_group(self.number)
    }

    /// The pages of a column.
    fn pages(&self, leaf: usize) -> Decoded<Pages> {
        let wrong = || ParquetError::General("a column chunk that is not there".into());
        let chunk = self.group().columns().get(leaf).ok_or_else(wrong)?;
        let place = place_of(&self.watch.name, self.number, chunk).ok_or_else(wrong)?;
        let rows = usize::try_from(self.group().num_rows()).map_err(|_| wrong())?;
        let packing = Packing::of(chunk.compression());
        // What is unpacked here, the decoder shall hand over as it is; a checksum is that of the packed bytes.
        let as_stored =
            packing.map(|_| chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build());
        let as_stored = as_stored.transpose()?;
        let chunk = as_stored.as_ref().unwrap_or(chunk);
        let decoder = SerializedPageReader::new(Arc::clone(&self.file), chunk, rows, None)?;
        let heads = Heads::new(Arc::clone(&self.file), place, self.watch.budgets);
        Ok(Pages { decoder, heads, packing, ahead: None, watch: self.watch.clone() })
    }
}

/// Where a column chunk begins, and its length; `None` for what is negative.
pub(super) fn extent(chunk: &ColumnChunkMetaData) -> Option<(u64, u64)> {
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    Some((u64::try_from(start).ok()?, u64::try_from(chunk.compressed_size()).ok()?))
}

/// Where a column chunk of a row group lies, and what its values are; `None` for places that are negative.
pub(super) fn place_of(name: &str, group: usize, chunk: &ColumnChunkMetaData) -> Option<Place> {
    let (start, len) = extent(chunk)?;
    let column = chunk.column_descr();
    Some(Place {
        name: name.to_owned(),
        column: column.path().string(),
        group,
        start,
        end: start.saturating_add(len),
        physical: chunk.column_type(),
        type_bytes: usize::try_from(column.type_length()).unwrap_or(0),
        has_levels: column.max_def_level() > 0,
    })
}

impl RowGroups for Group {
    fn num_rows(&self) -> usize {
        usize::try_from(self.group().num_rows()).unwrap_or(0)
    }

    fn column_chunks(&self, leaf: usize) -> Decoded<Box<dyn PageIterator>> {
        Ok(Box::new(One(Some(self.pages(leaf)?))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.group()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The one column chunk of a row group.
struct One(Option<Pages>);

impl Iterator for One {
    type Item = Decoded<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(Ok(Box::new(self.0.take()?)))
    }
}

impl PageIterator for One {}

/// The pages of a column chunk.
struct Pages {
    decoder: SerializedPageReader<File>,
    heads: Heads,
    packing: Option<Packing>,
    /// The header of the next page that the decoder hands over.
    ahead: Option<Head>,
    watch: Watch,
}

impl Pages {
    /// Looks at the header of the next page that the decoder hands over, and at those of pages that it passes over.
    fn look(&mut self) -> Decoded<()> {
        let refused = |watch: &Watch, error| Err(watch.refuse(error));
        for _ in 0..MOST_PASSED {
            if self.ahead.is_some() {
                return Ok(());
            }
            match self.heads.next() {
                Ok(None) => return Ok(()),
                Ok(Some(head)) => self.ahead = Some(head).filter(|head| head.kind != Kind::Index),
                Err(error) => return refused(&self.watch, error),
            }
        }
        let place = self.heads.place();
        refused(&self.watch, damaged(&place.name, "pages that hold no values without an end").in_column(&place.column))
    }

    /// The page unpacked, where the decoder has not done so.
    fn unpacked(&self, page: Page, head: &Head) -> Decoded<Page> {
        let Some(packing) = self.packing else { return Ok(page) };
        let level_bytes = if head.kind == Kind::DataV2 { head.level_bytes } else { 0 };
        if head.kind == Kind::DataV2 && !head.is_packed {
            return Ok(page);
        }
        let buf = page.buffer();
        let (levels, packed) = buf.split_at_checked(level_bytes).unwrap_or((buf, &[]));
        let len_bytes = head.unpacked_bytes - levels.len().min(head.unpacked_bytes);
        // A page without values may hold nothing at all.
        let values = if len_bytes == 0 { Ok(Vec::new()) } else { packing.unpack(packed, len_bytes) };
        let values = values.map_err(|error| {
            let place = self.heads.place();
            let what = format!("the page at byte {} of row group {}: {error}", head.at, place.group);
            self.watch.refuse(damaged(&place.name, what).in_column(&place.column))
        })?;
        let buf = if levels.is_empty() { values } else { [levels, &values].concat() };
        Ok(with_buffer(page, buf))
    }

    /// Holds what decoding the values takes against the budget.
    fn check(&self, page: &Page, head: &Head) -> Result<()> {
        let (place, budgets) = (self.heads.place(), self.heads.budgets());
        if !matches!(place.physical, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) {
            return Ok(());
        }
        let at = format!("byte {} of row group {}", head.at, place.group);
        if head.kind == Kind::Dictionary {
            // Each row may have the longest.
            let most = self.watch.most_text() / self.watch.rows_at_once.max(1);
            let longest = if place.physical == Type::BYTE_ARRAY { texts::longest(page.buffer()) } else { 0 };
            if longest > most {
                let error = Error::input(format!("the dictionary at {at} holds a text that is too long"));
                let error = error.expected(format!("at most {most} bytes")).found(format!("{longest} bytes"));
                return Err(error.hint(format!("if it is meant to be so, raise {}", Limit::Page.flag())));
            }
            return Ok(());
        }
        let level_bytes = (head.kind == Kind::DataV2).then_some(head.level_bytes);
        let values = texts::values(page.buffer(), level_bytes, place.has_levels);
        let lengths = texts::length_bytes(values, head.encoding);
        budgets.check(Limit::Page, lengths, &format!("the page at {at} holds too many texts"))?;
        if place.physical == Type::BYTE_ARRAY {
            let sum = self.watch.add_texts(texts::text_bytes(values, head.encoding));
            if sum > self.watch.most_text() {
                let what = format!("the texts up to the page at {at} are too long to be held together");
                return Err(budgets.refusal(Limit::Page, Some(sum.div_ceil(2)), &what));
            }
        }
        Ok(())
    }
}

/// The same page of other bytes.
fn with_buffer(mut page: Page, bytes: Vec<u8>) -> Page {
    match &mut page {
        Page::DataPage { buf, .. } | Page::DataPageV2 { buf, .. } | Page::DictionaryPage { buf, .. } => {
            *buf = bytes.into();
        }
    }
    page
}

impl Iterator for Pages {
    type Item = Decoded<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Decoded<Option<Page>> {
        self.look()?;
        let page = self.decoder.get_next_page()?;
        let (Some(page), Some(head)) = (page, self.ahead.take()) else { return Ok(None) };
        let page = self.unpacked(page, &head)?;
        self.check(&page, &head).map_err(|error| {
            let place = self.heads.place();
            self.watch.refuse(error.in_file(&place.name).in_column(&place.column))
        })?;
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Decoded<Option<PageMetadata>> {
        self.look()?;
        self.decoder.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Decoded<()> {
        // Peeking passes over what is no page of values, as looking does.
        self.peek_next_page()?;
        self.ahead = None;
        self.decoder.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Decoded<bool> {
        self.look()?;
        self.decoder.at_record_boundary()
    }
}
