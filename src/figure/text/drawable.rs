//! Whether the outlines of a CFF face end: a thousand bytes can hold subroutines that call each other 20^9 times.
//!
//! No count of steps can be had from who reads them, so all glyphs are read once on a thread that is not waited for longer
//! than any real font takes: 65,535 glyphs of a CJK font are read in about half a second.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// The most that all outlines of a face may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes outlines and keeps nothing.
struct Sink;

impl OutlineBuilder for Sink {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}

/// True where every outline of the face with that number was read in time; a face whose reader panics is none.
pub(super) fn ends(bytes: &Arc<Vec<u8>>, index: u32) -> bool {
    let (done, waiting) = mpsc::channel();
    let bytes = Arc::clone(bytes);
    let reading = std::thread::Builder::new().name("font".to_owned()).spawn(move || {
        let Ok(face) = Face::parse(&bytes, index) else { return };
        for glyph in 0..face.number_of_glyphs() {
            face.outline_glyph(GlyphId(glyph), &mut Sink);
        }
        // Nobody listens any more where it took too long.
        let _ = done.send(());
    });
    reading.is_ok() && waiting.recv_timeout(PATIENCE).is_ok()
}
