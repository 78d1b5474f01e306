//! SVG and PDF hold the same picture as the PNG: against resvg, which renders SVG, and Poppler, which renders PDF.

use crate::harness::binary::{Bench, Run, repository_file};
use crate::harness::{Picture, Tolerance, assert_same, poppler};

/// Plot area and spines where everything is opaque: one step of a byte, in a few pixels.
const OPAQUE: Tolerance = Tolerance { name: "vector, opaque", channel: 1, equal_share: 0.99 };
/// The same through translucent colours: renderers blend in 8 bits, each colour over the last.
const TRANSLUCENT: Tolerance = Tolerance { name: "vector, translucent", channel: 3, equal_share: 0.5 };
/// Of the whole page, texts are all that may differ by more than this ..
const FAR: u8 = 64;
/// .. in so few pixels (their edges: the PNG's letters are hinted, the others' are not) ..
const FAR_SHARE: f64 = 0.004;
/// .. and all ink together differs by no more than this.
const INK_SHARE: f64 = 0.02;

const CSV: &str = "x,y,v,k\n0,0,1,alpha\n1,2,4,beta\n2,1,9,alpha\n3,3,16,gamma\n1.5,0.5,2,beta\n2.5,2.5,3,gamma\n";

/// Options of figures, and what may differ.
const FIGURES: &[(&[&str], f64, Tolerance)] = &[
    (&["--reduce", "count", "--title", "Density & <more>"], 100.0, OPAQUE),
    (&["--color", "v", "--marker", "square", "--size", "24", "--theme", "dark"], 150.0, OPAQUE),
    (&["--color", "k", "--marker", "star", "--size", "40", "--alpha", "0.5", "--grid"], 100.0, TRANSLUCENT),
    (
        &["--color", "v", "--clim", "2,9", "--alpha", "0.3", "--size", "60", "--plot-background", "#ffee0080"],
        72.0,
        TRANSLUCENT,
    ),
    (&["--color", "v", "--size", "60", "--background", "none", "--title", "none"], 300.0, TRANSLUCENT),
    (&["--frame", "none", "--size", "30", "--color", "k"], 100.0, TRANSLUCENT),
];

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    bench
}

fn plot(bench: &Bench, more: &[&str]) -> Run {
    let args = ["plot", "in.csv", "-x", "x", "-y", "y", "--width", "420", "--height", "310"];
    bench.run(&[&args, more].concat())
}

/// An SVG at the pixels of its figure.
fn rendered(svg: &[u8], dpi: f64) -> Picture {
    use resvg::{tiny_skia, usvg};
    // Its size is in points; with so many dots an inch, a unit of its own is a pixel.
    let options = usvg::Options { dpi: dpi as f32, ..usvg::Options::default() };
    let tree = usvg::Tree::from_data(svg, &options).expect("an SVG");
    let size = tree.size();
    let (width, height) = (size.width().round(), size.height().round());
    assert!((size.width() - width).abs() < 0.01 && (size.height() - height).abs() < 0.01, "{size:?}");
    let mut pixmap = tiny_skia::Pixmap::new(width as u32, height as u32).unwrap();
    let scale = tiny_skia::Transform::from_scale(width / size.width(), height / size.height());
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    let rgba = pixmap.pixels().iter().flat_map(|pixel| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    Picture::new("resvg", width as u32, height as u32, rgba.collect())
}

/// A picture on white paper.
fn on_white(picture: &Picture) -> Picture {
    let over = |pixel: &[u8]| {
        let alpha = f64::from(pixel[3]) / 255.0;
        let on = |byte: u8| (f64::from(byte) * alpha + 255.0 * (1.0 - alpha)).round() as u8;
        [on(pixel[0]), on(pixel[1]), on(pixel[2]), 255]
    };
    let rgba = picture.rgba.chunks_exact(4).flat_map(over).collect();
    Picture::new(picture.source.clone(), picture.width, picture.height, rgba)
}

fn cropped(picture: &Picture, [x, y, width, height]: [u32; 4]) -> Picture {
    let rows = (y..y + height).flat_map(|y| (x..x + width).flat_map(move |x| picture.pixel(x, y)));
    Picture::new(picture.source.clone(), width, height, rows.collect())
}

/// The plot area with its spines equal, the rest alike.
fn assert_alike(topic: &str, png: &Picture, other: &Picture, area: [u32; 4], tolerance: Tolerance) {
    assert_eq!((png.width, png.height), (other.width, other.height), "{topic}");
    let (png, other) = (on_white(png), on_white(other));
    assert_same(topic, &cropped(&png, area), &cropped(&other, area), tolerance);
    let far = png.rgba.chunks(4).zip(other.rgba.chunks(4));
    let far = far.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > FAR)).count();
    let share = far as f64 / f64::from(png.width * png.height);
    assert!(share <= FAR_SHARE, "{topic}: {:.3} % of all pixels are far off", share * 100.0);
    let ink = |picture: &Picture| -> f64 { picture.rgba.iter().map(|byte| 255.0 - f64::from(*byte)).sum() };
    let (expected, found) = (ink(&png), ink(&other));
    assert!((found / expected - 1.0).abs() <= INK_SHARE, "{topic}: ink {found} for {expected}");
}

/// Draws a figure in all three formats; its PNG, and the plot area with its spines.
fn drawn(bench: &Bench, options: &[&str], dpi: f64) -> (Picture, [u32; 4]) {
    let dpi = dpi.to_string();
    for output in ["a.png", "a.svg", "a.pdf"] {
        let run = plot(bench, &[options, &["--dpi", &dpi, "-o", output, "--report", "a.json"]].concat()).expect(0);
        assert!(!run.stderr.contains("whatever its name says"), "{}", run.stderr);
    }
    let report = bench.json("a.json");
    let [x, y, width, height]: [u32; 4] = serde_json::from_value(report["view"]["plot"].clone()).unwrap();
    let spine = if options.contains(&"none") && options.contains(&"--frame") { 0 } else { 1 };
    (bench.picture("a.png"), [x - spine, y - spine, width + 2 * spine, height + 2 * spine])
}

#[test]
fn documents_as_svg_look_like_the_png() {
    for (options, dpi, tolerance) in FIGURES {
        let bench = bench();
        let (png, area) = drawn(&bench, options, *dpi);
        let svg = bench.read("a.svg");
        assert_alike(&format!("svg {options:?}"), &png, &rendered(&svg, *dpi), area, *tolerance);
        let text = String::from_utf8(svg).unwrap();
        let width = format!("width=\"{}pt\"", (420.0 * 72.0 / dpi * 1e4_f64).round() / 1e4);
        assert!(text.contains(&width), "{width}: {}", &text[..300]);
    }
}

#[test]
fn documents_as_pdf_look_like_the_png() {
    if !poppler::is_required("documents_as_pdf_look_like_the_png") {
        return;
    }
    for (options, dpi, tolerance) in FIGURES {
        let bench = bench();
        let (png, area) = drawn(&bench, options, *dpi);
        let pdf = poppler::picture(&bench.path("a.pdf"), *dpi);
        assert_alike(&format!("pdf {options:?}"), &png, &pdf, area, *tolerance);
    }
}

#[test]
fn documents_as_pdf_hold_texts_that_can_be_found() {
    if !poppler::is_required("documents_as_pdf_hold_texts_that_can_be_found") {
        return;
    }
    let bench = bench();
    let title = "Wärme αβγ (файл) & 3×10⁸ fi";
    let hebrew = repository_file("tests/data/fonts/hebrew.ttf");
    let more = ["--title", title, "--color", "v", "--xlabel", "שלום", "--font", "default", "--font", &hebrew];
    plot(&bench, &[&more[..], &["-o", "a.pdf"]].concat()).expect(0);
    let text = poppler::text(&bench.path("a.pdf"));
    for expected in [title, "1.5", "v", "y", "שלום"] {
        assert!(text.contains(expected), "no {expected} in\n{text}");
    }
    let bytes = bench.read("a.pdf");
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"/FontFile2") && holds(b"+DejaVuSans") && holds(b"/Interpolate false"));
    assert!(holds(b"/pointillist ") && !holds(b"/CreationDate"), "the description, and no dates");
}

#[test]
fn documents_as_svg_are_labelled_described_and_safe() {
    let bench = bench();
    let title = "<script>alert('&')</script> \"q\"";
    plot(&bench, &["--title", title, "-o", "a.svg"]).expect(0);
    let text = String::from_utf8(bench.read("a.svg")).unwrap();
    assert!(!text.contains("<script"), "{}", &text[..400]);
    let title = "&lt;script&gt;alert('&amp;')&lt;/script&gt; &quot;q&quot;";
    assert!(text.contains(&format!("<title>{title}</title>")) && text.contains(&format!("aria-label=\"{title}\"")));
    let png = String::from_utf8_lossy(&{
        plot(&bench, &["--title", "t", "-o", "b.png"]).expect(0);
        bench.read("b.png")
    })
    .into_owned();
    let begins = png.find("{\"background\"").expect("a description");
    let described = &png[begins..begins + 60];
    assert!(text.contains(&described.replace('"', "&quot;")), "the description of the PNG: {described}");
}

#[test]
fn documents_are_the_same_bytes_again_and_go_where_they_are_asked_to() {
    let bench = bench();
    for (format, magic) in [("svg", &b"<?xml"[..]), ("pdf", b"%PDF-"), ("png", b"\x89PNG")] {
        let name = format!("a.{format}");
        plot(&bench, &["-o", &name]).expect(0);
        let piped = plot(&bench, &["-o", "-", "--output-format", format]).expect(0).stdout;
        assert!(piped.starts_with(magic) && piped == bench.read(&name), "{format}");
        let run = plot(&bench, &["-o", "b.jpg", "--output-format", format]).expect(0);
        assert!(run.stderr.contains("whatever its name says") && bench.read("b.jpg") == piped, "{}", run.stderr);
        plot(&bench, &["-o", "c.bin", "--output-format", format, "--write-spec", "p.toml", "--title", "a"]).expect(0);
        bench.run(&["plot", "--spec", "p.toml", "-o", "d.bin"]).expect(0);
        assert!(bench.read("c.bin") == bench.read("d.bin"), "{format} from the plot file");
    }
    let run = plot(&bench, &["-o", "z.svg", "--show=blocks"]).expect(2);
    assert!(run.error_line().contains("--show reads a PNG back"), "{}", run.stderr);
    assert!(!bench.files().contains(&"z.svg".to_owned()));
}

#[test]
fn documents_of_a_canvas_and_of_colormaps_are_written_too() {
    let bench = bench();
    plot(&bench, &["-o", "a.svg", "--canvas", "a.canvas", "--reduce", "count"]).expect(0);
    bench.run(&["shade", "a.canvas", "-o", "b.svg"]).expect(0);
    assert!(bench.read("a.svg") == bench.read("b.svg"), "the same picture");
    bench.run(&["colormaps", "viridis", "-o", "maps.pdf"]).expect(0);
    assert!(bench.read("maps.pdf").starts_with(b"%PDF-"));
}

#[test]
fn documents_without_a_background_have_no_fringes_over_black_or_white() {
    // Straight alpha: laid over paper of a colour, the picture is that which was drawn on the colour.
    let bench = bench();
    let figure =
        ["--color", "v", "--alpha", "0.4", "--size", "50", "--grid", "--title", "fringes", "--plot-background", "none"];
    for more in [&[][..], &["--plot-background", "#ff000040"]] {
        let mut figure = figure.to_vec();
        if !more.is_empty() {
            figure.truncate(figure.len() - 2);
        }
        let draw = |background: &str, name: &str| {
            plot(&bench, &[&figure[..], more, &["--background", background, "-o", name]].concat()).expect(0);
            bench.picture(name)
        };
        let clear = draw("none", "clear.png");
        assert!(clear.rgba.chunks(4).all(|pixel| pixel[3] > 0 || pixel == [0; 4]), "nothing is shown where nothing is");
        assert!(clear.rgba.chunks(4).any(|pixel| pixel[3] > 0 && pixel[3] < 255));
        for (paper, background) in [(0.0, "black"), (255.0, "white")] {
            let drawn = draw(background, "on.png");
            for (clear, drawn) in clear.rgba.chunks(4).zip(drawn.rgba.chunks(4)) {
                let alpha = f64::from(clear[3]) / 255.0;
                for channel in 0..3 {
                    let over = f64::from(clear[channel]) * alpha + paper * (1.0 - alpha);
                    let off = (over - f64::from(drawn[channel])).abs();
                    assert!(off <= 1.5, "{clear:?} over {background} is {over}, drawn on it {drawn:?}");
                }
            }
        }
    }
}
