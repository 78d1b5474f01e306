//! Why rows are invalid: looked up for blocks alone that have such rows, from what they hold in the column that they lack.

use std::ops::Range;

use crate::data::chunk::{Column, Data, Role};
use crate::encode::place::{self, Validity, code};
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
    let lacks = validity.lacks(rows.len());
    // Most blocks have none; this is one pass in vectors.
    if lacks.iter().fold(0, |all, lacks| all | lacks) == 0 {
        return;
    }
    let mut found = Found::default();
    for (at, (role, column)) in encoder.roles.iter().zip(prepared.columns).enumerate() {
        let code = code(*role);
        // Very many columns of a density share the last code: the first of them stands for all.
        let is_shared = encoder.roles[..at].iter().any(|before| place::code(*before) == code);
        if is_shared || !lacks.contains(&code) {
            continue;
        }
        let row_by_row = || lacks.iter().enumerate().filter(|(_, lacks)| **lacks == code).map(|(row, _)| row);
        let values = match &column.data {
            Data::F64(values) if column.unparsed.is_none() => &values[rows.clone()],
            _ => {
                for row in row_by_row() {
                    let reason = unusable(column, rows.start + row).unwrap_or_else(|| of_finite(encoder, *role));
                    found.add(reason, 1, row, *role);
                }
                continue;
            }
        };
        // The usual column, without a branch for each row.
        let flags = column.validity.as_ref().map(|flags| &flags[rows.clone()]);
        let is_null = |row: usize| flags.is_some_and(|flags| flags[row] == 0);
        let (mut nulls, mut not_finite, mut others) = (0, 0, 0);
        for (row, (value, lacks)) in values.iter().zip(lacks).enumerate() {
            let (is_lacking, is_null) = (*lacks == code, is_null(row));
            nulls += u64::from(is_lacking & is_null);
            not_finite += u64::from(is_lacking & !is_null & !value.is_finite());
            others += u64::from(is_lacking & !is_null & value.is_finite());
        }
        let first = |is_it: &dyn Fn(usize) -> bool| row_by_row().find(|row| is_it(*row)).unwrap_or_default();
        for (reason, count, is_it) in [
            (Reason::Null, nulls, &is_null as &dyn Fn(usize) -> bool),
            (Reason::NotFinite, not_finite, &|row| !is_null(row) && !values[row].is_finite()),
            (of_finite(encoder, *role), others, &|row| !is_null(row) && values[row].is_finite()),
        ] {
            if count > 0 {
                found.add(reason, count, first(is_it), *role);
            }
        }
    }
    for (reason, (count, first)) in Reason::ALL.into_iter().zip(found.0) {
        if let Some((row, role)) = first {
            invalid.add(reason, count, || (rows.start + row, role));
        }
    }
}

/// Rows of each reason in a block, with the first of them, whichever role it lacks.
#[derive(Default)]
struct Found([(u64, Option<PlaceInChunk>); Reason::ALL.len()]);

impl Found {
    fn add(&mut self, reason: Reason, count: u64, row: usize, role: Role) {
        let (rows, first) = &mut self.0[reason as usize];
        *rows += count;
        if first.is_none_or(|(first, _)| row < first) {
            *first = Some((row, role));
        }
    }
}

/// Why a row of a column holds nothing that can be used at all; `None` where it holds a finite number or a name.
pub(super) fn unusable(column: &Column<'_>, row: usize) -> Option<Reason> {
    if column.validity.as_ref().is_some_and(|flags| flags[row] == 0) {
        let told = column.unparsed.as_ref().zip(u32::try_from(row).ok());
        let is_text = told.is_some_and(|(told, row)| told.rows.binary_search(&row).is_ok());
        return Some(if is_text { Reason::NoNumber } else { Reason::Null });
    }
    let is_finite = match &column.data {
        Data::F64(values) => values[row].is_finite(),
        Data::F32(values) => values[row].is_finite(),
        Data::I64(_) | Data::U64(_) | Data::Dict { .. } => true,
    };
    (!is_finite).then_some(Reason::NotFinite)
}

/// Why a value that is finite cannot be taken for a role.
fn of_finite(encoder: &Encoder, role: Role) -> Reason {
    let measure = encoder.measures.iter().find(|measure| measure.role == role);
    match (role, measure.map(|measure| &measure.encoding)) {
        (Role::X | Role::Y, _) => Reason::NotPositive,
        (_, Some(Encoding::Category(_))) => Reason::NoCategory,
        _ => Reason::OutOfRange,
    }
}
