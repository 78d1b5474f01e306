//! Glyphs made of other glyphs, counted before they are drawn: a few bytes can ask for 2^32 of them.

use ttf_parser::{RawFace, Tag};

/// The most glyphs that one is made of, all levels together; real ones have a dozen.
const MOST_PARTS: u32 = 1_000;

/// The most levels.
const MOST_DEPTH: u32 = 16;

/// Flags of a part.
const HAS_WORDS: u16 = 0x0001;
const HAS_SCALE: u16 = 0x0008;
const MORE_PARTS: u16 = 0x0020;
const HAS_TWO_SCALES: u16 = 0x0040;
const HAS_MATRIX: u16 = 0x0080;

/// Whether every glyph of a TrueType face is drawn in a bounded number of steps; a face with other outlines has no such
/// glyphs.
pub(super) fn is_bounded(face: &RawFace<'_>, glyphs: u16) -> bool {
    let table = |tag: &[u8; 4]| face.table(Tag::from_bytes(tag));
    let (Some(head), Some(loca), Some(glyf)) = (table(b"head"), table(b"loca"), table(b"glyf")) else { return true };
    let parts = Parts { loca, glyf, has_long_offsets: word(head, 50).is_some_and(|format| format != 0) };
    let mut counts = vec![0; usize::from(glyphs)];
    (0..glyphs).all(|glyph| parts.count(glyph, 0, &mut counts).is_some())
}

struct Parts<'a> {
    loca: &'a [u8],
    glyf: &'a [u8],
    has_long_offsets: bool,
}

impl Parts<'_> {
    /// How many glyphs a glyph is made of, itself included; `None` where they are too many or hold each other.
    fn count(&self, glyph: u16, depth: u32, counts: &mut [u32]) -> Option<u32> {
        let known = counts.get(usize::from(glyph)).copied().unwrap_or(1);
        if known > 0 {
            return Some(known);
        }
        if depth > MOST_DEPTH {
            return None;
        }
        let mut count: u32 = 1;
        for part in self.of(glyph) {
            count = count.checked_add(self.count(part, depth + 1, counts)?)?;
            if count > MOST_PARTS {
                return None;
            }
        }
        if let Some(known) = counts.get_mut(usize::from(glyph)) {
            *known = count;
        }
        Some(count)
    }

    /// The glyphs that a glyph is made of; none for what is no composite one.
    fn of(&self, glyph: u16) -> Vec<u16> {
        let mut parts = Vec::new();
        let Some(data) = self.data(glyph) else { return parts };
        if word(data, 0).is_none_or(|contours| contours < 0x8000) {
            return parts;
        }
        // Behind the number of contours and the bounds.
        let mut at = 10;
        while let Some((flags, part)) = word(data, at).zip(word(data, at + 2)) {
            parts.push(part);
            at += 4;
            at += if flags & HAS_WORDS != 0 { 4 } else { 2 };
            at += match flags & (HAS_SCALE | HAS_TWO_SCALES | HAS_MATRIX) {
                HAS_SCALE => 2,
                HAS_TWO_SCALES => 4,
                HAS_MATRIX => 8,
                _ => 0,
            };
            if flags & MORE_PARTS == 0 || parts.len() > MOST_PARTS as usize {
                break;
            }
        }
        parts
    }

    fn data(&self, glyph: u16) -> Option<&[u8]> {
        let offset = |glyph: usize| match self.has_long_offsets {
            true => {
                Some((usize::from(word(self.loca, 4 * glyph)?) << 16) + usize::from(word(self.loca, 4 * glyph + 2)?))
            }
            false => Some(2 * usize::from(word(self.loca, 2 * glyph)?)),
        };
        self.glyf.get(offset(glyph.into())?..offset(usize::from(glyph) + 1)?)
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}
