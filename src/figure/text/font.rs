//! Faces: the embedded DejaVu Sans and those that a user brings, and which of them are in use.
//!
//! Fonts are untrusted: a face is looked at before it is taken, and is then static (variable ones at their default).

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::run::Run;
use super::shaper::{Breaks, FACE_NAMES, Shaper};
use super::{composite, drawable};
use crate::error::{Error, Result};
use crate::escape::display_text;

/// DejaVu Sans: origin and licence in `assets/README.md`.
const EMBEDDED: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans.ttf");
const EMBEDDED_NAME: &str = "DejaVu Sans";

/// The most that a line reaches above and below its baseline, whatever a font says of itself.
const MOST_ASCENT_EM: f64 = 1.5;
const MOST_DESCENT_EM: f64 = 0.8;

/// How far a glyph may reach from its origin.
const MOST_REACH_EM: f64 = 8.0;

/// Characters that a note about missing ones shows.
const MOST_SHOWN: usize = 8;

/// A face that texts can be written with: TrueType or OpenType with outlines, checked.
#[derive(Clone)]
pub struct Font {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    index: u32,
    name: Arc<str>,
    crc: u32,
    measures: Measures,
    is_trusted: bool,
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Font").field("name", &self.name).field("crc", &self.crc).finish_non_exhaustive()
    }
}

impl PartialEq for Font {
    fn eq(&self, other: &Self) -> bool {
        (self.crc, self.index, &self.name) == (other.crc, other.index, &other.name)
    }
}

impl Eq for Font {}

/// What a line of text takes, in ems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measures {
    /// Above and below the baseline everything that matters of a line.
    pub ascent_em: f64,
    pub descent_em: f64,
    /// The height of a digit.
    pub digit_em: f64,
}

impl Measures {
    /// Of DejaVu Sans.
    const EMBEDDED: Self = Self { ascent_em: 0.928, descent_em: 0.236, digit_em: 0.729 };

    pub fn ascent_px(&self, size_px: f64) -> i32 {
        (self.ascent_em * size_px).ceil() as i32
    }

    pub fn line_px(&self, size_px: f64) -> i32 {
        self.ascent_px(size_px) + (self.descent_em * size_px).ceil() as i32
    }
}

impl Font {
    /// The largest file; the largest that people use, those of all of CJK, have 20 to 110 MB.
    pub const MOST_BYTES: u64 = 1 << 27;

    /// The face of that number in a TTF, OTF, TTC or OTC file; 0 is the first, and the only one of most files.
    ///
    /// # Errors
    /// A usage error for what is no such font, one without outlines or characters, and one of more than 128 MiB.
    pub fn from_bytes(bytes: Vec<u8>, index: u32) -> Result<Self> {
        let refused = |found: String| {
            Error::usage("this is no font that texts can be drawn with")
                .expected("a TrueType or OpenType font with outlines (TTF, OTF, TTC)")
                .found(found)
        };
        if bytes.len() as u64 > Self::MOST_BYTES {
            return Err(refused(format!("more than {} MiB", Self::MOST_BYTES >> 20)));
        }
        let bytes = Arc::new(without_variations(bytes, index));
        let count = ttf_parser::fonts_in_collection(&bytes);
        if count.is_some_and(|count| index >= count) || count.is_none() && index > 0 {
            return Err(refused(format!("a file of {} faces, counted from 0", count.unwrap_or(1)))
                .hint(format!("there is no face {index}")));
        }
        let face = ttf_parser::Face::parse(&bytes, index).map_err(|error| refused(error.to_string()))?;
        let tables = face.tables();
        if tables.glyf.is_none() && tables.cff.is_none() {
            return Err(refused("a font without outlines".to_owned()));
        }
        if tables.cmap.is_none() || face.number_of_glyphs() < 2 {
            return Err(refused("a font without characters".to_owned()));
        }
        if !composite::is_bounded(face.raw_face(), face.number_of_glyphs()) {
            return Err(refused("glyphs made of glyphs without end".to_owned()));
        }
        if tables.cff.is_some() && !drawable::ends(&bytes, index) {
            return Err(refused("outlines without end".to_owned()));
        }
        let (name, measures) = (name(&face), measures(&face));
        let crc = crc32fast::hash(&bytes);
        let font = Self { bytes, index, name: name.into(), crc, measures, is_trusted: false };
        font.checked().map_err(refused)
    }

    /// DejaVu Sans.
    fn embedded() -> Self {
        // Known from a test: the sum would take 0.1 ms at every start.
        const CRC: u32 = 0xd74c_30b5;
        let measures = Measures::EMBEDDED;
        Self { bytes: Arc::new(EMBEDDED), index: 0, name: EMBEDDED_NAME.into(), crc: CRC, measures, is_trusted: true }
    }

    /// What the font calls itself, made safe to show.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The CRC-32 of its file.
    #[must_use]
    pub fn crc(&self) -> u32 {
        self.crc
    }

    /// The number of the face in its file.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// The file.
    pub(crate) fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    pub(super) fn shared_bytes(&self) -> Arc<dyn AsRef<[u8]> + Send + Sync> {
        Arc::clone(&self.bytes)
    }

    /// Whether a glyph stays near its origin: no letter is so large, and its bitmap would be huge.
    pub(super) fn is_drawable(&self, glyph: u16) -> bool {
        if self.is_trusted {
            return true;
        }
        let Some(face) = self.face() else { return false };
        let most = MOST_REACH_EM * f64::from(face.units_per_em());
        let bounds = face.glyph_bounding_box(ttf_parser::GlyphId(glyph));
        bounds.is_none_or(|bounds| {
            [bounds.x_min, bounds.x_max, bounds.y_min, bounds.y_max].iter().all(|at| f64::from(*at).abs() <= most)
        })
    }

    /// The same once its first characters could be shaped and drawn.
    fn checked(self) -> std::result::Result<Self, String> {
        let fonts = Fonts::of(vec![self.clone()]);
        let shaped = fonts.run("0", 12.0);
        if shaped.glyphs().is_empty() {
            return Err("a font whose tables contradict each other".to_owned());
        }
        Ok(self)
    }
}

/// The tags of the tables that make a font variable, each with one that nobody reads and that sorts the same.
const HIDDEN: [(&[u8; 4], &[u8; 4]); 2] = [(b"fvar", b"fvaz"), (b"gvar", b"gvaz")];

/// The bytes of a font with those tables hidden: all who read them then agree on the default of a variable one.
fn without_variations(mut bytes: Vec<u8>, index: u32) -> Vec<u8> {
    let number = |bytes: &[u8], at: usize| {
        Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
    };
    let is_collection = bytes.starts_with(b"ttcf");
    let start = if is_collection { number(&bytes, 12 + 4 * index as usize) } else { Some(0) };
    let Some(start) = start else { return bytes };
    let tables = number(&bytes, start.saturating_add(4)).map_or(0, |counts| counts >> 16);
    for table in 0..tables {
        let at = start.saturating_add(12 + 16 * table);
        let Some(tag) = bytes.get_mut(at..at.saturating_add(4)) else { break };
        if let Some((_, unread)) = HIDDEN.iter().find(|(read, _)| tag == *read) {
            tag.copy_from_slice(*unread);
        }
    }
    bytes
}

fn name(face: &ttf_parser::Face<'_>) -> String {
    let names = face.names();
    let of = |id| names.into_iter().filter(move |name| name.name_id == id).find_map(|name| name.to_string());
    let name = of(ttf_parser::name_id::FULL_NAME).or_else(|| of(ttf_parser::name_id::FAMILY));
    let name: String = name.unwrap_or_default().chars().take(100).collect();
    if name.trim().is_empty() { "a font without a name".to_owned() } else { display_text(&name).into_owned() }
}

fn measures(face: &ttf_parser::Face<'_>) -> Measures {
    let em = f64::from(face.units_per_em());
    let part = |units: i16, most: f64| (f64::from(units) / em).clamp(0.1, most);
    let digit = face.glyph_index('0').and_then(|glyph| face.glyph_bounding_box(glyph));
    let digit_em = digit.map_or(Measures::EMBEDDED.digit_em, |bounds| part(bounds.y_max, 1.0));
    Measures {
        ascent_em: part(face.ascender(), MOST_ASCENT_EM),
        descent_em: part(face.descender().saturating_neg(), MOST_DESCENT_EM),
        digit_em,
    }
}

/// The faces of a figure in the order in which they are asked for a character, and which characters none of them has.
#[derive(Clone, Debug)]
pub struct Fonts {
    set: Arc<Set>,
    /// In the order in which they were asked for.
    missing: Arc<Mutex<Vec<char>>>,
}

#[derive(Debug)]
struct Set {
    faces: Vec<Font>,
    measures: Measures,
    /// Made when the first text is shaped.
    shaper: OnceLock<Mutex<Shaper>>,
}

impl Set {
    fn new(faces: Vec<Font>) -> Self {
        let mut measures = faces.first().map_or(Measures::EMBEDDED, |face| face.measures);
        for face in &faces {
            measures.ascent_em = measures.ascent_em.max(face.measures.ascent_em);
            measures.descent_em = measures.descent_em.max(face.measures.descent_em);
        }
        Self { faces, measures, shaper: OnceLock::new() }
    }
}

impl Default for Fonts {
    /// DejaVu Sans alone; parsed once a process.
    fn default() -> Self {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        FONTS.get_or_init(|| Self::of(vec![Font::embedded()])).afresh()
    }
}

impl PartialEq for Fonts {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.set, &other.set) || self.set.faces == other.set.faces
    }
}

impl Fonts {
    /// The most faces of a figure, the embedded one included.
    pub const MOST: usize = FACE_NAMES.len();

    /// These, the first as the main one, and behind them DejaVu Sans for what they lack; `None` puts it at that place.
    ///
    /// # Errors
    /// A usage error for more than [`Fonts::MOST`].
    pub fn new(fonts: &[Option<Font>]) -> Result<Self> {
        let mut faces: Vec<Font> = Vec::new();
        for font in fonts.iter().cloned().chain([None]) {
            let font = font.unwrap_or_else(Font::embedded);
            if !faces.contains(&font) {
                faces.push(font);
            }
        }
        if faces.len() > Self::MOST {
            return Err(Error::usage("these are too many fonts")
                .expected(format!("at most {}", Self::MOST - 1))
                .found(fonts.len().to_string()));
        }
        let is_default = faces.len() == 1;
        Ok(if is_default { Self::default() } else { Self::of(faces) })
    }

    fn of(faces: Vec<Font>) -> Self {
        Self { set: Arc::new(Set::new(faces)), missing: Arc::default() }
    }

    /// The same for another figure: nothing is missing yet.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self { set: Arc::clone(&self.set), missing: Arc::default() }
    }

    /// All faces, in order.
    #[must_use]
    pub fn faces(&self) -> &[Font] {
        &self.set.faces
    }

    /// The fonts of the figure that is being laid out in this thread; DejaVu Sans where none is.
    pub(super) fn in_use() -> Self {
        IN_USE.with_borrow(|stack| stack.last().cloned()).unwrap_or_default()
    }

    /// Uses these fonts in this thread until what is returned is dropped.
    pub(in crate::figure) fn enter(&self) -> InUse {
        IN_USE.with_borrow_mut(|stack| stack.push(self.clone()));
        InUse(())
    }

    pub(super) fn measures(&self) -> &Measures {
        &self.set.measures
    }

    pub(super) fn shaper(&self) -> MutexGuard<'_, Shaper> {
        let shaper = self.set.shaper.get_or_init(|| Mutex::new(Shaper::new(&self.set.faces)));
        shaper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a run lacks for [`Fonts::missing_note`].
    pub(super) fn note_missing(&self, run: &Run) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        for c in run.missing() {
            if missing.len() <= MOST_SHOWN && !missing.contains(&c) {
                missing.push(c);
            }
        }
    }

    /// One line about the characters that texts of the figure had and no font has, once it is laid out.
    #[must_use]
    pub fn missing_note(&self) -> Option<String> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if missing.is_empty() {
            return None;
        }
        let shown = |c: &char| format!("{} (U+{:04X})", display_text(c.encode_utf8(&mut [0; 4])), u32::from(*c));
        let shown = missing.iter().take(MOST_SHOWN).map(shown).collect::<Vec<_>>().join(", ");
        let more = if missing.len() > MOST_SHOWN { " and others" } else { "" };
        Some(format!("boxes stand for {shown}{more}: no font here has them; --font FILE brings one that does"))
    }

    /// What the picture's description says of them: nothing for the embedded font alone.
    #[must_use]
    pub fn description(&self) -> Option<Vec<(String, u32)>> {
        let faces = self.faces();
        (*self != Self::default()).then(|| faces.iter().map(|font| (font.name().to_owned(), font.crc())).collect())
    }

    /// A text on one line.
    pub(super) fn run(&self, text: &str, size_px: f64) -> Run {
        let mut shaper = self.shaper();
        let mut line = Shaper::line(text);
        let lines = shaper.broken(&mut line, size_px, f64::INFINITY, Breaks::Never);
        match lines.first() {
            Some(line) => shaper.run(self, text, line, size_px),
            None => Run::new(self.clone(), text.to_owned(), size_px, 0.0, Vec::new()),
        }
    }
}

thread_local! {
    /// The fonts that texts of this thread are written with, those of the innermost figure last.
    static IN_USE: RefCell<Vec<Fonts>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, texts of this thread are written with the fonts of [`Fonts::enter`].
#[derive(Debug)]
pub(in crate::figure) struct InUse(());

impl Drop for InUse {
    fn drop(&mut self) {
        IN_USE.with_borrow_mut(|stack| drop(stack.pop()));
    }
}
