//! Canvas files come back as they were, and nothing that is not one becomes one.

use super::*;
use crate::color::{Norm, NormKind, Rgba8};
use crate::content::Meaning;
use crate::fixed::FixedPoint;
use crate::keys::KeyKind;
use crate::program::Pick;
use crate::reduce::{Reduced, Reducer};
use crate::scale::{Calendar, Scale};

fn file() -> CanvasFile {
    let size = Size::new(300, 200).unwrap();
    let kinds =
        vec![Plane::Count, Plane::Sum(0), Plane::Squares(0), Plane::Winner(1, Pick::First), Plane::CountBy(2, 2)];
    let words = |len: usize, seed: u64| PlaneData::Words((0..len as u64).map(|i| i.wrapping_mul(seed) % 7).collect());
    let wide = || PlaneData::Wide((0..size.area() as u128).map(|i| i << 70).collect());
    let data = vec![words(60_000, 3), wide(), wide(), words(60_000, u64::MAX / 9), words(120_000, 5)];
    let fixed = FixedPoint::floats(0.1, 1.0 / 3.0).unwrap();
    let integer = FixedPoint::integers(i64::MIN.into(), -1).unwrap();
    let reduced = |name: &str, reducer| Reduced { name: name.into(), label: name.into(), reducer };
    let calendar = Calendar { unit: crate::data::chunk::TimeUnit::Nanosecond, zone: Some("UTC".into()) };
    CanvasFile {
        is_partial: false,
        view: View {
            x: Scale::time(1_700_000_000_000_000_001, 1_700_000_000_000_000_900, calendar.clone()).unwrap(),
            y: Scale::log(1e3, 0.1).unwrap(),
            width_px: 300,
            height_px: 200,
        },
        content: Content::Density {
            reduced: vec![
                reduced("mean:v", Reducer::Mean { sum: 1, fixed }),
                reduced("std:v", Reducer::Variance { sum: 1, squares: 2, fixed: integer, is_root: true }),
                reduced("first:w", Reducer::Winner { plane: 3, keys: KeyKind::U64 }),
                reduced("by:c", Reducer::By { plane: 4, names: ["a".into(), "other".into()].into(), has_other: true }),
            ],
            calendar: Some(calendar),
        },
        description: serde_json::json!({ "reduce": "mean:v" }),
        labels: [Some("größe".into()), None],
        figure_px: (400, 300),
        rows: Rows { total: 5, read: 5, drawn: 3, outside: 1, invalid: 1, ..Rows::default() },
        canvas: Canvas::Planes(Planes::from_data(size, kinds, data).unwrap()),
    }
}

fn bytes(file: &CanvasFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, file).unwrap();
    bytes
}

#[test]
fn everything_comes_back_and_the_bytes_are_the_same_again() {
    let file = file();
    let written = bytes(&file);
    let read = read(&mut &written[..], u64::MAX).unwrap();
    assert!(read.canvas == file.canvas, "the planes differ");
    assert_eq!((&read.content, &read.labels, read.rows), (&file.content, &file.labels, file.rows));
    assert_eq!((&read.view.x, &read.view.y), (&file.view.x, &file.view.y));
    assert!(bytes(&read) == written, "two writings differ");
}

#[test]
fn layers_and_veils_come_back() {
    let size = Size::new(3, 2).unwrap();
    for canvas in [
        Canvas::Layer(Layer::from_pixels(size, vec![[0.25, 0.5, 0.125, 0.1]; 6])),
        Canvas::Veil(Veil::from_pixels(size, vec![0.75; 6])),
    ] {
        let norm = Norm::new(NormKind::Power { exponent: 0.3 }, -0.1, 1e300).unwrap();
        let colormap = "white,red 10%,#123456".to_owned();
        let meaning = Meaning::Values { norm, colormap, label: Some("v".into()), calendar: None };
        let content = Content::Points { color: Rgba8 { r: 1, g: 2, b: 3, a: 4 }, alpha: 0.1, meaning };
        let file = CanvasFile { content, canvas, ..file() };
        let read = read(&mut &bytes(&file)[..], u64::MAX).unwrap();
        assert_eq!((read.canvas, read.content), (file.canvas, file.content));
    }
}

#[test]
fn a_cut_or_a_flipped_bit_anywhere_is_an_error() {
    let written = bytes(&file());
    let step = (written.len() / 400).max(1);
    for at in (0..written.len()).step_by(step) {
        let error = read(&mut &written[..at], u64::MAX).unwrap_err();
        assert_eq!(error.kind().exit_code(), 1, "cut at {at}: {error}");
        let mut flipped = written.clone();
        flipped[at] ^= 1 << (at % 8);
        let error = read(&mut &flipped[..], u64::MAX).unwrap_err();
        assert_eq!(error.kind().exit_code(), 1, "flipped at {at}: {error}");
    }
    let longer = [&written[..], b"x"].concat();
    assert!(read(&mut &longer[..], u64::MAX).unwrap_err().to_string().contains("follows its end"));
}

#[test]
fn a_canvas_beyond_the_budget_is_refused_before_it_is_read() {
    let error = read(&mut &bytes(&file())[..], 1000).unwrap_err().to_string();
    assert!(error.contains("too large") && error.contains("--max-memory"), "{error}");
}
