//! The columns of an Arrow schema: its top-level fields, and in place of a struct its children, named `a.b`.

use arrow::datatypes::{DataType, Field as ArrowField, Schema};

use super::types::{logical, stored};
use crate::data::chunk::Logical;
use crate::error::Result;
use crate::source::Field;
use crate::source::budget::{Budgets, Limit};

/// Where a column stands in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::source) struct Place {
    /// The top-level field.
    pub root: usize,
    /// The child of it, where it is a struct.
    pub child: Option<usize>,
}

/// The columns of a schema with their places, in its order. A struct without children stands for itself; what is nested
/// deeper, or in lists, cannot be drawn.
///
/// # Errors
/// When there are too many, or one is nested too deeply.
pub(in crate::source) fn columns(schema: &Schema, budgets: &Budgets) -> Result<Vec<(Field, Place)>> {
    let mut columns = Vec::new();
    for (root, field) in schema.fields().iter().enumerate() {
        let levels = levels(field.data_type());
        budgets.check(Limit::Nesting, levels, "a column of the schema is nested too deeply")?;
        match field.data_type() {
            DataType::Struct(children) if !children.is_empty() => {
                for (child, inner) in children.iter().enumerate() {
                    let name = format!("{}.{}", field.name(), inner.name());
                    columns.push((column(name, inner), Place { root, child: Some(child) }));
                }
            }
            _ => columns.push((column(field.name().clone(), field), Place { root, child: None })),
        }
        budgets.check(Limit::Columns, columns.len() as u64, "there are too many columns")?;
    }
    Ok(columns)
}

/// Types within each other, 1 for a plain one. (The checks of a schema let no more through than a stack takes.)
fn levels(data_type: &DataType) -> u64 {
    use DataType as T;
    1 + match data_type {
        T::List(inner)
        | T::LargeList(inner)
        | T::ListView(inner)
        | T::LargeListView(inner)
        | T::FixedSizeList(inner, _)
        | T::Map(inner, _) => levels(inner.data_type()),
        T::Struct(children) => children.iter().map(|child| levels(child.data_type())).max().unwrap_or(0),
        T::Union(children, _) => children.iter().map(|(_, child)| levels(child.data_type())).max().unwrap_or(0),
        T::Dictionary(_, values) => levels(values),
        T::RunEndEncoded(_, values) => levels(values.data_type()),
        _ => 0,
    }
}

fn column(name: String, field: &ArrowField) -> Field {
    let logical = logical(field.data_type());
    Field {
        name: Some(name).filter(|name| !name.is_empty()),
        readable: logical.is_some(),
        logical: logical.unwrap_or(Logical::Category),
        stored: stored(field.data_type()),
    }
}

/// The field at a place.
pub(in crate::source) fn field(schema: &Schema, place: Place) -> Option<&ArrowField> {
    let root = schema.fields().get(place.root)?;
    match (place.child, root.data_type()) {
        (None, _) => Some(root),
        (Some(child), DataType::Struct(children)) => children.get(child).map(AsRef::as_ref),
        _ => None,
    }
}
