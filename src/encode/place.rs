//! Positions of two columns, and which rows have one.

use std::ops::Range;

use crate::data::chunk::{Column, Data, Role};
use crate::encode::BLOCK;
use crate::scale::{Binning, INVALID};

/// Positions of some rows, at most a block; rows that are not valid get any.
#[inline(always)]
pub(super) fn positions(column: &Column<'_>, binning: &Binning, rows: Range<usize>, out: &mut [i32]) {
    match &column.data {
        Data::F64(values) => binning.positions_f64(&values[rows], out),
        Data::I64(values) if binning.is_integer() => {
            binning.positions_int(values[rows].iter().map(|value| i128::from(*value)), out);
        }
        Data::U64(values) if binning.is_integer() => {
            binning.positions_int(values[rows].iter().map(|value| i128::from(*value)), out);
        }
        data => {
            let mut block = [0.0; BLOCK];
            floats(data, rows, &mut block[..out.len()]);
            binning.positions_f64(&block[..out.len()], out);
        }
    }
}

/// The numbers of some rows; names are no numbers.
#[inline(always)]
pub(super) fn floats(data: &Data<'_>, rows: Range<usize>, out: &mut [f64]) {
    match data {
        Data::F64(values) => out.copy_from_slice(&values[rows]),
        Data::F32(values) => {
            for (out, value) in out.iter_mut().zip(&values[rows]) {
                *out = f64::from(*value);
            }
        }
        Data::I64(values) => {
            for (out, value) in out.iter_mut().zip(&values[rows]) {
                *out = *value as f64;
            }
        }
        Data::U64(values) => {
            for (out, value) in out.iter_mut().zip(&values[rows]) {
                *out = *value as f64;
            }
        }
        Data::Dict { .. } => out.fill(f64::NAN),
    }
}

/// For each row of a block: 0 when it is valid so far, else one more than the number of the role it lacks.
pub(super) struct Validity {
    lacks: [u8; BLOCK],
}

/// Roles by code; the columns of a density come behind them.
const ROLES: [Role; 9] =
    [Role::X, Role::Y, Role::Value, Role::Category, Role::Red, Role::Green, Role::Blue, Role::Alpha, Role::Size];

/// One more than the number of a role; more than 240 columns of a density share the last code.
pub(super) fn code(role: Role) -> u8 {
    let number = match role {
        Role::Gathered(number) => ROLES.len() as u8 + number.min(240),
        role => ROLES.iter().position(|have| *have == role).unwrap_or_default() as u8,
    };
    number + 1
}

impl Default for Validity {
    fn default() -> Self {
        Self { lacks: [0; BLOCK] }
    }
}

impl Validity {
    pub(super) fn reset(&mut self) {
        self.lacks.fill(0);
    }

    #[inline]
    pub(super) fn is_valid(&self, row: usize) -> bool {
        self.lacks[row] == 0
    }

    /// Rows without a position lack `role`, nulls too.
    #[inline(always)]
    pub(super) fn check_places(&mut self, column: &Column<'_>, rows: Range<usize>, positions: &[i32], role: Role) {
        // Blocks without any are told in one pass in vectors.
        let has_invalid = positions[..rows.len()].iter().fold(false, |any, position| any | (*position == INVALID));
        if has_invalid || column.validity.is_some() {
            self.check(column, rows, role, |row| positions[row] != INVALID);
        }
    }

    /// Rows that are null in `column`, or for which `is_good` is false, lack `role`, unless they lack another already.
    pub(super) fn check(
        &mut self,
        column: &Column<'_>,
        rows: Range<usize>,
        role: Role,
        is_good: impl Fn(usize) -> bool,
    ) {
        let code = code(role);
        for (row, lacks) in self.lacks[..rows.len()].iter_mut().enumerate() {
            let bad = if is_good(row) { 0 } else { code };
            *lacks = if *lacks == 0 { bad } else { *lacks };
        }
        if let Some(validity) = &column.validity {
            for (lacks, valid) in self.lacks.iter_mut().zip(&validity[rows]) {
                let bad = if *valid != 0 { 0 } else { code };
                *lacks = if *lacks == 0 { bad } else { *lacks };
            }
        }
    }

    /// The same as [`Validity::lacks`] of all rows, by groups.
    #[inline(always)]
    pub(super) fn groups<const GROUP: usize>(&self) -> &[[u8; GROUP]] {
        self.lacks.as_chunks().0
    }

    /// For each of the first `len` rows 0, or the [`code`] of the role that it lacks.
    pub(super) fn lacks(&self, len: usize) -> &[u8] {
        &self.lacks[..len]
    }
}
