//! NumPy archives: one array by its name (`file.npz:x`), or all of them as the columns of a table.
//!
//! Each array has a reader of its own; they go on side by side.

use crate::data::survey::Extent;
use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::source::beside::Beside;
use crate::source::bytes::{Bytes, RegularFile};
use crate::source::npy::{self, Npy};
use crate::source::raw::wrong_span;
use crate::source::zip_member::{self, ZipMember};
use crate::source::{Field, Input, Reader, Request, Span};

/// The ending of an archive's files.
const SUFFIX: &str = ".npy";

/// Most arrays that an error lists.
const LISTED: usize = 20;

/// Opens an array of an archive, or all of them where they are columns: one array of any shape that is a table, or
/// one-dimensional arrays of one length.
///
/// # Errors
/// When the archive is damaged or holds no array, not this one, or several that are no table together: the error lists
/// them.
pub fn open(file: &RegularFile, wanted: Option<&str>) -> Result<Box<dyn Input>> {
    let mut members = zip_member::members(file, SUFFIX)?;
    if members.is_empty() {
        return Err(Error::input("the archive holds no arrays")
            .in_file(file.name())
            .expected("files that end with .npy, as numpy.savez writes them")
            .hint("unpack it first, and give what is in it"));
    }
    if let Some(wanted) = wanted {
        let wanted = wanted.strip_suffix(SUFFIX).unwrap_or(wanted);
        let Some(at) = members.iter().position(|(name, _)| name == wanted) else {
            let names = || members.iter().map(|(name, _)| name.as_str());
            let error = Error::usage(format!("the archive holds no array '{wanted}'")).in_file(file.name());
            let error = error.expected(format!("one of {}", listed(names().map(str::to_owned))));
            return Err(match nearest(wanted, names()) {
                Some(name) => error.hint(format!("did you mean {}:{name}?", file.name())),
                None => error,
            });
        };
        let (name, member) = members.swap_remove(at);
        return one(&name, member);
    }
    if members.len() == 1
        && let Some((name, member)) = members.pop()
    {
        return one(&name, member);
    }
    let mut shapes = Vec::new();
    for (name, member) in &members {
        shapes.push((name.clone(), npy::shape(&Bytes::Member(member.clone()))?));
    }
    let rows = match shapes.first().map(|(_, shape)| shape.as_slice()) {
        Some(&[rows]) if shapes.iter().all(|(_, shape)| shape.as_slice() == [rows]) => rows,
        _ => return Err(no_table(file.name(), &shapes)),
    };
    let mut columns = Vec::new();
    for (name, member) in members {
        // An array that cannot be drawn does not keep the others from it.
        let column = Npy::open(Bytes::Member(member.clone())).map(|npy| npy.named(&name)).map_err(|_| member);
        let field = match &column {
            Ok(npy) => match npy.fields() {
                [field] if field.name.as_deref() == Some(&name) => field.clone(),
                _ => return Err(no_table(file.name(), &shapes)),
            },
            Err(_) => {
                let mut field = Field::new(Some(name), crate::data::chunk::Logical::Category, "unknown");
                field.readable = false;
                field
            }
        };
        columns.push((field, column));
    }
    let (fields, columns) = columns.into_iter().unzip();
    Ok(Box::new(Npz { file: file.clone(), rows, fields, columns }))
}

fn one(name: &str, member: ZipMember) -> Result<Box<dyn Input>> {
    Ok(Box::new(Npy::open(Bytes::Member(member))?.named(name)))
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    let text = names.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

fn no_table(name: &str, shapes: &[(String, Vec<u64>)]) -> Error {
    let text = |(name, shape): &(String, Vec<u64>)| {
        let sides: Vec<String> = shape.iter().map(u64::to_string).collect();
        format!("{name} ({})", sides.join(", "))
    };
    let first = shapes.first().map_or("", |(name, _)| name.as_str());
    Error::input("the arrays of the archive are no table together")
        .in_file(name)
        .expected("one array, or one-dimensional ones of one length and plain types")
        .found(listed(shapes.iter().map(text)))
        .hint(format!("name one of them: {name}:{first}"))
}

/// One-dimensional arrays of one length.
#[derive(Debug)]
struct Npz {
    file: RegularFile,
    rows: u64,
    fields: Vec<Field>,
    /// Those that cannot be opened are opened again to tell why, once they are asked for.
    columns: Vec<std::result::Result<Npy, ZipMember>>,
}

impl Input for Npz {
    fn name(&self) -> &str {
        self.file.name()
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn len_bytes(&self) -> Option<u64> {
        Some(self.file.len_bytes())
    }

    fn extent(&self, _: usize, _: bool) -> Option<Extent> {
        None
    }

    fn fault_of(&self, column: usize) -> Option<Error> {
        let member = self.columns.get(column)?.as_ref().err()?;
        Npy::open(Bytes::Member(member.clone())).err()
    }

    fn can_reread(&self) -> bool {
        true
    }

    fn read(&self, input: usize, request: &Request) -> Result<Box<dyn Reader>> {
        if !matches!(request.span, Span::All | Span::Rows(_)) {
            return Err(wrong_span(self.name(), &request.span, Some(self.rows)));
        }
        let npy = |column: usize| match self.columns.get(column) {
            Some(Ok(npy)) => Ok(npy),
            Some(Err(_)) => Err(self.fault_of(column).unwrap_or_else(|| {
                crate::source::strided::unreadable(&self.fields[column], column).in_file(self.name())
            })),
            None => Err(Error::usage(format!("there is no column {column}")).in_file(self.name())),
        };
        let columns = request.columns.iter().map(|column| npy(*column)).collect::<Result<Vec<_>>>()?;
        let one = |columns: Vec<usize>, chunk_rows| Request { columns, chunk_rows, ..request.clone() };
        // Chunks go side by side only where all have the same length.
        let chunk_rows = columns.iter().map(|npy| npy.chunk_rows(request.chunk_rows)).min();
        let chunk_rows = chunk_rows.unwrap_or(request.chunk_rows);
        let mut readers =
            columns.iter().map(|npy| npy.read(input, &one(vec![0], chunk_rows))).collect::<Result<Vec<_>>>()?;
        if readers.is_empty() {
            // Without columns, the rows of one are counted.
            let any = self.columns.iter().flatten().next();
            let any = any.ok_or_else(|| Error::input("no array of the archive can be drawn").in_file(self.name()))?;
            readers.push(any.read(input, &one(vec![], chunk_rows))?);
        }
        Ok(Box::new(Beside::new(self.name(), readers)))
    }
}
