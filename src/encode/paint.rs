//! Colours and alphas of marks: one for all, from a number, a name, or from columns of their own.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::color::Colormap;
use crate::color::Norm;
use crate::color::Rgba8;
use crate::data::chunk::{Column, Data, Logical, Role};
use crate::encode::BLOCK;
use crate::encode::place::{Validity, floats};
use crate::error::{Error, Result};

/// The colour of each category, by name.
pub type CategoryColors = Arc<HashMap<String, Rgba8>>;

/// Where the colour of a mark comes from.
#[derive(Clone, Debug)]
pub enum Paint {
    /// One colour for all marks.
    Constant([u8; 3]),
    /// A number through a norm and a colormap.
    Value(Norm, Arc<Colormap>),
    /// A name.
    Category(CategoryColors),
    /// Three columns: floats 0..1 or integers 0..255.
    Rgb,
}

impl Paint {
    /// The roles it needs.
    #[must_use]
    pub fn roles(&self) -> &'static [Role] {
        match self {
            Self::Constant(_) => &[],
            Self::Value(..) => &[Role::Value],
            Self::Category(_) => &[Role::Category],
            Self::Rgb => &[Role::Red, Role::Green, Role::Blue],
        }
    }
}

/// Where the alpha of a mark comes from.
#[derive(Clone, Copy, Debug)]
pub enum Opacity {
    /// One alpha for all marks.
    Constant(f32),
    /// A column: floats 0..1 (integers 0..255 beside integer colours), times `factor`.
    Column {
        /// What hard stamps below one pixel are dimmed by.
        factor: f32,
    },
}

impl Opacity {
    /// The roles it needs.
    #[must_use]
    pub fn roles(&self) -> Option<Role> {
        match self {
            Self::Constant(_) => None,
            Self::Column { .. } => Some(Role::Alpha),
        }
    }
}

#[derive(Debug)]
enum Colors<'a> {
    Constant([u8; 3]),
    Value {
        column: &'a Column<'a>,
        norm: &'a Norm,
        colormap: &'a Colormap,
    },
    /// The colour of each key.
    Category {
        column: &'a Column<'a>,
        colors: Vec<[u8; 3]>,
    },
    Rgb([&'a Column<'a>; 3]),
}

/// The paint of one chunk.
#[derive(Debug)]
pub(super) struct Painter<'a> {
    colors: Colors<'a>,
    alpha: Option<&'a Column<'a>>,
    /// Alpha of all marks, or what the column's is multiplied by.
    factor: f32,
    /// What the alpha column's values are divided by.
    alpha_unit: f64,
}

impl<'a> Painter<'a> {
    pub(super) fn new(
        paint: &'a Paint,
        opacity: &Opacity,
        column: impl Fn(Role) -> Result<&'a Column<'a>>,
    ) -> Result<Self> {
        let colors = match paint {
            Paint::Constant(rgb) => Colors::Constant(*rgb),
            Paint::Value(norm, colormap) => Colors::Value { column: column(Role::Value)?, norm, colormap },
            Paint::Category(table) => {
                let column = column(Role::Category)?;
                Colors::Category { column, colors: key_colors(column, table)? }
            }
            Paint::Rgb => Colors::Rgb([column(Role::Red)?, column(Role::Green)?, column(Role::Blue)?]),
        };
        let (alpha, factor) = match opacity {
            Opacity::Constant(alpha) => (None, *alpha),
            Opacity::Column { factor } => (Some(column(Role::Alpha)?), *factor),
        };
        // Bytes of alpha come with bytes of colour; an integer column alone is 0 or 1.
        let painter = Self { colors, alpha, factor, alpha_unit: 1.0 };
        let is_byte = painter.has_bytes() && alpha.is_some_and(is_integer);
        Ok(Self { alpha_unit: if is_byte { 255.0 } else { 1.0 }, ..painter })
    }

    /// The colour and alpha of all marks, where no column gives either.
    pub(super) fn uniform(&self) -> Option<([u8; 3], f32)> {
        match (&self.colors, self.alpha) {
            (Colors::Constant(rgb), None) => Some((*rgb, self.factor)),
            _ => None,
        }
    }

    /// Whether colours are columns of bytes.
    pub(super) fn has_bytes(&self) -> bool {
        matches!(&self.colors, Colors::Rgb(channels) if channels.iter().all(|channel| is_integer(channel)))
    }

    /// Fills colours and alphas of a block, and marks rows that have none.
    pub(super) fn paint(
        &self,
        rows: Range<usize>,
        rgb: &mut [[u8; 3]; BLOCK],
        alpha: &mut [f32; BLOCK],
        validity: &mut Validity,
    ) {
        let len = rows.len();
        let mut numbers = [0.0; BLOCK];
        match &self.colors {
            Colors::Constant(color) => rgb[..len].fill(*color),
            Colors::Value { column, norm, colormap } => {
                floats(&column.data, rows.clone(), &mut numbers[..len]);
                for (rgb, number) in rgb.iter_mut().zip(&numbers[..len]) {
                    *rgb = colormap.color_from_t(norm.t_from_value(*number));
                }
                validity.check(column, rows.clone(), Role::Value, |row| numbers[row].is_finite());
            }
            Colors::Category { column, colors } => {
                let color = |key: usize| colors.get(key).copied().unwrap_or_default();
                match &column.data {
                    Data::Dict { keys, .. } => {
                        for (rgb, key) in rgb.iter_mut().zip(&keys[rows.clone()]) {
                            *rgb = color(*key as usize);
                        }
                    }
                    data => {
                        floats(data, rows.clone(), &mut numbers[..len]);
                        for (rgb, number) in rgb.iter_mut().zip(&numbers[..len]) {
                            *rgb = color(usize::from(*number != 0.0));
                        }
                    }
                }
                validity.check(column, rows.clone(), Role::Category, |_| true);
            }
            Colors::Rgb(columns) => {
                for (channel, (column, role)) in columns.iter().zip([Role::Red, Role::Green, Role::Blue]).enumerate() {
                    floats(&column.data, rows.clone(), &mut numbers[..len]);
                    let unit = if is_integer(column) { 255.0 } else { 1.0 };
                    for (rgb, number) in rgb.iter_mut().zip(&numbers[..len]) {
                        rgb[channel] = (number / unit * 255.0 + 0.5) as u8;
                    }
                    // In text, integers are told by looking at the first rows: a later 0.5 among them is no byte.
                    let is_whole = unit > 1.0;
                    validity.check(column, rows.clone(), role, |row| {
                        (0.0..=unit).contains(&numbers[row]) && (!is_whole || numbers[row].fract() == 0.0)
                    });
                }
            }
        }
        match self.alpha {
            None => alpha[..len].fill(self.factor),
            Some(column) => {
                floats(&column.data, rows.clone(), &mut numbers[..len]);
                for (alpha, number) in alpha.iter_mut().zip(&numbers[..len]) {
                    *alpha = (number / self.alpha_unit) as f32 * self.factor;
                }
                validity.check(column, rows, Role::Alpha, |row| (0.0..=self.alpha_unit).contains(&numbers[row]));
            }
        }
    }
}

fn is_integer(column: &Column<'_>) -> bool {
    matches!(column.logical, Logical::Number { integer: true })
}

/// The colours of a chunk's keys: of its names, or of false and true.
fn key_colors(column: &Column<'_>, table: &HashMap<String, Rgba8>) -> Result<Vec<[u8; 3]>> {
    let color = |name: &str| table.get(name).map(|color| color.rgb());
    let (keys, names) = match &column.data {
        Data::Dict { keys, names } => (keys, names),
        _ => return Ok(["false", "true"].map(|name| color(name).unwrap_or_default()).to_vec()),
    };
    let colors: Vec<Option<[u8; 3]>> = names.iter().map(|name| color(name)).collect();
    if colors.iter().any(Option::is_none) {
        // A name that only null rows point at needs no colour.
        let is_valid = |row: usize| column.validity.as_ref().is_none_or(|flags| flags[row] != 0);
        let lost = (0..keys.len()).find(|row| is_valid(*row) && colors[keys[*row] as usize].is_none());
        if let Some(row) = lost {
            return Err(Error::input("a category has no colour")
                .found(format!("'{}'", names[keys[row] as usize]))
                .hint(
                    "it was not there when the colours were given: the data has changed, or a later chunk brings it",
                ));
        }
    }
    Ok(colors.into_iter().map(Option::unwrap_or_default).collect())
}
