//! The ledger of a data set with the names that its user gave: what the report says of it.

use crate::data::chunk::Role;
use crate::ledger::Ledger;
use crate::report::{FirstReport, InputReport, InvalidReport, SeriesReport};

/// What became of the rows of a data set that read `inputs`.
pub(super) fn account(
    ledger: &Ledger,
    inputs: &[String],
    titles: &dyn Fn(Role) -> String,
    (label, title): (Option<String>, String),
) -> SeriesReport {
    let name = |input: usize| inputs.get(input).cloned().unwrap_or_default();
    let invalid = ledger.invalid.iter().map(|(reason, rows, first)| InvalidReport {
        reason,
        rows,
        first: FirstReport { input: name(first.input), row: first.row, line: first.line, column: titles(first.role) },
    });
    // Inputs behind the end of the data set have no rows.
    let own = |input| ledger.inputs.get(input).copied().unwrap_or_default();
    let inputs = (0..inputs.len().max(ledger.inputs.len())).map(|input| InputReport {
        name: name(input),
        rows: own(input).rows,
        outside: own(input).outside,
    });
    SeriesReport {
        label,
        title,
        rows: ledger.rows,
        outside: ledger.outside,
        invalid: invalid.collect(),
        inputs: inputs.collect(),
    }
}
