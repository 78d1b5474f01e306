//! The sides of a plot area: which of them have a spine, and the marks of ticks on them.

use super::display::{Block, Op};
use super::style::Style;
use crate::error::{Error, Result};
use crate::nearest::nearest;

/// Some of the four sides of a plot area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The left one, that of y.
    pub left: bool,
    /// The right one.
    pub right: bool,
    /// The upper one.
    pub top: bool,
    /// The lower one, that of x.
    pub bottom: bool,
}

impl Sides {
    /// All four.
    pub const ALL: Self = Self { left: true, right: true, top: true, bottom: true };

    /// None of them.
    pub const NONE: Self = Self { left: false, right: false, top: false, bottom: false };

    /// Reads `all`, `none`, or sides with commas between them, like `left,bottom`.
    ///
    /// # Errors
    /// A usage error that names the closest side.
    pub fn parse(text: &str) -> Result<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "all" => return Ok(Self::ALL),
            "none" => return Ok(Self::NONE),
            _ => {}
        }
        let mut sides = Self::NONE;
        for word in text.split(',').map(|word| word.trim().to_ascii_lowercase()) {
            match word.as_str() {
                "left" => sides.left = true,
                "right" => sides.right = true,
                "top" => sides.top = true,
                "bottom" => sides.bottom = true,
                _ => {
                    let error = Error::usage("no such side of a plot")
                        .expected("all, none, or some of left, right, top, bottom, like left,bottom")
                        .found(format!("'{word}'"));
                    let names = ["left", "right", "top", "bottom", "all", "none"];
                    return Err(match nearest(&word, names.into_iter()) {
                        Some(near) => error.hint(format!("did you mean {near}?")),
                        None => error,
                    });
                }
            }
        }
        Ok(sides)
    }

    /// As [`Sides::parse`] reads it.
    #[must_use]
    pub fn text(self) -> String {
        let all = [(self.left, "left"), (self.right, "right"), (self.top, "top"), (self.bottom, "bottom")];
        let names: Vec<&str> = all.into_iter().filter(|(is_there, _)| *is_there).map(|(_, name)| name).collect();
        match names.len() {
            0 => "none".to_owned(),
            4 => "all".to_owned(),
            _ => names.join(","),
        }
    }
}

/// The spines of a plot area, outside of it; those of two sides that meet have the corner in common.
pub(super) fn spines(plot: Block, style: &Style) -> Vec<Op> {
    let (line, sides) = (style.line_px, style.spines);
    let reach = |is_there: bool| if is_there { line } else { 0 };
    let left = plot.left - reach(sides.left);
    let width = plot.width + reach(sides.left) + reach(sides.right);
    let blocks = [
        (sides.top, Block::new(left, plot.top - line, width, line)),
        (sides.bottom, Block::new(left, plot.bottom(), width, line)),
        (sides.left, Block::new(plot.left - line, plot.top, line, plot.height)),
        (sides.right, Block::new(plot.right(), plot.top, line, plot.height)),
    ];
    let there = blocks.into_iter().filter(|(is_there, _)| *is_there);
    there.map(|(_, block)| Op::Fill { block, color: style.spine_ink }).collect()
}

/// The marks of a tick of x whose line begins at the column `left`: on the lower spine, on the upper one too where ticks
/// are on all sides. A mark hangs on its spine: where there is none, neither is the mark.
pub(super) fn x_tick(plot: Block, left: i32, is_minor: bool, style: &Style) -> Vec<Op> {
    let (length, width) = (style.tick_px(is_minor), style.tick_width_px);
    let (below, above) = match style.ticks_inward {
        false => (plot.bottom() + style.line_px, plot.top - style.line_px - length),
        true => (plot.bottom() - length, plot.top),
    };
    let ends = [(style.spines.bottom, below), (style.spines.top && style.ticks_all_sides, above)];
    let blocks = ends.into_iter().filter(|(is_there, _)| *is_there && length > 0);
    blocks.map(|(_, top)| tick(Block::new(left, top, width, length), style)).collect()
}

/// The marks of a tick of y whose line begins at the row `top`: on the left spine, on the right one too where ticks are on
/// all sides.
pub(super) fn y_tick(plot: Block, top: i32, is_minor: bool, style: &Style) -> Vec<Op> {
    let (length, width) = (style.tick_px(is_minor), style.tick_width_px);
    let (before, behind) = match style.ticks_inward {
        false => (plot.left - style.line_px - length, plot.right() + style.line_px),
        true => (plot.left, plot.right() - length),
    };
    let ends = [(style.spines.left, before), (style.spines.right && style.ticks_all_sides, behind)];
    let blocks = ends.into_iter().filter(|(is_there, _)| *is_there && length > 0);
    blocks.map(|(_, left)| tick(Block::new(left, top, length, width), style)).collect()
}

fn tick(block: Block, style: &Style) -> Op {
    Op::Fill { block, color: style.tick_ink }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_read_and_written_back() {
        for text in ["all", "none", "left", "left,bottom", "right,top,bottom"] {
            assert_eq!(Sides::parse(text).unwrap().text(), text);
        }
        assert_eq!(Sides::parse(" Bottom , left").unwrap().text(), "left,bottom");
        for (text, says) in
            [("lef", "did you mean left?"), ("", "all, none"), ("left,all", "all, none"), ("1", "found '1'")]
        {
            let error = Sides::parse(text).unwrap_err();
            assert!(error.to_string().contains(says), "{text}: {error}");
            assert_eq!(error.kind().exit_code(), 2);
        }
    }
}
