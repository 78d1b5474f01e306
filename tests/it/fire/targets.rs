//! What is damaged: good files of every format, and how each is read.

use std::io::Write;

use pointillist::source::dataset::Options;
use pointillist::source::format::Format;

use crate::harness::binary::{Bench, f32_bytes, repository_file};

/// How the bytes of a target are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As a data set: a file, and as a pipe where that can be one.
    Data,
    /// As a kept canvas.
    Canvas,
    /// As a plot file.
    PlotFile,
}

/// One format with its good files.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) name: &'static str,
    /// The name of a file of it.
    pub(super) file: &'static str,
    pub(super) kind: Kind,
    pub(super) seeds: Vec<Vec<u8>>,
    /// True where checksums cover the numbers: damage that is read must not change any.
    pub(super) has_checksums: bool,
}

impl Target {
    /// How its files are opened, the same whether they have a name or come through a pipe.
    pub(super) fn named_options(&self) -> Options {
        let by_name = || Format::from_extension(std::path::Path::new(self.file));
        Options { format: self.options().format.or_else(by_name), ..Options::default() }
    }

    /// How its files are opened.
    pub(super) fn options(&self) -> Options {
        let format = (self.name == "raw").then(|| Format::Raw("f32x2".parse().unwrap()));
        Options { format, ..Options::default() }
    }

    /// The same for the command line.
    pub(super) fn arguments(&self) -> &'static [&'static str] {
        if self.name == "raw" { &["--raw", "f32x2"] } else { &[] }
    }

    /// False for what has its table of contents at its end, or is read by other means.
    pub(super) fn can_stream(&self) -> bool {
        let is_read_from_its_end = ["parquet", "npz", "laz"].iter().any(|name| self.name.starts_with(name));
        self.kind == Kind::Data && !is_read_from_its_end
    }
}

fn data(name: &str) -> Vec<u8> {
    std::fs::read(repository_file(&format!("tests/data/{name}"))).unwrap()
}

fn text(separator: char) -> Vec<u8> {
    let mut text = format!("x{separator}\"the y\"{separator}kind\n");
    for row in 0..120 {
        let kind = ["plain", "\"a quote \"\" and a\nline\"", "", "NaN"][row % 4];
        text += &format!("{}{separator}{:e}{separator}{kind}\n", row * row % 97, f64::from(row as u32) / 7.0 - 3.0);
    }
    text.into_bytes()
}

fn json(is_array: bool) -> Vec<u8> {
    let object = |row: u32| {
        let nested = ["null", "[1, {\"a\": \"\\u00e9\\n\"}]", "true", "\"text\""][row as usize % 4];
        format!("{{\"x\": {}, \"y\": {:e}, \"z\": {nested}}}", row * row % 97, f64::from(row) / 7.0 - 3.0)
    };
    let objects: Vec<String> = (0..80).map(object).collect();
    let text = if is_array { format!("[{}]\n", objects.join(",\n ")) } else { objects.join("\n") };
    text.into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame with a checksum.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn canvas(reduce: &[&str]) -> Vec<u8> {
    let bench = Bench::new();
    bench.write("in.csv", text(','));
    let args = ["plot", "in.csv", "-x", "x", "-y", "the y", "--width", "24", "--height", "18", "--backend", "cpu"];
    bench.run(&[&args[..], reduce, &["--canvas", "a.canvas", "-o", "o.png"]].concat()).expect(0);
    bench.read("a.canvas")
}

const PLOT_FILES: [&str; 2] = [
    "inputs = [\"in.csv\"]\nx = \"x\"\ny = \"y\"\noutput = \"o.png\"\nwidth = 64\nheight = 48\nxlim = [0, 10]\nalpha = 0.5\n\
     title = \"a \\u00e9 title\"\ngrid = true\nsize = \"2pt\"\nmarker = \"square\"\n",
    "inputs = [\"in.csv\"]\nx = 0\ny = 1\noutput = \"o.png\"\nreduce = [\"count\", \"mean:v\"]\nclim = [\"p1\", \"p99\"]\n\
     norm = \"power=0.5\"\ncmap = \"magma\"\nframe = \"none\"\nwidth = 64\nheight = 48\nvalue-range = [-1.5e0, 9]\n",
];

/// The formats that the sweeps damage.
pub(super) fn targets() -> Vec<Target> {
    let mut all = files();
    all.push(kept_canvas());
    all
}

/// One of them.
///
/// # Panics
/// When none is called so.
pub(super) fn target(name: &str) -> Target {
    // Only the canvas has to be drawn first.
    let named = files().into_iter().find(|target| target.name == name);
    named.unwrap_or_else(|| if name == "canvas" { kept_canvas() } else { panic!("no target is called {name}") })
}

fn kept_canvas() -> Target {
    let seeds = vec![canvas(&["--reduce", "count"]), canvas(&["--reduce", "mean:x", "--reduce", "by:kind"])];
    Target { name: "canvas", file: "a.canvas", kind: Kind::Canvas, seeds, has_checksums: true }
}

fn files() -> Vec<Target> {
    let target = |name, file, seeds: Vec<Vec<u8>>| Target { name, file, kind: Kind::Data, seeds, has_checksums: false };
    let summed = |name, file, seeds| Target { has_checksums: true, ..target(name, file, seeds) };
    let fire = |names: [&str; 2]| names.map(|name| data(&format!("fire/{name}"))).to_vec();
    let parquet = |name, file: &'static str| summed(name, "a.parquet", fire([file, "other.parquet"]));
    let rows: Vec<[f32; 2]> = (0..200_u8).map(|row| [f32::from(row).sin(), f32::from(row)]).collect();
    let mut all = vec![
        target("csv", "a.csv", vec![text(','), data("text/pandas-comma.csv"), data("text/numpy-header.txt")]),
        target("tsv", "a.tsv", vec![text('\t'), data("text/pandas.tsv")]),
        target("json", "a.json", vec![json(true), data("text/pandas-indented.json"), data("text/duckdb.json")]),
        target("jsonl", "a.jsonl", vec![json(false), data("text/python-nested.jsonl")]),
        parquet("parquet-none", "none.parquet"),
        parquet("parquet-snappy", "snappy.parquet"),
        parquet("parquet-gzip", "gzip.parquet"),
        parquet("parquet-lz4", "lz4.parquet"),
        parquet("parquet-zstd", "zstd.parquet"),
        parquet("parquet-brotli", "brotli.parquet"),
        target("arrow-plain", "a.arrow", fire(["plain.arrow", "other-plain.arrow"])),
        target("arrow-lz4", "a.arrow", fire(["lz4.arrow", "other-lz4.arrow"])),
        target("arrow-zstd", "a.arrow", fire(["zstd.arrow", "other-zstd.arrow"])),
        target("arrows-plain", "a.arrows", fire(["plain.arrows", "other-plain.arrows"])),
        target("arrows-lz4", "a.arrows", fire(["lz4.arrows", "other-lz4.arrows"])),
        target("arrows-zstd", "a.arrows", fire(["zstd.arrows", "other-zstd.arrows"])),
        target("npy", "a.npy", vec![data("arrays/nested.npy"), data("arrays/columns.npy"), data("arrays/times.npy")]),
        summed("npz", "a.npz", vec![data("arrays/stored.npz"), data("arrays/deflated.npz"), data("arrays/table.npz")]),
        target("raw", "a.bin", vec![f32_bytes(&rows), f32_bytes(&rows[..77])]),
        target("las", "a.las", vec![data("las/autzen.las"), data("las/unregistered_extra_bytes.las")]),
        summed("csv-gz", "a.csv.gz", vec![gzip(&text(',')), data("text/gzip-members.csv.gz")]),
        summed("csv-zst", "a.csv.zst", vec![zstd(&text(',')), data("text/zstd-frames.csv.zst")]),
        summed("json-gz", "a.json.gz", vec![gzip(&json(true)), gzip(&data("text/duckdb.json"))]),
    ];
    if cfg!(feature = "las") {
        all.push(target("laz", "a.laz", vec![data("las/simple.laz"), data("las/1_4_w_evlr.laz")]));
    }
    let plots = PLOT_FILES.map(|text| text.as_bytes().to_vec()).to_vec();
    all.push(Target { kind: Kind::PlotFile, ..target("plot-file", "a.toml", plots) });
    all
}
