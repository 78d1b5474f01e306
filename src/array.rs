//! A canvas as an array file, for those who go on computing: NPY, rows from top to bottom.

use std::io::Write;

use npyz::WriterBuilder;

use crate::canvas::Planes;
use crate::error::{Error, Result};

/// Writes the counts as an NPY of u64, shape (height, width), row 0 on top.
///
/// # Errors
/// Kind output when the canvas has no counts or the writer fails.
pub fn write_counts(out: &mut dyn Write, planes: &Planes) -> Result<()> {
    let counts = planes.counts().ok_or_else(|| Error::output("the canvas has no counts to write"))?;
    let shape = [u64::from(planes.size().height()), u64::from(planes.size().width())];
    let failed = |source| Error::output("the array cannot be written").because(source);
    let options = npyz::WriteOptions::<u64>::new().default_dtype().shape(&shape).writer(out);
    let mut writer = options.begin_nd().map_err(failed)?;
    writer.extend(counts.iter().copied()).map_err(failed)?;
    writer.finish().map_err(failed)
}
