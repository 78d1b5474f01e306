//! What a figure is trimmed with beside its axes and keys: settings of its look, spines, grid, annotations, an underlay.

use super::Theme;
use super::annotation::{self, Annotation};
use super::axis::AxisTicks;
use super::display::{Block, Op};
use super::spine::Sides;
use super::style::{Style, StyleSetting, StyleValue};
use super::underlay::{self, Underlay};
use crate::error::Result;
use crate::scale::Scale;

/// Lines at the ticks, under the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// None.
    Off,
    /// At the labelled ticks of both axes.
    On,
    /// At those of x alone: upright lines.
    X,
    /// At those of y alone.
    Y,
    /// At all ticks of both axes, fainter where there is no label.
    Minor,
}

impl Grid {
    /// Whether there are lines at the labelled ticks of an axis.
    #[must_use]
    pub fn has(self, is_x: bool) -> bool {
        match self {
            Self::Off => false,
            Self::On | Self::Minor => true,
            Self::X => is_x,
            Self::Y => !is_x,
        }
    }
}

/// What a figure is trimmed with; by default what its theme has, and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trim {
    /// What is set beyond the theme; of two settings of one key the later one holds.
    pub settings: Vec<StyleSetting>,
    /// Which spines there are; the theme's when not given.
    pub spines: Option<Sides>,
    /// Lines at the ticks; as the theme has it when not given.
    pub grid: Option<Grid>,
    /// Whether ticks that reach into the plot and annotations lie below the points instead of above them. (Spines lie
    /// beside the plot area, where no point is; the grid is always below.)
    pub is_below: bool,
    /// Lines, boxes and texts at data coordinates, the lowest first.
    pub annotations: Vec<Annotation>,
    /// A picture below the points.
    pub underlay: Option<Underlay>,
}

impl Trim {
    /// What is set of a key.
    pub(super) fn setting(&self, name: &str) -> Option<StyleValue> {
        self.settings.iter().rev().find(|setting| setting.name() == name).map(StyleSetting::value)
    }

    /// The grid as asked for, else the theme's.
    #[must_use]
    pub fn grid(&self, theme: Theme) -> Grid {
        self.grid.unwrap_or(if theme.has_grid() { Grid::On } else { Grid::Off })
    }

    /// Finds out whether everything that is placed by data coordinates has a place on these axes; with a line for each
    /// thing that lies outside of them, where nothing of it is drawn, and for what changes nothing under a theme.
    ///
    /// # Errors
    /// A usage error for a coordinate that is no value of its axis.
    pub fn check(&self, theme: Theme, x: &Scale, y: &Scale) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        let has_inward = match self.setting("tick-direction") {
            Some(direction) => direction == StyleValue::Word("in"),
            None => theme.has_inward_ticks(),
        };
        if self.is_below && self.annotations.is_empty() && !has_inward {
            let of = "of ticks that reach into the plot (--style tick-direction=in), lines, boxes and texts";
            notes.push(format!("--axes-below changes nothing: it is {of}, and spines lie beside the points"));
        }
        for annotation in &self.annotations {
            notes.extend(annotation.check(x, y)?);
        }
        if let Some(underlay) = &self.underlay {
            notes.extend(underlay.check(x, y)?);
        }
        Ok(notes)
    }

    /// Texts that are cut in a plot area of that size, and texts that have no room in it, in words.
    pub(super) fn losses(&self, size: (i32, i32), style: &Style) -> [Option<&'static str>; 2] {
        let losses = self.annotations.iter().map(|annotation| annotation.losses(size, style));
        let (is_cut, is_left_out) = losses.fold((false, false), |all, one| (all.0 || one.0, all.1 || one.1));
        [is_cut, is_left_out].map(|is_told| is_told.then_some("a text of --text"))
    }

    /// Lines at the ticks of a plot area.
    pub(super) fn grid_ops(
        &self,
        theme: Theme,
        plot: Block,
        x_ticks: &AxisTicks,
        y_ticks: &AxisTicks,
        style: &Style,
    ) -> Vec<Op> {
        let grid = self.grid(theme);
        let mut lines = [x_ticks.grid(plot, false, grid, style), y_ticks.grid(plot, true, grid, style)].concat();
        // No minor line over one at a label.
        lines.sort_by_key(|(is_minor, _)| !is_minor);
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// What lies under the points of a plot area and what over them: the underlay, the grid, annotations and the axes.
    pub(super) fn layers(
        &self,
        plot: Block,
        (x, y): (&Scale, &Scale),
        grid: Vec<Op>,
        axes: Vec<Op>,
        style: &Style,
    ) -> (Vec<Op>, Vec<Op>) {
        let mut under: Vec<Op> =
            self.underlay.as_ref().and_then(|underlay| underlay::op(underlay, x, y, plot)).into_iter().collect();
        under.extend(grid);
        let annotations =
            self.annotations.iter().flat_map(|annotation| annotation::ops(annotation, (x, y), plot, style));
        let over = annotations.chain(axes);
        if !self.is_below {
            return (under, over.collect());
        }
        // Spines and labels lie beside the plot area, where no point is.
        let is_on_plot = |op: &Op| {
            let block = op.block();
            block.left < plot.right()
                && block.right() > plot.left
                && block.top < plot.bottom()
                && block.bottom() > plot.top
        };
        let (on_plot, beside): (Vec<Op>, Vec<Op>) = over.partition(is_on_plot);
        under.extend(on_plot);
        (under, beside)
    }

    /// All of it as JSON, for the description of a picture; `null` where there is nothing but the theme.
    #[must_use]
    pub fn description(&self) -> serde_json::Value {
        let mut parts = serde_json::Map::new();
        if !self.settings.is_empty() {
            parts.insert("style".to_owned(), self.settings.iter().map(StyleSetting::text).collect());
        }
        if let Some(sides) = self.spines {
            parts.insert("spines".to_owned(), sides.text().into());
        }
        if let Some(grid) = self.grid {
            parts.insert("grid".to_owned(), format!("{grid:?}").into());
        }
        if self.is_below {
            parts.insert("axes_below".to_owned(), true.into());
        }
        if !self.annotations.is_empty() {
            parts.insert("annotations".to_owned(), self.annotations.iter().map(Annotation::description).collect());
        }
        if let Some(underlay) = &self.underlay {
            parts.insert("underlay".to_owned(), underlay.description());
        }
        if parts.is_empty() { serde_json::Value::Null } else { parts.into() }
    }
}
