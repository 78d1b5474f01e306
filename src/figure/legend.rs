//! The legend: opaque swatches with names, right of the plot area; the rest is counted in a last line.

use super::axis::with_minus;
use super::display::{Block, Op};
use super::shape::Shape;
use super::style::Style;
use super::text;
use super::{Key, LegendEntry, SizeEntry, SizeKey, Swatch};
use crate::color::Rgba8;
use crate::escape::display_text;

/// Room for a count: a blank and six characters (`999.9M`).
const COUNT_CHARS: f64 = 7.0;

/// The columns of a legend in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// Of the widest swatch.
    swatch_px: i32,
    name_px: i32,
    count_px: i32,
}

impl Columns {
    /// Measured from the names that have room in `height_px`; names get no more than `most_px` in all.
    pub fn reserved(rows: &[Row<'_>], has_counts: bool, height_px: i32, most_px: i32, style: &Style) -> Self {
        let count_px =
            if has_counts { (COUNT_CHARS * text::width_px("0", style.tick_size_px)).ceil() as i32 } else { 0 };
        let (shown, hidden) = split(rows, height_px, style);
        let swatch_px = shown.iter().map(|row| row.swatch_px(style)).max().unwrap_or(0).max(swatch_px(style));
        let indent_px = swatch_px + 2 * style.gap_px;
        let most_px = (most_px - indent_px - count_px).max(0);
        let width_px = |name: &str, most_px: i32| text::mask(name, style.tick_size_px, f64::from(most_px)).width;
        let widths = shown.iter().map(|row| match row {
            Row::Entry(entry) => width_px(&display_text(&entry.name), most_px),
            Row::Size(entry, _) => width_px(&size_label(entry), most_px),
            // A title begins where swatches do.
            Row::Title(title) => width_px(&display_text(title), most_px + indent_px) - indent_px,
        });
        let last = entries(hidden).next().is_some().then(|| width_px(&more(entries(hidden).count()), most_px));
        Self { swatch_px, name_px: widths.chain(last).max().unwrap_or(0).max(0), count_px }
    }

    pub fn width_px(&self, style: &Style) -> i32 {
        self.swatch_px + 2 * style.gap_px + self.name_px + self.count_px
    }
}

/// Along a side.
pub(super) fn swatch_px(style: &Style) -> i32 {
    (style.tick_size_px * 0.9).round().max(1.0) as i32
}

fn row_px(style: &Style) -> i32 {
    text::line_px(style.tick_size_px) + style.gap_px
}

fn more(rest: usize) -> String {
    format!("+ {rest} more")
}

/// One line of the legend.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row<'a> {
    /// The name of a data set above its categories.
    Title(&'a str),
    /// A colour with its name.
    Entry(&'a LegendEntry),
    /// A size with its number, in the colour of its marks.
    Size(&'a SizeEntry, Rgba8),
}

impl Row<'_> {
    /// The width and the height of its swatch, where it has one of its own size.
    fn swatch_px(&self, style: &Style) -> i32 {
        match self {
            Self::Size(entry, _) => side_px(&entry.swatch),
            Self::Entry(_) => swatch_px(style),
            Self::Title(_) => 0,
        }
    }

    fn height_px(&self, style: &Style) -> i32 {
        match self {
            Self::Size(..) => row_px(style).max(self.swatch_px(style) + style.gap_px),
            Self::Entry(_) | Self::Title(_) => row_px(style),
        }
    }
}

fn side_px(swatch: &Swatch) -> i32 {
    i32::try_from(swatch.side_px).unwrap_or(i32::MAX / 4)
}

/// The largest mark that a legend shows: larger ones would take the room of all that it says.
fn most_mark_px(style: &Style) -> i32 {
    (style.tick_size_px * 6.0) as i32
}

fn size_label(entry: &SizeEntry) -> String {
    let label = display_text(&entry.label);
    // Dates have hyphens.
    if label.parse::<f64>().is_ok() { with_minus(&label) } else { label.into_owned() }
}

/// The lines of all keys that are legends, one after another: those without a title first, as below a title they would
/// seem to belong to it.
///
/// Sizes come last; marks too large for a legend are left out of it.
pub(super) fn rows<'a>(keys: &'a [Key], sizes: &'a [SizeKey], style: &Style) -> Vec<Row<'a>> {
    let (mut rows, mut titled) = (Vec::new(), Vec::new());
    for key in keys {
        match key {
            Key::Legend { title: Some(title), entries, .. } if !entries.is_empty() => {
                titled.push(Row::Title(title));
                titled.extend(entries.iter().map(Row::Entry));
            }
            Key::Legend { entries, .. } => rows.extend(entries.iter().map(Row::Entry)),
            Key::Colorbar(_) | Key::None => {}
        }
    }
    rows.extend(titled);
    for key in sizes {
        let shown = key.entries.iter().filter(|entry| side_px(&entry.swatch) <= most_mark_px(style));
        let shown: Vec<Row<'_>> = shown.map(|entry| Row::Size(entry, key.color.unwrap_or(style.mark_ink()))).collect();
        rows.extend(key.title.as_deref().filter(|_| !shown.is_empty()).map(Row::Title));
        rows.extend(shown);
    }
    rows
}

fn entries<'a>(rows: &'a [Row<'a>]) -> impl Iterator<Item = &'a LegendEntry> {
    rows.iter().filter_map(|row| match row {
        Row::Entry(entry) => Some(*entry),
        Row::Title(_) | Row::Size(..) => None,
    })
}

/// The lines that are shown in that height, and those that are not; a title never stands last.
fn split<'a>(rows: &'a [Row<'a>], height_px: i32, style: &Style) -> (&'a [Row<'a>], &'a [Row<'a>]) {
    let mut left_px = height_px;
    let mut taken = |row: &Row<'_>| {
        left_px -= row.height_px(style);
        left_px >= 0
    };
    let mut shown = rows.iter().take_while(|row| taken(row)).count();
    if shown < rows.len() {
        // The last line says how many there are.
        let mut left_px = height_px - row_px(style);
        shown = rows
            .iter()
            .take_while(|row| {
                left_px -= row.height_px(style);
                left_px >= 0
            })
            .count();
    }
    while shown > 0 && matches!(rows[shown - 1], Row::Title(_)) {
        shown -= 1;
    }
    rows.split_at(shown)
}

/// Whether one name at least has room in that height.
pub(super) fn has_room(rows: &[Row<'_>], height_px: i32, style: &Style) -> bool {
    !split(rows, height_px, style).0.is_empty()
}

/// The legend in its box.
pub(super) fn ops(rows: &[Row<'_>], columns: Columns, area: Block, style: &Style) -> Vec<Op> {
    let mut ops = Vec::new();
    let (shown, hidden) = split(rows, area.height, style);
    let swatch = swatch_px(style);
    let name_left = area.left + columns.swatch_px + 2 * style.gap_px;
    // In the middle of the column of swatches.
    let square_left = area.left + (columns.swatch_px - swatch) / 2;
    let mut next_top = area.top;
    let most_px = f64::from((columns.name_px - 2).max(0));
    for row in shown {
        let top = next_top;
        next_top += row.height_px(style);
        let entry = match row {
            Row::Entry(entry) => entry,
            Row::Size(entry, color) => {
                let middle = top + row.height_px(style) / 2;
                if let Some(mask) = shape(&entry.swatch) {
                    let left = area.left + (columns.swatch_px - mask.width) / 2;
                    ops.push(Op::Shape { left, top: middle - mask.height / 2, mask: mask.into(), color: *color });
                }
                let mask = text::mask(&size_label(entry), style.tick_size_px, most_px);
                let top = middle - text::middle_px(style.tick_size_px);
                ops.push(Op::Text { left: name_left, top, mask, color: style.ink });
                continue;
            }
            Row::Title(title) => {
                let mask = text::mask(&display_text(title), style.tick_size_px, f64::from((area.width - 2).max(0)));
                ops.push(Op::Text { left: area.left, top, mask, color: style.ink });
                continue;
            }
        };
        let mask = text::mask(&display_text(&entry.name), style.tick_size_px, most_px);
        let swatch_top = top + text::middle_px(style.tick_size_px) - swatch / 2;
        let color = crate::color::Rgba8 { a: 255, ..entry.color };
        ops.push(match entry.swatch.as_ref().and_then(shape) {
            None => Op::Fill { block: Block::new(square_left, swatch_top, swatch, swatch), color },
            // In the middle of the square's place.
            Some(mask) => {
                let aside = |size: i32| (swatch - size).div_euclid(2);
                Op::Shape {
                    left: square_left + aside(mask.width),
                    top: swatch_top + aside(mask.height),
                    mask: mask.into(),
                    color,
                }
            }
        });
        ops.push(Op::Text { left: name_left, top, mask, color: style.ink });
        ops.extend(entry.count.and_then(|count| count_op(count.into(), columns, area, top, style)));
    }
    if entries(hidden).next().is_some() && area.height >= row_px(style) {
        let counts: Option<u128> = entries(hidden).map(|entry| entry.count.map(u128::from)).sum();
        let top = next_top;
        let mask = text::mask(&more(entries(hidden).count()), style.tick_size_px, most_px);
        ops.push(Op::Text { left: name_left, top, mask, color: style.faint_ink() });
        ops.extend(counts.and_then(|count| count_op(count, columns, area, top, style)));
    }
    ops
}

/// The shape of a swatch; `None` where its numbers do not fit each other.
fn shape(swatch: &Swatch) -> Option<Shape> {
    let side = i32::try_from(swatch.side_px).ok()?;
    let coverage = swatch.coverage.to_vec();
    (i64::from(side) * i64::from(side) == coverage.len() as i64).then_some(Shape {
        width: side,
        height: side,
        coverage,
        outline: None,
    })
}

/// A count at the right end of its row, where counts have room.
fn count_op(count: u128, columns: Columns, area: Block, top: i32, style: &Style) -> Option<Op> {
    let room = (columns.count_px > 0).then(|| f64::from(columns.count_px))?;
    let mask = text::mask(&short_count(count), style.tick_size_px, room);
    Some(Op::Text { left: area.right() - mask.width, top, mask, color: style.faint_ink() })
}

/// A count in at most six characters, exact below a million.
fn short_count(count: u128) -> String {
    // The last one is beyond the sum of any entries.
    const UNITS: [&str; 6] = ["M", "G", "T", "P", "E", "Z"];
    if count < 1_000_000 {
        return count.to_string();
    }
    let mut tenths = count / 100_000;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{}{}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_take_six_characters_at_most() {
        let counts = [0, 999_999, 1_000_000, 1_299_999, 999_999_999, 1_000_000_000, u64::MAX.into()];
        assert_eq!(counts.map(short_count), ["0", "999999", "1.0M", "1.2M", "999.9M", "1.0G", "18.4E"]);
    }

    #[test]
    fn counts_known_later_fit_the_room_reserved_for_them() {
        let style = Style::new(crate::figure::Theme::Light, 100.0);
        let entry = |count: Option<u64>| LegendEntry {
            name: "name".into(),
            color: crate::color::Rgba8 { a: 3, ..crate::color::Rgba8::opaque(1, 2, 3) },
            swatch: None,
            count,
        };
        let unknown = [entry(None), entry(None), entry(None)];
        let columns = Columns::reserved(&unknown.each_ref().map(Row::Entry), true, 300, 400, &style);
        let area = Block::new(10, 0, columns.width_px(&style), 2 * row_px(&style));
        let names_end = area.right() - columns.count_px;
        for power in 0..=18 {
            for count in [10u64.pow(power), 10u64.pow(power).saturating_mul(10) - 1] {
                // The third has no room: the last row has its count and the second's.
                let entries = [entry(Some(count)), entry(Some(1)), entry(Some(count - 1))];
                let drawn = ops(&entries.each_ref().map(Row::Entry), columns, area, &style);
                let masks: Vec<_> = drawn
                    .iter()
                    .filter_map(|op| match op {
                        Op::Text { left, mask, .. } if *left >= names_end => Some(mask.clone()),
                        _ => None,
                    })
                    .collect();
                let whole = text::mask(&short_count(count.into()), style.tick_size_px, f64::INFINITY);
                assert_eq!(masks, [whole.clone(), whole], "{count}");
                assert!(drawn.iter().all(|op| op.block().right() <= area.right()));
                let swatch = drawn.iter().find_map(|op| match op {
                    Op::Fill { color, .. } => Some(*color),
                    _ => None,
                });
                assert_eq!(swatch.map(|color| color.a), Some(255), "swatches are opaque");
            }
        }
    }

    #[test]
    fn shapes_stand_in_the_middle_of_the_squares_place() {
        let style = Style::new(crate::figure::Theme::Light, 100.0);
        let color = crate::color::Rgba8::opaque(1, 2, 3);
        let side_px = 2 * swatch_px(&style).unsigned_abs() / 2 + 3;
        let entry = |len: u32| LegendEntry {
            name: "n".into(),
            color,
            swatch: Some(Swatch { side_px, coverage: vec![255; len as usize].into() }),
            count: None,
        };
        let drawn = |entry: &LegendEntry| {
            let rows = [Row::Entry(entry)];
            let columns = Columns::reserved(&rows, false, 100, 400, &style);
            ops(&rows, columns, Block::new(10, 20, columns.width_px(&style), 100), &style).swap_remove(0)
        };
        let square = drawn(&LegendEntry { swatch: None, ..entry(0) }).block();
        let shape = drawn(&entry(side_px * side_px));
        assert!(matches!(&shape, Op::Shape { color: drawn, .. } if *drawn == color));
        let shape = shape.block();
        let off =
            |a: Block, b: Block| (a.left - b.left + a.right() - b.right(), a.top - b.top + a.bottom() - b.bottom());
        let (across, down) = off(shape, square);
        assert!(across.abs() <= 1 && down.abs() <= 1 && shape.width > square.width, "{shape:?} around {square:?}");
        assert_eq!(drawn(&entry(1)).block(), square, "a mask of another size is none");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let style = Style::new(crate::figure::Theme::Light, 100.0);
        let room = 5 * row_px(&style);
        let color = crate::color::Rgba8::opaque(1, 2, 3);
        let entry = LegendEntry { name: "n".into(), color, swatch: None, count: None };
        let shown_of = |rows: &[Row<'_>], room| {
            let (shown, hidden) = split(rows, room, &style);
            (shown.len(), entries(hidden).count())
        };
        let rows = [Row::Entry(&entry); 6];
        assert_eq!(shown_of(&rows[..5], room), (5, 0));
        assert_eq!(shown_of(&rows, room), (4, 2));
        assert_eq!(shown_of(&rows[..3], 0), (0, 3));
        let mut titled = rows.to_vec();
        titled.insert(3, Row::Title("t"));
        assert_eq!(shown_of(&titled, room), (3, 3), "no title without one of its names");
        assert!(!has_room(&[Row::Title("t"), rows[0]], row_px(&style), &style), "a title alone explains nothing");
    }
}
