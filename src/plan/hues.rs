//! The colours of categories: those of the palette in turn, over all data sets of a figure.
//!
//! One name has one colour, in whichever data set it comes; different names have different ones, and none has that of a
//! data set of one colour.

use std::collections::HashMap;

use crate::color::{Rgba8, palette};

/// Which colours are in use.
#[derive(Debug, Default)]
pub struct Hues {
    constant: Vec<[u8; 3]>,
    by_name: HashMap<String, Rgba8>,
    next: usize,
}

impl Hues {
    /// Without the colours of data sets that have one alone.
    pub(super) fn beside(constant: impl Iterator<Item = Rgba8>) -> Self {
        Self { constant: constant.map(Rgba8::rgb).collect(), ..Self::default() }
    }

    /// The colour of a category.
    pub fn of(&mut self, name: &str) -> Rgba8 {
        if let Some(color) = self.by_name.get(name) {
            return *color;
        }
        let color = loop {
            let color = palette::color_of(self.next, self.next + 1);
            self.next += 1;
            if !self.constant.contains(&color.rgb()) {
                break color;
            }
        };
        self.by_name.insert(name.to_owned(), color);
        color
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_names_differ_and_one_name_is_one_colour() {
        let palette = |index: usize| palette::color_of(index, index + 1);
        let mut alone = Hues::default();
        assert_eq!(["a", "b", "c", "b"].map(|name| alone.of(name)), [0, 1, 2, 1].map(palette), "in turn");
        let mut beside = Hues::beside([palette(0), palette(2)].into_iter());
        assert_eq!(["a", "b", "a"].map(|name| beside.of(name)), [1, 3, 1].map(palette));
    }
}
