//! The adding kernel against the CPU's planes, and both against plain sums: equal, to the last bit.

use std::sync::Arc;
use std::time::Instant;

use super::super::fold::FoldLimits;
use super::super::tests::{Random, device, gpu};
use super::super::*;
use crate::canvas::{PlaneData, Planes};
use crate::error::ErrorKind;
use crate::mark::{Batch, Cell, Glyph, Marks};
use crate::program::{Accumulate, Footprint, Pick, Plane, Slot};
use crate::raster::cpu::Cpu;
use crate::raster::{Backend, open};

const ALL: [Plane; 6] =
    [Plane::Count, Plane::Sum(0), Plane::Squares(0), Plane::CountBy(1, 5), Plane::Sum(2), Plane::Squares(2)];

fn density(size: Size, planes: &[Plane]) -> Program {
    let accumulate = Accumulate::Planes(planes.to_vec());
    Program { size, footprint: Footprint::Cell, accumulate, prefers_compute: true }
}

/// Values of a slot as encode makes them, and now and then the largest; slot 1 has numbers of categories.
fn value(random: &mut Random, slot: usize) -> u64 {
    let wide = (u64::from(random.below(1 << 11)) << 30) | u64::from(random.below(1 << 30));
    match (slot, random.below(4)) {
        (1, _) => u64::from(random.below(5)),
        (_, 0) => 1 << 41,
        (_, 1) => wide >> 20,
        _ => wide,
    }
}

fn batch(random: &mut Random, pixels: u32, marks: usize, slots: usize) -> Batch {
    let mut pixel = 0;
    let cells = (0..marks).map(|_| {
        // Runs of one pixel, longer and shorter than those that an invocation merges.
        pixel = if random.below(3) == 0 { pixel } else { random.below(pixels) };
        Cell(pixel)
    });
    let cells = cells.collect();
    let values = (0..slots).map(|slot| (0..marks).map(|_| value(random, slot)).collect()).collect();
    Batch { order: 0, marks: Marks::Cells(cells), values }
}

/// The same marks in batches of other lengths.
fn cut(batch: &Batch, len: usize) -> Vec<Batch> {
    let Marks::Cells(cells) = &batch.marks else { panic!("cells") };
    let parts = (0..cells.len()).step_by(len).map(|first| {
        let part = first..cells.len().min(first + len);
        Batch {
            order: first as u64,
            marks: Marks::Cells(cells[part.clone()].to_vec()),
            values: batch.values.iter().map(|values| values[part.clone()].to_vec()).collect(),
        }
    });
    parts.collect()
}

fn draw(backend: &Backend, program: &Program, start: Canvas, batches: &[Batch]) -> Planes {
    let mut rasterizer = open(backend, program, start).unwrap();
    rasterizer.draw(batches.to_vec()).unwrap();
    match rasterizer.finish().unwrap() {
        Canvas::Planes(planes) => planes,
        _ => panic!("no planes"),
    }
}

/// A backend that speaks with the workshop across the border, as the program does.
fn behind(workshop: Workshop) -> Backend {
    Backend::Gpu(Gpu::open_behind(move |_| Ok(workshop)).unwrap())
}

fn cpu() -> Backend {
    Backend::Cpu(Cpu::new(Arc::new(rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap())))
}

#[test]
fn needs_gpu_planes_equal_those_of_the_cpu_for_every_batch_slot_and_band() {
    let mut random = Random(5);
    for (slot_bytes, band_bytes) in [(1 << 16, 512 << 20), (1 << 10, 32), (3000, 999), (1 << 12, 1 << 14)] {
        let Some(device) = device() else { return };
        let limits = FoldLimits { band_bytes, ..FoldLimits::default() };
        let gpu = behind(Workshop::with(device, None, slot_bytes, limits));
        let sides: &[_] = if band_bytes < 100 { &[(1, 1), (5, 3)] } else { &[(1, 1), (63, 20), (65, 33)] };
        for (width, height) in sides {
            let program = density(Size::new(*width, *height).unwrap(), &ALL);
            let drawn = batch(&mut random, width * height, 5000, program.slots());
            let expected = draw(&cpu(), &program, Canvas::empty(&program), std::slice::from_ref(&drawn));
            for len in [1777, 5000] {
                let found = draw(&gpu, &program, Canvas::empty(&program), &cut(&drawn, len));
                let same = found == expected;
                assert!(same, "{width}x{height} in slots of {slot_bytes}, bands of {band_bytes}, batches of {len}");
            }
        }
    }
}

/// A canvas of two pixels with everything that wraps one mark later, in one pixel and in the other.
fn seeded(size: Size) -> Planes {
    let words = |seeds: [u64; 2]| PlaneData::Words(seeds.into_iter().cycle().take(size.area()).collect());
    let wide = |seeds: [u128; 2]| PlaneData::Wide(seeds.into_iter().cycle().take(size.area()).collect());
    let by = PlaneData::Words([(1 << 32) - 2, (1 << 32) - 1].into_iter().cycle().take(5 * size.area()).collect());
    let data = vec![
        words([(1 << 32) - 2, (1 << 40) - 1]),
        wide([(1 << 64) - 1, (1 << 96) - 3]),
        wide([(1 << 96) - 1, (1 << 64) - (1 << 33)]),
        by,
        wide([(1 << 32) - 1, u128::MAX]),
        wide([(1 << 127) - 1, (1 << 83) - 1]),
    ];
    Planes::from_data(size, ALL.to_vec(), data).unwrap()
}

#[test]
fn needs_gpu_resumed_canvases_carry_through_all_their_words() {
    let Some(gpu) = gpu() else { return };
    let gpu = behind(gpu);
    let mut random = Random(6);
    for (width, height, marks) in [(2, 1, 1), (2, 1, 3), (2, 1, 40_000), (7, 5, 3000)] {
        let size = Size::new(width, height).unwrap();
        let program = density(size, &ALL);
        let drawn = batch(&mut random, width * height, marks, program.slots());
        let start = || Canvas::Planes(seeded(size));
        let expected = draw(&cpu(), &program, start(), std::slice::from_ref(&drawn));
        let found = draw(&gpu, &program, start(), &cut(&drawn, 999));
        assert!(found == expected, "{width}x{height}, {marks} marks: {found:?}, not {expected:?}");
    }
}

#[test]
fn needs_gpu_one_pixel_takes_everything_and_no_order_or_length_changes_it() {
    let Some(gpu) = gpu() else { return };
    let gpu = behind(gpu);
    let size = Size::new(3, 1).unwrap();
    let program = density(size, &ALL);
    let top = 1_u64 << 41;
    for marks in [1_u64, 63, 64, 65, 1023, 1024, 1025, 100_003] {
        let values = vec![vec![top; marks as usize], vec![4; marks as usize], vec![u64::MAX; marks as usize]];
        let drawn = Batch { order: 0, marks: Marks::Cells(vec![Cell(1); marks as usize]), values };
        let planes = draw(&gpu, &program, Canvas::empty(&program), &[drawn]);
        let n = u128::from(marks);
        let square = u128::from(u64::MAX) * u128::from(u64::MAX);
        assert_eq!(planes.counts(), [0, marks, 0]);
        assert_eq!(planes.wide(1), [0, n << 41, 0]);
        assert_eq!(planes.wide(2), [0, n << 82, 0]);
        assert_eq!(planes.words(3), [[0; 3], [0; 3], [0; 3], [0; 3], [0, marks, 0]].concat());
        assert_eq!(planes.wide(4), [0, n * u128::from(u64::MAX), 0]);
        assert_eq!(planes.wide(5), [0, n.wrapping_mul(square), 0], "whatever a u128 leaves");
    }
}

#[test]
fn needs_gpu_sums_of_a_run_carry_through_words_that_are_full() {
    let Some(gpu) = gpu() else { return };
    let gpu = behind(gpu);
    let program = density(Size::new(1, 1).unwrap(), &ALL);
    // What one invocation takes in turn: a carry meets a word of ones, the second of a sum, the third of squares.
    let turns = [[u64::MAX, 1, u64::MAX, 1], [u64::MAX, 1 << 32, (1 << 32) - 1, (1 << 32) - 1]];
    for marks in [4 * add::GROUP, 16 * add::GROUP, 7777] {
        let stream = |turns: [u64; 4]| (0..marks).map(|i| turns[(i / add::GROUP % 4) as usize]).collect::<Vec<_>>();
        let values = vec![stream(turns[0]), vec![0; marks as usize], stream(turns[1])];
        let sums = |slot: usize| {
            let wide = values[slot].iter().map(|value| u128::from(*value));
            [wide.clone().sum(), wide.fold(0_u128, |sum, value| sum.wrapping_add(value * value))]
        };
        let expected = [sums(0), sums(2)];
        let drawn = Batch { order: 0, marks: Marks::Cells(vec![Cell(0); marks as usize]), values };
        let planes = draw(&gpu, &program, Canvas::empty(&program), &[drawn]);
        let found = [[1, 2], [4, 5]].map(|pair| pair.map(|plane: usize| planes.wide(plane)[0]));
        assert_eq!(found, expected, "{marks} marks");
    }
}

#[test]
fn needs_gpu_a_snapshot_shows_what_was_drawn_and_drawing_goes_on() {
    let Some(gpu) = gpu() else { return };
    let program = density(Size::new(9, 4).unwrap(), &ALL);
    let drawn = cut(&batch(&mut Random(7), 36, 900, 3), 300);
    let mut rasterizer = gpu.open(&program, Canvas::empty(&program)).unwrap();
    assert_eq!(rasterizer.kernel(), "add");
    assert_eq!(rasterizer.snapshot().unwrap(), Canvas::empty(&program));
    for end in 1..=3 {
        rasterizer.draw(drawn[end - 1..end].to_vec()).unwrap();
        let expected = draw(&cpu(), &program, Canvas::empty(&program), &drawn[..end]);
        assert_eq!(rasterizer.snapshot().unwrap(), Canvas::Planes(expected), "after {end} batches");
    }
    rasterizer.drain().unwrap();
    let finished = rasterizer.finish().unwrap();
    assert_eq!(finished, Canvas::Planes(draw(&cpu(), &program, Canvas::empty(&program), &drawn)));
    // The ring goes to the next one, which has other slots.
    let counts = density(program.size, &[Plane::Count]);
    let found = draw(&behind(gpu), &counts, Canvas::empty(&counts), &drawn);
    let Canvas::Planes(planes) = finished else { panic!("no planes") };
    assert_eq!(found.counts(), planes.counts());
}

#[test]
fn needs_gpu_both_kernels_count_the_same_and_the_plan_or_the_user_chooses() {
    let size = Size::new(31, 17).unwrap();
    let drawn = batch(&mut Random(8), 31 * 17, 10_000, 0);
    let drawn = [drawn];
    let mut planes = Vec::new();
    for (asked, prefers_compute, expected) in [
        (None, true, "add"),
        (Some(Kernel::Add), false, "add"),
        (Some(Kernel::Instanced), false, "instanced"),
        (Some(Kernel::Instanced), true, "instanced"),
    ] {
        let Some(device) = device() else { return };
        let gpu = Workshop::with(device, asked, 1 << 16, FoldLimits::default());
        let program = Program { prefers_compute, ..density(size, &[Plane::Count]) };
        let rasterizer = gpu.open(&program, Canvas::empty(&program)).unwrap();
        assert_eq!(rasterizer.kernel(), expected);
        planes.push(draw(&behind(gpu), &program, Canvas::empty(&program), &drawn));
    }
    assert_eq!(planes[0].counts().iter().sum::<u64>(), 10_000);
    assert!(planes.iter().all(|found| *found == planes[0]));
}

#[test]
fn needs_gpu_what_cannot_be_added_is_refused() {
    let Some(gpu) = gpu() else { return };
    let size = Size::new(8, 8).unwrap();
    let winners = density(size, &[Plane::Count, Plane::Winner(0, Pick::First)]);
    let error = gpu.open(&winners, Canvas::empty(&winners)).err().unwrap();
    assert!(error.kind() == ErrorKind::Gpu && error.to_string().contains("--backend cpu"), "{error}");

    let program = density(size, &[Plane::Count, Plane::Sum(1)]);
    let others = [density(size, &[Plane::Count]), density(Size::new(64, 1).unwrap(), &[Plane::Count, Plane::Sum(1)])];
    for other in others {
        assert_eq!(gpu.open(&program, Canvas::empty(&other)).err().unwrap().kind(), ErrorKind::Input);
    }
    let mut rasterizer = gpu.open(&program, Canvas::empty(&program)).unwrap();
    let cells = |values: Vec<Vec<u64>>| Batch { order: 0, marks: Marks::Cells(vec![Cell(3); 2]), values };
    let glyph = Glyph { x: 0, y: 0, rgb: [0; 3], class: 0, alpha: 1.0 };
    let glyphs = |glyphs| Batch { order: 0, marks: Marks::Glyphs(glyphs), values: vec![vec![1], vec![1]] };
    for wrong in [cells(vec![]), cells(vec![vec![1, 2], vec![1]]), glyphs(vec![glyph])] {
        assert_eq!(rasterizer.draw(vec![wrong]).unwrap_err().kind(), ErrorKind::Usage);
    }
    rasterizer.draw(vec![glyphs(vec![]), cells(vec![vec![1, 2], vec![1, 2]])]).unwrap();
    let Canvas::Planes(planes) = rasterizer.finish().unwrap() else { panic!("no planes") };
    assert_eq!((planes.counts()[3], planes.wide(1)[3]), (2, 3), "the refused ones left nothing");
}

#[test]
fn needs_gpu_planned_bytes_hold_planes_ring_and_readback() {
    let Some(gpu) = gpu() else { return };
    let program = density(Size::new(1000, 100).unwrap(), &[Plane::Count, Plane::Sum(0), Plane::CountBy(1, 5)]);
    let driver = super::super::capacity::driver_bytes(gpu.capacity().adapter().kind);
    assert_eq!(gpu.capacity().planned_bytes(&program) - driver, 3 * 100_000 * (8 + 16 + 5 * 8) + (5 << 16));
}

/// Not a test: prints how fast the adapter adds. `cargo test --lib needs_gpu_speed -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn needs_gpu_speed_of_adding() {
    let Some(device) = device() else { return };
    let slot_bytes = ring::slot_bytes(device.report().kind);
    println!("{}", device.report());
    let gpu = behind(Workshop::with(device, None, slot_bytes, FoldLimits::default()));
    let size = Size::new(1024, 768).unwrap();
    let slot: Slot = 0;
    let programs = [
        ("count", vec![Plane::Count]),
        ("sum", vec![Plane::Count, Plane::Sum(slot)]),
        ("sum, squares", vec![Plane::Count, Plane::Sum(slot), Plane::Squares(slot)]),
        ("by 5", vec![Plane::Count, Plane::CountBy(slot, 5)]),
    ];
    let marks = 1 << 16;
    let mut random = Random(9);
    let values: Vec<Vec<u64>> = vec![(0..marks).map(|_| u64::from(random.below(5))).collect()];
    let mut batches = |pixels: &dyn Fn(&mut Random) -> u32| -> Vec<Batch> {
        let cells = |random: &mut Random| (0..marks).map(|_| Cell(pixels(random))).collect();
        (0..64).map(|order| Batch { order, marks: Marks::Cells(cells(&mut random)), values: values.clone() }).collect()
    };
    let scattered = batches(&|random| random.below(1024 * 768));
    let hot = batches(&|_| 1024 * 300 + 511);
    for (name, planes) in programs {
        let program = density(size, &planes);
        for (where_to, batches) in [("random", &scattered), ("one pixel", &hot)] {
            let mut rasterizer = open(&gpu, &program, Canvas::empty(&program)).unwrap();
            rasterizer.draw(batches[..8].to_vec()).unwrap();
            rasterizer.drain().unwrap();
            let mut rates = Vec::new();
            for _ in 0..3 {
                let start = Instant::now();
                rasterizer.draw(batches.to_vec()).unwrap();
                rasterizer.drain().unwrap();
                rates.push((64 * marks) as f64 / start.elapsed().as_secs_f64() * 1e-6);
            }
            println!("{name:14} {where_to:10} {rates:.1?} M marks/s");
        }
    }
}
