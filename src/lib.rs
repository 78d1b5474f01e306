//! Draws any number of points into one picture with axes, in memory that does not grow with the number of points, on
//! the CPU or on a GPU, with the same picture from both.
//!
//! # Using it
//!
//! A figure is described, opened, drawn on chunk by chunk, and saved. Nothing is kept of a chunk once it is drawn.
//!
//! ```
//! use pointillist::{BackendChoice, Chunk, Figure, Marker};
//!
//! # fn main() -> pointillist::Result<()> {
//! # let folder = std::env::temp_dir().join("pointillist-doc-test.png");
//! # let path = folder.as_path();
//! let stream = (0..3).map(|i| {
//!     let x: Vec<f64> = (0..1000).map(|j| f64::from(i * 1000 + j) / 300.0).collect();
//!     let y: Vec<f64> = x.iter().map(|x| 5.0 + 4.0 * x.sin()).collect();
//!     let rgb = vec![[31_u8, 119, 180]; x.len()];
//!     (x, y, rgb)
//! });
//! let mut plot = Figure::new(1024, 768)
//!     .xlim(0., 10.)
//!     .ylim(0., 10.)
//!     .title("t")
//!     .points(Marker::Circle)
//!     .alpha(0.3)
//!     .open(BackendChoice::Auto)?;
//! for (x, y, rgb) in stream {
//!     plot.draw(&Chunk::xy(&x, &y).rgb(&rgb))?;
//! }
//! let ledger = plot.save(path)?;
//! assert_eq!(ledger.rows.total, 3000);
//! # std::fs::remove_file(path).ok();
//! # Ok(())
//! # }
//! ```
//!
//! Where there are more points than pixels, they are counted, or a value that each brings is reduced, pixel by pixel:
//!
//! ```
//! use pointillist::{BackendChoice, Chunk, Figure, Statistic};
//!
//! # fn main() -> pointillist::Result<()> {
//! let mut plot = Figure::new(640, 480)
//!     .xlim(0., 1.)
//!     .ylim(0., 1.)
//!     .reduce(Statistic::Mean)
//!     .value_range(0., 100.)
//!     .open(BackendChoice::Auto)?;
//! let (x, y, v) = (vec![0.2, 0.2, 0.7], vec![0.5, 0.5, 0.5], vec![10.0, 20.0, 90.0]);
//! plot.draw(&Chunk::xy(&x, &y).values(&v))?;
//! let picture = plot.render()?;
//! assert_eq!(picture.dimensions(), (640, 480));
//! # Ok(())
//! # }
//! ```
//!
//! A library's figure holds one data set, and its density is one reduction and a picture; several at once, arrays and
//! canvas files are the command's ([`run`]).
//!
//! # How it works
//!
//! ```text
//! bytes --source--> Chunk --encode--> Batch --rasterize--> Canvas --shade--> rows --figure--> picture --png--> file
//!        readers    columns  once,    marks    CPU or GPU   mergeable  f64 on   under, over     atomic rename
//!        in order            f64                            state      the CPU  (axes, text)
//! ```
//!
//! * [`source`] yields [`Chunk`]s of columns in file order; [`data`] holds the column types and what a first pass learns
//!   of them (extents, categories).
//! * [`plan`] resolves a [`spec::Spec`] against the columns: scales, colours, layout, and the smallest canvas that holds
//!   the picture. Everything that can be wrong with a request is found there, before the first row is drawn.
//! * [`encode`] is the only place where values become pixels, in f64 with exact bins ([`scale`]); what crosses to the
//!   rasterizers are integers ([`mark`]).
//! * [`stamp`] makes coverage data: one atlas of u8 masks that the CPU blits and the fragment shader reads.
//! * [`raster`] is the seam between backends: [`raster::cpu`] draws by bands of rows, [`raster::gpu`], on a
//!   thread of its own, uploads marks to a reused vertex buffer, draws them instanced into an offscreen texture that every
//!   pass preserves, or blends and adds them in compute passes, and reads the canvas back once; a device that fails is a typed fault, after which [`run`] begins again.
//! * [`canvas`] is the accumulated state: integer planes (counts, sums, squares, winners, counts by category),
//!   transmittance, or colour with transmittance. Canvases merge: threads, devices and machines are the same fold.
//!   [`canvas_file`] keeps one for later, [`show`] shows it again.
//! * Densities are gathered in integers: [`fixed`] turns values into whole units above the smallest one, [`keys`] into
//!   numbers in their order; [`reduce`] works out each pixel's number, and [`content`] says what a canvas means.
//! * [`shade`] turns canvas rows into colours in f64, numbers by a [`color`] norm and ramp that [`render`] resolves from
//!   the picture's own [`distribution`]; [`figure`] lays out and paints what is around and above them; [`picture`]
//!   composites row by row, data sets in their order, and writes the PNG, [`document`] an SVG or a PDF; [`output`] lets it appear whole or not at all;
//!   [`mod@array`] writes numbers.
//! * [`run`] is the command's pipeline, [`plot`] the library's: both hand a [`program`] (what a canvas accumulates) and a
//!   [`view`] (what is shown of the data) to a [`drawing`] on the backend that [`engine`] chooses. [`ledger`] counts where
//!   every row went, and [`report`] writes it down with times and memory.
//! * Beside pictures: [`inspect`] says what an input holds, [`doctor`] what there is to draw with, [`mod@bench`] how fast,
//!   [`colormaps`] which colours there are; [`preview`] shows a picture in a terminal.
//! * [`mod@error`] is the one error type; [`escape`] makes texts safe to show, [`nearest`] finds what a mistyped name meant,
//!   and [`units`] reads and writes counts and bytes for people. [`stop`] asks a run to end, and [`litter`] is removed when
//!   the process is ended at once.
//!
//! # What it keeps
//!
//! Memory is bounded by canvas, chunk and threads. Every row is drawn, outside, invalid, filtered or skipped, and
//! counted. Pictures of densities, of counts and of opaque hard marks have the same bytes on every backend; all others
//! are the same bytes on one backend for any chunk size and number of threads, and within 1/255 a channel on another.

pub mod array;
pub mod bench;
pub mod canvas;
pub mod canvas_file;
pub mod color;
pub mod colormaps;
pub mod content;
pub mod data;
pub mod distribution;
pub mod doctor;
pub mod document;
pub mod drawing;
pub mod encode;
pub mod engine;
pub mod error;
pub mod escape;
pub mod figure;
pub mod fixed;
pub mod inspect;
pub mod keys;
pub mod ledger;
pub mod litter;
pub mod mark;
pub mod nearest;
pub mod output;
pub mod picture;
pub mod plan;
pub mod plot;
pub mod preview;
pub mod program;
pub mod raster;
pub mod reduce;
pub mod render;
pub mod report;
pub mod run;
pub mod scale;
pub mod shade;
pub mod show;
pub mod source;
pub mod spec;
pub mod stamp;
pub mod stop;
pub mod units;
pub mod view;

pub use color::Rgba8;
pub use data::chunk::Chunk;
pub use document::Format;
pub use error::{Error, ErrorKind, GpuFault, Result};
pub use figure::{Font, Fonts, Frame, Theme};
pub use plot::{Figure, Plot};
pub use reduce::Statistic;
pub use spec::BackendChoice;
pub use stamp::Marker;
pub use stop::Stop;
