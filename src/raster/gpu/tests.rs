//! The backend against a naive loop over pixels and glyphs, on whatever adapter there is; software will do.
//!
//! Tests whose names start with `needs_gpu` fail without an adapter, unless `POINTILLIST_NO_GPU_TESTS=1` is set: a
//! machine without a driver must not pass them by accident.

mod naive;

use std::sync::Arc;

use super::border::Pulse;
use super::capacity::{driver_bytes, fits};
use super::fold::FoldLimits;
use super::tiles::Lanes;
use super::*;
use crate::canvas::{FLOOR, Layer, Planes, Veil};
use crate::error::ErrorKind;
use crate::mark::{Batch, Cell, Glyph, Marks};
use crate::program::{Accumulate, Footprint, Plane, Size};
use crate::stamp::{Marker, StampAtlas};
pub(super) use naive::Random;
use naive::{naive, naive_counts, naive_layer, stamps};

pub(super) fn device() -> Option<Device> {
    if std::env::var_os("POINTILLIST_NO_GPU_TESTS").is_some_and(|value| value == "1") {
        return None;
    }
    let mut found = adapter::enumerate().unwrap();
    assert!(
        !found.is_empty(),
        "these tests need a Vulkan adapter: apt-get install libvulkan1 mesa-vulkan-drivers (software will do), or set \
         POINTILLIST_NO_GPU_TESTS=1 to leave them out"
    );
    Some(Device::open(found.swap_remove(0), Pulse::default()).unwrap())
}

/// A workshop with a small ring, on this thread, that draws as suits the device, or nothing where the tests are left out.
pub(super) fn gpu() -> Option<Workshop> {
    kernel(None, 1 << 16, FoldLimits::default())
}

fn kernel(kernel: Option<Kernel>, slot_bytes: u64, limits: FoldLimits) -> Option<Workshop> {
    Some(Workshop::with(device()?, kernel, slot_bytes, limits))
}

/// Every way to draw stamps, the reference first: tiles with both kinds of lanes, and in bands of a row of tiles.
fn stamping() -> Vec<(&'static str, Workshop)> {
    let tiles = |band_bytes, lanes| {
        let limits = FoldLimits { band_bytes, ..FoldLimits::default() };
        Some(kernel(Some(Kernel::Tiles), 1 << 16, limits)?.with_lanes(lanes))
    };
    let ways = [
        ("instanced", kernel(Some(Kernel::Instanced), 1 << 16, FoldLimits::default())),
        ("blocked", kernel(Some(Kernel::Blocked), 1 << 16, FoldLimits::default())),
        ("tiles, an invocation each", tiles(u64::MAX, Lanes::Tiles)),
        ("tiles, an invocation a pixel", tiles(u64::MAX, Lanes::Pixels)),
        ("tiles in bands", tiles(1, Lanes::Tiles)),
    ];
    ways.into_iter().filter_map(|(name, gpu)| Some((name, gpu?))).collect()
}

fn program(size: Size, atlas: &StampAtlas, accumulate: Accumulate) -> Program {
    Program { size, footprint: Footprint::Stamp(Arc::new(atlas.clone())), accumulate, prefers_compute: false }
}

/// Points of one pixel in one colour.
fn counted_cells(size: Size) -> Program {
    let accumulate = Accumulate::Planes(vec![Plane::Count]);
    Program { size, footprint: Footprint::Cell, accumulate, prefers_compute: false }
}

fn batch(glyphs: &[Glyph]) -> Batch {
    Batch { order: 0, marks: Marks::Glyphs(glyphs.to_vec()), values: Vec::new() }
}

fn cells(pixels: impl IntoIterator<Item = u32>) -> Batch {
    Batch { order: 0, marks: Marks::Cells(pixels.into_iter().map(Cell).collect()), values: Vec::new() }
}

fn draw(gpu: &Workshop, program: &Program, start: Canvas, batches: &[Batch]) -> Canvas {
    let mut rasterizer = gpu.open(program, start).unwrap();
    rasterizer.draw(batches.to_vec()).unwrap();
    rasterizer.finish().unwrap()
}

fn layer(canvas: &Canvas) -> &[[f32; 4]] {
    let Canvas::Layer(layer) = canvas else { panic!("no layer") };
    layer.pixels()
}

fn counts(canvas: &Canvas) -> &[u64] {
    let Canvas::Planes(planes) = canvas else { panic!("no planes") };
    planes.counts()
}

#[test]
fn needs_gpu_over_agrees_with_the_naive_loop() {
    let ways = stamping();
    let mut random = Random(1);
    for (width, height) in [(1, 1), (63, 20), (64, 33), (65, 64)] {
        let size = Size::new(width, height).unwrap();
        for (name, atlas) in stamps() {
            let glyphs = random.glyphs(size, 1500, false);
            let program = program(size, &atlas, Accumulate::Over);
            let naive = naive_layer(size, &atlas, &glyphs);
            for (way, gpu) in &ways {
                let canvas = draw(gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]);
                for (i, (found, expected)) in layer(&canvas).iter().zip(&naive).enumerate() {
                    for channel in 0..4 {
                        let error = (f64::from(found[channel]) - expected[channel]).abs();
                        assert!(error <= 1e-5, "{way}: {name} at {size:?}, pixel {i}: {found:?}, not {expected:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn needs_gpu_opaque_hard_marks_are_exact() {
    let ways = stamping();
    let size = Size::new(65, 40).unwrap();
    for (name, atlas) in stamps().into_iter().filter(|(_, atlas)| atlas.is_hard()) {
        let glyphs = Random(2).glyphs(size, 600, true);
        let mut expected = vec![[0.0, 0.0, 0.0, 1.0]; size.area()];
        naive(size, &atlas, &glyphs, |pixel, glyph, coverage| {
            if coverage == 255 {
                let [r, g, b] = glyph.rgb.map(|byte| f32::from(byte) * (1.0 / 255.0));
                expected[pixel] = [r, g, b, 0.0];
            }
        });
        let program = program(size, &atlas, Accumulate::Over);
        for (way, gpu) in &ways {
            let canvas = draw(gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]);
            if ["instanced", "blocked"].contains(way) {
                assert_eq!(layer(&canvas), expected, "{name}");
            }
            // What is covered falls to the floor, not to 0; the same bytes in a picture.
            for (found, expected) in layer(&canvas).iter().zip(&expected) {
                let floor = if expected[3] == 0.0 { FLOOR } else { 0.0 };
                assert_eq!(
                    found.map(|channel| channel.max(floor)),
                    expected.map(|channel| channel.max(floor)),
                    "{way}: {name}"
                );
            }
        }
    }
}

#[test]
fn needs_gpu_veil_agrees_with_the_naive_loop() {
    let ways = stamping();
    let size = Size::new(65, 40).unwrap();
    for (name, atlas) in stamps() {
        let glyphs = Random(3).glyphs(size, 1500, false);
        let program = program(size, &atlas, Accumulate::Veil);
        for (way, gpu) in &ways {
            let Canvas::Veil(veil) = draw(gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]) else { panic!() };
            for (found, expected) in veil.pixels().iter().zip(naive_layer(size, &atlas, &glyphs)) {
                assert!((f64::from(*found) - expected[3]).abs() <= 1e-5, "{way}: {name}: {found}, not {}", expected[3]);
            }
        }
    }
}

#[test]
fn needs_gpu_counts_are_exact_for_every_stamp_width_and_fold() {
    let mut ways = stamping();
    // Folds within slots, at their ends and across them, in bands of one to 20 rows.
    for kernel in [Kernel::Instanced, Kernel::Blocked] {
        let folding = self::kernel(Some(kernel), 1 << 10, FoldLimits { marks: 50, band_bytes: 160 });
        ways.extend(folding.map(|gpu| ("folded", gpu)));
    }
    let mut random = Random(4);
    for width in [1, 63, 64, 65] {
        let size = Size::new(width, 37).unwrap();
        for (name, atlas) in stamps() {
            let glyphs = random.glyphs(size, 1234, false);
            let program = program(size, &atlas, Accumulate::Planes(vec![Plane::Count]));
            let expected = naive_counts(size, &atlas, &glyphs);
            for (way, gpu) in &ways {
                let canvas = draw(gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]);
                assert_eq!(counts(&canvas), expected, "{way}: {name}, width {width}");
            }
        }
    }
}

#[test]
fn needs_gpu_cells_count_each_pixel_and_carry_into_the_upper_word() {
    let limits = FoldLimits { marks: 100, band_bytes: 7 * 65 * 8 };
    let size = Size::new(65, 40).unwrap();
    let program = counted_cells(size);
    // Every pixel once, then the first, the last and one between again and again.
    let last = size.area() as u32 - 1;
    let drawn: Vec<u32> = (0..=last).chain((0..3000).map(|i| [0, 64, last][i % 3])).collect();
    let start: Vec<u64> = (0..=u64::from(last)).map(|i| u64::from(u32::MAX) - i % 3).collect();
    let mut expected = start.clone();
    drawn.iter().for_each(|pixel| expected[*pixel as usize] += 1);
    for kernel in [Kernel::Instanced, Kernel::Blocked, Kernel::Add] {
        let Some(gpu) = self::kernel(Some(kernel), 1 << 14, limits) else { return };
        let start = Canvas::Planes(Planes::from_counts(size, start.clone()));
        assert_eq!(counts(&draw(&gpu, &program, start, &[cells(drawn.clone())])), expected, "{kernel:?}");
    }
}

#[test]
fn needs_gpu_the_bytes_do_not_depend_on_how_batches_are_cut() {
    let size = Size::new(64, 48).unwrap();
    let atlas = StampAtlas::new(Marker::Circle, 6.0, true).unwrap();
    let program = program(size, &atlas, Accumulate::Over);
    let glyphs = Random(5).glyphs(size, 10_000, false);
    let mut tiled = None;
    for (way, gpu) in stamping() {
        let whole = draw(&gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]);
        for cut in [1, 255, 4096, 4097] {
            let mut rasterizer = gpu.open(&program, Canvas::empty(&program)).unwrap();
            for (i, piece) in glyphs.chunks(cut).enumerate() {
                rasterizer.draw(vec![batch(piece)]).unwrap();
                if i == 1 {
                    rasterizer.drain().unwrap();
                    let Canvas::Layer(_) = rasterizer.snapshot().unwrap() else { panic!("a snapshot changes nothing") };
                }
            }
            assert!(rasterizer.finish().unwrap() == whole, "{way}: batches of {cut}");
        }
        let kernel = gpu.capacity().kernel_for(&program).unwrap();
        let Some(other_ring) = self::kernel(Some(kernel), 1 << 20, FoldLimits::default()) else { return };
        let other = draw(&other_ring, &program, Canvas::empty(&program), &[batch(&glyphs)]);
        assert!(other == whole, "{way}: another slot size");
        if way == "tiles in bands" {
            assert!(tiled == Some(whole), "bands change nothing");
        } else if way == "tiles, an invocation each" {
            tiled = Some(whole);
        }
    }
}

#[test]
fn needs_gpu_a_snapshot_goes_on_as_a_start() {
    let atlas = StampAtlas::new(Marker::Square, 4.0, false).unwrap();
    for ((way, gpu), width) in stamping().iter().flat_map(|way| [1, 63, 64, 65].map(|width| (way, width))) {
        let size = Size::new(width, 30).unwrap();
        let glyphs = Random(6).glyphs(size, 2000, false);
        let (early, late) = glyphs.split_at(777);
        for accumulate in [Accumulate::Over, Accumulate::Veil, Accumulate::Planes(vec![Plane::Count])] {
            let program = program(size, &atlas, accumulate);
            let whole = draw(gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]);
            let mut first = gpu.open(&program, Canvas::empty(&program)).unwrap();
            first.draw(vec![batch(early)]).unwrap();
            let snapshot = first.snapshot().unwrap();
            assert!(snapshot != whole, "the second part draws something");
            // The first goes on while a second begins where it stood.
            let resumed = draw(gpu, &program, snapshot, &[batch(late)]);
            assert!(resumed == whole, "{way}: {:?} resumed", program.accumulate);
            first.draw(vec![batch(late)]).unwrap();
            assert!(first.finish().unwrap() == whole, "{way}: {:?} after a snapshot", program.accumulate);
        }
    }
}

#[test]
fn needs_gpu_nothing_drawn_leaves_the_start() {
    let size = Size::new(65, 3).unwrap();
    let starts = [
        (Accumulate::Over, Canvas::Layer(Layer::from_pixels(size, vec![[0.25, 0.5, 0.125, 0.5]; size.area()]))),
        (Accumulate::Veil, Canvas::Veil(Veil::from_pixels(size, vec![0.75; size.area()]))),
        (Accumulate::Planes(vec![Plane::Count]), Canvas::Planes(Planes::from_counts(size, vec![1 << 40; size.area()]))),
    ];
    for (_, gpu) in stamping() {
        for (accumulate, start) in &starts {
            let program = program(size, &StampAtlas::pixel(), accumulate.clone());
            assert_eq!(draw(&gpu, &program, start.clone(), &[]), *start);
            assert_eq!(draw(&gpu, &program, Canvas::empty(&program), &[batch(&[])]), Canvas::empty(&program));
        }
    }
}

#[test]
fn needs_gpu_marks_far_outside_draw_nothing() {
    let size = Size::new(64, 64).unwrap();
    let atlas = StampAtlas::new(Marker::Circle, 256.0, true).unwrap();
    let program = program(size, &atlas, Accumulate::Over);
    let far = [i32::MIN, -(1 << 20), 1 << 20, i32::MAX];
    let glyphs: Vec<_> =
        far.iter().flat_map(|x| far.map(|y| Glyph { x: *x, y, rgb: [255; 3], class: 0, alpha: 1.0 })).collect();
    for (way, gpu) in stamping() {
        assert!(draw(&gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]) == Canvas::empty(&program), "{way}");
    }
}

#[test]
fn needs_gpu_wide_canvases_hit_pixel_centres() {
    let ways = stamping();
    let Some((_, reference)) = ways.first() else { return };
    let side = reference.capacity().adapter().max_texture_px;
    for ((_, gpu), (width, height)) in ways[..2].iter().flat_map(|way| [(way, (side, 2)), (way, (2, side))]) {
        let size = Size::new(width, height).unwrap();
        let program = counted_cells(size);
        let canvas = draw(gpu, &program, Canvas::empty(&program), &[cells((0..2 * side).step_by(3))]);
        let wrong = counts(&canvas).iter().enumerate().position(|(i, count)| *count != u64::from(i % 3 == 0));
        assert_eq!(wrong, None, "{width}x{height}");
    }
}

#[test]
fn needs_gpu_what_no_texture_holds_is_drawn_by_computing() {
    let Some(gpu) = gpu() else { return };
    let side = gpu.capacity().adapter().max_texture_px + 1;
    for size in [Size::new(side, 20).unwrap(), Size::new(20, side).unwrap()] {
        let atlas = StampAtlas::new(Marker::Square, 5.0, false).unwrap();
        let glyphs = Random(7).glyphs(size, 5000, true);
        let program = program(size, &atlas, Accumulate::Planes(vec![Plane::Count]));
        let canvas = draw(&gpu, &program, Canvas::empty(&program), &[batch(&glyphs)]);
        assert!(counts(&canvas) == naive_counts(size, &atlas, &glyphs), "{size:?}");
        let counted = counted_cells(size);
        let canvas = draw(&gpu, &counted, Canvas::empty(&counted), &[cells((0..side).step_by(3))]);
        let wrong = counts(&canvas).iter().zip(0..).position(|(n, i)| *n != u64::from(i < side && i % 3 == 0));
        assert_eq!(wrong, None, "{size:?}");
    }
}

#[test]
fn needs_gpu_what_does_not_fit_is_refused_with_the_limit() {
    let Some(gpu) = kernel(Some(Kernel::Instanced), 1 << 16, FoldLimits::default()) else { return };
    let limit = gpu.capacity().adapter().max_texture_px;
    let too_wide = program(Size::new(limit + 1, 1).unwrap(), &StampAtlas::pixel(), Accumulate::Veil);
    let error = gpu.open(&too_wide, Canvas::empty(&too_wide)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Gpu);
    assert!(error.to_string().contains(&limit.to_string()) && error.to_string().contains("--backend cpu"), "{error}");

    let size = Size::new(4, 4).unwrap();
    let without_color = Program { accumulate: Accumulate::Over, ..counted_cells(size) };
    assert_eq!(gpu.capacity().fits(&without_color).unwrap_err().kind(), ErrorKind::Gpu, "a cell has no colour");
    let fitting = program(size, &StampAtlas::pixel(), Accumulate::Over);
    let foreign = Canvas::Veil(Veil::empty(size));
    assert_eq!(gpu.open(&fitting, foreign).err().unwrap().kind(), ErrorKind::Input, "not this plot's canvas");
    let mut rasterizer = gpu.open(&fitting, Canvas::empty(&fitting)).unwrap();
    assert!(rasterizer.draw(vec![cells([0])]).is_err(), "cells are no glyphs");
    assert!(rasterizer.draw(vec![cells([])]).is_ok(), "an empty batch is of any kind");
}

#[test]
fn needs_gpu_planned_bytes_hold_canvas_ring_and_readback() {
    let Some(gpu) = kernel(Some(Kernel::Instanced), 1 << 16, FoldLimits::default()) else { return };
    let size = Size::new(1000, 100).unwrap();
    let (ring, atlas) = (5 << 16, 4096);
    let driver = driver_bytes(gpu.capacity().adapter().kind);
    let bytes = |accumulate| gpu.capacity().planned_bytes(&program(size, &StampAtlas::pixel(), accumulate)) - driver;
    assert_eq!(bytes(Accumulate::Over), 3 * 1_600_000 + ring + atlas, "texture, readback and canvas");
    assert_eq!(bytes(Accumulate::Planes(vec![Plane::Count])), 400_000 + 3 * 800_000 + ring + atlas);
    let Some(tiles) = kernel(Some(Kernel::Tiles), 1 << 16, FoldLimits::default()) else { return };
    let bytes = tiles.capacity().planned_bytes(&program(size, &StampAtlas::pixel(), Accumulate::Over)) - driver;
    let sort = 63 * 7 * 4 + 3 * (1 << 16);
    assert_eq!(
        bytes,
        4 * 1_600_000 + ring + atlas + sort,
        "canvas, what writes it, readback and canvas; tiles and marks"
    );
}

#[test]
fn an_old_card_is_refused_for_what_it_lacks() {
    let adapter = AdapterReport {
        index: 0,
        name: "old".to_owned(),
        kind: AdapterKind::Discrete,
        driver: String::new(),
        pci: String::new(),
        max_texture_px: 8192,
        max_buffer_bytes: 1 << 30,
        max_binding_bytes: 1 << 27,
        can_blend_f32: false,
    };
    let any = program(Size::new(4, 4).unwrap(), &StampAtlas::pixel(), Accumulate::Over);
    assert!(fits(&adapter, &any).unwrap_err().to_string().contains("32-bit floats"));
    assert!(fits(&AdapterReport { can_blend_f32: true, ..adapter }, &any).is_ok());
}
