//! Why rows are invalid: looked up for those alone that are, from what they hold in the column that they lack.

use std::ops::Range;

use crate::data::chunk::{Column, Data, Role};
use crate::encode::place::Validity;
use crate::encode::{Encoder, Encoding, Prepared};
use crate::ledger::{Invalid, PlaceInChunk, Reason};

/// Counts the invalid rows of a block, which are `rows` of the chunk.
pub(super) fn note(
    encoder: &Encoder,
    prepared: &Prepared<'_>,
    validity: &Validity,
    rows: Range<usize>,
    invalid: &mut Invalid<PlaceInChunk>,
) {
    // Most blocks have none.
    if !validity.has_invalid(rows.len()) {
        return;
    }
    for (row, role) in validity.invalid(rows.len()) {
        let row = rows.start + row;
        let at = encoder.roles.iter().position(|have| *have == role);
        let reason = at.and_then(|at| prepared.columns.get(at)).map_or(Reason::Null, |column| {
            without_value(column, row).unwrap_or_else(|| with_value(encoder, column, row, role))
        });
        invalid.note(reason, || (row, role));
    }
}

/// The reason of a row that holds none.
fn without_value(column: &Column<'_>, row: usize) -> Option<Reason> {
    if column.validity.as_ref().is_none_or(|flags| flags[row] != 0) {
        return None;
    }
    let told = column.unparsed.as_ref();
    let is_text = told.is_some_and(|told| u32::try_from(row).is_ok_and(|row| told.rows.binary_search(&row).is_ok()));
    Some(if is_text { Reason::NoNumber } else { Reason::Null })
}

/// The reason of a row whose value cannot be taken.
fn with_value(encoder: &Encoder, column: &Column<'_>, row: usize, role: Role) -> Reason {
    let is_finite = match &column.data {
        Data::F64(values) => values[row].is_finite(),
        Data::F32(values) => values[row].is_finite(),
        Data::I64(_) | Data::U64(_) | Data::Dict { .. } => true,
    };
    match role {
        _ if !is_finite => Reason::NotFinite,
        Role::X | Role::Y => Reason::NotPositive,
        Role::Gathered(_) => {
            let measure = encoder.measures.iter().find(|measure| measure.role == role);
            match measure.map(|measure| &measure.encoding) {
                Some(Encoding::Category(_)) => Reason::NoCategory,
                _ => Reason::OutOfRange,
            }
        }
        _ => Reason::OutOfRange,
    }
}
