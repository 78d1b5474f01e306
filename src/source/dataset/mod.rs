//! One data set of one or several inputs: opens each by its format, matches their columns, reads them one after another.
//!
//! Columns are those of the first input; further inputs give the same ones, by name where they have names. Behind them is
//! one that no file holds: [`INPUT_COLUMN`], each row's input by its shortest name that no other input has.

mod chained;
mod choice;
mod names;
mod open;
mod spooled;
mod threads;
mod trust;
mod unknown;

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use crate::data::chunk::Logical;
use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::source::budget::Budgets;
use crate::source::format::Format;
use crate::source::regular::RegularFile;
use crate::source::stdin::{Once, STDIN};
use crate::source::strided::unreadable;
use crate::source::{Field, Input, Keep, Reader, Request, Share, Span};
use crate::stop::Stop;
use chained::{Chained, Part};
pub use choice::Choice;
pub use names::{expand, file_of};
pub use spooled::{Pull, Pulled};
pub use trust::Trust;

/// The name of the column that tells which input a row is from; a column that a file calls so wins.
pub const INPUT_COLUMN: &str = "_input";

/// How inputs are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The format of all inputs; by extension, else by the first bytes where none is given.
    pub format: Option<Format>,
    /// The rows that are read; all of them unless said otherwise.
    pub choice: Choice,
    /// Once asked, a pipe is no longer waited on.
    pub stop: Stop,
    /// Whether row groups are decoded that their statistics prove to lie outside.
    pub decodes_all: bool,
    /// How much an input may ask for.
    pub budgets: Budgets,
}

/// The rows of one or several inputs in the order given.
#[derive(Clone)]
pub struct DataSet {
    inputs: Vec<Member>,
    /// Those of the first input, and behind them that of the inputs' names where no file has one of its name.
    fields: Vec<Field>,
    choice: Choice,
    /// The inputs that are files, as they were when they were opened.
    files: Arc<[RegularFile]>,
    decodes_all: bool,
    trust: Trust,
    threads: usize,
}

/// An input with the place of each column of the first input in it.
#[derive(Clone)]
struct Member {
    input: Arc<dyn Input>,
    columns: Vec<Option<usize>>,
    /// Its shortest name, alone.
    name: Arc<Vec<String>>,
    /// True when it holds the chosen rows and no others.
    is_chosen: bool,
}

impl std::fmt::Debug for DataSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.inputs.iter().map(|member| member.input.name())).finish()
    }
}

impl DataSet {
    /// Opens inputs by name: files, patterns of files ([`expand`]), an array of an archive (`file.npz:x`), `-` for
    /// standard input (once), `synthetic:...`.
    ///
    /// # Errors
    /// When there is none; when a pattern matches none; when one is missing, a folder, empty, of unknown format, damaged or truncated. The error
    /// names the input and says what to do.
    pub fn open<S: AsRef<str>>(names: &[S], options: &Options) -> Result<Self> {
        let (mut inputs, mut files): (Vec<Arc<dyn Input>>, _) = (Vec::new(), Vec::new());
        for name in &expand(names)? {
            if name == STDIN && inputs.iter().any(|input| input.name() == STDIN) {
                return Err(Error::usage("standard input can be given only once"));
            }
            let like = inputs.first().map(|first| first.fields().to_vec());
            let opened = open::by_name(name, options, like.as_deref(), &mut files);
            inputs.push(opened.map_err(|error| error.in_file(name))?);
        }
        let (choice, decodes_all) = (options.choice, options.decodes_all);
        Ok(Self { choice, decodes_all, files: files.into(), ..Self::of(inputs)? })
    }

    /// Opens a stream that can be read once, such as a pipe.
    ///
    /// # Errors
    /// As [`DataSet::open`].
    pub fn from_stream(name: &str, stream: Box<dyn Read + Send>, options: &Options) -> Result<Self> {
        let once = Once::new(name, stream);
        let input = open::stream(once, options, None).map_err(|error| error.in_file(name))?;
        Ok(Self { choice: options.choice, decodes_all: options.decodes_all, ..Self::of(vec![input])? })
    }

    /// Puts opened inputs together.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(inputs: Vec<Arc<dyn Input>>) -> Result<Self> {
        let Some(first) = inputs.first().cloned() else { return Err(Error::usage("there is no input")) };
        let names = names::shortest(&inputs.iter().map(|input| input.name()).collect::<Vec<_>>());
        let member = |(input, name): (Arc<dyn Input>, String)| {
            let place = |(number, field): (usize, &Field)| match &field.name {
                Some(name) if input.fields().iter().any(|other| other.name.is_some()) => find(input.fields(), name),
                _ => (number < input.fields().len()).then_some(number),
            };
            // The first one's columns are its own, also where two have one name.
            let columns = if Arc::ptr_eq(&first, &input) {
                (0..first.fields().len()).map(Some).collect()
            } else {
                first.fields().iter().enumerate().map(place).collect()
            };
            Member { input, columns, name: Arc::new(vec![name]), is_chosen: false }
        };
        let mut fields = first.fields().to_vec();
        if find(&fields, INPUT_COLUMN).is_none() {
            fields.push(Field::new(Some(INPUT_COLUMN.into()), Logical::Category, "text"));
        }
        let inputs: Vec<Member> = inputs.into_iter().zip(names).map(member).collect();
        Ok(Self {
            inputs,
            fields,
            choice: Choice::default(),
            files: Arc::default(),
            decodes_all: false,
            trust: Trust::default(),
            threads: 1,
        })
    }

    /// How each input that has a column stores it.
    pub fn stored(&self, column: usize) -> impl Iterator<Item = &str> {
        self.inputs.iter().filter_map(move |member| {
            let index = member.columns.get(column).copied().flatten()?;
            member.input.fields().get(index).map(|field| field.stored.as_str())
        })
    }

    /// The columns: those of the files, then [`INPUT_COLUMN`].
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The columns that the files hold.
    #[must_use]
    pub fn own_fields(&self) -> &[Field] {
        self.inputs.first().map_or(&[], |member| member.input.fields())
    }

    /// True for the column of the inputs' names.
    fn is_input_column(&self, column: usize) -> bool {
        column == self.own_fields().len() && column < self.fields.len()
    }

    /// The shortest name of each input that no other has: the values of [`INPUT_COLUMN`].
    pub fn input_names(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().flat_map(|member| member.name.iter().map(String::as_str))
    }

    /// A line for whoever chose a column that a file calls [`INPUT_COLUMN`].
    #[must_use]
    pub fn note_on(&self, columns: &[usize]) -> Option<String> {
        let own = find(self.own_fields(), INPUT_COLUMN).filter(|own| columns.contains(own))?;
        Some(format!("{INPUT_COLUMN} is column {own} of the input itself, not the inputs' names"))
    }

    /// The names of a column with their rows, where they are known without reading: of [`INPUT_COLUMN`], when every
    /// input knows its rows and all of them are wanted.
    #[must_use]
    pub fn categories(&self, column: usize) -> Option<Vec<(String, u64)>> {
        if !self.is_input_column(column) || !self.choice.is_all() {
            return None;
        }
        let mut counts = std::collections::BTreeMap::new();
        for member in &self.inputs {
            let rows = member.input.rows()?;
            member.name.iter().for_each(|name| *counts.entry(name.clone()).or_default() += rows);
        }
        Some(counts.into_iter().filter(|(_, rows)| *rows > 0).collect())
    }

    /// The inputs in order.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = &dyn Input> {
        self.inputs.iter().map(|member| &*member.input)
    }

    /// The number of a column that is named by its name or by its 0-based number; a name wins over a number.
    ///
    /// # Errors
    /// When no column has this name (the error lists those there are), several have, its type cannot be drawn, or a
    /// further input does not have it or has it with another type.
    pub fn column(&self, text: &str) -> Result<usize> {
        let fields = self.fields();
        let named = |field: &Field| field.name.as_deref() == Some(text);
        let column = match fields.iter().filter(|field| named(field)).count() {
            1 => fields.iter().position(named),
            0 => {
                let own = self.own_fields().len();
                text.parse().ok().filter(|&number: &usize| number < own && !text.starts_with('+'))
            }
            count => {
                return Err(
                    Error::usage(format!("{count} columns are called '{text}'")).hint("name it by its 0-based number")
                );
            }
        };
        let column = column.ok_or_else(|| {
            unknown::unknown(self.own_fields(), text, self.inputs().next().and_then(Input::columns_note))
        })?;
        self.check(column)?;
        Ok(column)
    }

    /// Checks that a column can be read, from every input, and means the same in all.
    fn check(&self, column: usize) -> Result<()> {
        let Some(field) = self.fields().get(column) else {
            return Err(Error::usage(format!("there is no column {column}")));
        };
        if self.is_input_column(column) {
            return Ok(());
        }
        let label = || field.name.clone().unwrap_or_else(|| column.to_string());
        for member in &self.inputs {
            let name = member.input.name();
            let place = member.columns.get(column).copied().flatten();
            let other = place.and_then(|place| member.input.fields().get(place));
            let other = other.ok_or_else(|| {
                let first = self.inputs.first().map_or("", |first| first.input.name());
                Error::input("the input lacks a column")
                    .in_file(name)
                    .expected(format!("a column '{}' as in {first}", label()))
                    .hint("draw inputs with other columns on their own")
            })?;
            if !other.readable {
                let place = place.unwrap_or(column);
                let fault = member.input.fault_of(place);
                return Err(fault.unwrap_or_else(|| unreadable(other, place).in_file(name)));
            }
            let are_numbers =
                [&other.logical, &field.logical].iter().all(|kind| matches!(kind, Logical::Number { .. }));
            if other.logical != field.logical && !are_numbers {
                return Err(Error::input("the column has another type than in the first input")
                    .in_file(name)
                    .in_column(label())
                    .expected(field.logical.to_string())
                    .found(other.logical.to_string())
                    .hint("convert one of the files"));
            }
        }
        Ok(())
    }

    /// The number of rows when every input knows its own, those that are filtered included.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        let rows = self.inputs.iter().try_fold(0u64, |rows, member| rows.checked_add(member.input.rows()?))?;
        Some(self.choice.head().map_or(rows, |head| rows.min(head)))
    }

    /// The size in bytes when every input knows its own.
    #[must_use]
    pub fn len_bytes(&self) -> Option<u64> {
        self.inputs.iter().try_fold(0u64, |bytes, member| bytes.checked_add(member.input.len_bytes()?))
    }

    /// The extent of a column's finite values (or positive ones) when every input states its own, and all rows are
    /// wanted.
    #[must_use]
    pub fn extent(&self, column: usize, positive: bool) -> Option<Extent> {
        if !self.choice.is_all() || self.trust == Trust::Refused {
            return None;
        }
        let extents = self.inputs.iter().map(|member| {
            // An input without rows has nothing to state.
            if member.input.rows() == Some(0) {
                Some(None)
            } else {
                member.input.extent((*member.columns.get(column)?)?, positive).map(Some)
            }
        });
        let extents: Vec<Option<Extent>> = extents.collect::<Option<_>>()?;
        extents.into_iter().flatten().reduce(Extent::union)
    }

    /// Bytes that reading it may hold at most beside the chunks; inputs are read one after another.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.inputs.iter().map(|member| member.input.held_bytes()).max().unwrap_or(0)
    }

    /// Whether what was read is still what is there: lines to tell of files that grew meanwhile, or whose names mean others
    /// now.
    ///
    /// # Errors
    /// When bytes of a file may have changed while they were read.
    pub fn verify(&self) -> Result<Vec<String>> {
        self.files.iter().filter_map(|file| file.verify().transpose()).collect()
    }

    /// False when an input can be read only once.
    #[must_use]
    pub fn can_reread(&self) -> bool {
        self.inputs.iter().all(|member| member.input.can_reread())
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Share {
        Share { inputs: (0..self.inputs.len()).map(|input| (input, Span::All)).collect() }
    }

    /// Reads a part: the inputs of the share one after another, with the columns (numbers of [`DataSet::fields`]) in
    /// the order given, in chunks of at most `chunk_rows` rows. Row groups proven outside `keep` are skipped.
    ///
    /// # Errors
    /// When a column or an input is not there or does not fit; when the share is not the whole and some rows are not
    /// wanted (they are counted from the first); later, from the reader, when the data cannot be read.
    pub fn read(&self, share: &Share, columns: &[usize], chunk_rows: usize, keep: &[Keep]) -> Result<Box<dyn Reader>> {
        if !self.choice.is_all() && *share != self.whole() {
            return Err(Error::usage("a part of a data set cannot be read where only some of its rows are wanted"));
        }
        let names_at = (0..columns.len()).filter(|at| self.is_input_column(columns[*at])).collect();
        Ok(Box::new(self.chained(share, columns, chunk_rows, keep, (names_at, 0))?))
    }

    /// The reader of a part, before which some rows lie.
    fn chained(
        &self,
        share: &Share,
        columns: &[usize],
        chunk_rows: usize,
        keep: &[Keep],
        (names_at, rows_before): (Vec<usize>, u64),
    ) -> Result<Chained> {
        columns.iter().try_for_each(|&column| self.check(column))?;
        let keep = if self.decodes_all || self.trust == Trust::Refused { &[] } else { keep };
        let mut parts = VecDeque::new();
        for (number, span) in &share.inputs {
            let member = self.inputs.get(*number).ok_or_else(|| {
                Error::usage("the share names an input that is not there")
                    .expected(format!("less than {}", self.inputs.len()))
                    .found(number.to_string())
            })?;
            let place = |column: &usize| member.columns.get(*column).copied().flatten();
            let keep = keep.iter().filter_map(|keep| Some(Keep { column: place(&keep.column)?, ..*keep })).collect();
            let request = Request {
                columns: columns.iter().filter_map(place).collect(),
                chunk_rows: chunk_rows.max(1),
                span: span.clone(),
                keep,
                checks_extents: self.trust == Trust::Checked,
                threads: self.threads,
            };
            let (input, name) = (Arc::clone(&member.input), Arc::clone(&member.name));
            parts.push_back(Part { number: *number, input, request, name, is_chosen: member.is_chosen });
        }
        Ok(Chained::new(parts, self.choice, names_at, rows_before))
    }
}

/// The one field of a name.
fn find(fields: &[Field], name: &str) -> Option<usize> {
    fields.iter().position(|field| field.name.as_deref() == Some(name))
}

#[cfg(test)]
mod tests;
