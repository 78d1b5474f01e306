//! What is drawn where, read back from an SVG of ours: boxes, and texts by the ink of their glyphs.

use std::collections::HashMap;

/// A box in pixels of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Ink {
    /// Around nothing.
    const NONE: Self =
        Self { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };

    fn with(self, [x, y]: [f64; 2]) -> Self {
        Self { left: self.left.min(x), top: self.top.min(y), right: self.right.max(x), bottom: self.bottom.max(y) }
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// A line of text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// The left end of its baseline.
    pub(super) origin: [f64; 2],
    pub(super) is_upwards: bool,
    pub(super) ink: Ink,
}

/// One document.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) texts: Vec<Text>,
    /// Left, top, width and height of every filled box.
    pub(super) boxes: Vec<[f64; 4]>,
}

impl Drawing {
    pub(super) fn parse(svg: &str) -> Self {
        let mut glyphs: HashMap<&str, Ink> = HashMap::new();
        let (mut texts, mut boxes) = (Vec::<Text>::new(), Vec::new());
        for line in svg.lines() {
            if let Some(path) = line.strip_prefix("<path id=\"g") {
                let id = path.split('"').next().unwrap();
                // Curves lie within their control points.
                let numbers = numbers(attribute(line, " d").unwrap());
                let points = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
                glyphs.insert(id, points.fold(Ink::NONE, Ink::with));
            } else if line.starts_with("<rect") {
                boxes.push(
                    [" x", " y", " width", " height"].map(|name| attribute(line, name).unwrap().parse().unwrap()),
                );
            } else if line.starts_with("<g role=\"img\"") {
                let transform = attribute(line, " transform").unwrap();
                let places = numbers(transform);
                texts.push(Text {
                    text: unescaped(attribute(line, " aria-label").unwrap()),
                    origin: [places[0], places[1]],
                    is_upwards: transform.contains("rotate(-90)"),
                    ink: Ink::NONE,
                });
            } else if let Some(used) = line.strip_prefix("<use xlink:href=\"#g") {
                let glyph = glyphs[used.split('"').next().unwrap()];
                let [x, y, x_scale, y_scale] = numbers(attribute(line, " transform").unwrap())[..] else {
                    panic!("a glyph is placed and scaled: {line}");
                };
                let text = texts.last_mut().expect("a glyph stands in a text");
                // Glyphs without ink, like blanks.
                if glyph.left <= glyph.right {
                    for corner in [[glyph.left, glyph.top], [glyph.right, glyph.bottom]] {
                        let [along, down] = [x + corner[0] * x_scale, y + corner[1] * y_scale];
                        let [x, y] = text.origin;
                        let at = if text.is_upwards { [x + down, y - along] } else { [x + along, y + down] };
                        text.ink = text.ink.with(at);
                    }
                }
            }
        }
        texts.retain(|text| text.ink.left < text.ink.right);
        Self { texts, boxes }
    }
}

/// The value of an attribute whose name begins with a blank.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

/// All numbers of a text, whatever stands between them.
fn numbers(text: &str) -> Vec<f64> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    text.split(|c: char| !is_part(c)).filter_map(|number| number.parse().ok()).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
