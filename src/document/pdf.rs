//! The picture as PDF 1.7: texts are texts, written with parts of their fonts that the document brings along.

mod faces;
mod file;
mod page;

use std::io::Write;

use pdf_writer::{Chunk, Finish, Name, Rect, TextStr};

use super::glyphs::Used;
use super::raster;
use crate::error::Result;
use crate::figure::{Area, Layer, Pen};
use crate::picture::{PictureSpec, Rows};
use faces::Faces;
use file::File;
use page::Page;

/// Points an inch.
const POINTS: f64 = 72.0;

/// The longest side of a page in its own units; larger ones have units of more than a point.
const MOST_UNITS: f64 = 14_400.0;

/// Writes the whole document.
pub(super) fn write(out: &mut dyn Write, spec: PictureSpec<'_>, rows: &Rows<'_>) -> Result<()> {
    let figure = spec.figure;
    let (width, height) = (figure.spec().width, figure.spec().height);
    let used = Used::of(figure)?;
    let mut file = File::begin(out)?;
    let (catalog, pages, page_id, content, info) = (file.id(), file.id(), file.id(), file.id(), file.id());
    let faces = Faces::write(&used, &mut file)?;
    let mut page = Page::new(&faces, &mut file);
    if let Some(color) = figure.spec().background {
        page.fill(Area { left: 0, top: 0, width: width as i32, height: height as i32 }, color)?;
    }
    for (number, plate) in figure.plates().iter().enumerate() {
        let (x, y, size) = (plate.area().x, plate.area().y, (plate.area().width, plate.area().height));
        let area = Area { left: x as i32, top: y as i32, width: size.0 as i32, height: size.1 as i32 };
        if let Some(color) = plate.background() {
            page.fill(area, color)?;
        }
        plate.draw(Layer::Under, &mut page)?;
        page.stretched(area, size, &mut |emit| raster::each_row(number, plate, rows, emit))?;
        plate.draw(Layer::Over, &mut page)?;
    }

    let per_px = POINTS / figure.spec().dpi;
    let unit = (f64::from(width.max(height)) * per_px / MOST_UNITS).ceil().max(1.0);
    let per_px = per_px / unit;
    // A hair less: viewers round up to whole pixels, and 737.28 points are more than 1024 of them in their floats.
    let side = |px: u32| (f64::from(px) * per_px * (1.0 - 2.0 * f64::from(f32::EPSILON))) as f32;
    let (drawn, images, alphas) = page.finish(side(height), per_px);
    file.stream(content, &drawn)?;

    let mut chunk = Chunk::new();
    let mut written = chunk.page(page_id);
    written.media_box(Rect::new(0.0, 0.0, side(width), side(height))).parent(pages).contents(content);
    if unit > 1.0 {
        written.user_unit(unit as f32);
    }
    written.group().transparency().color_space().device_rgb();
    let mut resources = written.resources();
    let mut named = resources.fonts();
    for (number, id) in faces.ids() {
        named.pair(Name(page::name('F', number).as_bytes()), id);
    }
    named.finish();
    let mut named = resources.x_objects();
    for (number, id) in images.iter().enumerate() {
        named.pair(Name(page::name('I', number).as_bytes()), *id);
    }
    named.finish();
    let mut named = resources.ext_g_states();
    for alpha in alphas {
        let name = page::name('A', alpha.into());
        let mut state = named.insert(Name(name.as_bytes())).dict();
        state.pair(Name(b"ca"), f32::from(alpha) / 255.0);
    }
    named.finish();
    resources.finish();
    written.finish();
    file.put(page_id, &chunk)?;

    let mut chunk = Chunk::new();
    chunk.pages(pages).kids([page_id]).count(1);
    file.put(pages, &chunk)?;
    let mut chunk = Chunk::new();
    let mut dictionary = chunk.indirect(info).dict();
    if let Some(title) = &figure.spec().title {
        dictionary.pair(Name(b"Title"), TextStr(title));
    }
    dictionary.pair(Name(b"Creator"), TextStr("pointillist"));
    for (keyword, text) in spec.text {
        dictionary.pair(Name(keyword.as_bytes()), TextStr(text));
    }
    dictionary.finish();
    file.put(info, &chunk)?;
    let mut chunk = Chunk::new();
    let mut dictionary = chunk.indirect(catalog).dict();
    dictionary.pair(Name(b"Type"), Name(b"Catalog")).pair(Name(b"Pages"), pages);
    if figure.spec().title.is_some() {
        // Viewers then head their window with it instead of the file's name.
        dictionary.insert(Name(b"ViewerPreferences")).dict().pair(Name(b"DisplayDocTitle"), true);
    }
    dictionary.finish();
    file.put(catalog, &chunk)?;
    file.end(catalog, info)
}
