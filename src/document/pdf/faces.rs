//! The faces that a PDF brings along, cut down to the glyphs that it shows.
//!
//! A face that must not be embedded, or that cannot be cut, is left out: its glyphs are drawn as outlines.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Finish, Name, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::{GlyphId, Permissions, RawFace, Tag};

use super::super::glyphs::{Face, Used};
use super::file::File;
use crate::error::Result;
use crate::figure::Font;

/// Units of an em in a PDF.
const EM: f64 = 1000.0;

const SYSTEM: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The faces of a figure, as far as they are embedded.
pub(super) struct Faces {
    faces: Vec<(Font, Option<Embedded>)>,
}

/// A face in the document.
pub(super) struct Embedded {
    id: Ref,
    /// By the number in the font.
    glyphs: BTreeMap<u16, EmbeddedGlyph>,
}

/// A glyph in the document.
#[derive(Clone, Debug)]
pub(super) struct EmbeddedGlyph {
    /// Its number there.
    pub cid: u16,
    /// Its advance in thousandths of an em.
    pub advance: f32,
    /// The characters that readers take it for.
    pub text: String,
}

impl Faces {
    /// Writes all faces that can be embedded.
    pub fn write(used: &Used, file: &mut File<'_>) -> Result<Self> {
        let mut faces = Vec::new();
        for face in used.faces() {
            let embedded = match Part::of(face) {
                Some(part) => Some(part.write(face, file)?),
                None => None,
            };
            faces.push((face.font.clone(), embedded));
        }
        Ok(Self { faces })
    }

    /// The numbers of the embedded faces with their objects.
    pub fn ids(&self) -> impl Iterator<Item = (usize, Ref)> {
        let faces = self.faces.iter().enumerate();
        faces.filter_map(|(number, (_, embedded))| Some((number, embedded.as_ref()?.id)))
    }

    /// A glyph of an embedded face, with the number of the face.
    pub fn glyph(&self, font: &Font, glyph: u16) -> Option<(usize, &EmbeddedGlyph)> {
        let (number, (_, embedded)) = self.faces.iter().enumerate().find(|(_, (known, _))| known == font)?;
        Some((number, embedded.as_ref()?.glyphs.get(&glyph)?))
    }
}

/// What is embedded of a face.
struct Part {
    bytes: Vec<u8>,
    is_cff: bool,
    remapper: GlyphRemapper,
}

impl Part {
    fn of(face: &Face) -> Option<Self> {
        let tables = face.font.face()?;
        let may_be_embedded = tables.permissions() != Some(Permissions::Restricted)
            && tables.is_subsetting_allowed()
            && tables.is_outline_embedding_allowed();
        if !may_be_embedded {
            return None;
        }
        let mut remapper = GlyphRemapper::new();
        for glyph in face.glyphs.keys() {
            remapper.remap(*glyph);
        }
        let (all, index) = (face.font.bytes(), face.font.index());
        let cut = catch_unwind(|| subsetter::subset(all, index, &remapper));
        let bytes = cut.ok()?.ok()?;
        // Of the other kind of outlines, the table alone is embedded.
        let cff = RawFace::parse(&bytes, 0).ok()?.table(Tag::from_bytes(b"CFF ")).map(<[u8]>::to_vec);
        Some(Self { is_cff: cff.is_some(), bytes: cff.unwrap_or(bytes), remapper })
    }

    fn write(self, face: &Face, file: &mut File<'_>) -> Result<Embedded> {
        let tables = face.font.face();
        let per_unit = EM / f64::from(tables.as_ref().map_or(1000, ttf_parser::Face::units_per_em));
        let advance = |glyph: u16| {
            let units = tables.as_ref().and_then(|face| face.glyph_hor_advance(GlyphId(glyph))).unwrap_or(0);
            (f64::from(units) * per_unit) as f32
        };
        let glyphs: BTreeMap<u16, EmbeddedGlyph> = face
            .glyphs
            .iter()
            .filter_map(|(glyph, text)| {
                let cid = self.remapper.get(*glyph)?;
                Some((*glyph, EmbeddedGlyph { cid, advance: advance(*glyph), text: text.clone() }))
            })
            .collect();
        let mut by_cid: Vec<&EmbeddedGlyph> = glyphs.values().collect();
        by_cid.sort_by_key(|glyph| glyph.cid);

        let (id, cid_font, descriptor, data, map) = (file.id(), file.id(), file.id(), file.id(), file.id());
        let name = subset_name(face);
        let name = Name(name.as_bytes());
        let mut chunk = Chunk::new();
        chunk
            .type0_font(id)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid_font)
            .to_unicode(map);
        file.put(id, &chunk)?;

        let mut chunk = Chunk::new();
        let mut font = chunk.cid_font(cid_font);
        font.subtype(if self.is_cff { CidFontType::Type0 } else { CidFontType::Type2 });
        font.base_font(name).system_info(SYSTEM).font_descriptor(descriptor).default_width(0.0);
        if !self.is_cff {
            font.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = font.widths();
        for glyph in &by_cid {
            widths.consecutive(glyph.cid, [glyph.advance]);
        }
        widths.finish();
        font.finish();
        file.put(cid_font, &chunk)?;

        let units = |units: i16| (f64::from(units) * per_unit) as f32;
        let mut chunk = Chunk::new();
        let mut written = chunk.font_descriptor(descriptor);
        written.name(name).flags(FontFlags::SYMBOLIC).italic_angle(0.0).stem_v(80.0);
        if let Some(tables) = &tables {
            let bounds = tables.global_bounding_box();
            written
                .bbox(Rect::new(units(bounds.x_min), units(bounds.y_min), units(bounds.x_max), units(bounds.y_max)))
                .ascent(units(tables.ascender()))
                .descent(units(tables.descender()))
                .cap_height(units(tables.capital_height().unwrap_or_else(|| tables.ascender())));
        }
        if self.is_cff {
            written.font_file3(data)
        } else {
            written.font_file2(data)
        };
        written.finish();
        file.put(descriptor, &chunk)?;

        if self.is_cff {
            file.cff(data, &self.bytes)?;
        } else {
            file.stream(data, &self.bytes)?;
        }

        let mut characters = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
        for glyph in by_cid.iter().filter(|glyph| !glyph.text.is_empty()) {
            characters.pair_with_multiple(glyph.cid, glyph.text.chars());
        }
        let characters = characters.finish();
        let mut chunk = Chunk::new();
        chunk.cmap(map, characters.as_slice()).name(Name(b"Custom")).system_info(SYSTEM);
        file.put(map, &chunk)?;
        Ok(Embedded { id, glyphs })
    }
}

/// Six letters that tell this part from others of the font, and the font's name in letters that need no quoting.
fn subset_name(face: &Face) -> String {
    let mut hash = crc32fast::Hasher::new();
    for glyph in face.glyphs.keys() {
        hash.update(&glyph.to_be_bytes());
    }
    let mut number = u64::from(hash.finalize() ^ face.font.crc());
    let mut name = String::new();
    for _ in 0..6 {
        name.push(char::from(b'A' + (number % 26) as u8));
        number /= 26;
    }
    name.push('+');
    name.extend(face.font.name().chars().filter(char::is_ascii_alphanumeric));
    name
}

impl File<'_> {
    /// A table of outlines.
    fn cff(&mut self, id: Ref, bytes: &[u8]) -> Result<()> {
        let mut chunk = Chunk::new();
        let packed = super::file::packed(bytes).map_err(super::super::unwritable)?;
        chunk.stream(id, &packed).filter(Filter::FlateDecode).pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        self.put(id, &chunk)
    }
}
