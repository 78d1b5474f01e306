//! The columns of a legend: as few as hold all names in the room there is; what does not fit is counted in a last line.

use std::ops::Range;

use super::rows::Row;
use super::{COUNT_CHARS, more, row_px, side_px, size_label, swatch_px};
use crate::escape::display_text;
use crate::figure::style::Style;
use crate::figure::text::{self, Fitted};

/// No legend has more columns.
const MOST_COLUMNS: usize = 8;

/// A name is cut to so many ems, but the legend is left out before it gets shorter.
const SHORTEST_NAME_EM: f64 = 3.0;

/// The room of a legend.
#[derive(Clone, Copy, Debug)]
pub(in crate::figure) struct Room {
    /// The most it may take across.
    pub width_px: i32,
    /// The most it may take down.
    pub height_px: i32,
    /// Whether it rather grows across than down.
    pub is_wide: bool,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Which lines stand in it.
    pub rows: Range<usize>,
    /// From its swatches to the end of its counts.
    pub width_px: i32,
    /// Down each of its lines.
    pub steps_px: Vec<i32>,
}

/// The lines of a legend in columns; fixed when it is reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::figure) struct Grid {
    pub(super) columns: Vec<Column>,
    /// Of the widest swatch.
    pub(super) swatch_px: i32,
    /// Room for counts at the end of every column.
    pub(super) count_px: i32,
    /// The number of lines that are not shown, the last of all.
    pub(super) hidden: usize,
    height_px: i32,
    /// The most that a name may take across: longer ones break into lines.
    pub(super) name_px: i32,
    /// Names are cut.
    pub(in crate::figure) is_cut: bool,
}

impl Grid {
    /// Measured from the names that have room, without counts where these leave none; `None` where not one name has.
    pub fn reserved(rows: &[Row<'_>], has_counts: bool, room: Room, style: &Style) -> Option<Self> {
        let with_counts = has_counts.then(|| Self::of(rows, true, room, style)).flatten();
        with_counts.or_else(|| Self::of(rows, false, room, style))
    }

    fn of(rows: &[Row<'_>], has_counts: bool, room: Room, style: &Style) -> Option<Self> {
        let count_px =
            if has_counts { (COUNT_CHARS * text::width_px("0", style.tick_size_px)).ceil() as i32 } else { 0 };
        let wide = |row: &Row<'_>| if let Row::Size(entry, _) = row { side_px(&entry.swatch) } else { 0 };
        let swatch_px = rows.iter().map(wide).max().unwrap_or(0).max(swatch_px(style));
        let indent_px = swatch_px + 2 * style.gap_px;
        let least_px = indent_px + (SHORTEST_NAME_EM * style.tick_size_px) as i32 + count_px;
        // Of a million names no more are measured than there is room for.
        let most_rows = MOST_COLUMNS * (2 * room.height_px / row_px(style) + 2).max(0) as usize;
        let name_px = (room.width_px - indent_px - count_px - 2).max(0);
        let sizes: Vec<RowSize> =
            rows.iter().take(most_rows).map(|row| RowSize::of(row, (indent_px, count_px), name_px, style)).collect();
        let shortest_px = sizes.iter().map(|size| size.width_px).max().unwrap_or(0).min(least_px);
        if room.width_px < shortest_px || rows.is_empty() {
            return None;
        }
        let found = Fitting { rows, sizes: &sizes, room, style };
        let (mut columns, shown) = if room.is_wide { found.across() } else { found.down() }?;
        let mut hidden = rows.len() - shown;
        if hidden > 0 {
            // Half a line of nothing is none that is missed.
            hidden += found.make_room_for_rest(&mut columns)?;
        }
        rows[..rows.len() - hidden].iter().find(|row| row.is_entry())?;
        if let (Some(last), true) = (columns.last_mut(), hidden > 0) {
            let rest = more(rows[rows.len() - hidden..].iter().filter(|row| row.is_entry()).count());
            last.width_px =
                last.width_px.max(indent_px + text::width_px(&rest, style.tick_size_px).ceil() as i32 + 2 + count_px);
        }
        let mut is_cut = false;
        for column in &mut columns {
            is_cut |= column.width_px > room.width_px || sizes[column.rows.clone()].iter().any(|size| size.is_cut);
            column.width_px = column.width_px.min(room.width_px);
            column.steps_px = sizes[column.rows.clone()].iter().map(|size| size.step_px).collect();
        }
        let high = |(number, column): (usize, &Column)| {
            let rest = if hidden > 0 && number + 1 == columns.len() { row_px(style) } else { 0 };
            found.height_px(column.rows.clone()) + rest
        };
        let height_px = columns.iter().enumerate().map(high).max().unwrap_or(0);
        Some(Self { columns, swatch_px, count_px, hidden, height_px, name_px, is_cut })
    }

    /// Across all columns.
    pub fn width_px(&self, style: &Style) -> i32 {
        let apart = column_gap_px(style) * (self.columns.len() as i32 - 1).max(0);
        self.columns.iter().map(|column| column.width_px).sum::<i32>() + apart
    }

    /// Of the highest column.
    pub fn height_px(&self) -> i32 {
        self.height_px
    }
}

/// Between two columns.
pub(super) fn column_gap_px(style: &Style) -> i32 {
    (1.2 * style.tick_size_px).round() as i32
}

/// A name in its room: on one line where that holds it, else broken into two, then smaller, then cut.
pub(super) fn fitted_name(name: &str, name_px: i32, style: &Style) -> Fitted {
    const LINES: usize = 2;
    const LEAST_SHARE: f64 = 0.7;
    text::fitted(
        &display_text(name),
        style.tick_size_px,
        text::Room { most_px: f64::from(name_px), most_lines: LINES },
        LEAST_SHARE,
    )
}

/// What a row takes across and down.
#[derive(Clone, Copy, Debug)]
struct RowSize {
    width_px: i32,
    step_px: i32,
    is_cut: bool,
}

impl RowSize {
    fn of(row: &Row<'_>, (indent_px, count_px): (i32, i32), name_px: i32, style: &Style) -> Self {
        let text_px = |text: &str| text::mask(&display_text(text), style.tick_size_px, f64::INFINITY).width;
        let one_line = |width_px: i32| Self { width_px, step_px: row_px(style), is_cut: false };
        match row {
            Row::Entry(entry) => {
                let whole_px = text_px(&entry.name);
                if whole_px <= name_px + 2 {
                    return one_line(indent_px + whole_px + count_px);
                }
                let name = fitted_name(&entry.name, name_px, style);
                let step_px = name.height_px().max(text::line_px(style.tick_size_px)) + style.gap_px;
                Self { width_px: indent_px + name.width_px() + count_px, step_px, is_cut: name.is_cut }
            }
            Row::Size(entry, _) => Self {
                step_px: row_px(style).max(side_px(&entry.swatch) + style.gap_px),
                ..one_line(indent_px + text_px(&size_label(entry)))
            },
            Row::Title(title) => one_line(text_px(title)),
            Row::Gap => Self { step_px: row_px(style) / 2, ..one_line(0) },
        }
    }
}

struct Fitting<'a> {
    rows: &'a [Row<'a>],
    sizes: &'a [RowSize],
    room: Room,
    style: &'a Style,
}

impl Fitting<'_> {
    /// Down some rows; those that were not measured have no room anyway.
    fn height_px(&self, rows: Range<usize>) -> i32 {
        self.sizes.get(rows).unwrap_or_default().iter().map(|size| size.step_px).sum()
    }

    /// Columns of that height one after another, at most so many; a title never ends one, and a gap begins none.
    fn filled(&self, height_px: i32, most: usize) -> Vec<Range<usize>> {
        let mut columns: Vec<Range<usize>> = Vec::new();
        let mut next = 0;
        while next < self.sizes.len() && columns.len() < most {
            while next < self.sizes.len() && matches!(self.rows[next], Row::Gap) {
                next += 1;
            }
            let (start, mut left_px) = (next, height_px);
            while next < self.sizes.len() && self.sizes[next].step_px <= left_px {
                left_px -= self.sizes[next].step_px;
                next += 1;
            }
            let mut end = next;
            while end > start && end < self.rows.len() && !self.rows[end - 1].is_entry() {
                end -= 1;
            }
            if end == start {
                break;
            }
            next = end;
            columns.push(start..end);
        }
        columns
    }

    fn measured(&self, columns: Vec<Range<usize>>) -> Vec<Column> {
        let wide = |rows: Range<usize>| {
            let width_px = self.sizes[rows.clone()].iter().map(|size| size.width_px).max().unwrap_or(0);
            Column { rows, width_px, steps_px: Vec::new() }
        };
        columns.into_iter().map(wide).collect()
    }

    fn fits(&self, columns: &[Column]) -> bool {
        let apart = column_gap_px(self.style) * (columns.len() as i32 - 1).max(0);
        columns.iter().map(|column| column.width_px).sum::<i32>() + apart <= self.room.width_px
    }

    /// The lowest columns, at most `most`, that hold all lines.
    fn lowest(&self, most: usize) -> Option<Vec<Column>> {
        if self.sizes.len() < self.rows.len() {
            return None;
        }
        let all_px = self.height_px(0..self.rows.len());
        // From an even share on, half a line at a time.
        let first = (2 * all_px / most as i32 / row_px(self.style)).max(2);
        let heights = (first..).map(|halves| (halves * row_px(self.style) + 1) / 2);
        for height_px in heights.take_while(|height_px| *height_px <= self.room.height_px) {
            let columns = self.filled(height_px, most);
            if columns.last().is_some_and(|last| last.end == self.rows.len()) {
                return Some(self.measured(columns));
            }
        }
        None
    }

    /// One column where it holds all, else the fewest that do, else as many as there is room for; with the number of lines.
    fn down(&self) -> Option<(Vec<Column>, usize)> {
        for most in 1..=MOST_COLUMNS {
            if let Some(columns) = self.lowest(most) {
                if self.fits(&columns) || most == 1 {
                    return Some((columns, self.rows.len()));
                }
                break;
            }
        }
        self.as_many_as_fit()
    }

    /// As many columns as hold all lines in the least height, else as many as there is room for.
    fn across(&self) -> Option<(Vec<Column>, usize)> {
        for most in (1..=MOST_COLUMNS).rev() {
            if let Some(columns) = self.lowest(most).filter(|columns| self.fits(columns) || most == 1) {
                return Some((columns, self.rows.len()));
            }
        }
        self.as_many_as_fit()
    }

    fn as_many_as_fit(&self) -> Option<(Vec<Column>, usize)> {
        let mut columns = self.measured(self.filled(self.room.height_px, MOST_COLUMNS));
        while columns.len() > 1 && !self.fits(&columns) {
            columns.pop();
        }
        let shown = columns.last()?.rows.end;
        Some((columns, shown))
    }

    /// Takes lines from the end of the last column until a line more fits below them; how many.
    fn make_room_for_rest(&self, columns: &mut [Column]) -> Option<usize> {
        let last = columns.last_mut()?;
        let end = last.rows.end;
        let room_px = self.room.height_px - row_px(self.style);
        while !last.rows.is_empty()
            && (self.height_px(last.rows.clone()) > room_px || !self.rows[last.rows.end - 1].is_entry())
        {
            last.rows.end -= 1;
        }
        Some(end - last.rows.end)
    }
}
