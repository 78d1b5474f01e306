//! Where annotations lie, against the places that their numbers say.

use super::*;
use crate::data::chunk::TimeUnit;
use crate::figure::Theme;
use crate::scale::Calendar;

const PLOT: Block = Block { left: 50, top: 20, width: 400, height: 300 };

fn style() -> Style {
    Style::new(Theme::Light, 100.0)
}

fn linear() -> Scale {
    Scale::linear(0.0, 10.0).expect("limits")
}

fn drawn(annotation: &Annotation, x: &Scale, y: &Scale) -> Vec<Block> {
    ops(annotation, (x, y), PLOT, &style()).iter().map(Op::block).collect()
}

fn is_within(block: &Block) -> bool {
    block.left >= PLOT.left && block.right() <= PLOT.right() && block.top >= PLOT.top && block.bottom() <= PLOT.bottom()
}

#[test]
fn lines_lie_within_half_a_pixel_of_their_value() {
    let calendar = Calendar { unit: TimeUnit::Second, zone: None };
    let (linear, log) = (Scale::linear(10.0, -10.0).expect("limits"), Scale::log(1e-3, 1e5).expect("limits"));
    let time = Scale::time(1_704_067_200, 1_704_067_200 + 86_400, calendar).expect("limits");
    // Fractions by hand, not by the scale.
    let cases: Vec<(&Scale, String, f64)> = (1..200)
        .flat_map(|i| {
            let share = f64::from(i) / 200.0;
            let seconds = i * 432;
            let clock = format!("2024-01-01T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
            [
                (&linear, format!("{}", 10.0 - 20.0 * share), share),
                (&log, format!("{:e}", 10f64.powf(8.0 * share - 3.0)), share),
                (&time, clock, share),
            ]
        })
        .collect();
    for (scale, at, share) in cases {
        for width in ["1", "2", "3", "2pt"] {
            let x = drawn(&Annotation::vline(&format!("{at},{width}")).expect("line"), scale, &self::linear());
            let y = drawn(&Annotation::hline(&format!("{at},{width}")).expect("line"), &self::linear(), scale);
            let (x, y) = (x[0], y[0]);
            let (middle_x, middle_y) = (f64::from(x.left + x.right()) / 2.0, f64::from(y.top + y.bottom()) / 2.0);
            let (asked_x, asked_y) = (50.0 + share * 400.0, 320.0 - share * 300.0);
            assert!((middle_x - asked_x).abs() <= 0.5 + 1e-9, "{at} {width}: {middle_x} for {asked_x}");
            assert!((middle_y - asked_y).abs() <= 0.5 + 1e-9, "{at} {width}: {middle_y} for {asked_y}");
            assert_eq!((x.top, x.height, y.left, y.width), (20, 300, 50, 400), "from side to side");
        }
    }
}

#[test]
fn lines_at_the_limits_are_seen_and_beyond_them_are_not() {
    for (at, top) in [("0", 317), ("10", 20)] {
        let lines = drawn(&Annotation::hline(&format!("{at},3")).expect("line"), &linear(), &linear());
        assert_eq!((lines[0].top, lines[0].height), (top, 3));
    }
    let outside = Annotation::vline("10.01").expect("line");
    assert!(drawn(&outside, &linear(), &linear()).is_empty());
    let note = outside.check(&linear(), &linear()).expect("a number").expect("a line");
    assert_eq!(note, "--vline 10.01 is not drawn: it lies outside of the view");
    assert_eq!(Annotation::vline("10").expect("line").check(&linear(), &linear()).expect("a number"), None);
}

#[test]
fn gaps_are_where_there_is_no_dash() {
    for (dash, share) in [("solid", 1.0), ("dashed", 2.0 / 3.0), ("dotted", 1.0 / 3.0)] {
        let lines = drawn(&Annotation::hline(&format!("5,4px,{dash}")).expect("line"), &linear(), &linear());
        let painted: i32 = lines.iter().map(|block| block.width).sum();
        assert!((f64::from(painted) / 400.0 - share).abs() < 0.04, "{dash}: {painted}");
        assert!(
            lines.windows(2).all(|pair| pair[0].right() + 2 <= pair[1].left),
            "{dash}: gaps of two pixels at least"
        );
        assert!(lines.iter().all(is_within));
    }
}

#[test]
fn boxes_cover_what_lies_between_their_values() {
    let area = drawn(&Annotation::area("2,4,1,9").expect("box"), &linear(), &linear());
    assert_eq!(area[0], Block::new(130, 50, 80, 240), "the inside");
    assert_eq!(area.len(), 5);
    assert_eq!(drawn(&Annotation::area("4,2,9,1").expect("box"), &linear(), &linear()), area, "in either order");
    // No pixel of the outline twice: a translucent one would show it.
    let mut seen = std::collections::HashSet::new();
    for block in &area[1..] {
        for y in block.top..block.bottom() {
            assert!((block.left..block.right()).all(|x| seen.insert((x, y))), "{block:?}");
        }
    }
    assert_eq!(seen.len(), 2 * 2 * (80 + 240 - 2 * 2), "two pixels wide");
    // Sides outside of the view are none.
    let wide = drawn(&Annotation::area("-5,4,-1e300,1e300").expect("box"), &linear(), &linear());
    assert_eq!(wide, [Block::new(50, 20, 160, 300), Block::new(208, 20, 2, 300)]);
    assert!(drawn(&Annotation::area("11,12,0,1").expect("box"), &linear(), &linear()).is_empty());
    let thin = drawn(&Annotation::area("5,5.000001,0,10").expect("box"), &linear(), &linear());
    assert_eq!(thin[0], Block::new(250, 20, 1, 300), "at least a pixel");
}

#[test]
fn texts_stand_at_their_place_and_move_into_the_plot() {
    let text = |typed: &str| ops(&Annotation::text(typed).expect("text"), (&linear(), &linear()), PLOT, &style());
    let drawn = text("5,5,gy");
    let (paper, mask) = (drawn[0].block(), drawn[1].block());
    assert!((f64::from(paper.left + paper.right()) / 2.0 - 250.0).abs() <= 0.5, "{paper:?}");
    assert!((f64::from(paper.top + paper.bottom()) / 2.0 - 170.0).abs() <= 0.5);
    assert!(mask.left >= paper.left && mask.right() <= paper.right() && mask.bottom() <= paper.bottom());
    let ends = [("left", 250, 0), ("right", 250, 1), ("top", 170, 2), ("bottom", 170, 3)];
    for (anchor, at, side) in ends {
        let block = text(&format!("5,5,at={anchor},gy"))[0].block();
        assert_eq!([block.left, block.right(), block.top, block.bottom()][side], at, "{anchor}");
    }
    for corner in ["0,0", "10,0", "0,10", "10,10", "9.9,0.1"] {
        for typed in ["a long text in a corner", "two\\nlines", &"W".repeat(1000)] {
            for anchor in Anchor::ALL {
                let drawn = text(&format!("{corner},at={},{typed}", anchor.name()));
                assert!(!drawn.is_empty() && drawn.iter().all(|op| is_within(&op.block())), "{corner} {anchor:?}");
            }
        }
    }
    let lines = text("5,5,at=left,one\\ntwo three");
    let Op::Text { left: first, top, .. } = lines[1] else { panic!("a text") };
    let Op::Text { left: second, top: below, .. } = lines[2] else { panic!("a text") };
    assert!(first == second && below > top);
    assert!(text("5,10.5,outside").is_empty());
    let tiny = Block::new(0, 0, 30, 5);
    let annotation = Annotation::text("5,5,text").expect("text");
    assert!(ops(&annotation, (&linear(), &linear()), tiny, &style()).is_empty(), "no room");
}

#[test]
fn coordinates_that_are_no_values_are_refused_by_name() {
    let log = Scale::log(1.0, 100.0).expect("limits");
    for (annotation, says) in [
        (Annotation::hline("0"), "y of --hline"),
        (Annotation::vline("soon"), "x of --vline"),
        (Annotation::area("0,1,0,10"), "y of --box"),
        (Annotation::text("1,-1,t"), "y of --text"),
    ] {
        let error = annotation.expect("typed well").check(&linear(), &log).expect_err(says);
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(error.kind().exit_code(), 2);
    }
}

#[test]
fn a_look_is_given_once() {
    for text in ["1,red,blue", "1,2px,3px", "1,dashed,dotted", "1,red,dashed,red"] {
        assert_eq!(Annotation::hline(text).map_err(|error| error.kind().exit_code()).err(), Some(2), "{text}");
    }
    assert!(Annotation::hline("1,red,2px,dashed").is_ok());
}
