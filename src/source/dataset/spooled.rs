//! A data set read once, with what comes by once kept for a second reading.

use std::sync::Arc;

use super::chained::with_names;
use super::{DataSet, Share};
use crate::data::chunk::Chunk;
use crate::error::Result;
use crate::source::spool::{SpoolSettings, SpoolWriter};
use crate::source::{Passed, Reader, Span};

/// What taking the chunks of a reader came to.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// Rows beside those that were taken.
    pub passed: Vec<Passed>,
    /// Bytes taken from the input.
    pub bytes_read: u64,
    /// Whether it came to its end.
    pub is_whole: bool,
}

/// Takes the chunks of a reader one after another, and says what that came to.
pub type Pull<'a> = dyn FnMut(Box<dyn Reader>, &mut dyn FnMut(Chunk<'static>) -> Result<()>) -> Result<Pulled> + 'a;

impl DataSet {
    /// Reads all of it once by `pull`, hands every chunk to `each`, and keeps what cannot be read again: the returned data
    /// set has spools in place of pipes, with these columns and the wanted rows only, and gives the same chunks; with it come
    /// the bytes read. Where `pull` ends early, so does the data set.
    ///
    /// # Errors
    /// As [`DataSet::read`]; when a spool cannot be written or grows beyond its limit; those of `pull` and `each`.
    pub fn spooled(
        &self,
        columns: &[usize],
        chunk_rows: usize,
        settings: &SpoolSettings,
        pull: &mut Pull<'_>,
        mut each: impl FnMut(&Chunk<'_>) -> Result<()>,
    ) -> Result<(Self, u64)> {
        let mut inputs = Vec::new();
        let (mut bytes_read, mut rows_before) = (0, 0);
        let names_at: Vec<usize> = (0..columns.len()).filter(|at| self.is_input_column(columns[*at])).collect();
        for (number, member) in self.inputs.iter().enumerate() {
            let share = Share { inputs: vec![(number, Span::All)] };
            let reader = self.chained(&share, columns, chunk_rows, &[], (vec![], rows_before))?;
            let places: Vec<usize> =
                columns.iter().filter_map(|&column| member.columns.get(column).copied().flatten()).collect();
            let keeps = !member.input.can_reread();
            let mut writer = keeps.then(|| SpoolWriter::create(&*member.input, &places, settings)).transpose()?;
            let pulled = pull(Box::new(reader), &mut |chunk| {
                writer.as_mut().map_or(Ok(()), |writer| writer.write(&chunk))?;
                rows_before += chunk.len() as u64;
                each(&with_names(chunk, &names_at, &member.name)?)
            })?;
            bytes_read += pulled.bytes_read;
            let filtered_rows = pulled.passed.iter().map(|passed| passed.filtered_rows).sum::<u64>();
            rows_before += filtered_rows + pulled.passed.iter().map(|passed| passed.skipped_rows).sum::<u64>();
            let mut kept = member.clone();
            if let Some(writer) = writer {
                kept.input = Arc::new(writer.finish()?.with_filtered_rows(filtered_rows));
                kept.is_chosen = true;
            }
            inputs.push(kept);
            if !pulled.is_whole {
                break;
            }
        }
        Ok((
            Self { inputs, fields: self.fields.clone(), choice: self.choice, files: Arc::clone(&self.files) },
            bytes_read,
        ))
    }
}
