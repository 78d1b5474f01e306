//! Unit tests of drawings.

use super::*;
use crate::data::chunk::Role;
use crate::encode::{Opacity, Paint};
use crate::program::{Accumulate, Footprint, Plane, Size};
use crate::raster::cpu::Cpu;
use crate::scale::Scale;
use crate::stamp::{Marker, StampAtlas};

#[test]
fn rows_outside_leave_nothing_behind() {
    let pool = crate::engine::pool(Some(2)).unwrap();
    let size = Size::new(10, 10).unwrap();
    let atlas = Arc::new(StampAtlas::new(Marker::Square, 1.0, false).unwrap());
    let footprint = Footprint::Stamp(atlas);
    let program = Program {
        size,
        footprint: footprint.clone(),
        accumulate: Accumulate::Planes(vec![Plane::Count]),
        prefers_compute: false,
    };
    let scale = Scale::linear(0.0, 1.0).unwrap();
    let binnings = (scale.binning(10, false), scale.binning(10, true));
    let roles = vec![Role::X, Role::Y];
    let encoder =
        Encoder::new(binnings, size, footprint, roles, Paint::Constant([0; 3]), Opacity::Constant(1.0), vec![]);
    let backend = Backend::Cpu(Cpu::new(Arc::clone(&pool)));
    let mut drawing = Drawing::begin(encoder.unwrap(), &program, &backend, pool).unwrap();
    // One row of each chunk is inside, the rest far away.
    let mut x = vec![50.0; BATCH_ROWS];
    x[7] = 0.5;
    let chunks = 3 * GROUP_BATCHES;
    for _ in 0..chunks {
        drawing.draw(&Chunk::xy(&x, &x)).unwrap();
        let held = drawing.easels[0].batches.len() + drawing.spare.len();
        assert!(held <= GROUP_BATCHES + 1, "{held} batches are held");
    }
    let (canvas, ledger, _) = drawing.finish().unwrap();
    assert_eq!(ledger.rows.drawn, chunks as u64);
    assert_eq!(ledger.rows.outside, (chunks * (BATCH_ROWS - 1)) as u64);
    let Canvas::Planes(planes) = canvas else { panic!("counts") };
    assert_eq!(planes.counts().iter().sum::<u64>(), chunks as u64);
}

#[test]
fn each_panel_is_what_its_rows_alone_are() {
    use crate::data::chunk::{Column, Data, Logical};

    let pool = crate::engine::pool(Some(2)).unwrap();
    let size = Size::new(20, 20).unwrap();
    let program = Program {
        size,
        footprint: Footprint::Cell,
        accumulate: Accumulate::Planes(vec![Plane::Count]),
        prefers_compute: true,
    };
    let backend = Backend::Cpu(Cpu::new(Arc::clone(&pool)));
    let encoder = || {
        let scale = Scale::linear(0.0, 1.0).unwrap();
        let binnings = (scale.binning(20, false), scale.binning(20, true));
        let (roles, paint) = (vec![Role::X, Role::Y], Paint::Constant([0; 3]));
        Encoder::new(binnings, size, Footprint::Cell, roles, paint, Opacity::Constant(1.0), vec![]).unwrap()
    };
    const PANELS: usize = 40;
    let facets = Facets::of_integers(&(0..PANELS as i128).collect::<Vec<_>>(), true);
    let mut drawing = Drawing::of_facets((encoder(), &program), facets, &backend, Arc::clone(&pool)).unwrap();
    // Some values have no panel, some rows no place.
    let rows = 3 * BATCH_ROWS + 17;
    let value = |row: usize| ((row * 7919) % 43) as i64;
    let x = |row: usize| if row.is_multiple_of(1000) { f64::NAN } else { (row % 977) as f64 / 900.0 };
    let y = |row: usize| (row % 613) as f64 / 613.0;
    let number = |values: Vec<f64>| Column::new(Data::F64(values.into()), Logical::Number { integer: false });
    for first in (0..rows).step_by(100_003) {
        let of = first..rows.min(first + 100_003);
        let columns = vec![
            number(of.clone().map(x).collect()),
            number(of.clone().map(y).collect()),
            Column::new(Data::I64(of.clone().map(value).collect::<Vec<_>>().into()), Logical::Number { integer: true }),
        ];
        let origin = Origin { first_row: first as u64, ..Origin::default() };
        drawing.draw(&Chunk::new(origin, of.len(), columns).unwrap()).unwrap();
    }
    let Finished { canvases, rows: panels, ledger, .. } = drawing.finish_all().unwrap();
    assert_eq!(canvases.len(), PANELS);
    let mut sum = Rows::default();
    for (panel, (canvas, told)) in canvases.into_iter().zip(panels).enumerate() {
        let own: Vec<usize> = (0..rows).filter(|row| value(*row) == panel as i64).collect();
        let mut alone = Drawing::begin(encoder(), &program, &backend, Arc::clone(&pool)).unwrap();
        let (xs, ys): (Vec<f64>, Vec<f64>) = own.iter().map(|row| (x(*row), y(*row))).unzip();
        alone.draw(&Chunk::xy(&xs, &ys)).unwrap();
        let (expected, alone, _) = alone.finish().unwrap();
        let (Canvas::Planes(found), Canvas::Planes(expected)) = (canvas, expected) else { panic!("counts") };
        assert_eq!(found.counts(), expected.counts(), "panel {panel}");
        assert_eq!((told, told.drawn > 0), (alone.rows, true));
        sum += told;
    }
    let unwanted = (0..rows).filter(|row| value(*row) >= PANELS as i64).count() as u64;
    assert_eq!((ledger.rows.total, ledger.rows.filtered), (rows as u64, unwanted));
    assert_eq!(
        (sum.read + unwanted, sum.drawn, sum.invalid),
        (ledger.rows.read, ledger.rows.drawn, ledger.rows.invalid)
    );
    let wanted_and_nowhere = (0..rows).find(|row| x(*row).is_nan() && value(*row) < PANELS as i64).unwrap();
    assert_eq!(ledger.first_invalid().map(|first| first.row), Some(wanted_and_nowhere as u64));
}

#[test]
fn chunks_drawn_together_are_those_drawn_one_by_one() {
    let pool = crate::engine::pool(Some(3)).unwrap();
    let size = Size::new(30, 20).unwrap();
    let atlas = Arc::new(StampAtlas::new(Marker::Square, 3.0, false).unwrap());
    let footprint = Footprint::Stamp(atlas);
    let program = Program { size, footprint: footprint.clone(), accumulate: Accumulate::Over, prefers_compute: false };
    let roles = vec![Role::X, Role::Y, Role::Red, Role::Green, Role::Blue];
    let encoder = || {
        let scale = Scale::linear(0.0, 1.0).unwrap();
        let binnings = (scale.binning(30, false), scale.binning(20, true));
        let opacity = Opacity::Constant(0.6);
        Encoder::new(binnings, size, footprint.clone(), roles.clone(), Paint::Rgb, opacity, vec![]).unwrap()
    };
    // Chunks of every size; of some, nearly all rows lie outside: their batches have room for more.
    let lens = [5, 70_000, 1, 40_000, 300, 65_536, 65_537, 200_000, 2, 2, 30_000, 30_000];
    let rows: usize = lens.iter().sum();
    let mix = |row: usize| (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let x: Vec<f64> =
        (0..rows).map(|row| (mix(row) % 1009) as f64 / if row % 100_000 < 60_000 { 40.0 } else { 900.0 }).collect();
    let y: Vec<f64> = (0..rows).map(|row| (mix(row + 7) % 1013) as f64 / 1000.0).collect();
    let colors: Vec<[f32; 3]> =
        (0..rows).map(|row| [5, 9, 13].map(|prime| (mix(row * prime) % 256) as f32 / 255.0)).collect();
    let mut starts = vec![0];
    lens.iter().for_each(|len| starts.push(starts[starts.len() - 1] + len));
    let chunk = |number: usize| {
        let of = starts[number]..starts[number + 1];
        Chunk::xy(&x[of.clone()], &y[of.clone()]).rgb(&colors[of])
    };
    let begin = |views: usize| {
        let views = (0..views).map(|_| (encoder(), &program)).collect();
        Drawing::of_views(views, &Backend::Cpu(Cpu::new(Arc::clone(&pool))), Arc::clone(&pool)).unwrap()
    };
    for views in [1, 2] {
        let mut alone = begin(views);
        (0..lens.len()).for_each(|number| alone.draw(&chunk(number)).unwrap());
        let alone = alone.finish_all().unwrap();
        for together in [2, 3, 5, lens.len()] {
            let mut drawing = begin(views);
            let mut seen = Vec::new();
            for first in (0..lens.len()).step_by(together) {
                let chunks: Vec<_> = (first..lens.len().min(first + together)).map(chunk).collect();
                drawing.draw_all(&chunks, |chunk, ledger| seen.push((chunk.len(), ledger.rows.read))).unwrap();
            }
            let read: Vec<_> = lens.iter().zip(&starts[1..]).map(|(len, read)| (*len, *read as u64)).collect();
            assert_eq!(seen, read, "each chunk, with the ledger behind it");
            let found = drawing.finish_all().unwrap();
            assert_eq!((found.ledger.rows, found.rows.len()), (alone.ledger.rows, views));
            assert!(found.ledger.rows.outside > 0 && found.ledger.rows.drawn > 0);
            for (found, alone) in found.canvases.iter().zip(&alone.canvases) {
                let (Canvas::Layer(found), Canvas::Layer(alone)) = (found, alone) else { panic!("layers") };
                assert!(found.pixels() == alone.pixels(), "{together} together on {views} canvases");
            }
        }
    }
}
