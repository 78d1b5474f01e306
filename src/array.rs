//! The numbers of a canvas as array files, for those who go on computing: NPY, or NPZ where there are several.
//!
//! Rows from top to bottom. A reduction is f64 with NaN where no row fell; counts, any and counts by category are u64.

use std::collections::HashSet;
use std::io::Write;

use npyz::WriterBuilder;

use crate::canvas::Planes;
use crate::content::Content;
use crate::error::{Error, Result};
use crate::reduce::{Reduced, Reducer};

/// Writes every reduction of a density, or the counts of points: as one array, or as an archive of arrays named
/// `count`, `any`, `mean_COL`, ..., `by_COL` (shape (categories, height, width)) with `by_COL_names`.
///
/// # Errors
/// Kind output when the writer fails, or one array shall hold what needs several.
pub fn write(out: &mut dyn Write, planes: &Planes, content: &Content, is_archive: bool) -> Result<()> {
    let counts = [Reduced { name: "count".to_owned(), label: String::new(), reducer: Reducer::Count }];
    let reduced = match content {
        Content::Density { reduced, .. } => &reduced[..],
        Content::Points { .. } => &counts[..],
    };
    if !is_archive {
        return match reduced {
            [Reduced { reducer: Reducer::By { .. }, .. }] | [] | [_, _, ..] => {
                Err(Error::output("one array cannot hold several").hint("name the raster *.npz"))
            }
            [one] => write_one(out, planes, &one.reducer),
        };
    }
    let mut archive = zip::ZipWriter::new_stream(out);
    let mut taken = HashSet::new();
    for reduced in reduced {
        // Slashes would be folders; names that become the same get a number.
        let safe = |c: char| if matches!(c, ':' | '/' | '\\' | '\0') { '_' } else { c };
        let wanted: String = reduced.name.chars().map(safe).collect();
        let is_free = |name: &String| !taken.contains(name) && !taken.contains(&format!("{name}_names"));
        let mut candidates = (2..).map(|number| format!("{wanted}_{number}"));
        let name = if is_free(&wanted) { wanted.clone() } else { candidates.find(is_free).unwrap_or_default() };
        taken.extend([name.clone(), format!("{name}_names")]);
        begin(&mut archive, &name)?;
        write_one(&mut archive, planes, &reduced.reducer)?;
        if let Reducer::By { names, .. } = &reduced.reducer {
            begin(&mut archive, &format!("{name}_names"))?;
            write_names(&mut archive, names)?;
        }
    }
    archive.finish().map_err(|source| Error::output("the archive cannot be completed").because(source))?;
    Ok(())
}

fn begin<W: Write>(archive: &mut zip::ZipWriter<zip::write::StreamWriter<W>>, name: &str) -> Result<()> {
    // Sizes are not known ahead, and may pass 4 GiB.
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).large_file(true);
    archive
        .start_file(format!("{name}.npy"), options)
        .map_err(|source| Error::output("the archive cannot be written").because(source))
}

fn failed(source: std::io::Error) -> Error {
    Error::output("the array cannot be written").because(source)
}

fn write_one(out: &mut dyn Write, planes: &Planes, reducer: &Reducer) -> Result<()> {
    let (width, height) = (u64::from(planes.size().width()), u64::from(planes.size().height()));
    match reducer {
        Reducer::Count => write_words(out, &[height, width], planes.counts().iter().copied()),
        Reducer::Any => write_words(out, &[height, width], planes.counts().iter().map(|count| u64::from(*count > 0))),
        Reducer::By { plane, names, .. } => {
            let counts = planes.words(*plane).iter().copied();
            write_words(out, &[names.len() as u64, height, width], counts)
        }
        _ => {
            let options = npyz::WriteOptions::<f64>::new().default_dtype().shape(&[height, width]).writer(out);
            let mut writer = options.begin_nd().map_err(failed)?;
            let mut numbers = vec![f64::NAN; width as usize];
            for row in 0..height as usize {
                reducer.numbers(planes, row * numbers.len()..(row + 1) * numbers.len(), &mut numbers);
                writer.extend(numbers.iter().copied()).map_err(failed)?;
            }
            writer.finish().map_err(failed)
        }
    }
}

fn write_words(out: &mut dyn Write, shape: &[u64], words: impl Iterator<Item = u64>) -> Result<()> {
    let options = npyz::WriteOptions::<u64>::new().default_dtype().shape(shape).writer(out);
    let mut writer = options.begin_nd().map_err(failed)?;
    writer.extend(words).map_err(failed)?;
    writer.finish().map_err(failed)
}

/// Names as NumPy's fixed-width text.
fn write_names(out: &mut dyn Write, names: &[String]) -> Result<()> {
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(1);
    let text_type: npyz::TypeStr = format!("<U{longest}")
        .parse()
        .map_err(|source| Error::output("the names cannot be written").because(source))?;
    let options = npyz::WriteOptions::<str>::new().dtype(npyz::DType::Plain(text_type));
    let mut writer = options.shape(&[names.len() as u64]).writer(out).begin_nd().map_err(failed)?;
    for name in names {
        writer.push(name.as_str()).map_err(failed)?;
    }
    writer.finish().map_err(failed)
}
