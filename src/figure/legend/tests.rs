//! Legends: what fits, what is counted, and where it stands.

use super::*;
use crate::figure::{Key, LegendEntry, SizeKey};

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
    let room = Room { width_px: 400, height_px: 2 * row_px(&style), is_wide: false };
    // A second column has no room.
    let grid = Grid::reserved(&unknown.each_ref().map(Row::Entry), true, Room { width_px: 120, ..room }, &style);
    let grid = grid.expect("room");
    assert_eq!((grid.columns.len(), grid.hidden), (1, 2), "{grid:?}");
    let area = Block::new(10, 0, grid.width_px(&style), 2 * row_px(&style));
    let names_end = area.right() - grid.count_px;
    for power in 0..=18 {
        for count in [10u64.pow(power), 10u64.pow(power).saturating_mul(10) - 1] {
            // The third has no room: the last row has its count and the second's.
            let entries = [entry(Some(count)), entry(Some(1)), entry(Some(count - 1))];
            let drawn = ops(&entries.each_ref().map(Row::Entry), &grid, (area.left, area.top), &style);
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
        let room = Room { width_px: 400, height_px: 100, is_wide: false };
        let grid = Grid::reserved(&rows, false, room, &style).expect("room");
        ops(&rows, &grid, (10, 20), &style).swap_remove(0)
    };
    let square = drawn(&LegendEntry { swatch: None, ..entry(0) }).block();
    let shape = drawn(&entry(side_px * side_px));
    assert!(matches!(&shape, Op::Shape { color: drawn, .. } if *drawn == color));
    let shape = shape.block();
    let off = |a: Block, b: Block| (a.left - b.left + a.right() - b.right(), a.top - b.top + a.bottom() - b.bottom());
    let (across, down) = off(shape, square);
    assert!(across.abs() <= 1 && down.abs() <= 1 && shape.width > square.width, "{shape:?} around {square:?}");
    assert_eq!(drawn(&entry(1)).block(), square, "a mask of another size is none");
}

fn key(title: Option<&str>, names: &[&str]) -> Key {
    let entry = |name: &&str| LegendEntry {
        name: (*name).to_owned(),
        color: Rgba8::opaque(1, 2, 3),
        swatch: None,
        count: None,
    };
    let entries = names.iter().map(entry).collect();
    Key::Legend { title: title.map(str::to_owned), entries, has_counts: false }
}

#[test]
fn what_does_not_fit_is_counted() {
    let style = Style::new(crate::figure::Theme::Light, 100.0);
    let narrow = 60;
    let shown_of = |keys: &[Key], lines: i32| {
        let rows = rows(keys, &[], &Style::new(crate::figure::Theme::Light, 100.0));
        let room = Room { width_px: narrow, height_px: lines * row_px(&style), is_wide: false };
        let grid = Grid::reserved(&rows, false, room, &style)?;
        assert!(grid.height_px() <= room.height_px && grid.width_px(&style) <= narrow, "{grid:?} in {room:?}");
        let hidden = rows::entries(&rows[rows.len() - grid.hidden..]).count();
        Some((rows::entries(&rows).count() - hidden, hidden))
    };
    let six = [key(None, &["n1", "n2", "n3", "n4", "n5", "n6"])];
    assert_eq!(shown_of(&six, 6), Some((6, 0)));
    assert_eq!(shown_of(&six, 5), Some((4, 2)));
    assert_eq!(shown_of(&six, 1), None, "a count alone explains nothing");
    assert_eq!(shown_of(&six, 0), None);
    let titled = [key(Some("t"), &["n1", "n2", "n3"]), key(Some("u"), &["n4", "n5", "n6"])];
    assert_eq!(shown_of(&titled, 6), Some((3, 3)), "no title without one of its names");
    assert_eq!(shown_of(&titled, 9), Some((6, 0)), "two titles, six names and a gap");
    assert_eq!(shown_of(&titled[..1], 1), None, "a title alone explains nothing");
}

#[test]
fn names_stand_in_the_order_of_the_data_sets_and_in_columns_where_there_is_room() {
    let keys =
        [key(Some("first"), &["a", "b"]), Key::None, key(None, &["c"]), key(None, &["d"]), key(Some("last"), &["e"])];
    let rows = rows(&keys, &[], &Style::new(crate::figure::Theme::Light, 100.0));
    let shown: Vec<String> = rows
        .iter()
        .map(|row| match row {
            Row::Title(title) => (*title).to_owned(),
            Row::Entry(entry) => entry.name.clone(),
            Row::Size(entry, _) => entry.label.clone(),
            Row::Gap => String::new(),
        })
        .collect();
    assert_eq!(shown, ["first", "a", "b", "", "c", "d", "", "last", "e"]);

    let style = Style::new(crate::figure::Theme::Light, 100.0);
    let names: Vec<String> = (0..12).map(|i| format!("name {i}")).collect();
    let keys = [key(None, &names.iter().map(String::as_str).collect::<Vec<_>>())];
    let rows = super::rows(&keys, &[], &Style::new(crate::figure::Theme::Light, 100.0));
    let columns = |width_px: i32, lines: i32, is_wide: bool| {
        let room = Room { width_px, height_px: lines * row_px(&style), is_wide };
        let grid = Grid::reserved(&rows, false, room, &style).expect("room");
        (grid.columns.iter().map(|column| column.rows.len()).collect::<Vec<_>>(), grid.hidden)
    };
    assert_eq!(columns(400, 20, false), (vec![12], 0), "one column holds all");
    assert_eq!(columns(400, 6, false), (vec![6, 6], 0));
    assert_eq!(columns(400, 5, false), (vec![4, 4, 4], 0), "even ones");
    assert_eq!(columns(150, 5, false), (vec![5, 4], 3));
    assert_eq!(columns(400, 20, true), (vec![3, 3, 3, 3], 0), "rather across than down");
    assert_eq!(columns(70, 20, true), (vec![12], 0));
}

#[test]
fn sizes_stand_below_the_names_in_rows_as_high_as_their_marks() {
    let style = Style::new(crate::figure::Theme::Light, 100.0);
    let entry = |side_px: u32| SizeEntry {
        label: format!("-{side_px}"),
        swatch: Swatch { side_px, coverage: vec![255; (side_px * side_px) as usize].into() },
    };
    let red = Rgba8::opaque(255, 0, 0);
    let sizes = [SizeKey { title: Some("mass".into()), color: Some(red), entries: [3, 31, 59, 200].map(entry).into() }];
    let keys = [key(None, &["a"])];
    let rows = rows(&keys, &sizes, &style);
    assert_eq!(rows.len(), 1 + 1 + 1 + 3, "a name, a gap, a title, and no mark that is too large");
    let room = Room { width_px: 300, height_px: 400, is_wide: false };
    let grid = Grid::reserved(&rows, false, room, &style).expect("room");
    let drawn = ops(&rows, &grid, (10, 20), &style);
    let marks: Vec<Block> = drawn
        .iter()
        .filter_map(|op| match op {
            Op::Shape { color, .. } if *color == red => Some(op.block()),
            _ => None,
        })
        .collect();
    assert_eq!(marks.iter().map(|mark| mark.width).collect::<Vec<_>>(), [3, 31, 59]);
    assert!(marks.windows(2).all(|pair| pair[0].bottom() < pair[1].top), "{marks:?}");
    assert!(marks.iter().all(|mark| (2 * mark.left + mark.width - 2 * 10 - 59).abs() <= 1), "one below the other");
    let within = |block: Block| block.right() <= 10 + grid.width_px(&style) && block.bottom() <= 20 + grid.height_px();
    assert!(drawn.iter().all(|op| within(op.block())));
    for op in drawn.iter().filter(|op| matches!(op, Op::Text { .. })).skip(1) {
        assert!(op.block().left == 10 || op.block().left >= 10 + 59 + style.gap_px, "numbers are beside the marks");
    }
}

#[test]
fn long_names_break_into_lines_before_they_are_cut() {
    let style = Style::new(crate::figure::Theme::Light, 100.0);
    let long = "a name of many words that no line of so narrow a legend holds";
    let measured = |name: &str, width_px: i32| {
        let keys = [key(None, &["before", name, "after"])];
        let rows = rows(&keys, &[], &style);
        let room = Room { width_px, height_px: 400, is_wide: false };
        let grid = Grid::reserved(&rows, false, room, &style).expect("room");
        let drawn = ops(&rows, &grid, (10, 20), &style);
        let texts: Vec<Block> = drawn.iter().filter(|op| matches!(op, Op::Text { .. })).map(Op::block).collect();
        let apart = |a: &Block, b: &Block| a.bottom() <= b.top;
        assert!(texts.windows(2).all(|pair| apart(&pair[0], &pair[1])), "{texts:?}");
        assert!(texts.iter().all(|text| text.right() <= 10 + width_px && text.bottom() <= 20 + grid.height_px()));
        (texts.len(), grid.is_cut)
    };
    assert_eq!(measured(long, 1000), (3, false));
    assert_eq!(measured(long, 240), (4, false), "two lines");
    assert_eq!(measured(long, 90), (4, true), "two lines and an ellipsis");
}
