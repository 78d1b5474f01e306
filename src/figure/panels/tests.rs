//! Unit tests of facets within a layout: what stands where.

use crate::color::NormKind;
use crate::color::{Colormap, Norm, Ramp};
use crate::data::chunk::TimeUnit;
use crate::figure::display::{Block, Op};
use crate::figure::{Colorbar, FacetGrid, FigureSpec, Frame, Key, Layout};
use crate::scale::{Calendar, Scale};

fn block(area: crate::figure::Rect) -> Block {
    Block::new(area.x as i32, area.y as i32, area.width as i32, area.height as i32)
}

fn meets(a: Block, b: Block) -> bool {
    a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom()
}

fn bar() -> Key {
    let norm = Norm::new(NormKind::Linear, 0.0, 12.0).expect("norm");
    let label = Some("magnitude".to_owned());
    Key::Colorbar(Colorbar { norm: Some(norm), label, ..Colorbar::new(Ramp::new(Colormap::default(), None)) })
}

#[test]
fn facets_have_texts_that_touch_neither_each_other_nor_a_panel() {
    let calendar = Calendar { unit: TimeUnit::Second, zone: None };
    let axes = [
        (Scale::linear(-197.5, 196.75).expect("x"), Scale::linear(-0.003, 0.004).expect("y")),
        (Scale::log(1.0, 1e7).expect("x"), Scale::linear(0.0, 1.0).expect("y")),
        (Scale::time(1_700_000_000, 1_701_000_000, calendar).expect("x"), Scale::linear(1e9, 1.000_01e9).expect("y")),
    ];
    let mut texts_seen = 0;
    for (width, height, dpi) in [(1024, 768, 100.0), (640, 480, 100.0), (360, 300, 72.0), (1600, 1200, 220.0)] {
        for count in [1, 2, 3, 5, 7, 12] {
            for (number, (x, y)) in axes.iter().enumerate() {
                let strips = (0..count).map(|i| format!("value number {i}")).collect();
                let spec = FigureSpec {
                    dpi,
                    title: (number == 0).then(|| "Title".to_owned()),
                    x_label: Some("longitude".to_owned()),
                    y_label: Some("latitude".to_owned()),
                    facets: Some(FacetGrid { strips, columns: None }),
                    ..FigureSpec::new(width, height)
                };
                let keys = [bar()];
                let layout = Layout::reserve(&spec, x, y, &keys).expect("fits");
                let figure = layout.fill(&keys);
                let cells: Vec<Block> = layout.panel_areas().into_iter().map(block).collect();
                assert_eq!((cells.len(), figure.plates().len()), (count, count));
                let page = Block::new(0, 0, width as i32, height as i32);
                let ops: Vec<&Op> = figure.plates.iter().flat_map(|plate| &plate.over).collect();
                let texts: Vec<Block> =
                    ops.iter().filter(|op| matches!(op, Op::Text { .. })).map(|op| op.block()).collect();
                let case = format!("{width}x{height}, {count} panels, axes {number}");
                for (at, text) in texts.iter().enumerate() {
                    let is_on_page =
                        text.left >= 0 && text.top >= 0 && text.right() <= page.width && text.bottom() <= page.height;
                    assert!(is_on_page, "{case}: {text:?} leaves the page");
                    let touched = texts[at + 1..].iter().find(|other| meets(*text, **other));
                    assert!(touched.is_none(), "{case}: {text:?} touches {touched:?}");
                    assert!(!cells.iter().any(|cell| meets(*cell, *text)), "{case}: {text:?} lies on a panel");
                }
                texts_seen += texts.len();
            }
        }
    }
    assert!(texts_seen > 1000, "{texts_seen}");
}

#[test]
fn facets_without_a_frame_are_their_panels_alone() {
    let facets = Some(FacetGrid { strips: vec!["a".to_owned(); 4], columns: Some(2) });
    let spec = FigureSpec { facets, frame: Frame::None, ..FigureSpec::new(203, 103) };
    let (x, y) = (Scale::linear(0.0, 1.0).expect("x"), Scale::linear(0.0, 1.0).expect("y"));
    let layout = Layout::reserve(&spec, &x, &y, &[]).expect("fits");
    let cells: Vec<Block> = layout.panel_areas().into_iter().map(block).collect();
    assert_eq!((cells[0].left, cells[3].right(), cells[3].bottom()), (0, 203, 103));
    assert_eq!((cells[0].width, cells[0].height), (100, 50));
    assert!(layout.fill(&[]).plates.iter().all(|plate| plate.over.is_empty()));
}
