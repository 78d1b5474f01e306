//! The colours of a sixel picture: its own where 256 hold them all, else 256 that NeuQuant learns from it.

use std::collections::BTreeMap;

use super::thumbnail::Thumbnail;

/// Colours of a sixel picture: what terminals have registers for.
const MOST_COLORS: usize = 256;

/// Every tenth pixel teaches NeuQuant: ten times as fast as every one, and hardly worse by its authors' account.
const SAMPLING: i32 = 10;

/// Pixels below which NeuQuant would learn from too few: they are given to it over and over.
const FEWEST_PIXELS: usize = 1 << 14;

/// A colour as sixels have it: percent of red, green and blue.
pub(super) type Percent = [u8; 3];

/// Colours by number, and the number of each pixel's colour.
pub(super) struct Palette {
    /// The colours, at most 256.
    pub(super) colors: Vec<Percent>,
    /// A number for each pixel, row by row; nothing where it is transparent.
    pub(super) numbers: Vec<Option<u8>>,
}

/// From 0..=255 to percent, rounded half up.
fn percent(value: u8) -> u8 {
    ((u32::from(value) * 200 + 255) / 510) as u8
}

impl Palette {
    /// The colours of a picture.
    pub(super) fn of(picture: &Thumbnail) -> Self {
        let pixels = || picture.rows().flatten();
        let own = |&[r, g, b, alpha]: &[u8; 4]| (alpha > 0).then_some([r, g, b].map(percent));
        let mut known: BTreeMap<Percent, u8> = BTreeMap::new();
        for color in pixels().filter_map(own) {
            let next = known.len();
            if next == MOST_COLORS && !known.contains_key(&color) {
                return Self::learned(picture);
            }
            known.entry(color).or_insert(next as u8);
        }
        let mut colors = vec![[0; 3]; known.len()];
        for (color, number) in &known {
            colors[usize::from(*number)] = *color;
        }
        let numbers = pixels().map(|pixel| own(pixel).and_then(|color| known.get(&color).copied())).collect();
        Self { colors, numbers }
    }

    fn learned(picture: &Thumbnail) -> Self {
        let opaque: Vec<u8> = picture
            .rows()
            .flatten()
            .filter(|pixel| pixel[3] > 0)
            .flat_map(|&[r, g, b, _]| [r, g, b, u8::MAX])
            .collect();
        let times = FEWEST_PIXELS.div_ceil((opaque.len() / 4).max(1));
        let network = color_quant::NeuQuant::new(SAMPLING, MOST_COLORS, &opaque.repeat(times));
        let rgb = network.color_map_rgb();
        let colors = rgb.chunks_exact(3).map(|color| [color[0], color[1], color[2]].map(percent)).collect();
        let number = |&[r, g, b, alpha]: &[u8; 4]| (alpha > 0).then(|| network.index_of(&[r, g, b, u8::MAX]) as u8);
        Self { colors, numbers: picture.rows().flatten().map(number).collect() }
    }
}
