//! The legend: opaque swatches with names, in columns; what does not fit is counted in a last line.

use super::axis::with_minus;
use super::display::{Block, Op};
use super::shape::Shape;
use super::style::Style;
use super::text;
use super::{SizeEntry, Swatch};
use crate::color::Rgba8;
use crate::escape::display_text;
pub(super) use grid::{Grid, Room};
pub(super) use rows::{Row, rows};

mod grid;
mod rows;
#[cfg(test)]
mod tests;

/// Room for a count: a blank and six characters (`999.9M`).
const COUNT_CHARS: f64 = 7.0;

/// How much of what lies behind the box of a legend inside a plot it covers, of 255.
const PAPER_ALPHA: u8 = 216;

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

/// Between the frame of a legend inside a plot and its names.
pub(super) fn pad_px(style: &Style) -> i32 {
    2 * style.gap_px
}

/// A box for a legend inside a plot, in the theme's colours, with a faint frame.
pub(super) fn box_ops(around: Block, paper: Rgba8, style: &Style) -> Vec<Op> {
    let mut ops = vec![Op::Fill { block: around, color: Rgba8 { a: PAPER_ALPHA, ..paper } }];
    let (line, color) = (style.line_px, style.grid);
    let Block { left, top, width, height } = around;
    // Inside the box, so that nothing is covered beyond it.
    let inner = Block::new(left + line, top + line, width - 2 * line, height - 2 * line);
    ops.extend(Op::frame(inner, line, color));
    ops
}

/// The legend with its upper left corner there.
pub(super) fn ops(rows: &[Row<'_>], grid: &Grid, (left, top): (i32, i32), style: &Style) -> Vec<Op> {
    let mut ops = Vec::new();
    let shown = rows.len().saturating_sub(grid.hidden);
    let mut column_left = left;
    for (number, column) in grid.columns.iter().enumerate() {
        let area = Block::new(column_left, top, column.width_px, 0);
        column_left += column.width_px + grid::column_gap_px(style);
        let mut line_top = top;
        for (row, step_px) in
            rows.get(column.rows.clone()).unwrap_or_default().iter().zip(column.steps_px.iter().copied())
        {
            ops.extend(row_ops(row, Block { top: line_top, height: step_px, ..area }, grid, style));
            line_top += step_px;
        }
        if grid.hidden > 0 && number + 1 == grid.columns.len() {
            let hidden = || rows::entries(&rows[shown..]);
            let counts: Option<u128> = hidden().map(|entry| entry.count.map(u128::from)).sum();
            let area = Block { top: line_top, ..area };
            let (name_left, most_px) = name_room(area, grid, style);
            let mask = text::mask(
                &more(rows[shown..].iter().filter(|row| row.is_entry()).count()),
                style.tick_size_px,
                most_px,
            );
            ops.push(Op::Text { left: name_left, top: line_top, mask, color: style.faint_ink() });
            ops.extend(counts.and_then(|count| count_op(count, area, grid.count_px, style)));
        }
    }
    ops
}

/// Where the name of a row begins, and the most it may take.
fn name_room(area: Block, grid: &Grid, style: &Style) -> (i32, f64) {
    let indent_px = grid.swatch_px + 2 * style.gap_px;
    // A mask is a little wider than its text.
    (area.left + indent_px, f64::from((area.width - indent_px - grid.count_px - 2).max(0)))
}

fn row_ops(row: &Row<'_>, area: Block, grid: &Grid, style: &Style) -> Vec<Op> {
    let entry = match row {
        Row::Gap => return Vec::new(),
        Row::Entry(entry) => entry,
        Row::Size(entry, color) => return size_ops(entry, *color, area, grid, style),
        Row::Title(title) => {
            let mask = text::mask(&display_text(title), style.tick_size_px, f64::from((area.width - 2).max(0)));
            return vec![Op::Text { left: area.left, top: area.top, mask, color: style.ink }];
        }
    };
    let (name_left, _) = name_room(area, grid, style);
    let name = grid::fitted_name(&entry.name, grid.name_px, style);
    let swatch = swatch_px(style);
    // In the middle of the column of swatches.
    let square_left = area.left + (grid.swatch_px - swatch) / 2;
    let swatch_top = area.top + text::middle_px(style.tick_size_px) - swatch / 2;
    let color = Rgba8 { a: 255, ..entry.color };
    let mut ops = vec![match entry.swatch.as_ref().and_then(shape) {
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
    }];
    for (line, mask) in (0..).zip(name.lines) {
        let top = area.top + line * text::line_px(name.size_px);
        ops.push(Op::Text { left: name_left, top, mask, color: style.ink });
    }
    ops.extend(entry.count.and_then(|count| count_op(count.into(), area, grid.count_px, style)));
    ops
}

/// A mark in its size with its number, in the middle of its row.
fn size_ops(entry: &SizeEntry, color: Rgba8, area: Block, grid: &Grid, style: &Style) -> Vec<Op> {
    let middle = area.top + (area.height - style.gap_px) / 2;
    let mark = shape(&entry.swatch).map(|mask| {
        let left = area.left + (grid.swatch_px - mask.width) / 2;
        Op::Shape { left, top: middle - mask.height / 2, mask: mask.into(), color }
    });
    let (left, most_px) = name_room(area, grid, style);
    let mask = text::mask(&size_label(entry), style.tick_size_px, most_px);
    let top = middle - text::middle_px(style.tick_size_px);
    mark.into_iter().chain([Op::Text { left, top, mask, color: style.ink }]).collect()
}

/// Pixels along a side.
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
fn count_op(count: u128, area: Block, count_px: i32, style: &Style) -> Option<Op> {
    let room = (count_px > 0).then(|| f64::from(count_px))?;
    let mask = text::mask(&short_count(count), style.tick_size_px, room);
    Some(Op::Text { left: area.right() - mask.width, top: area.top, mask, color: style.faint_ink() })
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
