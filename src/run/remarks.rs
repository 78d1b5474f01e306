//! What the ledger has to say in words: the first row that could not be drawn, and why it may be so.

use crate::data::chunk::Role;
use crate::escape::display_text;
use crate::ledger::{Ledger, Outside, Reason};
use crate::plan::columns::Columns;
use crate::report::PanelReport;
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
    for (reason, rows, first) in ledger.invalid.iter() {
        lines.push(format!(
            "invalid first in {}, row {} (from 0), column '{}': {} ({} {})",
            input(first.input),
            first.row,
            titles(first.role),
            why(reason, first.role, columns),
            grouped(rows),
            if rows == 1 { "row" } else { "rows" },
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
        lines.push(format!("all points lie outside the limits{}", sides(ledger.outside)));
    } else if ledger.rows.drawn == 0 && ledger.rows.invalid > 0 {
        lines.push("no row can be drawn: the axes are empty".to_owned());
    }
    lines
}

/// What a reason means for a role.
fn why(reason: Reason, role: Role, columns: &Columns) -> &'static str {
    match (reason, role) {
        (Reason::Null, Role::Facet) => "no value, so in no panel",
        (Reason::Null, _) => "no value",
        (Reason::NoNumber, _) => "text that is no number",
        (Reason::NotFinite, _) => "not finite",
        (Reason::NotPositive, _) => "not positive on a log axis",
        (Reason::NoCategory, Role::Facet) => "no whole number, so in no panel",
        (Reason::NoCategory, _) => "no whole number where categories are counted",
        (Reason::OutOfRange, Role::Gathered(_)) => "outside --value-range",
        (Reason::OutOfRange, Role::Alpha) if columns.roles.contains(&Role::Red) => {
            "outside 0..1 (0..255 for integers beside integer colours)"
        }
        (Reason::OutOfRange, Role::Alpha) => "outside 0..1",
        (Reason::OutOfRange, _) => "outside 0..1 for floats and 0..255 for integers",
    }
}

/// Where they lie, in brackets; nothing where all were skipped.
fn sides(outside: Outside) -> String {
    let sides = [(outside.left, "left"), (outside.right, "right"), (outside.above, "above"), (outside.below, "below")];
    let told: Vec<String> =
        sides.iter().filter(|(rows, _)| *rows > 0).map(|(rows, side)| format!("{} {side}", grouped(*rows))).collect();
    if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
}
/// A line for panels that no row belongs to: their value may be mistyped.
///
/// Nothing is known of rows that were skipped.
pub(super) fn empty_panels(panels: &[PanelReport], skipped_rows: u64) -> Option<String> {
    if skipped_rows > 0 {
        return None;
    }
    let empty = panels
        .iter()
        .filter(|panel| panel.rows.total == 0)
        .map(|panel| display_text(&panel.value.to_string()).into_owned());
    let empty: Vec<String> = empty.collect();
    (!empty.is_empty()).then(|| format!("no row has a panel of {}", empty.join(", ")))
}
