//! The border to the shaping library: texts to runs of glyphs, and glyphs to coverage.
//!
//! Faces are known to it by their number alone: their order, not their names, weights or styles, decides which one has a
//! character. What panics behind the border (the font's fault) gives an empty line.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cosmic_text::fontdb::{self, FaceInfo, Language, Stretch, Style, Weight};
use cosmic_text::{
    Attrs, AttrsList, BufferLine, CacheKey, CacheKeyFlags, Ellipsize, Family, FontSystem, Hinting, LayoutLine,
    LineEnding, Shaping, SwashCache, SwashContent, Wrap,
};

use super::font::{Font, Fonts};
use super::run::{Glyph, Run};

/// The names that faces have here, by their number; so many faces there can be.
pub(super) const FACE_NAMES: [&str; 16] =
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];

/// Glyph bitmaps kept between texts; beyond that the cache starts anew.
const MOST_CACHED_GLYPHS: usize = 4_096;

/// How a text becomes lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Not at all.
    Never,
    /// Where Unicode allows it (UAX 14).
    Words,
    /// Anywhere in words that are too wide for a line.
    Anywhere,
}

/// Shapes and draws with a few faces.
pub(super) struct Shaper {
    system: FontSystem,
    glyphs: SwashCache,
    faces: HashMap<fontdb::ID, usize>,
    /// The same the other way round.
    ids: Vec<fontdb::ID>,
    advances_em: HashMap<char, f64>,
}

impl std::fmt::Debug for Shaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shaper").field("faces", &self.ids.len()).finish_non_exhaustive()
    }
}

impl Shaper {
    /// No name of a face is one that the library knows scripts by, so that faces are tried in their order: where one lacks a
    /// character the next one that has it is taken; without any the first shows its empty box.
    pub fn new(fonts: &[Font]) -> Self {
        let mut db = fontdb::Database::new();
        for (font, name) in fonts.iter().zip(FACE_NAMES) {
            db.push_face_info(FaceInfo {
                id: fontdb::ID::dummy(),
                source: fontdb::Source::Binary(font.shared_bytes()),
                index: font.index(),
                families: vec![(name.to_owned(), Language::English_UnitedStates)],
                post_script_name: name.to_owned(),
                style: Style::Normal,
                weight: Weight::NORMAL,
                stretch: Stretch::Normal,
                monospaced: false,
            });
        }
        let ids: Vec<fontdb::ID> = db.faces().map(|face| face.id).collect();
        let system = FontSystem::new_with_locale_and_db("en-US".to_owned(), db);
        let faces = ids.iter().enumerate().map(|(number, id)| (*id, number)).collect();
        Self { system, glyphs: SwashCache::new(), faces, ids, advances_em: HashMap::new() }
    }

    /// A text ready to be broken into lines.
    pub fn line(text: &str) -> BufferLine {
        let attrs = AttrsList::new(&Attrs::new().family(Family::Name(FACE_NAMES[0])));
        BufferLine::new(text, LineEnding::None, attrs, Shaping::Advanced)
    }

    /// The lines that a text takes; their glyphs count characters from the beginning of the text.
    pub fn broken(&mut self, line: &mut BufferLine, size_px: f64, most_px: f64, breaks: Breaks) -> Vec<LayoutLine> {
        let (wrap, most_px) = match breaks {
            Breaks::Never => (Wrap::None, None),
            Breaks::Words => (Wrap::Word, Some(most_px as f32)),
            Breaks::Anywhere => (Wrap::WordOrGlyph, Some(most_px as f32)),
        };
        let system = &mut self.system;
        // It keeps its last layout whatever the width and the size.
        line.reset_layout();
        let laid_out = catch_unwind(AssertUnwindSafe(|| {
            // Widths that are whole pixels at every size would not be those of the outlines.
            let hinting = Hinting::Disabled;
            line.layout(system, size_px as f32, most_px, wrap, Ellipsize::None, None, 8, hinting).to_vec()
        }));
        laid_out.unwrap_or_default()
    }

    /// A laid out line as a run; `text` is the whole that it is a line of.
    pub fn run(&self, fonts: &Fonts, text: &str, line: &LayoutLine, size_px: f64) -> Run {
        let start = line.glyphs.iter().map(|glyph| glyph.start).min().unwrap_or(0);
        let end = line.glyphs.iter().map(|glyph| glyph.end).max().unwrap_or(text.len());
        let mut own = text.get(start..end).unwrap_or_default();
        let mut kept: Vec<_> = line.glyphs.iter().collect();
        let is_broken = own.len() < text.len();
        if is_broken {
            // The blank at which it was broken is no part of it, and may stand at its left end.
            own = own.trim_end();
            kept.retain(|glyph| glyph.start - start < own.len());
        }
        // Lines of right-to-left texts stand at the right end of their room, whole ones too.
        let left_px = kept.iter().map(|glyph| glyph.x).reduce(f32::min).unwrap_or(0.0);
        let mut width_px = line.w;
        if is_broken {
            width_px = kept.iter().map(|glyph| glyph.x + glyph.w).reduce(f32::max).unwrap_or(left_px) - left_px;
        }
        // Right-to-left lines come from the right.
        let is_reversed = kept
            .first()
            .zip(kept.last())
            .is_some_and(|(first, last)| first.x > last.x || first.x == last.x && first.level.is_rtl());
        if is_reversed {
            kept.reverse();
        }
        let glyphs = kept.into_iter().map(|glyph| Glyph {
            face: self.faces.get(&glyph.font_id).copied().unwrap_or(0),
            id: glyph.glyph_id,
            x_px: glyph.x - left_px + glyph.font_size * glyph.x_offset,
            y_px: glyph.y - glyph.font_size * glyph.y_offset,
            start: glyph.start - start,
            end: glyph.end - start,
        });
        Run::new(fonts.clone(), own.to_owned(), size_px, width_px, glyphs.collect())
    }

    /// The advance of a character standing alone, in ems.
    pub fn advance_em(&mut self, c: char) -> f64 {
        if let Some(advance) = self.advances_em.get(&c) {
            return *advance;
        }
        let mut line = Self::line(c.encode_utf8(&mut [0; 4]));
        let lines = self.broken(&mut line, 64.0, f64::INFINITY, Breaks::Never);
        let advance = lines.first().map_or(0.0, |line| f64::from(line.w) / 64.0);
        if self.advances_em.len() < MOST_CACHED_GLYPHS {
            self.advances_em.insert(c, advance);
        }
        advance
    }

    /// The coverage of a run in its box.
    pub fn drawn(&mut self, run: &Run) -> Vec<u8> {
        let ((width, height), (left_px, baseline)) = (run.size_px(), run.origin_px());
        let mut coverage = vec![0u8; width as usize * height as usize];
        if self.glyphs.image_cache.len() > MOST_CACHED_GLYPHS {
            self.glyphs.image_cache.clear();
        }
        for glyph in run.glyphs() {
            if !run.fonts().faces().get(glyph.face).is_some_and(|font| font.is_drawable(glyph.id)) {
                continue;
            }
            // The baseline is a whole pixel; across, glyphs keep quarters of a pixel.
            let at = (glyph.x_px + left_px as f32, glyph.y_px.trunc());
            let Some(id) = self.ids.get(glyph.face) else { continue };
            let (key, x, y) =
                CacheKey::new(*id, glyph.id, run.em_px() as f32, at, Weight::NORMAL, CacheKeyFlags::empty());
            let (glyphs, system) = (&mut self.glyphs, &mut self.system);
            if catch_unwind(AssertUnwindSafe(|| glyphs.get_image(system, key).is_some())).is_err() {
                continue;
            }
            let Some(image) = self.glyphs.image_cache.get(&key).and_then(Option::as_ref) else { continue };
            if image.content != SwashContent::Mask || image.placement.width == 0 {
                continue;
            }
            let left = x + image.placement.left;
            let top = baseline + y - image.placement.top;
            for (y, row) in (top..).zip(image.data.chunks_exact(image.placement.width as usize)) {
                for (x, covered) in (left..).zip(row) {
                    if (0..width).contains(&x) && (0..height).contains(&y) {
                        let pixel = &mut coverage[(y * width + x) as usize];
                        *pixel = (*pixel).max(*covered);
                    }
                }
            }
        }
        coverage
    }
}
