//! The columns of a data set: which plays which role, what its values can be kept as, and what it is called.

use crate::data::chunk::{Logical, Role};
use crate::error::Result;
use crate::keys::KeyKind;
use crate::plan::columns::{self, ColumnPlan, Columns};
use crate::run::job::DataSeries;
use crate::source::dataset::DataSet;

/// Gives the columns of a data set their roles.
///
/// # Errors
/// When a column does not exist, or its type does not fit its role.
pub(super) fn resolve(series: &DataSeries, data: &DataSet) -> Result<Columns> {
    let find = |text: &str| {
        let index = data.column(text)?;
        let field = &data.fields()[index];
        let keys = key_kind(&field.logical, data.stored(index));
        Ok(ColumnPlan { index, name: field.name.clone(), logical: field.logical.clone(), keys })
    };
    let has = |name: &str| data.fields().iter().any(|field| field.name.as_deref() == Some(name));
    let mut columns = match &series.spec.density {
        Some(density) => columns::resolve_density((&series.x, &series.y), &density.reductions, &find),
        None => columns::resolve((&series.x, &series.y), &series.spec.points, &find, &has),
    }?;
    if let Some(facet) = &series.spec.panels.facet {
        columns = columns.with_facet(find(&facet.column)?);
    }
    columns.notes.extend(data.note_on(&columns.indices));
    columns.on_clock(series.spec.figure.time_zone.as_deref())
}

/// What the values of a column can be kept as: integers only where every input stores them so.
fn key_kind<'a>(logical: &Logical, mut stored: impl Iterator<Item = &'a str>) -> KeyKind {
    let kind = |stored: &str| match stored {
        "uint64" => KeyKind::U64,
        _ if stored.starts_with("int") && !stored.starts_with("integer") => KeyKind::I64,
        _ if stored.starts_with("uint") => KeyKind::I64,
        _ => KeyKind::F64,
    };
    match logical {
        Logical::Number { .. } => {
            let first = stored.next().map_or(KeyKind::F64, kind);
            if stored.all(|stored| kind(stored) == first) { first } else { KeyKind::F64 }
        }
        _ => KeyKind::I64,
    }
}

/// The name of the column that has a role, or its number.
pub(super) fn title(data: &DataSet, columns: &Columns, role: Role) -> String {
    let index = columns.roles.iter().position(|have| *have == role).map(|at| columns.indices[at]);
    index.map_or_else(String::new, |index| {
        let field = data.fields().get(index);
        field.and_then(|field| field.name.clone()).unwrap_or_else(|| index.to_string())
    })
}
