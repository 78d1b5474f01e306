//! The gallery: every figure of `tests/figures/figures.toml` drawn from a table of its own and measured from outside, by its
//! pixels and by the texts of its SVG. `tests/figures.sh` keeps the pictures, for eyes.

mod data;
mod measure;
mod svg;

use std::path::PathBuf;

use serde::Deserialize;

use crate::harness::Picture;
use crate::harness::binary::{Bench, repository_file};
use data::{Range, Spread};
use measure::Kind;
use svg::Drawing;

/// One figure as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    /// Pixels across and down; empty where the arguments decide.
    size: Option<Vec<u32>>,
    rows: Option<usize>,
    names: Option<Vec<String>>,
    x: Range,
    y: Range,
    args: Vec<String>,
    /// For eyes alone: what the other library is told.
    #[serde(rename = "matplotlib")]
    _matplotlib: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gallery {
    figure: Vec<Entry>,
}

fn gallery() -> Vec<Entry> {
    let text = std::fs::read_to_string(repository_file("tests/figures/figures.toml")).unwrap();
    toml::from_str::<Gallery>(&text).unwrap_or_else(|error| panic!("{error}")).figure
}

impl Entry {
    fn csv(&self) -> String {
        let names = self.names.clone().unwrap_or_else(|| ["first", "second", "third"].map(str::to_owned).to_vec());
        data::csv(&self.name, [&self.x, &self.y], self.rows.unwrap_or(2000), &names)
    }

    /// What is typed for one output.
    fn command(&self, output: &str) -> Vec<String> {
        let mut command: Vec<String> =
            ["plot", &format!("{}.csv", self.name), "-x", "x", "-y", "y"].map(str::to_owned).to_vec();
        command.extend(self.args.iter().cloned());
        if let Some([width, height]) = self.size.as_deref().unwrap_or(&[1024, 768]).first_chunk() {
            command.extend(["--width".into(), width.to_string(), "--height".into(), height.to_string()]);
        }
        command.extend(["--backend", "cpu", "-o", output].map(str::to_owned));
        command
    }
}

/// A picture to lie under points: a slope of red across, of green down.
fn underlay() -> Vec<u8> {
    let picture = image::RgbaImage::from_fn(120, 60, |x, y| image::Rgba([(2 * x) as u8, (4 * y) as u8, 160, 255]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The pixels along the edges of the page: nothing may be cut off there.
fn assert_clear_edges(name: &str, picture: &Picture) {
    let background = picture.pixel(0, 0);
    let (right, bottom) = (picture.width - 1, picture.height - 1);
    let rows = (0..=right).flat_map(|x| [(x, 0), (x, bottom)]);
    let columns = (0..=bottom).flat_map(|y| [(0, y), (right, y)]);
    let touched: Vec<_> = rows.chain(columns).filter(|(x, y)| picture.pixel(*x, *y) != background).collect();
    assert!(
        touched.is_empty(),
        "{name}: {} pixels at the edge of the page, the first at {:?}",
        touched.len(),
        touched[0]
    );
}

impl Entry {
    fn has(&self, option: &str) -> bool {
        self.args.iter().any(|arg| arg == option)
    }

    /// The kind of an axis, by its option and its data.
    fn kind(&self, option: &str, range: &Range) -> Kind {
        let scale = self.args.iter().position(|arg| arg == option).map(|at| self.args[at + 1].as_str());
        match scale {
            Some("log") => Kind::Log,
            Some("symlog=1") => Kind::Symlog,
            Some(other) => panic!("{}: {other} is not known here", self.name),
            None if range.spread() == Spread::Time => Kind::Time,
            None => Kind::Linear,
        }
    }

    /// Whether texts stand within the plot area on purpose.
    fn has_texts_inside(&self) -> bool {
        ["--legend", "--inset", "--text", "--facet"].iter().any(|option| self.has(option))
    }

    /// Measures the figure by its SVG and the report of the same run; the number of labels held to their values.
    fn measure(&self, svg: &str, report: &serde_json::Value) -> usize {
        let drawing = Drawing::parse(svg);
        let view = &report["view"];
        let px = |value: &serde_json::Value| value.as_f64().unwrap();
        let plot = [0, 1, 2, 3].map(|i| px(&view["plot"][i]));
        measure::assert_apart(&self.name, &drawing, [px(&view["width"]), px(&view["height"])]);
        if !self.has_texts_inside() {
            measure::assert_beside(&self.name, &drawing, plot);
        }
        if self.has("--facet") {
            return 0;
        }
        let kinds = [self.kind("--xscale", &self.x), self.kind("--yscale", &self.y)];
        measure::check_ticks(&self.name, &drawing, plot, kinds, [&view["xlim"], &view["ylim"]])
    }
}

#[test]
fn the_gallery_is_drawn_and_measured() {
    let bench = Bench::new();
    let kept = std::env::var_os("POINTILLIST_FIGURES").map(PathBuf::from);
    let only = std::env::var("POINTILLIST_FIGURE").unwrap_or_default();
    bench.write("map.png", underlay());
    let mut labels = 0;
    let figures: Vec<Entry> = gallery().into_iter().filter(|entry| entry.name.contains(&only)).collect();
    for entry in &figures {
        let name = &entry.name;
        bench.write(&format!("{name}.csv"), entry.csv());
        for extension in ["png", "svg"] {
            let mut command = entry.command(&format!("{name}.{extension}"));
            command.extend(["--report".into(), format!("{name}.json")]);
            let run = bench.run(&command.iter().map(String::as_str).collect::<Vec<_>>()).expect(0);
            if let Some(folder) = &kept {
                std::fs::write(folder.join(format!("{name}.{extension}.txt")), &run.stderr).unwrap();
            }
        }
        if let Some(folder) = &kept {
            for extension in ["csv", "png", "svg"] {
                let file = format!("{name}.{extension}");
                std::fs::copy(bench.path(&file), folder.join(&file)).unwrap();
            }
        }
        assert_clear_edges(name, &bench.picture(&format!("{name}.png")));
        let svg = String::from_utf8(bench.read(&format!("{name}.svg"))).unwrap();
        labels += entry.measure(&svg, &bench.json(&format!("{name}.json")));
    }
    // Axes of numbers have four labels or more, but for tiny figures.
    assert!(!only.is_empty() || labels > 4 * figures.len(), "{labels} labels of {} figures", figures.len());
}
