//! What was asked for, before anything is known of the data: the same for the command and for the library.
//!
//! Plain values with their defaults; `plan` checks them against the columns.

mod panels;

pub use panels::{DEFAULT_INSET_SHARE, FacetSpec, InsetSpec, MOST_PANELS, PanelsSpec};

use crate::color::{NormKind, Rgba8};
use crate::figure::{Fonts, Frame, Places, Theme, Trim};
use crate::reduce::Reduction;
use crate::scale::{Calendar, Kind, Moment};
use crate::stamp::Marker;

/// The colour of points unless another is asked for.
pub const DEFAULT_COLOR: Rgba8 = Rgba8::opaque(0x1f, 0x77, 0xb4);

/// The diameter of points unless another is asked for.
pub const DEFAULT_SIZE_PX: f64 = 3.0;

/// The colormap of numbers unless another is asked for.
pub const DEFAULT_COLORMAP: &str = "viridis";

/// Rows that a reader yields at a time unless asked otherwise.
///
/// Large enough that every thread of a small machine gets a batch, small enough that a few of them in flight stay below
/// 25 MB and their memory is used again instead of asked for anew: 100 M rows of two Parquet columns are counted in 1.09 s
/// with 131,072 rows, 1.21 s with 262,144, 1.06 s with 65,536 (where one thread encodes alone).
pub const DEFAULT_CHUNK_ROWS: usize = 1 << 17;

/// The largest figure in pixels unless `--max-area` says otherwise: a typing error shall not fill the memory.
pub const DEFAULT_MAX_AREA_PX: u64 = 1 << 28;

/// Limits of an axis as typed: numbers, or ISO 8601 on a time axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What lies at the start of the axis.
    pub start: String,
    /// What lies at its end; smaller than the start on a reversed axis.
    pub end: String,
}

/// One axis as asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AxisSpec {
    /// Its limits; found from the data when not given.
    pub limits: Option<Limits>,
    /// Its kind; by the column's type when not given.
    pub scale: Option<Kind>,
    /// Its label; the column's name when not given.
    pub label: Option<String>,
}

/// The colour of points as asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum ColorSpec {
    /// A colour.
    Css(Rgba8),
    /// A column by name or number.
    Column(String),
    /// A word that is a column's name, or else a colour.
    Word(String),
    /// Columns of red, green and blue, and perhaps alpha.
    Rgb(Vec<String>),
}

/// The opacity of points as asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum AlphaSpec {
    /// The same for all.
    Constant(f64),
    /// A column by name or number.
    Column(String),
}

/// The points as asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct PointsSpec {
    /// The shape.
    pub marker: Marker,
    /// The diameter in pixels.
    pub size_px: f64,
    /// Anti-aliased edges; by the shape when not given.
    pub is_antialiased: Option<bool>,
    /// The colour.
    pub color: ColorSpec,
    /// The opacity.
    pub alpha: AlphaSpec,
    /// The column that gives each point a size of its own, instead of `size_px`.
    pub size_by: Option<SizeSpec>,
}

/// The diameters of the smallest and the largest mark unless others are asked for, where a column gives sizes.
pub const DEFAULT_SIZE_RANGE_PX: (f64, f64) = (2.0, 20.0);

/// Sizes from a column as asked for: the area of a mark grows linearly with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeSpec {
    /// The column by name or number.
    pub column: String,
    /// The diameters in pixels at the first and at the second limit; the second may be the smaller one.
    pub range_px: (f64, f64),
    /// The numbers (or times) at those diameters; found from the data when not given. Numbers beyond them are clamped.
    pub limits: Option<Limits>,
}

impl SizeSpec {
    /// The default range over all numbers of a column.
    #[must_use]
    pub fn of(column: &str) -> Self {
        Self { column: column.to_owned(), range_px: DEFAULT_SIZE_RANGE_PX, limits: None }
    }
}

impl PointsSpec {
    /// Whether edges are anti-aliased: as asked for, else as the shape's are.
    #[must_use]
    pub fn is_antialiased(&self) -> bool {
        self.is_antialiased.unwrap_or(self.marker.is_antialiased_by_default())
    }
}

impl Default for PointsSpec {
    fn default() -> Self {
        Self {
            marker: Marker::Circle,
            size_px: DEFAULT_SIZE_PX,
            is_antialiased: None,
            color: ColorSpec::Css(DEFAULT_COLOR),
            alpha: AlphaSpec::Constant(1.0),
            size_by: None,
        }
    }
}

/// A density as asked for: rows are reduced pixel by pixel instead of drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct DensitySpec {
    /// What is worked out; the first is the picture, all of them are the raster. At least one.
    pub reductions: Vec<Reduction>,
    /// The range of the values that are gathered; found from the data when not given.
    pub value_range: Option<Limits>,
    /// The categories that are counted, in order; found from the data when not given.
    pub categories: Option<Vec<String>>,
}

impl DensitySpec {
    /// One reduction, everything else by default.
    #[must_use]
    pub fn of(reduction: Reduction) -> Self {
        Self { reductions: vec![reduction], value_range: None, categories: None }
    }
}

/// One end of a colormap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColorLimit {
    /// A number.
    Value(f64),
    /// A percentile (0 to 100) of the numbers in the picture; of a column where points are coloured by it.
    Percentile(f64),
    /// A time, where the colours are times.
    Time(Moment),
    /// A text that reads as both, like `2024`: a time where the colours are times, else a number.
    Either {
        /// What it is among numbers.
        number: f64,
        /// What it is among times.
        time: Moment,
    },
}

impl ColorLimit {
    /// The number that is meant, a time in the steps of a calendar; `None` for a percentile, and for a time without calendar.
    #[must_use]
    pub fn value(self, calendar: Option<&Calendar>) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Percentile(_) => None,
            Self::Time(moment) => calendar.map(|calendar| steps(moment, calendar)),
            Self::Either { number, time } => Some(calendar.map_or(number, |calendar| steps(time, calendar))),
        }
    }
}

/// A time in the steps of a calendar.
fn steps(moment: Moment, calendar: &Calendar) -> f64 {
    moment.ns(calendar) as f64 / calendar.unit.nanoseconds() as f64
}

/// How numbers become colours, as asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColorOptions {
    /// The colormap, by name or as colours; viridis when not given.
    pub colormap: Option<String>,
    /// The function between the limits; linear when not given (log for the opacity of mixed categories).
    pub norm: Option<NormKind>,
    /// The numbers at the ends of the colormap; found from the data when not given.
    pub limits: Option<(ColorLimit, ColorLimit)>,
    /// Of numbers below the limits; the colormap's first when not given.
    pub under: Option<Background>,
    /// Of numbers above the limits; the colormap's last when not given.
    pub over: Option<Background>,
    /// Of pixels of a density that no row fell into; nothing when not given.
    pub empty: Option<Background>,
    /// How far such a pixel looks for a number to show instead, in pixels.
    pub spread_px: u32,
}

impl ColorOptions {
    /// The colormap's name, as asked for or by default.
    #[must_use]
    pub fn colormap_name(&self) -> &str {
        self.colormap.as_deref().unwrap_or(DEFAULT_COLORMAP)
    }
}

/// A background: the theme's, none, or a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    /// What the theme has.
    #[default]
    Theme,
    /// Transparent.
    None,
    /// A colour.
    Color(Rgba8),
}

/// The figure around the points as asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureOptions {
    /// Width of the whole picture.
    pub width_px: u32,
    /// Height of the whole picture.
    pub height_px: u32,
    /// Pixels an inch: scales text and lines, and stands in the PNG.
    pub dpi: f64,
    /// Axes, or just the plot area.
    pub frame: Frame,
    /// Default colours.
    pub theme: Theme,
    /// Behind the whole figure.
    pub background: Background,
    /// Behind the plot area.
    pub plot_background: Background,
    /// What texts are written with.
    pub fonts: Fonts,
    /// Above the plot.
    pub title: Option<String>,
    /// Settings of the look, spines, grid, annotations and an underlay.
    pub trim: Trim,
    /// A legend where colours are categories.
    pub has_legend: bool,
    /// A colorbar where colours are numbers.
    pub has_colorbar: bool,
    /// A histogram of the picture's numbers beside the colorbar.
    pub has_histogram: bool,
    /// Where the parts of the figure go.
    pub places: Places,
    /// The clock that all times are shown by; the one of each column when not given.
    pub time_zone: Option<String>,
}

impl Default for FigureOptions {
    fn default() -> Self {
        Self {
            width_px: 1024,
            height_px: 768,
            dpi: 100.0,
            frame: Frame::Full,
            theme: Theme::Light,
            background: Background::Theme,
            plot_background: Background::Theme,
            fonts: Fonts::default(),
            title: None,
            trim: Trim::default(),
            has_legend: true,
            has_colorbar: true,
            has_histogram: false,
            places: Places::default(),
            time_zone: None,
        }
    }
}

/// Who shall draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// A GPU where there is one and the job gains by it, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU, or an error.
    Gpu,
}

/// The engine as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSpec {
    /// Who draws.
    pub backend: BackendChoice,
    /// The adapter's name or index.
    pub adapter: Option<String>,
    /// The name of the GPU kernel; the one that suits when not given.
    pub gpu_kernel: Option<String>,
    /// Threads; all cores when not given.
    pub threads: Option<usize>,
    /// Rows in a chunk.
    pub chunk_rows: usize,
    /// The most memory the plan may hold.
    pub max_memory_bytes: Option<u64>,
    /// The largest figure.
    pub max_area_px: u64,
}

impl Default for EngineSpec {
    fn default() -> Self {
        Self {
            backend: BackendChoice::Auto,
            adapter: None,
            gpu_kernel: None,
            threads: None,
            chunk_rows: DEFAULT_CHUNK_ROWS,
            max_memory_bytes: None,
            max_area_px: DEFAULT_MAX_AREA_PX,
        }
    }
}

/// One picture as asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spec {
    /// The horizontal axis.
    pub x: AxisSpec,
    /// The vertical axis.
    pub y: AxisSpec,
    /// The points.
    pub points: PointsSpec,
    /// The density that is drawn instead of points.
    pub density: Option<DensitySpec>,
    /// How numbers become colours.
    pub colors: ColorOptions,
    /// What is around them.
    pub figure: FigureOptions,
    /// Whether they are on several panels.
    pub panels: PanelsSpec,
    /// What draws them.
    pub engine: EngineSpec,
}
