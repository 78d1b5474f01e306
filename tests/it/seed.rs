//! The job this program was made for: a million points in chunks of ten thousand, a colour for each, alpha 0.3, onto a
//! transparent figure with a white plot area, all four spines on top. From the library and through a pipe: equal bytes.

use pointillist::color::Rgba8;
use pointillist::{BackendChoice as Backend, Chunk, Figure, Marker};

use crate::harness::binary::{Bench, f32_bytes};
use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::{Picture, Random};

const CHUNKS: u64 = 100;
const CHUNK_ROWS: usize = 10_000;

/// x, y, r, g, b; the cloud runs across all four spines.
fn chunk(i: u64) -> Vec<[f32; 5]> {
    let mut random = Random(i);
    let row = |_| {
        let [x, y, r, g, b] = std::array::from_fn(|_| random.unit() as f32);
        [x * 12.0 - 1.0, y * 12.0 - 1.0, r, g, b]
    };
    (0..CHUNK_ROWS).map(row).collect()
}

fn from_the_library(bench: &Bench, backend: Backend) -> Vec<u8> {
    let mut plot = Figure::new(1024, 768)
        .xlim(0., 10.)
        .ylim(0., 10.)
        .title("a million points")
        .background(None)
        .plot_background(Some(Rgba8::opaque(255, 255, 255)))
        .points(Marker::Circle)
        .alpha(0.3)
        .open(backend)
        .unwrap_or_else(|error| panic!("{error}\n{INSTALL}"));
    for i in 0..CHUNKS {
        let rows = chunk(i);
        let x: Vec<_> = rows.iter().map(|row| row[0]).collect();
        let y: Vec<_> = rows.iter().map(|row| row[1]).collect();
        let rgb: Vec<_> = rows.iter().map(|[_, _, r, g, b]| [*r, *g, *b]).collect();
        plot.draw(&Chunk::xy(&x, &y).rgb(&rgb)).unwrap_or_else(|error| panic!("{error}\n{INSTALL}"));
    }
    plot.save(bench.path("library.png")).unwrap();
    bench.read("library.png")
}

fn through_a_pipe(bench: &Bench, backend: &str) -> Vec<u8> {
    let bytes: Vec<_> = (0..CHUNKS).flat_map(|i| f32_bytes(&chunk(i))).collect();
    let mut args = vec!["plot", "-", "--raw", "f32x5", "-x", "0", "-y", "1", "--rgb", "2,3,4", "--alpha", "0.3"];
    args.extend(["--xlim", "0,10", "--ylim", "0,10", "--title", "a million points", "--background", "none"]);
    args.extend(["--plot-background", "white", "--backend", backend, "--report", "report.json", "-o", "piped.png"]);
    let run = bench.pipe(&args, &bytes, CHUNK_ROWS * 20);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.to_lowercase().contains(backend), "the closing line names the backend: {}", run.stderr);
    bench.read("piped.png")
}

/// The darkness of a line of pixels, if all of them are one opaque colour.
fn one_dark_colour(mut pixels: impl Iterator<Item = [u8; 4]>) -> bool {
    let first = pixels.next().unwrap();
    let is_dark = first[3] == 255 && first[..3].iter().all(|channel| *channel < 128);
    is_dark && pixels.all(|pixel| pixel == first)
}

/// All four sides of the plot area have an unbroken dark line within two pixels.
fn assert_spines_on_top(picture: &Picture, [left, top, width, height]: [u32; 4]) {
    let (right, bottom) = (left + width, top + height);
    let near = |edge: u32| edge - 2..=edge + 1;
    let is_row = |y: u32| one_dark_colour((left + 2..right - 2).map(|x| picture.pixel(x, y)));
    let is_column = |x: u32| one_dark_colour((top + 2..bottom - 2).map(|y| picture.pixel(x, y)));
    assert!(near(top).any(is_row), "the upper spine is whole");
    assert!(near(bottom).any(is_row), "the lower spine is whole");
    assert!(near(left).any(is_column), "the left spine is whole");
    assert!(near(right).any(is_column), "the right spine is whole");
}

fn seed(backend: Backend, name: &str) {
    let bench = Bench::new();
    let library = from_the_library(&bench, backend);
    let piped = through_a_pipe(&bench, name);
    assert!(library == piped, "{name}: library and pipe give other bytes ({} and {})", library.len(), piped.len());

    let report = bench.json("report.json");
    let rows = &report["rows"];
    assert_eq!(rows["total"], CHUNKS * CHUNK_ROWS as u64, "{rows}");
    let sum = ["drawn", "outside", "invalid"].map(|key| rows[key].as_u64().unwrap()).iter().sum::<u64>();
    assert_eq!(rows["read"], sum, "{rows}");

    let picture = Picture::from_png(name, &piped);
    assert_eq!((picture.width, picture.height), (1024, 768), "the figure's size");
    assert_eq!(picture.pixel(0, 0), [0; 4], "the figure is transparent");
    let plot: Vec<u32> = serde_json::from_value(report["view"]["plot"].clone()).unwrap();
    let [left, top, width, height] = plot[..] else { panic!("the plot area: {plot:?}") };
    assert_eq!(picture.pixel(left + width / 2, top + height / 2)[3], 255, "the plot area is not");
    assert_spines_on_top(&picture, [left, top, width, height]);
}

#[test]
fn seed_runs_on_the_cpu() {
    seed(Backend::Cpu, "cpu");
}

#[test]
fn seed_runs_on_the_gpu() {
    if is_required("seed_runs_on_the_gpu") {
        seed(Backend::Gpu, "gpu");
    }
}
