//! What a small figure gives up, and in which order: first it gets tighter, then parts of it are left out.

use crate::figure::style::Style;

/// How tight a figure is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tightness {
    /// Of the usual size of texts.
    text: f64,
    /// Of the usual margins and gaps.
    space: f64,
    /// A title and a label of an axis have at most so many lines.
    pub lines: (usize, usize),
    /// The names of a legend are cut to the room there is.
    pub cuts_names: bool,
}

/// From the usual one on.
pub(super) const TIGHTER: [Tightness; 5] = [
    Tightness { text: 1.0, space: 1.0, lines: (3, 2), cuts_names: false },
    Tightness { text: 1.0, space: 0.65, lines: (3, 2), cuts_names: false },
    Tightness { text: 0.85, space: 0.5, lines: (2, 2), cuts_names: false },
    Tightness { text: 0.7, space: 0.4, lines: (2, 1), cuts_names: true },
    Tightness { text: 0.7, space: 0.4, lines: (1, 1), cuts_names: true },
];

impl Tightness {
    /// Sizes and gaps of a figure that is so tight.
    pub fn style(self, style: &Style) -> Style {
        let space = |px: i32| ((f64::from(px) * self.space).round() as i32).max(1);
        let mut tight = *style;
        tight.tick_size_px *= self.text;
        tight.label_size_px *= self.text;
        tight.title_size_px *= self.text;
        tight.gap_px = space(style.gap_px);
        tight.margin_px = space(style.margin_px);
        tight
    }
}

/// A part of the figure around the plot area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    KeysBelow,
    SideTitles,
    Title,
    XLabel,
    /// Room for what the tick labels of y share: without it they are longer.
    YShared,
    XShared,
    XTickLabels,
    XTicks,
    KeysRight,
    YLabel,
    YTickLabels,
    YTicks,
}

/// Where there is too little room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// In the margin above.
    Above,
    /// In the margin below.
    Below,
    /// Down the page.
    Down,
    /// In the margin on the left.
    Left,
    /// In the margin on the right.
    Right,
    /// Across the page.
    Across,
    /// For just this part.
    Of(Part),
}

impl Part {
    /// In the order in which they are given up.
    const ALL: [Self; 12] = [
        Self::KeysBelow,
        Self::SideTitles,
        Self::Title,
        Self::XLabel,
        Self::YShared,
        Self::XShared,
        Self::XTickLabels,
        Self::XTicks,
        Self::KeysRight,
        Self::YLabel,
        Self::YTickLabels,
        Self::YTicks,
    ];

    /// What the user is told; nothing where nothing is lost.
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::KeysBelow | Self::KeysRight => "the legend or colorbar",
            Self::SideTitles => "the left and right titles",
            Self::Title => "the title",
            Self::XLabel => "the x label",
            Self::YShared | Self::XShared => return None,
            Self::XTickLabels => "the tick labels of x",
            Self::XTicks => "the ticks of x",
            Self::YLabel => "the y label",
            Self::YTickLabels => "the tick labels of y",
            Self::YTicks => "the ticks of y",
        })
    }

    fn takes_from(self, lack: Lack) -> bool {
        let is_across = matches!(self, Self::KeysRight | Self::YLabel | Self::YTickLabels | Self::YTicks);
        match lack {
            Lack::Above => matches!(self, Self::SideTitles | Self::Title | Self::YShared),
            Lack::Below => {
                matches!(self, Self::KeysBelow | Self::XLabel | Self::XShared | Self::XTickLabels | Self::XTicks)
            }
            Lack::Down => !is_across,
            Lack::Left => is_across && self != Self::KeysRight,
            Lack::Right => self == Self::KeysRight,
            Lack::Across => is_across,
            Lack::Of(part) => self == part,
        }
    }
}

/// What is still drawn, and what was left out.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// How many of each part; more than one of keys alone.
    counts: [usize; 12],
    /// Names of what was left out.
    pub left_out: Vec<&'static str>,
}

impl Kept {
    /// The parts that there are, each so often.
    pub fn new(count: impl Fn(Part) -> usize) -> Self {
        Self { counts: Part::ALL.map(count), left_out: Vec::new() }
    }

    pub fn has(&self, part: Part) -> bool {
        self.count(part) > 0
    }

    pub fn count(&self, part: Part) -> usize {
        Part::ALL.iter().zip(self.counts).find(|(own, _)| **own == part).map_or(0, |(_, count)| count)
    }

    /// Leaves out the next part that takes room where it lacks; false where there is none.
    pub fn give_up(&mut self, lack: Lack) -> bool {
        let Some(at) = (0..Part::ALL.len()).find(|at| self.counts[*at] > 0 && Part::ALL[*at].takes_from(lack)) else {
            return false;
        };
        self.counts[at] -= 1;
        let name = if self.counts[at] > 0 { Some(LAST_COLORBARS) } else { Part::ALL[at].name() };
        name.into_iter().for_each(|name| self.tell(name));
        // A plot too low for ticks below it is too low for anything beside it.
        if Part::ALL[at] == Part::XTicks && lack == Lack::Down {
            while self.give_up(Lack::Across) {}
        }
        true
    }

    /// Remembers a name once.
    pub fn tell(&mut self, name: &'static str) {
        if !self.left_out.contains(&name) {
            self.left_out.push(name);
        }
    }
}

/// What is said of colorbars that have no room beside others.
pub(super) const LAST_COLORBARS: &str = "some of the colorbars";
