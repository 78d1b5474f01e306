//! Where the parts of a figure go: titles at its sides, the legend, the colorbars, margins and shape of the plot area.
//!
//! Plain values with their defaults; `layout` makes pixels of them.

/// A corner of the plot area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// Upper left.
    TopLeft,
    /// Upper right.
    TopRight,
    /// Lower left.
    BottomLeft,
    /// Lower right.
    BottomRight,
}

impl Corner {
    /// All of them; the first is taken where several are equally empty.
    pub const ALL: [Self; 4] = [Self::TopRight, Self::TopLeft, Self::BottomRight, Self::BottomLeft];

    /// True at the left end of the plot area.
    #[must_use]
    pub fn is_left(self) -> bool {
        matches!(self, Self::TopLeft | Self::BottomLeft)
    }

    /// True at the upper end of the plot area.
    #[must_use]
    pub fn is_top(self) -> bool {
        matches!(self, Self::TopLeft | Self::TopRight)
    }
}

/// Where the legend goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LegendPlace {
    /// Right of the plot area, where it covers nothing.
    #[default]
    Right,
    /// Below the plot area and its label, in columns.
    Below,
    /// In a corner of the plot area, over the points, on a box that lets them shine through a little.
    In(Corner),
    /// The same in the corner where the fewest pixels have been drawn on.
    EmptiestCorner,
}

/// Where the colorbars go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorbarPlace {
    /// Right of the plot area, upright.
    #[default]
    Right,
    /// Below the plot area and its label, as wide as the plot area.
    Bottom,
}

/// Margins from the edges of the page to the plot area in pixels; what is not given follows from what is drawn there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenMargins {
    /// Above the plot area.
    pub top_px: Option<u32>,
    /// Right of it.
    pub right_px: Option<u32>,
    /// Below it.
    pub bottom_px: Option<u32>,
    /// Left of it.
    pub left_px: Option<u32>,
}

/// The size of the plot area in pixels; one side may follow from the other and the aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlotArea {
    /// Columns.
    pub width_px: Option<u32>,
    /// Rows.
    pub height_px: Option<u32>,
}

/// Where the parts of a figure go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// Above the left end of the plot area.
    pub left_title: Option<String>,
    /// Above its right end.
    pub right_title: Option<String>,
    /// The legend.
    pub legend: LegendPlace,
    /// The colorbars.
    pub colorbar: ColorbarPlace,
    /// The exact plot area, around which the figure grows.
    pub plot_area: Option<PlotArea>,
    /// Exact margins.
    pub margins: GivenMargins,
    /// How many times as long as one unit of x one unit of y is drawn; as it comes where not given. Units are those of the
    /// axes' functions: decades on a log axis.
    pub aspect: Option<f64>,
}

impl Places {
    /// The same, where an empty text asks for none.
    #[must_use]
    pub fn without_empty_titles(self) -> Self {
        let kept = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self { left_title: kept(self.left_title), right_title: kept(self.right_title), ..self }
    }
}
