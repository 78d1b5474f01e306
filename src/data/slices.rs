//! Chunks over a caller's own slices: how library users hand points over.

use std::sync::Arc;

use crate::data::chunk::{Chunk, Column, Data, Logical, Role, Values};

/// Slices that can be a column of numbers.
pub trait Numbers {
    /// The values, borrowed.
    fn data(&self) -> Data<'_>;

    /// True for integer types.
    fn is_integer(&self) -> bool;
}

macro_rules! numbers {
    ($type:ty, $variant:ident, $is_integer:expr) => {
        impl Numbers for [$type] {
            fn data(&self) -> Data<'_> {
                Data::$variant(Values::Borrowed(self))
            }

            fn is_integer(&self) -> bool {
                $is_integer
            }
        }

        impl Numbers for Vec<$type> {
            fn data(&self) -> Data<'_> {
                self[..].data()
            }

            fn is_integer(&self) -> bool {
                $is_integer
            }
        }

        impl<const N: usize> Numbers for [$type; N] {
            fn data(&self) -> Data<'_> {
                self[..].data()
            }

            fn is_integer(&self) -> bool {
                $is_integer
            }
        }
    };
}

numbers!(f64, F64, false);
numbers!(f32, F32, false);
numbers!(i64, I64, true);
numbers!(u64, U64, true);

/// One channel of a colour.
pub trait Channel: Copy {
    /// A column of channels: bytes as integers 0..255, floats as they are.
    fn column(values: impl Iterator<Item = Self>) -> Column<'static>;
}

impl Channel for u8 {
    fn column(values: impl Iterator<Item = Self>) -> Column<'static> {
        let values: Vec<i64> = values.map(i64::from).collect();
        Column::new(Data::I64(values.into()), Logical::Number { integer: true })
    }
}

impl Channel for f32 {
    fn column(values: impl Iterator<Item = Self>) -> Column<'static> {
        let values: Vec<f32> = values.collect();
        Column::new(Data::F32(values.into()), Logical::Number { integer: false })
    }
}

impl Channel for f64 {
    fn column(values: impl Iterator<Item = Self>) -> Column<'static> {
        let values: Vec<f64> = values.collect();
        Column::new(Data::F64(values.into()), Logical::Number { integer: false })
    }
}

fn column<'a>(numbers: &'a (impl Numbers + ?Sized)) -> Column<'a> {
    Column::new(numbers.data(), Logical::Number { integer: numbers.is_integer() })
}

impl<'a> Chunk<'a> {
    /// Points at `(x[i], y[i])`. Slices of different lengths are an error when they are drawn.
    #[must_use]
    pub fn xy(x: &'a (impl Numbers + ?Sized), y: &'a (impl Numbers + ?Sized)) -> Self {
        Self::with_roles(vec![(Role::X, column(x)), (Role::Y, column(y))])
    }

    /// A colour for each point: red, green, blue, and with four channels alpha; bytes, or floats in 0..=1.
    #[must_use]
    pub fn rgb<T: Channel, const N: usize>(mut self, colors: &[[T; N]]) -> Self {
        for (i, role) in [Role::Red, Role::Green, Role::Blue, Role::Alpha].into_iter().take(N).enumerate() {
            self.push(role, T::column(colors.iter().map(|color| color[i])));
        }
        self
    }

    /// A number for each point, coloured by the figure's colormap and limits.
    #[must_use]
    pub fn values(mut self, values: &'a (impl Numbers + ?Sized)) -> Self {
        self.push(Role::Value, column(values));
        self
    }

    /// A name for each point: `names[keys[i]]`, coloured by the palette in the order of `names` in the first chunk.
    #[must_use]
    pub fn categories(mut self, keys: &'a [u32], names: &[&str]) -> Self {
        let names = Arc::new(names.iter().map(|name| (*name).to_owned()).collect());
        self.push(Role::Category, Column::new(Data::Dict { keys: Values::Borrowed(keys), names }, Logical::Category));
        self
    }

    /// A number for each point that decides its area, by the figure's size range and limits.
    #[must_use]
    pub fn sizes(mut self, sizes: &'a (impl Numbers + ?Sized)) -> Self {
        self.push(Role::Size, column(sizes));
        self
    }

    /// An alpha in 0..=1 for each point.
    #[must_use]
    pub fn alphas(mut self, alphas: &'a (impl Numbers + ?Sized)) -> Self {
        self.push(Role::Alpha, column(alphas));
        self
    }
}
