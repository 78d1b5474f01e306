//! The lines of a legend: the names of all data sets in their order, under titles where they have some.

use crate::figure::{Key, LegendEntry};

/// One line of the legend.
#[derive(Clone, Copy, Debug)]
pub(in crate::figure) enum Row<'a> {
    /// The name of a data set above its categories.
    Title(&'a str),
    /// A colour with its name.
    Entry(&'a LegendEntry),
    /// Half a line of nothing: what follows does not belong to the title before.
    Gap,
}

/// The lines of all keys that are legends, in the order of the data sets: what lies lowest comes first.
pub(in crate::figure) fn rows(keys: &[Key]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut is_titled = false;
    for key in keys {
        let Key::Legend { title, entries, .. } = key else { continue };
        if entries.is_empty() {
            continue;
        }
        if !rows.is_empty() && (is_titled || title.is_some()) {
            rows.push(Row::Gap);
        }
        is_titled = title.is_some();
        rows.extend(title.as_deref().map(Row::Title));
        rows.extend(entries.iter().map(Row::Entry));
    }
    rows
}

/// The entries among some lines.
pub(super) fn entries<'a>(rows: &'a [Row<'a>]) -> impl Iterator<Item = &'a LegendEntry> {
    rows.iter().filter_map(|row| match row {
        Row::Entry(entry) => Some(*entry),
        Row::Title(_) | Row::Gap => None,
    })
}
