//! The lines of a legend: the names of all data sets in their order, under titles where they have some.

use super::{most_mark_px, row_px, side_px, swatch_px};
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
    /// The width (and height) of its swatch.
    pub(super) fn swatch_px(&self, style: &Style) -> i32 {
        match self {
            Self::Size(entry, _) => side_px(&entry.swatch),
            Self::Entry(_) => swatch_px(style),
            Self::Title(_) | Self::Gap => 0,
        }
    }

    /// Down to the next row.
    pub(super) fn step_px(&self, style: &Style) -> i32 {
        match self {
            Self::Size(..) => row_px(style).max(self.swatch_px(style) + style.gap_px),
            Self::Entry(_) | Self::Title(_) => row_px(style),
            Self::Gap => row_px(style) / 2,
        }
    }

    /// Whether it explains something by itself.
    pub(super) fn is_key(&self) -> bool {
        matches!(self, Self::Entry(_) | Self::Size(..))
    }
}

/// The lines of all keys that are legends, in the order of the data sets: what lies lowest comes first. Sizes come last;
/// marks too large for a legend are left out of it.
pub(in crate::figure) fn rows<'a>(keys: &'a [Key], sizes: &'a [SizeKey], style: &Style) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut is_titled = false;
    let mut add = |title: Option<&'a str>, entries: Vec<Row<'a>>| {
        if entries.is_empty() {
            return;
        }
        if !rows.is_empty() && (is_titled || title.is_some()) {
            rows.push(Row::Gap);
        }
        is_titled = title.is_some();
        rows.extend(title.map(Row::Title));
        rows.extend(entries);
    };
    for key in keys {
        if let Key::Legend { title, entries, .. } = key {
            add(title.as_deref(), entries.iter().map(Row::Entry).collect());
        }
    }
    for key in sizes {
        let shown = key.entries.iter().filter(|entry| side_px(&entry.swatch) <= most_mark_px(style));
        let color = key.color.unwrap_or(style.mark_ink());
        add(key.title.as_deref(), shown.map(|entry| Row::Size(entry, color)).collect());
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
