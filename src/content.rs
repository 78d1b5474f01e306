//! What the numbers of a canvas mean: all that shading and its key need, beyond the canvas itself and how it shall look.

use crate::color::{Norm, NormKind, Rgba8};
use crate::reduce::Reduced;
use crate::scale::Calendar;

/// What a canvas holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Points.
    Points {
        /// The colour of one-colour canvases at shade time.
        color: Rgba8,
        /// The alpha of one mark of a canvas of counts.
        alpha: f64,
        /// What their colours mean.
        meaning: Meaning,
    },
    /// A density.
    Density {
        /// What was reduced, at least one: the first is the picture.
        reduced: Vec<Reduced>,
        /// How the numbers of the first are read where they are times.
        calendar: Option<Calendar>,
    },
}

impl Content {
    /// The same numbers; those that are times are shown by another clock.
    #[must_use]
    pub fn on_clock(mut self, zone: &str) -> Self {
        let (Self::Density { calendar, .. } | Self::Points { meaning: Meaning::Values { calendar, .. }, .. }) =
            &mut self
        else {
            return self;
        };
        *calendar = calendar.take().map(|calendar| calendar.on_clock(zone));
        self
    }

    /// True for points coloured by an equalised norm.
    #[must_use]
    pub fn has_equalized_key(&self) -> bool {
        matches!(self, Self::Points { meaning: Meaning::Values { norm, .. }, .. } if norm.kind() == NormKind::EqHist)
    }
}

/// What the colours of points mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Nothing that could be explained.
    None,
    /// Names.
    Categories(Vec<(String, Rgba8)>),
    /// Numbers of a column.
    Values {
        /// From numbers to positions.
        norm: Norm,
        /// The colormap, by name or as colours.
        colormap: String,
        /// The column's name.
        label: Option<String>,
        /// How the numbers are read where they are times.
        calendar: Option<Calendar>,
    },
}
