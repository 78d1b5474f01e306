//! Painting in vectors, by bands and rounds, held bit by bit to a plain loop over the pixels of each stamp.

use std::sync::Arc;

use crate::canvas::{Canvas, FLOOR};
use crate::mark::{Batch, Glyph, Marks};
use crate::program::{Accumulate, Footprint, Plane, Program, Size};
use crate::raster::Backend;
use crate::raster::cpu::Cpu;
use crate::stamp::{Marker, SizeClasses, StampAtlas};

/// Every covered pixel of every glyph, in order: its index on the canvas and its texel.
fn each_texel(atlas: &StampAtlas, size: Size, glyphs: &[Glyph], mut each: impl FnMut(usize, u8, &Glyph)) {
    for glyph in glyphs {
        let class = &atlas.classes()[usize::from(glyph.class)];
        let phase = class.phase(glyph.x, glyph.y);
        let (covered, mask) = (class.covered(phase), atlas.mask(usize::from(glyph.class), phase));
        let (side, reach) = (class.side_px() as i32, class.reach_px() as i32);
        for dy in covered.y0..=covered.y1 {
            for dx in covered.x0..=covered.x1 {
                let (x, y) = ((glyph.x >> 8) + dx, (glyph.y >> 8) + dy);
                if (0..size.width() as i32).contains(&x) && (0..size.height() as i32).contains(&y) {
                    let texel = mask[((dy + reach) * side + dx + reach) as usize];
                    each((y * size.width() as i32 + x) as usize, texel, glyph);
                }
            }
        }
    }
}

fn floored(value: f32) -> f32 {
    if value > FLOOR { value } else { FLOOR }
}

fn opacity(glyph: &Glyph, texel: u8) -> f32 {
    glyph.alpha * (f32::from(texel) * (1.0 / 255.0))
}

fn plain_veil(atlas: &StampAtlas, size: Size, glyphs: &[Glyph]) -> Vec<u32> {
    let mut pixels = vec![1.0_f32; size.area()];
    each_texel(atlas, size, glyphs, |at, texel, glyph| {
        pixels[at] = floored(pixels[at] * (1.0 - opacity(glyph, texel)));
    });
    pixels.into_iter().map(f32::to_bits).collect()
}

fn plain_layer(atlas: &StampAtlas, size: Size, glyphs: &[Glyph]) -> Vec<u32> {
    let mut pixels = vec![[0.0_f32, 0.0, 0.0, 1.0]; size.area()];
    each_texel(atlas, size, glyphs, |at, texel, glyph| {
        let [r, g, b] = glyph.rgb.map(|byte| f32::from(byte) * (1.0 / 255.0));
        let a = opacity(glyph, texel);
        for (channel, source) in pixels[at].iter_mut().zip([r, g, b, 0.0]) {
            *channel = floored(*channel * (1.0 - a) + source * a);
        }
    });
    pixels.into_iter().flatten().map(f32::to_bits).collect()
}

fn plain_counts(atlas: &StampAtlas, size: Size, glyphs: &[Glyph]) -> Vec<u32> {
    let mut counts = vec![0; size.area()];
    each_texel(atlas, size, glyphs, |at, texel, _| counts[at] += u32::from(texel == 255));
    counts
}

fn drawn(
    atlas: &Arc<StampAtlas>,
    size: Size,
    accumulate: Accumulate,
    glyphs: &[Glyph],
    (threads, batch, group): (usize, usize, usize),
) -> Vec<u32> {
    let program = Program { size, footprint: Footprint::Stamp(Arc::clone(atlas)), accumulate, prefers_compute: false };
    let backend = Backend::Cpu(Cpu::new(crate::engine::pool(Some(threads)).unwrap()));
    let mut rasterizer = crate::raster::open(&backend, &program, Canvas::empty(&program)).unwrap();
    let batch_of =
        |(order, glyphs): (u64, &[Glyph])| Batch { order, marks: Marks::Glyphs(glyphs.to_vec()), values: vec![] };
    let batches: Vec<Batch> = (0..).zip(glyphs.chunks(batch)).map(batch_of).collect();
    for batches in batches.chunks(group) {
        rasterizer.draw(batches.to_vec()).unwrap();
    }
    match rasterizer.finish().unwrap() {
        Canvas::Veil(veil) => veil.pixels().iter().map(|pixel| pixel.to_bits()).collect(),
        Canvas::Layer(layer) => layer.pixels().as_flattened().iter().map(|channel| channel.to_bits()).collect(),
        Canvas::Planes(planes) => planes.counts().iter().map(|count| *count as u32).collect(),
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(end)) as u32
    }
}

/// Glyphs on a canvas and around it, many of them in one corner, of all classes.
fn glyphs(count: usize, size: Size, classes: usize, is_uniform: bool, random: &mut Random) -> Vec<Glyph> {
    let alphas = [0.0, 1.0, 0.1, 1e-5, 1e-30, 0.5, 0.999_999_9];
    let alpha = alphas[random.below(7) as usize];
    let one = Glyph { x: 0, y: 0, rgb: [31, 119, 180], class: random.below(classes as u32) as u8, alpha };
    let around = |side: u32, random: &mut Random| random.below((side + 60) << 8) as i32 - (30 << 8);
    (0..count)
        .map(|i| {
            let (x, y) = match i % 3 {
                0 => (random.below(9 << 8) as i32, random.below(9 << 8) as i32),
                _ => (around(size.width(), random), around(size.height(), random)),
            };
            if is_uniform {
                return Glyph { x, y, ..one };
            }
            let rgb = [random.below(256), random.below(256), random.below(256)].map(|byte| byte as u8);
            let alpha = alphas[random.below(7) as usize];
            Glyph { x, y, rgb, class: random.below(classes as u32) as u8, alpha }
        })
        .collect()
}

/// Draws in several ways and asks each time for the pixels of the plain loop.
fn check(atlas: StampAtlas, size: Size, name: &str, count: usize, random: &mut Random) {
    let atlas = Arc::new(atlas);
    for (is_uniform, ways) in [(true, (2, 37, 3)), (false, (3, 150, 1))] {
        let glyphs = glyphs(count, size, atlas.classes().len(), is_uniform, random);
        let (veil, layer) = (plain_veil(&atlas, size, &glyphs), plain_layer(&atlas, size, &glyphs));
        for ways in [ways, (1, 300, 1)] {
            assert!(
                drawn(&atlas, size, Accumulate::Veil, &glyphs, ways) == veil,
                "veil, {name}, {is_uniform}, {ways:?}"
            );
            assert!(
                drawn(&atlas, size, Accumulate::Over, &glyphs, ways) == layer,
                "layer, {name}, {is_uniform}, {ways:?}"
            );
            if atlas.is_hard() {
                let counts = plain_counts(&atlas, size, &glyphs);
                let accumulate = Accumulate::Planes(vec![Plane::Count]);
                assert!(drawn(&atlas, size, accumulate, &glyphs, ways) == counts, "counts, {name}, {ways:?}");
            }
        }
    }
}

#[test]
fn stamps_are_those_of_a_plain_loop_bit_by_bit() {
    let mut random = Random(7);
    let size = Size::new(61, 150).unwrap();
    for marker in Marker::ALL {
        for diameter_px in [0.1, 0.9, 1.0, 2.3, 3.0, 5.0, 6.9, 7.5, 8.0, 13.0, 17.2, 40.0] {
            let is_antialiased = random.below(2) == 0;
            let atlas = StampAtlas::new(marker, diameter_px, is_antialiased).unwrap();
            check(atlas, size, &format!("{marker:?} of {diameter_px} px, {is_antialiased}"), 200, &mut random);
        }
    }
}

#[test]
fn so_are_those_of_many_sizes_and_on_small_canvases() {
    let mut random = Random(8);
    for (width, height) in [(1, 1), (3, 200), (300, 2), (7, 7), (8, 65), (129, 64)] {
        let size = Size::new(width, height).unwrap();
        for is_antialiased in [true, false] {
            let sizes = SizeClasses::new(Marker::Star, 0.5, 40.0).unwrap();
            let atlas = StampAtlas::of_sizes(Marker::Star, &sizes, is_antialiased);
            check(atlas, size, &format!("{width}x{height}, {is_antialiased}"), 200, &mut random);
            let atlas = StampAtlas::new(Marker::Circle, 200.0, is_antialiased).unwrap();
            check(atlas, size, &format!("200 px on {width}x{height}, {is_antialiased}"), 20, &mut random);
        }
    }
}

#[test]
fn so_are_rounds_of_many_batches() {
    let (size, mut random) = (Size::new(40, 90).unwrap(), Random(9));
    let atlas = Arc::new(StampAtlas::new(Marker::Circle, 3.0, true).unwrap());
    // More than one round, and pixels that come to the floor.
    let glyphs = glyphs(400_000, size, 1, false, &mut random);
    let veil = plain_veil(&atlas, size, &glyphs);
    assert!(veil.contains(&FLOOR.to_bits()));
    for ways in [(2, 1 << 16, 16), (1, 30_000, 14)] {
        assert!(drawn(&atlas, size, Accumulate::Veil, &glyphs, ways) == veil, "{ways:?}");
    }
}
