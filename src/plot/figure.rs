//! A figure as a library user describes it, up to the moment it is opened.

mod clock;

use crate::color::{NormKind, Rgba8};
use crate::engine;
use crate::error::{Error, Result};
use crate::figure::{Fonts, Frame, Theme};
use crate::plot::{GATHERED, Plot};
use crate::reduce::{Reduction, Statistic};
use crate::scale::Kind;
use crate::spec::{AlphaSpec, BackendChoice, Background, ColorLimit, ColorSpec, DensitySpec, Limits, SizeSpec, Spec};
use crate::stamp::Marker;

/// A figure as it is described, before anything is drawn.
#[derive(Clone, Debug)]
pub struct Figure {
    spec: Spec,
    expected_rows: Option<u64>,
}

impl Figure {
    /// A figure of `width` by `height` pixels, axes included.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let mut spec = Spec::default();
        spec.figure.width_px = width;
        spec.figure.height_px = height;
        Self { spec, expected_rows: None }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Spec)) -> Self {
        change(&mut self.spec);
        self
    }

    /// The limits of x; `end < start` reverses the axis.
    #[must_use]
    pub fn xlim(self, start: f64, end: f64) -> Self {
        self.with(|spec| spec.x.limits = Some(limits(start, end)))
    }

    /// The limits of y; `end < start` reverses the axis.
    #[must_use]
    pub fn ylim(self, start: f64, end: f64) -> Self {
        self.with(|spec| spec.y.limits = Some(limits(start, end)))
    }

    /// The kind of the x axis: linear, log or symlog.
    #[must_use]
    pub fn xscale(self, kind: Kind) -> Self {
        self.with(|spec| spec.x.scale = Some(kind))
    }

    /// The kind of the y axis: linear, log or symlog.
    #[must_use]
    pub fn yscale(self, kind: Kind) -> Self {
        self.with(|spec| spec.y.scale = Some(kind))
    }

    /// The text above the plot.
    #[must_use]
    pub fn title(self, text: &str) -> Self {
        self.with(|spec| spec.figure.title = Some(text.to_owned()))
    }

    /// The text below the x axis.
    #[must_use]
    pub fn xlabel(self, text: &str) -> Self {
        self.with(|spec| spec.x.label = Some(text.to_owned()))
    }

    /// The text beside the y axis.
    #[must_use]
    pub fn ylabel(self, text: &str) -> Self {
        self.with(|spec| spec.y.label = Some(text.to_owned()))
    }

    /// Axes around the plot area, or nothing but the plot area.
    #[must_use]
    pub fn frame(self, frame: Frame) -> Self {
        self.with(|spec| spec.figure.frame = frame)
    }

    /// Default colours.
    #[must_use]
    pub fn theme(self, theme: Theme) -> Self {
        self.with(|spec| spec.figure.theme = theme)
    }

    /// What texts are written with, like [`crate::Fonts::new`] of a [`crate::Font::from_bytes`]; DejaVu Sans unless given.
    #[must_use]
    pub fn fonts(self, fonts: Fonts) -> Self {
        self.with(|spec| spec.figure.fonts = fonts)
    }

    /// Pixels an inch.
    #[must_use]
    pub fn dpi(self, dpi: f64) -> Self {
        self.with(|spec| spec.figure.dpi = dpi)
    }

    /// Behind the whole figure; `None` is transparent.
    #[must_use]
    pub fn background(self, color: Option<Rgba8>) -> Self {
        self.with(|spec| spec.figure.background = background(color))
    }

    /// Behind the plot area; `None` is transparent.
    #[must_use]
    pub fn plot_background(self, color: Option<Rgba8>) -> Self {
        self.with(|spec| spec.figure.plot_background = background(color))
    }

    /// The shape of the points.
    #[must_use]
    pub fn points(self, marker: Marker) -> Self {
        self.with(|spec| spec.points.marker = marker)
    }

    /// The diameter of the points in pixels, 0.1 to 256; points of chunks with [`crate::Chunk::sizes`] have their own.
    #[must_use]
    pub fn size(self, diameter_px: f64) -> Self {
        self.with(|spec| spec.points.size_px = diameter_px)
    }

    /// The diameters in pixels at the limits of the sizes ([`Figure::size_limits`]), 2 and 20 unless given; the second may be
    /// the smaller one. Areas grow linearly between them.
    #[must_use]
    pub fn size_range(self, start_px: f64, end_px: f64) -> Self {
        self.with(|spec| sizes(spec).range_px = (start_px, end_px))
    }

    /// The numbers of [`crate::Chunk::sizes`] that have the diameters of the size range; those beyond are clamped.
    #[must_use]
    pub fn size_limits(self, start: f64, end: f64) -> Self {
        self.with(|spec| sizes(spec).limits = Some(limits(start, end)))
    }

    /// Smooth or hard edges.
    #[must_use]
    pub fn antialiased(self, is_antialiased: bool) -> Self {
        self.with(|spec| spec.points.is_antialiased = Some(is_antialiased))
    }

    /// The opacity of a point, above 0 and up to 1; chunks with alphas have their own.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        self.with(|spec| spec.points.alpha = AlphaSpec::Constant(alpha))
    }

    /// The colour of points in chunks that bring none.
    #[must_use]
    pub fn color(self, color: Rgba8) -> Self {
        self.with(|spec| spec.points.color = ColorSpec::Css(color))
    }

    /// The colormap of chunks with values.
    #[must_use]
    pub fn colormap(self, name: &str) -> Self {
        self.with(|spec| spec.colors.colormap = Some(name.to_owned()))
    }

    /// The values at the ends of the colormap.
    #[must_use]
    pub fn clim(self, lo: f64, hi: f64) -> Self {
        self.with(|spec| spec.colors.limits = Some((ColorLimit::Value(lo), ColorLimit::Value(hi))))
    }

    /// The function from values to positions on the colormap.
    #[must_use]
    pub fn norm(self, kind: NormKind) -> Self {
        self.with(|spec| spec.colors.norm = Some(kind))
    }

    /// Counts points pixel by pixel instead of drawing them.
    #[must_use]
    pub fn count(self) -> Self {
        self.with(|spec| spec.density = Some(DensitySpec::of(Reduction::Count)))
    }

    /// Counts points by category: chunks bring [`crate::Chunk::categories`], the first one all names.
    #[must_use]
    pub fn count_by_category(self) -> Self {
        self.with(|spec| spec.density = Some(DensitySpec::of(Reduction::By(GATHERED.to_owned()))))
    }

    /// Reduces the values of chunks ([`crate::Chunk::values`]) pixel by pixel instead of drawing points. Sum, mean, var and std
    /// need [`Figure::value_range`].
    #[must_use]
    pub fn reduce(self, statistic: Statistic) -> Self {
        self.with(|spec| spec.density = Some(DensitySpec::of(Reduction::Of(statistic, GATHERED.to_owned()))))
    }

    /// The range of the values that are reduced; points with others are invalid. Call it after [`Figure::reduce`].
    #[must_use]
    pub fn value_range(self, lo: f64, hi: f64) -> Self {
        self.with(|spec| {
            if let Some(density) = &mut spec.density {
                density.value_range = Some(limits(lo, hi));
            }
        })
    }

    /// How many threads draw; all cores unless given.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        self.with(|spec| spec.engine.threads = Some(threads))
    }

    /// How many points will come, roughly: with it [`BackendChoice::Auto`] can tell whether a GPU pays; without it, it
    /// draws on the CPU.
    #[must_use]
    pub fn expected_rows(mut self, rows: u64) -> Self {
        self.expected_rows = Some(rows);
        self
    }

    /// Starts drawing with a backend.
    ///
    /// # Errors
    /// A usage error when limits are missing: a stream cannot be read twice to find them.
    pub fn open(mut self, backend: BackendChoice) -> Result<Plot> {
        self.spec.engine.backend = backend;
        for (axis, flag) in [(&self.spec.x, "x"), (&self.spec.y, "y")] {
            if axis.limits.is_none() {
                return Err(Error::usage(format!("the figure has no limits for {flag}"))
                    .hint(format!("call .{flag}lim(start, end) before .open()")));
            }
        }
        let pool = engine::pool(self.spec.engine.threads)?;
        Ok(Plot::new(self.spec, self.expected_rows, pool))
    }
}

fn sizes(spec: &mut Spec) -> &mut SizeSpec {
    spec.points.size_by.get_or_insert_with(|| SizeSpec::of(""))
}

fn limits(start: f64, end: f64) -> Limits {
    Limits { start: format!("{start:?}"), end: format!("{end:?}") }
}

fn background(color: Option<Rgba8>) -> Background {
    color.map_or(Background::None, Background::Color)
}
