//! Options of several panels: facets, and an inset.

use clap::{Args as ClapArgs, ValueEnum};
use pointillist::figure::Corner;
use pointillist::spec::{DEFAULT_INSET_SHARE, FacetSpec, InsetSpec, Limits, MOST_PANELS, PanelsSpec};

/// Where an inset stands.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum CornerName {
    Auto,
    TopRight,
    TopLeft,
    BottomRight,
    BottomLeft,
}

impl CornerName {
    fn corner(self) -> Option<Corner> {
        match self {
            Self::Auto => None,
            Self::TopRight => Some(Corner::TopRight),
            Self::TopLeft => Some(Corner::TopLeft),
            Self::BottomRight => Some(Corner::BottomRight),
            Self::BottomLeft => Some(Corner::BottomLeft),
        }
    }
}

/// Panels beside the plot and over it.
#[derive(Debug, ClapArgs)]
pub(super) struct PanelArgs {
    /// One panel for each value of a column (text, bools, whole numbers, dates), all with the same axes and colours
    ///
    /// Rows without a value are in no panel and count as invalid. Every --series needs the column.
    #[arg(long, value_name = "COL", help_heading = "Panels")]
    facet: Option<String>,
    /// The values that get a panel, in this order; rows of others count as filtered (default: all there are, by name or
    /// by number)
    #[arg(
        long,
        value_name = "A,B,..",
        value_delimiter = ',',
        allow_hyphen_values = true,
        requires = "facet",
        help_heading = "Panels"
    )]
    facet_values: Option<Vec<String>>,
    /// Panels side by side (default: as the figure's shape has it)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_PANELS as u64),
        requires = "facet", help_heading = "Panels")]
    facet_columns: Option<u64>,
    /// An enlarged part of the plot in one of its corners: x from A to B, y from C to D, numbers or ISO 8601 times
    #[arg(long, value_name = "A,B,C,D", value_parser = region, allow_hyphen_values = true, help_heading = "Panels")]
    inset: Option<Region>,
    /// The corner of the inset; auto takes the emptiest that does not cover the part itself
    #[arg(long, value_name = "CORNER", default_value = "auto", requires = "inset", help_heading = "Panels")]
    inset_at: CornerName,
    /// The share of the plot's width and height that the inset takes with its labels, 0.1 to 0.9
    #[arg(long, value_name = "SHARE", value_parser = share, default_value_t = DEFAULT_INSET_SHARE, requires = "inset",
        help_heading = "Panels")]
    inset_size: f64,
}

/// The part of the plot that an inset shows.
#[derive(Clone, Debug)]
struct Region {
    x: Limits,
    y: Limits,
}

impl PanelArgs {
    pub(super) fn spec(self) -> PanelsSpec {
        let (values, columns) = (self.facet_values, self.facet_columns);
        let columns = columns.map(|columns| usize::try_from(columns).unwrap_or(usize::MAX));
        PanelsSpec {
            facet: self.facet.map(|column| FacetSpec { column, values, columns }),
            inset: self.inset.map(|Region { x, y }| InsetSpec {
                x,
                y,
                corner: self.inset_at.corner(),
                share: self.inset_size,
            }),
        }
    }
}

/// `A,B,C,D`.
fn region(text: &str) -> Result<Region, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    match parts[..] {
        [a, b, c, d] if parts.iter().all(|part| !part.is_empty()) => {
            let limits = |start: &str, end: &str| Limits { start: start.to_owned(), end: end.to_owned() };
            Ok(Region { x: limits(a, b), y: limits(c, d) })
        }
        _ => Err("expected the limits of x and of y, like 0,10,2.5,3".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.1..=0.9).contains(&share) => Ok(share),
        _ => Err("expected a share of the plot, 0.1 to 0.9".to_owned()),
    }
}
