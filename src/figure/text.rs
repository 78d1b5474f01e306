//! Text to masks of coverage, with the embedded DejaVu Sans alone: the same pixels on every machine.
//!
//! The font is parsed once, when the first text is drawn (see `font_start_up` in the tests for the time it takes). Texts
//! are shaped whole (ligatures, right-to-left scripts); a character that the font lacks is its empty box.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use cosmic_text::{
    Attrs, AttrsList, BufferLine, Ellipsize, Family, FontSystem, Hinting, LayoutLine, Shaping, SwashCache,
    SwashContent, Wrap, fontdb,
};

/// DejaVu Sans: origin and licence in `assets/README.md`.
const FONT: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans.ttf");
const FAMILY: &str = "DejaVu Sans";

/// Above and below the baseline, in ems, everything that matters of a line (the font's own ascent and descent).
const ASCENT_EM: f64 = 0.928;
const DESCENT_EM: f64 = 0.236;

/// Height of a digit, in ems.
const DIGIT_EM: f64 = 0.729;

/// No text is shaped beyond this many characters: wider than any picture.
const MOST_CHARS: usize = 8_000;

/// Glyph bitmaps kept between texts; beyond that the cache starts anew.
const MOST_CACHED_GLYPHS: usize = 4_096;

/// A line of text as coverage, a box of whole pixels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mask {
    pub width: i32,
    pub height: i32,
    pub coverage: Vec<u8>,
}

impl Mask {
    /// The same text reading upwards.
    pub fn upwards(&self) -> Self {
        let (width, height) = (self.height, self.width);
        let mut coverage = Vec::with_capacity(self.coverage.len());
        for y in 0..height {
            coverage.extend((0..width).map(|x| self.coverage[(x * self.width + self.width - 1 - y) as usize]));
        }
        Self { width, height, coverage }
    }
}

/// Rows from the top of a mask to its baseline.
pub(super) fn ascent_px(size_px: f64) -> i32 {
    (ASCENT_EM * size_px).ceil() as i32
}

/// Rows of a mask.
pub(super) fn line_px(size_px: f64) -> i32 {
    ascent_px(size_px) + (DESCENT_EM * size_px).ceil() as i32
}

/// The row of a mask that runs through the middle of its digits.
pub(super) fn middle_px(size_px: f64) -> i32 {
    ascent_px(size_px) - (DIGIT_EM * size_px / 2.0).round() as i32
}

/// The width of a short label: the sum of its characters', which for numbers is exact.
pub(super) fn width_px(text: &str, size_px: f64) -> f64 {
    let mut fonts = fonts();
    text.chars().map(|c| fonts.advance_em(c)).sum::<f64>() * size_px
}

/// The mask of a text (already made safe to show), cut with an ellipsis where it is wider than `most_px`.
pub(super) fn mask(text: &str, size_px: f64, most_px: f64) -> Arc<Mask> {
    let mut fonts = fonts();
    let text = if text.chars().nth(MOST_CHARS).is_some() { &text[..char_end(text, MOST_CHARS)] } else { text };
    let mut line = fonts.shaped(text, size_px);
    if f64::from(line.w) > most_px {
        let chars = text.chars().count();
        // The longest beginning that fits with its ellipsis.
        let (mut fits, mut too_long) = (0, chars);
        while too_long - fits > 1 {
            let middle = usize::midpoint(fits, too_long);
            let shortened = format!("{}…", text[..char_end(text, middle)].trim_end());
            if f64::from(fonts.shaped(&shortened, size_px).w) <= most_px { fits = middle } else { too_long = middle }
        }
        line = fonts.shaped(&format!("{}…", text[..char_end(text, fits)].trim_end()), size_px);
    }
    Arc::new(fonts.drawn(&line, size_px))
}

fn char_end(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

struct Fonts {
    system: FontSystem,
    glyphs: SwashCache,
    advances_em: HashMap<char, f64>,
}

fn fonts() -> MutexGuard<'static, Fonts> {
    static FONTS: OnceLock<Mutex<Fonts>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut db = fontdb::Database::new();
        db.load_font_source(fontdb::Source::Binary(Arc::new(FONT)));
        let system = FontSystem::new_with_locale_and_db("en-US".to_owned(), db);
        Mutex::new(Fonts { system, glyphs: SwashCache::new(), advances_em: HashMap::new() })
    });
    fonts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fonts {
    fn shaped(&mut self, text: &str, size_px: f64) -> LayoutLine {
        let attrs = AttrsList::new(&Attrs::new().family(Family::Name(FAMILY)));
        let mut line = BufferLine::new(text, cosmic_text::LineEnding::None, attrs, Shaping::Advanced);
        let system = &mut self.system;
        let size_px = size_px as f32;
        let lines = line.layout(system, size_px, None, Wrap::None, Ellipsize::None, None, 8, Hinting::Disabled);
        let empty = LayoutLine {
            w: 0.0,
            max_ascent: 0.0,
            max_descent: 0.0,
            line_height_opt: None,
            glyphs: Vec::new(),
            decorations: Vec::new(),
        };
        lines.first().cloned().unwrap_or(empty)
    }

    fn advance_em(&mut self, c: char) -> f64 {
        if let Some(advance) = self.advances_em.get(&c) {
            return *advance;
        }
        let advance = f64::from(self.shaped(c.encode_utf8(&mut [0; 4]), 64.0).w) / 64.0;
        if self.advances_em.len() < MOST_CACHED_GLYPHS {
            self.advances_em.insert(c, advance);
        }
        advance
    }

    /// The glyphs of a line in its box; what sticks out of the box is cut, so that no text touches another.
    fn drawn(&mut self, line: &LayoutLine, size_px: f64) -> Mask {
        // A pixel on either side for glyphs that begin before their origin.
        let (width, height) = (line.w.ceil() as i32 + 2, line_px(size_px));
        let mut coverage = vec![0u8; width as usize * height as usize];
        if self.glyphs.image_cache.len() > MOST_CACHED_GLYPHS {
            self.glyphs.image_cache.clear();
        }
        for glyph in &line.glyphs {
            // The baseline is a whole pixel; across, glyphs keep quarters of a pixel.
            let glyph = glyph.physical((1.0, 0.0), 1.0);
            let Some(image) = self.glyphs.get_image(&mut self.system, glyph.cache_key) else { continue };
            if image.content != SwashContent::Mask || image.placement.width == 0 {
                continue;
            }
            let left = glyph.x + image.placement.left;
            let top = ascent_px(size_px) + glyph.y - image.placement.top;
            for (y, row) in (top..).zip(image.data.chunks_exact(image.placement.width as usize)) {
                for (x, covered) in (left..).zip(row) {
                    if (0..width).contains(&x) && (0..height).contains(&y) {
                        let pixel = &mut coverage[(y * width + x) as usize];
                        *pixel = (*pixel).max(*covered);
                    }
                }
            }
        }
        Mask { width, height, coverage }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_ink_and_the_width_of_its_advances() {
        let mask = mask("0123456789", 11.0, 1e9);
        // DejaVu's digits are 1303 of 2048 units wide.
        let expected_px = 10.0 * 11.0 * 1303.0 / 2048.0;
        assert!((width_px("0123456789", 11.0) - expected_px).abs() < 0.05);
        assert!((f64::from(mask.width) - expected_px).abs() < 3.5, "{} for {expected_px}", mask.width);
        assert!(mask.coverage.iter().any(|covered| *covered > 200), "no dark pixel");
    }

    #[test]
    fn too_wide_a_text_ends_in_an_ellipsis() {
        let mask = mask(&"long title ".repeat(100_000), 14.0, 200.0);
        assert!((180..=203).contains(&mask.width), "{} px", mask.width);
        assert_eq!(super::mask("abc", 14.0, 0.0), super::mask("…", 14.0, 1e9));
    }

    #[test]
    fn reading_upwards_is_a_turn() {
        let mask = Mask { width: 3, height: 2, coverage: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(mask.upwards(), Mask { width: 2, height: 3, coverage: vec![3, 6, 2, 5, 1, 4] });
    }

    #[test]
    fn characters_without_a_glyph_and_other_scripts_do_not_panic() {
        for text in ["", " ", "日本\u{10ffff}", "العربية abc", "e\u{301}\u{301}\u{301}", "🦀", "\u{0}"] {
            let mask = mask(text, 11.0, 1e9);
            assert_eq!(mask.coverage.len(), (mask.width * mask.height) as usize, "{text:?}");
        }
    }

    #[test]
    fn font_start_up() {
        let start = std::time::Instant::now();
        drop(mask("first", 11.0, 1e9));
        // 2 ms optimised; the bound only catches a font that is parsed again and again.
        assert!(start.elapsed().as_secs_f64() < 2.0);
    }
}
