//! Sorted stamps against a plain walk over glyphs and pixels, without a device.

use std::collections::HashMap;

use super::*;
use crate::raster::gpu::tests::Random;
use crate::stamp::Marker;

/// Every pixel's texels, colours and opacities, in the order in which they are blended.
type Stacks = HashMap<(u32, u32), Vec<(u32, u32, u32)>>;

fn naive(glyphs: &[Glyph], atlas: &StampAtlas, size: Size) -> Stacks {
    let mut stacks = Stacks::new();
    for glyph in glyphs {
        let class = &atlas.classes()[usize::from(glyph.class)];
        let (reach, side) = (class.reach_px() as i32, class.side_px() as i32);
        let phase = class.phase(glyph.x, glyph.y);
        let mask = atlas.mask(usize::from(glyph.class), phase);
        for (i, texel) in mask.iter().enumerate().filter(|(_, texel)| **texel > 0) {
            let x = (glyph.x >> 8) - reach + i as i32 % side;
            let y = (glyph.y >> 8) - reach + i as i32 / side;
            if (0..size.width() as i32).contains(&x) && (0..size.height() as i32).contains(&y) {
                let [r, g, b] = glyph.rgb.map(u32::from);
                let blended = (u32::from(*texel), r | g << 8 | b << 16, glyph.alpha.to_bits());
                stacks.entry((x as u32, y as u32)).or_default().push(blended);
            }
        }
    }
    stacks
}

/// What the shaders make of an upload, and the longest piece in turns.
fn walked(upload: &[Words], dispatches: &[Dispatch], atlas: &StampAtlas, band_rows: u32) -> (Stacks, u32) {
    let (mut stacks, mut longest) = (Stacks::new(), 0);
    for dispatch in dispatches {
        let [width, height, first, count] = upload[dispatch.job];
        assert_eq!(count, dispatch.pieces);
        let mut tiles = Vec::new();
        for piece in &upload[first as usize..(first + count) as usize] {
            let (left, top) = (piece[2] & 0xffff, piece[2] >> 16);
            let rows = piece[3] & 15..=piece[3] >> 4;
            tiles.extend(rows.clone().map(|row| (piece[2], row)));
            let mut walked = 0;
            for entry in &upload[piece[0] as usize..piece[1] as usize] {
                let [place, first_texel, rgb, alpha] = *entry;
                let nibble = |at: u32| place >> at & 15;
                let seen = (0..=nibble(12)).filter(|y| rows.contains(&(nibble(4) + y)));
                walked += (seen.clone().count() as u32 * (nibble(8) + 1)).max(1);
                for y in seen {
                    for x in 0..=nibble(8) {
                        let (px, py) = (left + nibble(0) + x, top + nibble(4) + y);
                        assert!(px < width && py < height, "inside the band");
                        let texel = atlas.texels()[(first_texel + y * (place >> 16) + x) as usize];
                        if texel > 0 {
                            let at = (px, py + dispatch.band as u32 * band_rows);
                            stacks.entry(at).or_default().push((texel.into(), rgb, alpha));
                        }
                    }
                }
            }
            longest = longest.max(walked);
        }
        let owned = tiles.len();
        tiles.sort_unstable();
        tiles.dedup();
        assert_eq!(tiles.len(), owned, "no row of a tile twice at once");
    }
    (stacks, longest)
}

/// Entries come first, and pieces point to nothing else.
fn upload_entries(upload: &[Words], dispatches: &[Dispatch]) -> usize {
    dispatches.first().map_or(0, |dispatch| upload[dispatch.job][2] as usize)
}

#[test]
fn every_pixel_gets_its_stamps_in_order_whatever_the_bands() {
    let mut random = Random(11);
    for (width, height) in [(1, 1), (16, 16), (17, 31), (100, 70)] {
        let size = Size::new(width, height).unwrap();
        for (marker, diameter) in [(Marker::Pixel, 1.0), (Marker::Circle, 5.0), (Marker::Star, 90.0)] {
            let atlas = StampAtlas::new(marker, diameter, true).unwrap();
            let glyphs = random.glyphs(size, 700, false);
            for (band_rows, shares_rows) in [(16, true), (48, false), (4096 * 16, true), (4096 * 16, false)] {
                let mut sort = TileSort::new(size, band_rows, shares_rows);
                for _ in 0..2 {
                    assert_eq!(sort.take(&glyphs, &atlas, usize::MAX, u64::MAX), glyphs.len());
                    let (upload, dispatches) = sort.sort(&atlas);
                    let (found, longest) = walked(upload, dispatches, &atlas, band_rows);
                    assert!(longest <= PIECE_TURNS);
                    assert!(upload.len() <= 3 * upload_entries(upload, dispatches), "as `Tiler` reckons");
                    assert!(found == naive(&glyphs, &atlas, size), "{marker:?} on {width}x{height}, {band_rows} rows");
                    assert!(sort.is_empty(), "sorting forgets");
                }
            }
        }
    }
}

#[test]
fn a_hot_tile_is_cut_into_pieces_that_follow_each_other() {
    let size = Size::new(64, 64).unwrap();
    let atlas = StampAtlas::new(Marker::Circle, 9.0, true).unwrap();
    let glyphs: Vec<_> = (0..3000)
        .map(|i| Glyph { x: 24 * 256 + i % 700, y: 24 * 256, rgb: [i as u8; 3], class: 0, alpha: 0.5 })
        .collect();
    for shares_rows in [true, false] {
        let mut sort = TileSort::new(size, 64, shares_rows);
        sort.take(&glyphs, &atlas, usize::MAX, u64::MAX);
        let (upload, dispatches) = sort.sort(&atlas);
        let (found, longest) = walked(upload, dispatches, &atlas, 64);
        if shares_rows {
            assert!(dispatches[0].pieces > 4 && dispatches.len() < 3, "rows by themselves: {dispatches:?}");
        } else {
            assert!(dispatches.len() > 1 && dispatches[0].pieces == 1, "{dispatches:?}");
            assert!(longest <= PIECE_TURNS && longest > PIECE_TURNS / 2);
        }
        assert!(found == naive(&glyphs, &atlas, size));
    }
}

#[test]
fn marks_are_taken_until_there_are_enough() {
    let size = Size::new(64, 64).unwrap();
    let atlas = StampAtlas::new(Marker::Square, 5.0, false).unwrap();
    let at = |x: i32| Glyph { x: x * 256 + 128, y: 8 * 256 + 128, rgb: [0; 3], class: 0, alpha: 1.0 };
    // In one tile; outside; in two tiles; in one.
    let glyphs = [at(8), at(-100), at(16), at(40)];
    let taken = |entries, pixels| TileSort::new(size, 64, true).take(&glyphs, &atlas, entries, pixels);
    assert_eq!([1, 2, 3, 4].map(|entries| taken(entries, u64::MAX)), [2, 2, 3, 4]);
    assert_eq!([1, 49, 50, 75].map(|pixels| taken(9, pixels)), [2, 2, 3, 4], "25 each; the first is always taken");
    assert_eq!(most_entries_per_mark(&atlas), 4);
    assert_eq!(most_entries_per_mark(&StampAtlas::pixel()), 1);
    assert_eq!(most_entries_per_mark(&StampAtlas::new(Marker::Square, 17.0, false).unwrap()), 9);
}

#[test]
fn a_stride_meets_every_group_once() {
    for count in 0..200 {
        let mut met = vec![false; count];
        (0..count).for_each(|i| met[i * stride(count) % count] = true);
        assert!(met.iter().all(|met| *met), "{count} groups");
    }
}
