//! Looks at the first records of a text: separator, comments, decimal commas, header, kinds of columns.

use crate::error::{Error, Result};
use crate::source::Field;
use crate::source::budget::{Budgets, Limit};
use crate::source::bytes::Bytes;
use crate::source::csv::fields::{Cutting, Separator};
use crate::source::csv::header;
use crate::source::csv::record::Records;
use crate::source::csv::separator::find_separator;
use crate::source::format::Format;
use crate::source::text::value::{Evidence, Kind};
use crate::source::text::{SAMPLE_RECORDS, mark_len, matching};

/// Bytes that are looked at; more only while they hold less than a few records.
const SAMPLE_BYTES: usize = 64 << 10;
const FEW_RECORDS: usize = 8;

/// What is known of a text before it is read.
#[derive(Debug)]
pub(super) struct Dialect {
    pub cutting: Cutting,
    pub columns: Vec<(Option<String>, Kind)>,
    /// Where the first record behind the header begins: byte offset and line.
    pub data_place: (u64, u64),
}

/// A record of the sample: its fields, and its place within the sample.
pub(super) struct Sampled {
    pub fields: Vec<Vec<u8>>,
    pub place: (u64, u64),
    /// The place behind it and its line end.
    pub behind: (u64, u64),
}

/// The beginning of a text, with as many records as it takes to know what is in it.
struct Sample {
    /// Mark and Excel's line in front of the text, in bytes.
    skipped: usize,
    has_excel_line: bool,
    head: Vec<u8>,
    cutting: Cutting,
    records: Vec<Sampled>,
}

/// Looks at the head of `bytes`; finds the separator when none is given. `like` are the columns that this input has to
/// go with, `rows` how many of its rows are wanted.
pub(super) fn sniff(
    bytes: &Bytes,
    separator: Option<Separator>,
    like: Option<&[Field]>,
    rows: Option<u64>,
) -> Result<Dialect> {
    sniff_from(bytes, separator, like, rows, SAMPLE_BYTES)
}

/// The same where so many bytes are looked at first. What is found in them, and where the data begins, depends on that
/// number; not which records there are.
pub(super) fn sniff_from(
    bytes: &Bytes,
    separator: Option<Separator>,
    like: Option<&[Field]>,
    rows: Option<u64>,
    sample_bytes: usize,
) -> Result<Dialect> {
    let in_file = |error: Error| error.in_file(bytes.name());
    let sample = sample(bytes, separator, rows, sample_bytes)?;
    let (text, cutting) = (&sample.head[sample.skipped..], sample.cutting);
    let mut sampled = sample.records;
    let decimal_comma = proves_decimal_comma(&sampled, cutting.separator);
    let header = header::is_header(&sampled, decimal_comma).then(|| sampled.remove(0));
    let widest = || sampled.iter().map(|record| record.fields.len()).max().unwrap_or(0);
    let width = header.as_ref().map_or_else(widest, |header| header.fields.len());
    let is_short = |record: &Sampled| {
        record.fields.len() == width + 1 && record.fields.last().is_some_and(|last| !last.is_empty())
    };
    if header.is_some() && !sampled.is_empty() && sampled.iter().all(is_short) {
        return Err(in_file(
            Error::input("every row has one field more than the header has names")
                .expected(format!("{width} fields"))
                .found((width + 1).to_string())
                .hint("add a name for the first column (R writes row names without one)"),
        ));
    }
    let names = match &header {
        Some(header) => header::names(&header.fields),
        None => {
            let start = sampled.first().map_or(0, |first| first.place.0 as usize);
            header::names_in_comment(&text[..start], cutting, width).unwrap_or_else(|| vec![None; width])
        }
    };
    let kind = |(column, name): (usize, &Option<String>)| {
        let evidence = evidence(&sampled, column, decimal_comma);
        match like.and_then(|like| matching(like, column, name.as_deref())) {
            Some(like) => evidence.kind_like(like),
            None => evidence.kind(),
        }
    };
    let kinds: Vec<Kind> = names.iter().enumerate().map(kind).collect();
    // Behind a header whose first row is not within the sample, or cannot be cut, that is where the data begins: what is
    // wrong there is told when it is read.
    let behind = header.map_or((0, 1), |header| header.behind);
    let (offset, line) = sampled.first().map_or(behind, |first| first.place);
    let data_place = (offset + sample.skipped as u64, line + u64::from(sample.has_excel_line));
    Ok(Dialect { cutting, columns: names.into_iter().zip(kinds).collect(), data_place })
}

/// What Excel's first line says that separates fields (`sep=;`), and the bytes of that line; nothing without one.
fn excel_separator(text: &[u8]) -> (Option<u8>, usize) {
    let Some([separator, rest @ ..]) = text.strip_prefix(b"sep=") else { return (None, 0) };
    let end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return (None, 0),
    };
    if matches!(separator, b',' | b';' | b'\t' | b'|') { (Some(*separator), 5 + end) } else { (None, 0) }
}

/// Looks at the first bytes; at more while a few records are not complete within them. At least one record is.
fn sample(bytes: &Bytes, separator: Option<Separator>, rows: Option<u64>, sample_bytes: usize) -> Result<Sample> {
    let in_file = |error: Error| error.in_file(bytes.name());
    let budgets = bytes.budgets();
    let most = budgets.len_of(Limit::Line).saturating_mul(2);
    let wanted =
        rows.map_or(FEW_RECORDS, |rows| usize::try_from(rows).unwrap_or(usize::MAX).saturating_add(1).min(FEW_RECORDS));
    let (mut len, mut lines) = (sample_bytes, rows);
    loop {
        let (head, is_cut) = bytes.head_of_records(len, lines)?;
        // What is cut behind a line is whole as far as it goes, but for a line end within quotes.
        let whole = is_cut || head.len() < len;
        let is_last = !is_cut && (whole || len > most);
        if !is_last && !is_cut && closed_lines(&head, FEW_RECORDS) < FEW_RECORDS {
            len = longer(len, most);
            continue;
        }
        let bom = mark_len(&head).map_err(in_file)?;
        let (excel, excel_bytes) = excel_separator(&head[bom..]);
        let separator = separator.or(excel.map(Separator::Byte));
        let skipped = bom + excel_bytes;
        let text = &head[skipped..];
        if text.contains(&0) {
            let error = Format::from_head(text).err().unwrap_or_else(|| {
                Error::input("the input is no text")
                    .hint("name the right format with --format, or its layout with --raw")
            });
            return Err(in_file(error));
        }
        let cutting = find_cutting(text, whole, separator, budgets);
        let (records, flaw) = sampled_until_flaw(bytes.name(), text, cutting, whole, budgets);
        let missing = wanted.saturating_sub(records.len());
        if missing > 0 && !is_last {
            if is_cut {
                // No line more than it takes, of a pipe that may go on slowly; a twelfth more where it takes many.
                lines = lines.map(|lines| lines.saturating_add((lines / 12).max(missing as u64)));
            } else {
                len = longer(len, most);
            }
            continue;
        }
        if records.is_empty() {
            return Err(flaw.unwrap_or_else(|| {
                let error = if whole {
                    Error::input("the input holds no records").hint("it needs at least a header line")
                } else {
                    let what = format!("the first {len} bytes hold comments and no whole record");
                    budgets.refusal(Limit::Line, None, &what)
                };
                in_file(error)
            }));
        }
        return Ok(Sample { skipped, has_excel_line: excel.is_some(), head, cutting, records });
    }
}

/// The next length of a sample.
fn longer(len: usize, most: usize) -> usize {
    (len * 4).min(most.saturating_add(1)).max(len + 1)
}

/// How many lines that are no comments end outside of quotes, `most` at most, as far as a count of quotes can tell: it
/// knows no separator.
fn closed_lines(text: &[u8], most: usize) -> usize {
    let mut in_quotes = false;
    let lines = text.split_inclusive(|&byte| byte == b'\n' || byte == b'\r').filter(|line| {
        if !in_quotes && matches!(line, [b'#' | b'\n' | b'\r', ..]) {
            return false;
        }
        in_quotes ^= line.iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
        !in_quotes && matches!(line, [.., b'\n' | b'\r'])
    });
    lines.take(most).count()
}

/// Whether `#` begins a comment, and what separates fields.
///
/// Lines that begin with `#` are comments unless they are what the text consists of: more than half of the lines behind
/// the first one that is none (colours such as `#ff8800`), or all of them where they make a table.
fn find_cutting(text: &[u8], whole: bool, separator: Option<Separator>, budgets: &Budgets) -> Cutting {
    let lines = text.split(|&byte| byte == b'\n' || byte == b'\r').filter(|line| !line.trim_ascii().is_empty());
    let behind = lines.skip_while(|line| line.starts_with(b"#")).skip(1).take(SAMPLE_RECORDS);
    let (hashes, others) =
        behind.fold(
            (0, 0),
            |(hashes, others), line| {
                if line.starts_with(b"#") { (hashes + 1, others) } else { (hashes, others + 1) }
            },
        );
    let with = |comments: bool| match separator {
        Some(separator) => (Cutting { separator, comments }, false),
        None => find_separator(text, whole, comments, budgets),
    };
    if hashes > others {
        return with(false).0;
    }
    let (cutting, _) = with(true);
    if sampled_records(text, cutting, whole, budgets).is_empty() {
        let (without, is_table) = with(false);
        return if is_table { without } else { cutting };
    }
    cutting
}

/// Complete records of the sample, as many as matter. A text that ends within one drops it.
pub(super) fn sampled_records(text: &[u8], cutting: Cutting, whole: bool, budgets: &Budgets) -> Vec<Sampled> {
    sampled_until_flaw("", text, cutting, whole, budgets).0
}

/// The same of an input of that name, and what is wrong with the record behind the last one. It is told again when the
/// data is read; unless there is nothing before it.
fn sampled_until_flaw(
    name: &str,
    text: &[u8],
    cutting: Cutting,
    whole: bool,
    budgets: &Budgets,
) -> (Vec<Sampled>, Option<Error>) {
    let mut records = Records::new(name, text, cutting, 0, 1).within(budgets);
    let mut sampled: Vec<Sampled> = Vec::new();
    while sampled.len() < SAMPLE_RECORDS {
        match records.advance() {
            Ok(true) => {}
            Ok(false) => break,
            Err(flaw) => return (sampled, Some(flaw)),
        }
        let (mut end, line) = records.place_behind();
        if !whole && end >= text.len() as u64 {
            break;
        }
        if matches!(text.get((end as usize).saturating_sub(1)..), Some([b'\r', b'\n', ..])) {
            end += 1;
        }
        let fields = (0..records.field_count()).map(|i| records.field(i).unwrap_or_default().to_vec()).collect();
        sampled.push(Sampled { fields, place: records.record_place(), behind: (end, line) });
    }
    (sampled, None)
}

/// True when some column's commas must be decimal ones. Beside commas between fields they are not.
pub(super) fn proves_decimal_comma(sampled: &[Sampled], separator: Separator) -> bool {
    let width = sampled.iter().map(|record| record.fields.len()).max().unwrap_or(0);
    let proves = |column: usize| evidence(sampled, column, false).proves_decimal_comma();
    separator != Separator::Byte(b',') && (0..width).any(proves)
}

/// What the sample says of a column.
pub(super) fn evidence(sampled: &[Sampled], column: usize, decimal_comma: bool) -> Evidence {
    let mut evidence = Evidence::default();
    sampled.iter().filter_map(|record| record.fields.get(column)).for_each(|text| evidence.add(text));
    if decimal_comma { evidence.with_decimal_comma() } else { evidence }
}

#[cfg(test)]
mod tests;
