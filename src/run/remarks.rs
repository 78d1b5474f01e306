//! What the ledger has to say in words: the first row that could not be drawn, and why it may be so.

use crate::data::chunk::Role;
use crate::ledger::Ledger;
use crate::plan::columns::Columns;
use crate::units::grouped;

/// Lines for the user, none for a run in which every row was drawn.
pub(super) fn remarks(
    ledger: &Ledger,
    columns: &Columns,
    inputs: &[String],
    titles: &dyn Fn(Role) -> String,
) -> Vec<String> {
    let mut lines = Vec::new();
    let input = |input: usize| inputs.get(input).map_or("", String::as_str);
    if let Some(first) = ledger.first_invalid {
        let why = match first.role {
            Role::X | Role::Y => "no value, not finite, or not positive on a log axis",
            Role::Value | Role::Size => "no value, or not finite",
            Role::Gathered(_) => {
                "no value, not finite, no whole number where categories are counted, or outside --value-range"
            }
            Role::Category => "no value",
            Role::Red | Role::Green | Role::Blue => "no value, or outside 0..1 for floats and 0..255 for integers",
            Role::Alpha if columns.roles.contains(&Role::Red) => {
                "no value, or outside 0..1 (0..255 for integers beside integer colours)"
            }
            Role::Alpha => "no value, or outside 0..1",
        };
        let title = titles(first.role);
        lines.push(format!(
            "invalid first in {}, row {} (from 0), column '{title}': {why}",
            input(first.input),
            first.row
        ));
    }
    for column in &ledger.columns {
        if let Some((at, first)) = &column.first {
            lines.push(format!(
                "column '{}' cannot be read in {} rows, first in {}, line {}: '{}'",
                titles(column.role),
                grouped(column.unparsed),
                input(*at),
                first.line,
                first.text
            ));
        }
    }
    if ledger.largest_byte.is_some_and(|largest| largest <= 1) {
        lines.push(
            "the colours are integers, none above 1, and were read as bytes (0..255), nearly black: \
             for 0..1 write them as floats, like 1.0"
                .to_owned(),
        );
    }
    if ledger.faint > 0 {
        lines.push(format!("{} points have an alpha below 1e-5 and may leave no trace", grouped(ledger.faint)));
    }
    if ledger.rows.total == 0 {
        lines.push("there are no rows: the axes are empty".to_owned());
    } else if ledger.rows.drawn == 0 && ledger.rows.outside + ledger.rows.skipped > 0 {
        lines.push("all points lie outside the limits".to_owned());
    } else if ledger.rows.drawn == 0 && ledger.rows.invalid > 0 {
        lines.push("no row can be drawn: the axes are empty".to_owned());
    }
    lines
}
