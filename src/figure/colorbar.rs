//! The colorbar: the colormap as a bar right of the plot area, with the values at its ticks.

use crate::escape::display_text;
use std::sync::Arc;

use super::axis::AxisTicks;
use super::display::{Block, Op};
use super::layout::Style;
use super::text;
use crate::color::{Colormap, Norm};
use crate::scale::{Calendar, Scale, superscript};

/// Room for labels that are not known yet: enough for four digits, a point and a sign.
const UNKNOWN_CHARS: f64 = 6.0;

/// Powers of ten within these are not taken out of labels: `0.10001` reads better than `1.0001` under a `×10⁻¹`.
const PLAIN_POWERS: std::ops::RangeInclusive<i32> = -4..=5;

/// What the bar shows: numbers, or times.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a> {
    pub norm: &'a Norm,
    pub calendar: Option<&'a Calendar>,
}

/// The columns of a colorbar in pixels, from its bar on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    bar_px: i32,
    label_px: i32,
    title_px: i32,
}

impl Columns {
    /// Measured from the labels, or fixed where the values are not known yet.
    pub fn reserved(values: Option<Values<'_>>, has_title: bool, height_px: i32, style: &Style) -> Self {
        let digits_px = (UNKNOWN_CHARS * text::width_px("0", style.tick_size_px)).ceil() as i32;
        let label_px = values.map_or(digits_px, |values| labelled(values, height_px, digits_px, style).1);
        let title_px = if has_title { text::line_px(style.label_size_px) + style.gap_px } else { 0 };
        Self { bar_px: (style.tick_size_px * 1.3).round().max(1.0) as i32, label_px, title_px }
    }

    pub fn width_px(&self, style: &Style) -> i32 {
        2 * style.line_px + self.bar_px + style.tick_px(false) + style.gap_px + self.label_px + self.title_px
    }
}

/// The ticks, the room of their labels, and the power of ten that was taken out of them.
fn labelled(values: Values<'_>, height_px: i32, most_px: i32, style: &Style) -> (Option<AxisTicks>, i32, i32) {
    let (lo, hi) = values.norm.limits();
    if let Some(calendar) = values.calendar
        && let Ok(scale) = Scale::time(lo as i128, hi as i128, calendar.clone())
    {
        let ticks = AxisTicks::upwards(&scale, height_px, style);
        let width_px = ticks.width_px();
        return (Some(ticks), width_px, 0);
    }
    let Ok(scale) = Scale::linear(lo, hi) else { return (None, most_px, 0) };
    let ticks = AxisTicks::upwards(&scale, height_px, style);
    let power = lo.abs().max(hi.abs()).log10().floor() as i32;
    if ticks.width_px() <= most_px || PLAIN_POWERS.contains(&power) {
        let width_px = ticks.width_px();
        return (Some(ticks), width_px, 0);
    }
    let unit = |value: f64| {
        format!("{value:e}").split_once('e').and_then(|(mantissa, exponent)| {
            format!("{mantissa}e{}", exponent.parse::<i32>().ok()? - power).parse::<f64>().ok()
        })
    };
    let scaled = unit(lo).zip(unit(hi)).and_then(|(lo, hi)| Scale::linear(lo, hi).ok());
    match scaled.map(|scale| AxisTicks::upwards(&scale, height_px, style)) {
        // A deep zoom is not made shorter by taking out a power.
        Some(scaled) if scaled.width_px() < ticks.width_px() => {
            let width_px = scaled.width_px();
            (Some(scaled), width_px, power)
        }
        _ => {
            let width_px = ticks.width_px();
            (Some(ticks), width_px, 0)
        }
    }
}

/// The colorbar in its box, as high as the plot area.
pub(super) fn ops(
    values: Values<'_>,
    map: Colormap,
    label: Option<&str>,
    columns: Columns,
    area: Block,
    style: &Style,
) -> Vec<Op> {
    let (ticks, _, power) = labelled(values, area.height, columns.label_px, style);
    let mut bar = Block::new(area.left + style.line_px, area.top, columns.bar_px, area.height);
    let mut ops = Vec::new();
    if power != 0 {
        // The power stands above the bar, which makes room for it.
        let mask = text::mask(&format!("×10{}", superscript(power)), style.tick_size_px, f64::from(area.width));
        let room = mask.height + style.gap_px;
        if bar.height > 2 * room {
            bar = Block::new(bar.left, bar.top + room, bar.width, bar.height - room);
        }
        ops.push(Op::Text { left: area.left, top: area.top, mask, color: style.ink });
    }
    let height = f64::from(bar.height);
    let rows: Arc<[[u8; 3]]> =
        (0..bar.height).map(|row| map.color_from_t(1.0 - (f64::from(row) + 0.5) / height)).collect();
    ops.push(Op::Ramp { block: bar, rows });
    ops.extend(Op::frame(bar, style.line_px, style.ink));
    let rows = bar.top - text::line_px(style.tick_size_px) / 2 - 1..area.bottom() + text::line_px(style.tick_size_px);
    match ticks {
        Some(ticks) => ops.extend(ticks.right_of(bar, rows, columns.label_px, style)),
        None => {
            // One value alone: in the middle of the bar, where its colour is.
            let (value, _) = values.norm.limits();
            let mask = text::mask(&format!("{value}"), style.tick_size_px, f64::from(columns.label_px));
            let left = bar.right() + style.line_px + style.tick_px(false) + style.gap_px;
            let top = bar.top + bar.height / 2 - text::middle_px(style.tick_size_px);
            ops.push(Op::Text { left, top, mask, color: style.ink });
        }
    }
    if let Some(label) = label.filter(|_| columns.title_px > 0) {
        let mask = text::mask(&display_text(label), style.label_size_px, f64::from(area.height));
        let mask = Arc::new(mask.upwards());
        let top = (area.top + (area.height - mask.height) / 2).max(0);
        ops.push(Op::Text { left: area.right() - mask.width, top, mask, color: style.ink });
    }
    ops
}
