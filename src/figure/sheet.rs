//! A sheet of colormaps: one named ramp a line, under headings by kind.

use std::sync::Arc;

use super::display::{Block, Figure, Op, Plate, Rect};
use super::style::Style;
use super::{FigureSpec, Theme, text};
use crate::color::Colormap;
use crate::error::{Error, Result};
use crate::escape::display_text;

/// Pixels of each of a map's 256 colours at 100 dpi.
const ENTRY_PX: f64 = 2.0;
const ENTRIES: i32 = 256;

/// No name gets more than this: stops may be long.
const MOST_NAME_EM: f64 = 40.0;

/// Draws the maps in groups, each under its heading, if it has one; the sheet is as large as they need.
///
/// # Errors
/// A usage error when there are more maps than a picture has rows.
pub fn sheet(groups: &[(String, Vec<Colormap>)], theme: Theme, dpi: f64) -> Result<Figure> {
    let style = Style::new(theme, dpi);
    let entry_px = (ENTRY_PX * dpi / 100.0).round().max(1.0) as i32;
    let name =
        |map: &Colormap| text::mask(&display_text(map.name()), style.label_size_px, MOST_NAME_EM * style.label_size_px);
    let line_px = text::line_px(style.label_size_px);
    let row_px = line_px + 2 * style.gap_px;
    let names_px = groups.iter().flat_map(|group| &group.1).map(|map| name(map).width).max().unwrap_or(0);
    let bar_left = style.margin_px + names_px + style.margin_px;
    let bar_px = ENTRIES * entry_px;

    let mut over = Vec::new();
    let mut top = style.margin_px;
    for (heading, maps) in groups {
        if !heading.is_empty() {
            let mask = text::mask(&display_text(heading), style.label_size_px, f64::from(bar_px));
            over.push(Op::Text { left: bar_left, top, mask, color: style.faint_ink() });
            top += line_px + style.gap_px;
        }
        for map in maps {
            let mask = name(map);
            over.push(Op::Text {
                left: bar_left - style.margin_px - mask.width,
                top: top + style.gap_px,
                mask,
                color: style.ink,
            });
            let bar = Block::new(bar_left, top + style.line_px, bar_px, row_px - 3 * style.line_px);
            over.extend((0..ENTRIES).map(|entry| {
                let [r, g, b] = map.color_from_t((f64::from(entry) + 0.5) / f64::from(ENTRIES));
                let block = Block { left: bar.left + entry * entry_px, width: entry_px, ..bar };
                Op::Fill { block, color: crate::color::Rgba8::opaque(r, g, b) }
            }));
            over.extend(Op::frame(bar, style.line_px, style.grid));
            top += row_px;
        }
        top += style.margin_px;
    }
    let size = |px: i32| u32::try_from(px).ok().filter(|px| (1..=u32::from(u16::MAX)).contains(px));
    let (Some(width), Some(height)) = (size(bar_left + bar_px + style.margin_px), size(top)) else {
        return Err(Error::usage("the sheet of colormaps is too large")
            .expected("at most 65535 rows")
            .found(top.to_string())
            .hint("name fewer maps"));
    };
    let spec = FigureSpec {
        dpi,
        theme,
        background: Some(theme.background()),
        plot_background: None,
        ..FigureSpec::new(width, height)
    };
    let area = Rect { x: 0, y: 0, width, height };
    Ok(Figure { spec: Arc::new(spec), plates: vec![Plate { area, background: None, under: Vec::new(), over }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_lies_within_the_sheet_and_apart() {
        let own =
            Colormap::parse("white, rgb(10, 20, 30) 33.333%, orange 60%, #800000 80%, #123456, black").expect("stops");
        let maps = Colormap::names().map(|name| Colormap::by_name(name).expect(name)).chain([own]).collect();
        for dpi in [50.0, 100.0, 250.0] {
            let groups = [("first".to_owned(), Vec::clone(&maps)), ("second".to_owned(), vec![Colormap::default()])];
            let figure = sheet(&groups, Theme::Light, dpi).expect("fits");
            let (width, height) = (figure.spec.width as i32, figure.spec.height as i32);
            let blocks: Vec<Block> = figure.plates[0].over.iter().map(Op::block).collect();
            for block in &blocks {
                assert!(
                    block.left >= 0 && block.top >= 0 && block.right() <= width && block.bottom() <= height,
                    "{block:?}"
                );
            }
            let texts: Vec<Block> =
                figure.plates[0].over.iter().filter(|op| matches!(op, Op::Text { .. })).map(Op::block).collect();
            assert_eq!(texts.len(), 2 + maps.len() + 1);
            let meets = |a: &Block, b: &Block| {
                a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom()
            };
            let is_apart = |text: &Block| blocks.iter().filter(|other| *other != text).all(|other| !meets(text, other));
            assert!(texts.iter().all(is_apart), "a text is covered at {dpi} dpi");
        }
    }

    #[test]
    fn too_many_maps_are_refused() {
        let groups = [("many".to_owned(), vec![Colormap::default(); 4_000])];
        assert_eq!(sheet(&groups, Theme::Dark, 100.0).expect_err("too high").kind().exit_code(), 2);
    }
}
