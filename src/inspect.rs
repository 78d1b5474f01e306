//! What is in a data set: its columns, rows, extents, and what cannot be drawn. The data of `pointillist inspect`.

mod names;

use std::fmt;

use serde::Serialize;

use crate::data::chunk::{Logical, TimeUnit};
use crate::data::survey::{Ask, ColumnSurvey, Extent, Survey};
use crate::error::Result;
use crate::escape::display_text;
use crate::source::dataset::{DataSet, INPUT_COLUMN, Options};
use crate::units::{bytes_text, grouped};
use names::{NameCount, Names};

/// Rows decoded at a time.
const CHUNK_ROWS: usize = 1 << 16;

/// One column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnInspection {
    /// Its 0-based number.
    pub index: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// How the file stores it.
    pub stored: String,
    /// What its values mean.
    pub kind: String,
    /// Smallest and largest finite value.
    pub extent: Option<[String; 2]>,
    /// Rows without a value.
    pub nulls: u64,
    /// Rows whose text is no number.
    pub unparsed: u64,
    /// Rows with NaN or an infinity.
    pub non_finite: u64,
    /// Distinct names; absent for numbers, and where there are too many to be told apart.
    pub categories: Option<usize>,
    /// Fewer than the distinct names, where these are too many to be told apart.
    pub more_categories_than: Option<usize>,
    /// False for types that cannot be drawn.
    pub readable: bool,
}

/// A data set.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The inputs.
    pub inputs: Vec<String>,
    /// What the column `_input` calls each of them.
    pub input_names: Vec<String>,
    /// Rows in all.
    pub rows: u64,
    /// Bytes in all, where the system says.
    pub len_bytes: Option<u64>,
    /// The columns.
    pub columns: Vec<ColumnInspection>,
}

/// Reads everything once.
///
/// # Errors
/// When an input cannot be read.
pub fn inspect(names: &[String], options: &Options) -> Result<Inspection> {
    let data = DataSet::open(names, options)?;
    let fields = data.own_fields().to_vec();
    let readable: Vec<usize> = (0..fields.len()).filter(|index| fields[*index].readable).collect();
    let asks = readable.iter().map(|index| Ask {
        name: fields[*index].name.clone().unwrap_or_else(|| index.to_string()),
        // Counted apart: a column of too many is no reason not to show the others.
        categories: false,
        values: false,
    });
    let mut survey = Survey::new(asks);
    let mut names = Names::new(readable.iter().map(|index| &fields[*index].logical));
    let mut reader = data.read(&data.whole(), &readable, CHUNK_ROWS, &[])?;
    while let Some(chunk) = reader.next()? {
        survey.add(&chunk)?;
        names.add(chunk.columns());
    }
    let columns = fields.iter().enumerate().map(|(index, field)| {
        let at = readable.iter().position(|readable| *readable == index);
        let column = at.map(|at| &survey.columns()[at]);
        let (categories, more_categories_than) = match at.and_then(|at| names.count(at)) {
            Some(NameCount::Exactly(count)) => (Some(count), None),
            Some(NameCount::MoreThan(count)) => (None, Some(count)),
            None => (None, None),
        };
        ColumnInspection {
            index,
            name: field.name.clone(),
            stored: field.stored.clone(),
            kind: if field.readable { kind(&field.logical, column) } else { "-".to_owned() },
            extent: column.and_then(|column| column.extent(false)).map(|extent| texts(extent, &field.logical)),
            nulls: column.map_or(0, |column| column.nulls()),
            unparsed: column.map_or(0, |column| column.unparsed()),
            non_finite: column.map_or(0, |column| column.non_finite()),
            categories,
            more_categories_than,
            readable: field.readable,
        }
    });
    Ok(Inspection {
        inputs: data.inputs().map(|input| input.name().to_owned()).collect(),
        input_names: data.input_names().map(str::to_owned).collect(),
        rows: survey.rows(),
        len_bytes: data.len_bytes(),
        columns: columns.collect(),
    })
}

/// What a column's values mean; whole numbers only where the smallest and the largest are, whatever the first ones were.
fn kind(logical: &Logical, column: Option<&ColumnSurvey>) -> String {
    let is_broken = |extent| matches!(extent, Extent::F64 { lo, hi } if lo.fract() != 0. || hi.fract() != 0.);
    match (logical, column.and_then(|column| column.extent(false))) {
        (Logical::Number { integer: true }, Some(extent)) if is_broken(extent) => Logical::Number { integer: false },
        _ => logical.clone(),
    }
    .to_string()
}

fn texts(extent: Extent, logical: &Logical) -> [String; 2] {
    match (extent, logical) {
        (Extent::Int { lo, hi }, Logical::Time { unit, .. }) => [lo, hi].map(|steps| unit.iso8601(steps)),
        (Extent::Int { lo, hi }, Logical::Date) => [lo, hi].map(|steps| TimeUnit::Day.iso8601(steps)),
        (extent, _) => numbers(extent),
    }
}

fn numbers(extent: Extent) -> [String; 2] {
    match extent {
        Extent::F64 { lo, hi } => [lo, hi].map(|number| {
            let is_short = number == 0. || (1e-5..1e16).contains(&number.abs());
            if is_short { number.to_string() } else { format!("{number:e}") }
        }),
        Extent::Int { lo, hi } => [lo.to_string(), hi.to_string()],
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.len_bytes.map_or_else(String::new, |bytes| format!(", {}", bytes_text(bytes)));
        let inputs = match self.inputs.as_slice() {
            [first, second, third, .., last] => {
                format!("{first} {second} {third} .. {last} ({} inputs)", self.inputs.len())
            }
            few => few.join(" "),
        };
        let inputs = display_text(&inputs);
        writeln!(f, "{inputs}: {} rows{bytes}", grouped(self.rows))?;
        let mut lines = vec![["#", "column", "stored", "kind", "from", "to", "remarks"].map(str::to_owned)];
        for column in &self.columns {
            let [from, to] = column.extent.clone().unwrap_or_default();
            let mut remarks = Vec::new();
            for (count, what) in
                [(column.nulls, "null"), (column.unparsed, "no number"), (column.non_finite, "not finite")]
            {
                if count > 0 {
                    remarks.push(format!("{} {what}", grouped(count)));
                }
            }
            let names = column.categories.map(NameCount::Exactly);
            let names = names.or(column.more_categories_than.map(NameCount::MoreThan));
            remarks.extend(names.map(|names| names.to_string()));
            if !column.readable {
                remarks.push("cannot be drawn".to_owned());
            }
            // Types name zones and fields.
            let [name, stored, kind] = [column.name.as_deref().unwrap_or_default(), &column.stored, &column.kind]
                .map(|text| display_text(text).into_owned());
            lines.push([column.index.to_string(), name, stored, kind, from, to, remarks.join(", ")]);
        }
        let width = |i: usize| lines.iter().map(|line| line[i].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
        for line in &lines {
            let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(f, "  {}", cells.join("  ").trim_end())?;
        }
        if self.inputs.len() > 1 && self.columns.iter().all(|column| column.name.as_deref() != Some(INPUT_COLUMN)) {
            writeln!(f, "  {INPUT_COLUMN} is the name of each row's input, for --color and --reduce by:")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_numbers_are_shown_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let rows: String = (0..1500).map(|row| format!("{row},1e{}\n", row % 300)).collect();
        std::fs::write(&path, format!("x,y\n{rows}2999.5,0.5\n")).unwrap();
        let found = inspect(&[path.to_str().unwrap().to_owned()], &Options::default()).unwrap();
        assert_eq!(found.columns[0].kind, Logical::Number { integer: false }.to_string());
        assert_eq!(found.columns[0].extent, Some(["0".to_owned(), "2999.5".to_owned()]));
        assert_eq!(found.columns[1].extent, Some(["0.5".to_owned(), "1e299".to_owned()]));
        assert_eq!(numbers(Extent::F64 { lo: -1e-7, hi: 123_456.5 }), ["-1e-7", "123456.5"]);
    }
}
