//! Fonts of the user's: shaped as HarfBuzz shapes them, refused where they are none, and harmless where they are hostile.

use pointillist::figure::{Area, FigureSpec, Font, Fonts, Image, Layer, Layout, Line, Pen};
use pointillist::scale::Scale;
use pointillist::{Result, Rgba8};

use crate::harness::binary::{Bench, repository_file};
use crate::harness::{Random, assert_same};

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(repository_file(&format!("tests/data/fonts/{name}"))).unwrap()
}

/// A line as it is handed to writers.
#[derive(Clone, Debug)]
struct Seen {
    text: String,
    em_px: f64,
    /// Face, number, place right of the origin and below the baseline.
    glyphs: Vec<(String, u16, f64, f64)>,
    starts: Vec<usize>,
}

struct Lines(Vec<Seen>);

impl Pen for Lines {
    fn fill(&mut self, _: Area, _: Rgba8) -> Result<()> {
        Ok(())
    }
    fn image(&mut self, _: Area, _: &Image) -> Result<()> {
        Ok(())
    }
    fn text(&mut self, line: &Line<'_>) -> Result<()> {
        let glyphs = line.glyphs().map(|glyph| (glyph.font.name().to_owned(), glyph.id, glyph.x_px, glyph.y_px));
        let starts = line.glyphs().map(|glyph| glyph.start).collect();
        self.0.push(Seen { text: line.text().to_owned(), em_px: line.em_px(), glyphs: glyphs.collect(), starts });
        Ok(())
    }
    fn polygons(&mut self, _: [f64; 2], _: &[Vec<[f64; 2]>], _: Rgba8) -> Result<()> {
        Ok(())
    }
}

/// The title of a figure as it is drawn, and the layout's notes.
fn title(text: &str, fonts: &Fonts) -> (Seen, Vec<String>) {
    let axis = Scale::linear(0.0, 1.0).unwrap();
    let spec = FigureSpec { title: Some(text.to_owned()), fonts: fonts.afresh(), ..FigureSpec::new(800, 200) };
    let layout = Layout::reserve(&spec, &axis, &axis, &[]).unwrap();
    let mut lines = Lines(Vec::new());
    layout.fill(&[]).plates()[0].draw(Layer::Over, &mut lines).unwrap();
    let title = lines.0.into_iter().find(|line| line.text == text).unwrap_or_else(|| panic!("no title {text}"));
    (title, layout.notes())
}

#[test]
fn fonts_are_shaped_as_harfbuzz_shapes_them() {
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&bytes("shaped.json")).unwrap();
    assert!(cases.len() > 10);
    for case in cases {
        let (font, text) = (case["font"].as_str().unwrap(), case["text"].as_str().unwrap());
        let font = Font::from_bytes(bytes(font), 0).unwrap();
        let name = font.name().to_owned();
        let (seen, notes) = title(text, &Fonts::new(&[Some(font)]).unwrap());
        assert!(notes.is_empty(), "{text}: {notes:?}");
        let per_unit = seen.em_px / case["upem"].as_f64().unwrap();
        let expected = case["glyphs"].as_array().unwrap();
        let ids: Vec<u64> = expected.iter().map(|glyph| glyph[0].as_u64().unwrap()).collect();
        let found: Vec<u64> = seen.glyphs.iter().map(|glyph| glyph.1.into()).collect();
        assert_eq!(found, ids, "{text}");
        for ((face, id, x_px, y_px), glyph) in seen.glyphs.iter().zip(expected) {
            assert_eq!(*face, name, "{text}");
            let (x, y) = (glyph[1].as_f64().unwrap() * per_unit, -glyph[2].as_f64().unwrap() * per_unit);
            assert!((x_px - x).abs() < 0.01 && (y_px - y).abs() < 0.01, "{text}, {id}: {x_px},{y_px} for {x},{y}");
        }
    }
}

#[test]
fn fonts_of_mixed_directions_stand_in_the_order_of_reading() {
    let (seen, notes) = title("ab שלום 12 cd", &Fonts::default());
    assert!(notes.is_empty(), "DejaVu has Hebrew: {notes:?}");
    let order: String = seen.starts.iter().map(|start| seen.text[*start..].chars().next().unwrap()).collect();
    // By UAX 9: the number stands left of the word before it.
    assert_eq!(order, "ab 12 םולש cd");
    let (seen, _) = title("שלום (ab) עולם", &Fonts::default());
    let order: String = seen.starts.iter().map(|start| seen.text[*start..].chars().next().unwrap()).collect();
    assert_eq!(order, "םלוע )ab( םולש", "the first letter gives the direction");
}

#[test]
fn fonts_are_asked_in_their_order_and_what_none_has_is_told() {
    let hebrew = Font::from_bytes(bytes("hebrew.ttf"), 0).unwrap();
    let faces = |fonts: &[Option<Font>]| {
        let (seen, notes) = title("שxם", &Fonts::new(fonts).unwrap());
        (seen.glyphs.into_iter().map(|glyph| glyph.0).collect::<Vec<_>>(), notes)
    };
    let noto = hebrew.name().to_owned();
    let own = "DejaVu Sans".to_owned();
    // Left to right the last comes first; `x` is in DejaVu alone, which is the last resort.
    let (found, notes) = faces(&[Some(hebrew.clone())]);
    let (x, others): (Vec<String>, Vec<String>) = found.into_iter().partition(|face| *face == own);
    assert_eq!((x.len(), others, notes), (1, vec![noto.clone(), noto], Vec::new()));
    assert!(faces(&[None, Some(hebrew)]).0.iter().all(|face| *face == own), "DejaVu has all of them");
    let (_, notes) = title("日本語 日", &Fonts::default());
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].contains("日 (U+65E5), 本 (U+672C), 語 (U+8A9E)") && notes[0].contains("--font FILE"),
        "{notes:?}"
    );
    let many: Vec<Option<Font>> = (0..20).map(|_| None).collect();
    assert_eq!(Fonts::new(&many).unwrap(), Fonts::default(), "the same one counts once");
}

#[test]
fn fonts_decide_the_picture_and_its_description() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y\n1,2\n3,4\n");
    let plot =
        |more: &[&str]| bench.run(&[&["plot", "in.csv", "-x", "x", "-y", "y", "--title", "III 0"], more].concat());
    let font = |name: &str| repository_file(&format!("tests/data/fonts/{name}"));
    plot(&["-o", "own.png"]).expect(0);
    plot(&["-o", "bar.png", "--font", &font("bar.otf"), "--write-spec", "bar.toml"]).expect(0);
    assert!(bench.read("own.png") != bench.read("bar.png"));
    let described = String::from_utf8_lossy(&bench.read("bar.png")).into_owned();
    let crc = format!("{:08x}", crc32fast::hash(&bytes("bar.otf")));
    assert!(described.contains("\"Bar Regular\"") && described.contains(&crc), "{}", &described[..900]);
    assert!(!String::from_utf8_lossy(&bench.read("own.png")).contains("fonts"));
    bench.run(&["plot", "--spec", "bar.toml", "-o", "again.png"]).expect(0);
    assert!(bench.read("bar.png") == bench.read("again.png"), "from the plot file");
    // A variable font is used at its default, which is thick, wherever it is drawn; a collection has faces by number.
    let ink = |name: &str| {
        let picture = bench.picture(name);
        let title = &picture.rgba[..(picture.width * 25 * 4) as usize];
        title.chunks(4).map(|pixel| u64::from(255 - pixel[0])).sum::<u64>()
    };
    let mut inks = Vec::new();
    for (number, name) in ["two.ttc", "bar.otf", "variable.ttf", "two.ttc#1"].into_iter().enumerate() {
        let output = format!("{number}.png");
        plot(&["-o", &output, "--font", &font(name)]).expect(0);
        inks.push(ink(&output));
        plot(&["-o", "f.pdf", "--font", &font(name)]).expect(0);
        plot(&["-o", "f.svg", "--font", &font(name)]).expect(0);
        let svg = String::from_utf8(bench.read("f.svg")).unwrap();
        let outline = ["M290 0", "M250 0", "M100 0", "M50 0"][number];
        assert!(svg.contains(outline), "{name}: {outline}");
    }
    assert!(inks.is_sorted() && inks[3] > 3 * inks[0], "{inks:?}");
    plot(&["-o", "same.png", "--font", "default"]).expect(0);
    assert_same(
        "the embedded font by name",
        &bench.picture("own.png"),
        &bench.picture("same.png"),
        crate::harness::EXACT,
    );
}

#[test]
fn fonts_that_are_none_are_refused_before_anything_is_read() {
    let bench = Bench::new();
    bench.write("in.csv", "x,y\n1,2\n");
    bench.write("text.ttf", "no font");
    for (font, expected) in [
        ("text.ttf", "expected a TrueType or OpenType font"),
        ("missing.ttf", "No such file"),
        (".", "expected a font file"),
        (&repository_file("tests/data/fonts/two.ttc#2")[..], "there is no face 2"),
        (&repository_file("tests/data/fonts/bomb.ttf")[..], "without end"),
        (&repository_file("tests/data/fonts/cff-bomb.otf")[..], "outlines without end"),
    ] {
        let run = bench.run(&["plot", "in.csv", "-x", "x", "-y", "y", "-o", "a.png", "--font", font]).expect(2);
        assert!(run.stderr.contains(expected), "{font}: {}", run.stderr);
        assert!(!bench.files().contains(&"a.png".to_owned()));
    }
}

fn below(random: &mut Random, end: u64) -> u64 {
    random.next() % end
}

#[test]
fn fonts_that_are_damaged_are_refused_or_drawn_somehow() {
    let mut random = Random(23);
    let mut taken = 0;
    for name in ["hebrew.ttf", "arabic.ttf", "marks.ttf", "bar.otf", "variable.ttf", "two.ttc"] {
        let whole = bytes(name);
        for _ in 0..30 {
            let mut damaged = whole.clone();
            for _ in 0..=below(&mut random, 4) {
                let at = below(&mut random, damaged.len() as u64) as usize;
                damaged[at] = below(&mut random, 256) as u8;
            }
            if below(&mut random, 4) == 0 {
                damaged.truncate(below(&mut random, whole.len() as u64) as usize);
            }
            let Ok(font) = Font::from_bytes(damaged, 0) else { continue };
            taken += 1;
            let fonts = Fonts::new(&[Some(font)]).unwrap();
            let axis = Scale::linear(0.0, 1.0).unwrap();
            let spec =
                FigureSpec { title: Some("III שלום لا AVAT fi".to_owned()), fonts, ..FigureSpec::new(300, 100) };
            let figure = Layout::reserve(&spec, &axis, &axis, &[]).unwrap().fill(&[]);
            let spec = pointillist::picture::PictureSpec { figure: &figure, text: &[], threads: 1 };
            for format in [pointillist::Format::Png, pointillist::Format::Svg, pointillist::Format::Pdf] {
                let mut out = Vec::new();
                pointillist::document::write(&mut out, format, spec, &|_, _, _| Ok(())).unwrap();
            }
        }
    }
    assert!(taken > 20, "{taken} of them were taken");
}
