//! The lines of a legend: the names of all data sets in their order, under titles where they have some.

use super::{most_mark_px, side_px};
use crate::color::Rgba8;
use crate::figure::style::Style;
use crate::figure::{Key, LegendEntry, SizeEntry, SizeKey};

/// One line of the legend.
#[derive(Clone, Copy, Debug)]
pub(in crate::figure) enum Row<'a> {
    /// The name of a data set above its categories.
    Title(&'a str),
    /// A colour with its name.
    Entry(&'a LegendEntry),
    /// A size with its number, in the colour of its marks.
    Size(&'a SizeEntry, Rgba8),
    /// Half a line of nothing: what follows does not belong to the title before.
    Gap,
}

impl Row<'_> {
    /// True for what a legend is there for.
    pub(super) fn is_entry(&self) -> bool {
        matches!(self, Self::Entry(_) | Self::Size(..))
    }
}

/// The lines of all keys that are legends, in the order of the data sets: what lies lowest comes first. Sizes come last;
/// marks too large for a legend are left out of it.
pub(in crate::figure) fn rows<'a>(keys: &'a [Key], sizes: &'a [SizeKey], style: &Style) -> Vec<Row<'a>> {
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
    for key in sizes {
        let shown = key.entries.iter().filter(|entry| side_px(&entry.swatch) <= most_mark_px(style));
        let shown: Vec<Row<'_>> = shown.map(|entry| Row::Size(entry, key.color.unwrap_or(style.mark_ink()))).collect();
        if shown.is_empty() {
            continue;
        }
        if !rows.is_empty() {
            rows.push(Row::Gap);
        }
        rows.extend(key.title.as_deref().map(Row::Title));
        rows.extend(shown);
    }
    rows
}

/// The entries among some lines.
pub(super) fn entries<'a>(rows: &'a [Row<'a>]) -> impl Iterator<Item = &'a LegendEntry> {
    rows.iter().filter_map(|row| match row {
        Row::Entry(entry) => Some(*entry),
        Row::Title(_) | Row::Size(..) | Row::Gap => None,
    })
}
