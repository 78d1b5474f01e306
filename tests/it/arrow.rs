//! Arrow files, streams and Parquet as other programs write them, against numbers that no reader computed:
//! `tests/data/arrow.py` recorded both. And what reading must never do to damaged files.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pointillist::data::chunk::{Chunk, Data};
use pointillist::source::dataset::{DataSet, Options};
use pointillist::source::format::Format;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/arrow")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

/// A value as the fixture writes it: the bits of floats in hex, integers and names as they are.
fn values(chunk: &Chunk<'_>, column: usize) -> Vec<Value> {
    let column = &chunk.columns()[column];
    let value = |row: usize| match &column.data {
        Data::F64(values) => format!("{:016x}", values[row].to_bits()),
        Data::F32(values) => format!("{:016x}", f64::from(values[row]).to_bits()),
        Data::I64(values) => values[row].to_string(),
        Data::U64(values) => values[row].to_string(),
        Data::Dict { keys, names } => names[keys[row] as usize].clone(),
    };
    let is_valid = |row: usize| column.validity.as_ref().is_none_or(|flags| flags[row] == 1);
    (0..chunk.len()).map(|row| if is_valid(row) { value(row).into() } else { Value::Null }).collect()
}

/// Every value of some columns (and of the first once more), in chunks of some rows.
fn read(data: &DataSet, columns: &[&str], chunk_rows: usize) -> Vec<Vec<Value>> {
    let mut indices: Vec<usize> = columns.iter().map(|name| data.column(name).unwrap()).collect();
    indices.push(indices[0]);
    let mut reader = data.read(&data.whole(), &indices, chunk_rows, &[]).unwrap();
    let mut read = vec![Vec::new(); indices.len()];
    let mut rows = 0;
    while let Some(chunk) = reader.next().unwrap() {
        assert!(chunk.len() <= chunk_rows && !chunk.is_empty());
        assert_eq!(chunk.origin().first_row, rows);
        rows += chunk.len() as u64;
        for (at, read) in read.iter_mut().enumerate() {
            read.extend(values(&chunk, at));
        }
    }
    assert!(data.rows().is_none_or(|known| known == rows), "the rows that were told");
    let again = read.pop().unwrap();
    assert_eq!(again, read[0], "a column asked for twice");
    read
}

/// A reader of one byte at a time.
struct Drops(std::fs::File);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(1);
        self.0.read(&mut buffer[..len])
    }
}

#[test]
fn arrow_columns_equal_what_their_writers_were_given_however_they_come() {
    let expected = expected();
    for (name, file) in expected["files"].as_object().unwrap() {
        let columns: Vec<&str> = match file["columns"].as_array() {
            Some(names) => names.iter().map(|name| name.as_str().unwrap()).collect(),
            None => vec!["dictionary"],
        };
        let truth: Vec<Vec<Value>> = columns
            .iter()
            .map(|column| {
                let values = file.get(column).unwrap_or(&expected["columns"][column]);
                values.as_array().unwrap().clone()
            })
            .collect();
        let path = folder().join(name);
        let whole = DataSet::open(&[path.to_str().unwrap()], &Options::default()).unwrap();
        for chunk_rows in [1, 3, 7, 8, 20, 1000] {
            for (column, (found, truth)) in columns.iter().zip(read(&whole, &columns, chunk_rows).iter().zip(&truth)) {
                assert_eq!(found, truth, "{column} of {name} in chunks of {chunk_rows}");
            }
        }
        // Any two alone: what lies between them is passed over.
        for pair in columns.windows(2) {
            let backwards: Vec<&str> = pair.iter().rev().copied().collect();
            let found = read(&whole, &backwards, 9);
            let truth = |name: &str| &truth[columns.iter().position(|column| *column == name).unwrap()];
            assert!(found[0] == *truth(backwards[0]) && found[1] == *truth(backwards[1]), "{pair:?} of {name}");
        }
        if name.ends_with("parquet") {
            continue;
        }
        let pipes: [fn(std::fs::File) -> Box<dyn Read + Send>; 2] =
            [|file| Box::new(file), |file| Box::new(Drops(file))];
        for pipe in pipes {
            let stream = || pipe(std::fs::File::open(&path).unwrap());
            if name == "polars.arrow" {
                let error = DataSet::from_stream("-", stream(), &Options::default()).unwrap_err().to_string();
                assert!(error.contains("give the file itself"), "{error}");
                continue;
            }
            let piped = DataSet::from_stream("-", stream(), &Options::default()).unwrap();
            assert_eq!(read(&piped, &columns, 11), truth, "{name} by a pipe");
        }
    }
}

#[test]
fn arrow_types_are_named_and_what_cannot_be_drawn_says_so() {
    let path = folder().join("plain.arrow");
    let data = DataSet::open(&[path.to_str().unwrap()], &Options::default()).unwrap();
    let stored = |name: &str| {
        let field = data.fields().iter().find(|field| field.name.as_deref() == Some(name)).unwrap();
        (field.stored.as_str(), field.readable, field.logical.to_string())
    };
    assert_eq!(stored("ns"), ("timestamp[ns, Europe/Berlin]", true, "time (ns, Europe/Berlin)".into()));
    assert_eq!(stored("duration"), ("duration[ns] in seconds", true, "number".into()));
    assert_eq!(stored("time32"), ("time32[s] in seconds since midnight", true, "number".into()));
    assert_eq!(stored("float dictionary").0, "float64 (dictionary)");
    assert_eq!((stored("pair.a").0, stored("pair.list").0, stored("pair.list").1), ("float64", "list", false));
    assert_eq!((stored("none").0, stored("none").1), ("null", false));
    for name in ["none", "list", "pair.list"] {
        assert!(data.column(name).unwrap_err().to_string().contains("cannot be drawn"));
    }
    assert!(data.column("pair").unwrap_err().to_string().contains("pair.a"), "the children are listed");
    // Chosen by number as `inspect` lists them.
    let number = data.column("pair.a").unwrap();
    assert_eq!(data.column(&number.to_string()).unwrap(), number);
    let other = data.read(
        &pointillist::source::Share { inputs: vec![(0, pointillist::source::Span::Rows(0..3))] },
        &[0],
        10,
        &[],
    );
    assert!(other.unwrap().next().is_err(), "a part of an Arrow file is no span yet");
}

#[test]
fn arrow_zones_survive_units_that_parquet_lacks() {
    let path = folder().join("seconds.parquet");
    let data = DataSet::open(&[path.to_str().unwrap()], &Options::default()).unwrap();
    assert_eq!(data.fields()[0].logical.to_string(), "time (ms, Europe/Berlin)");
    assert_eq!(read(&data, &["t"], 9)[0], ["0", "1711846923000"]);
}

/// Opens and reads everything that can be drawn; the number of rows.
fn survey(path: &Path, by_pipe: bool) -> Result<u64, pointillist::Error> {
    let options = Options { format: Some(Format::Arrow), ..Options::default() };
    let data = if by_pipe {
        DataSet::from_stream("-", Box::new(std::fs::File::open(path).unwrap()), &options)?
    } else {
        DataSet::open(&[path.to_str().unwrap()], &options)?
    };
    let columns: Vec<usize> = (0..data.fields().len()).filter(|column| data.fields()[*column].readable).collect();
    let mut reader = data.read(&data.whole(), &columns, 65_536, &[])?;
    let mut rows = 0;
    while let Some(chunk) = reader.next()? {
        rows += chunk.len() as u64;
    }
    Ok(rows)
}

#[test]
fn arrow_damage_is_one_error_that_names_the_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("d.arrow");
    for name in ["lz4.arrow", "zstd.arrows", "deltas.arrows", "polars.arrow", "runs.arrow"] {
        let whole = std::fs::read(self::folder().join(name)).unwrap();
        for by_pipe in [false, true] {
            let is_file = !name.ends_with("s");
            for cut in (0..whole.len()).step_by(whole.len() / 40) {
                std::fs::write(&path, &whole[..cut]).unwrap();
                let read = survey(&path, by_pipe);
                // A stream may end behind any of its messages, a file never.
                assert!(read.is_err() || !is_file, "{name} cut at {cut}");
            }
            let mut errors = 0;
            for at in (0..whole.len()).step_by(whole.len() / 150) {
                let mut flipped = whole.clone();
                flipped[at] ^= 0x55;
                std::fs::write(&path, &flipped).unwrap();
                if let Err(error) = survey(&path, by_pipe) {
                    let text = error.to_string();
                    assert!(text.contains("d.arrow") || text.contains('-'), "{text}");
                    errors += 1;
                }
            }
            assert!(errors > 5, "{name}: flipped bytes are noticed");
        }
    }
}

/// The crash reproducers of the Arrow project (`POINTILLIST_CORPORA` names the folder that holds `arrow-testing`).
#[test]
fn arrow_reproducers_end_in_rows_or_one_error() {
    let Some(corpora) = std::env::var_os("POINTILLIST_CORPORA") else { return };
    let mut outcomes = (0, 0);
    for (folder, depth) in [("arrow-ipc-file", 2), ("arrow-ipc-stream", 2), ("arrow-ipc-tensor-stream", 2)] {
        let folder = Path::new(&corpora).join("arrow-testing").join(folder);
        let mut files = vec![folder];
        for _ in 0..depth {
            files = files
                .into_iter()
                .flat_map(|path| match std::fs::read_dir(&path) {
                    Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
                    Err(_) => vec![path],
                })
                .collect();
        }
        assert!(!files.is_empty());
        for path in files {
            for by_pipe in [false, true] {
                let start = Instant::now();
                match survey(&path, by_pipe) {
                    Ok(_) => outcomes.0 += 1,
                    Err(error) => {
                        assert!(!error.to_string().contains('\n'), "{error}");
                        outcomes.1 += 1;
                    }
                }
                assert!(start.elapsed() < Duration::from_secs(5), "{} took {:?}", path.display(), start.elapsed());
            }
        }
    }
    println!("reproducers: {} were read, {} refused", outcomes.0, outcomes.1);
    assert!(outcomes.0 + outcomes.1 > 50);
}
