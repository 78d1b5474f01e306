//! LAS and LAZ against laspy's numbers, and what is broken against one line each.
//!
//! The whole corpora (laspy's and LASzip's tests) are read where `POINTILLIST_CORPORA` names their folder.

use std::collections::BTreeMap;
use std::path::Path;

use pointillist::data::chunk::Data;
use pointillist::source::dataset::{DataSet, Options};
use serde_json::Value;

use crate::harness::array::crc32;
use crate::harness::binary::repository_file;
use crate::harness::table::{byte_by_byte, chunks, table};

fn expected() -> BTreeMap<String, Value> {
    serde_json::from_str(&std::fs::read_to_string(repository_file("tests/data/las.json")).unwrap()).unwrap()
}

fn is_readable(name: &str) -> bool {
    cfg!(feature = "las") || name.ends_with(".las")
}

fn floats(data: &DataSet, column: usize, chunk_rows: usize) -> pointillist::Result<Vec<f64>> {
    let values = chunks(data, &[column], chunk_rows)?;
    let numbers = |chunk: &pointillist::Chunk<'_>| match &chunk.columns()[0].data {
        Data::F64(values) => values.to_vec(),
        Data::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
        Data::I64(values) => values.iter().map(|value| *value as f64).collect(),
        Data::U64(values) => values.iter().map(|value| *value as f64).collect(),
        Data::Dict { .. } => panic!("points hold numbers"),
    };
    Ok(values.iter().flat_map(numbers).collect())
}

/// Every column that laspy has is there with its numbers.
fn check(name: &str, data: &DataSet, expected: &Value, chunk_rows: usize) {
    assert_eq!(data.rows(), expected["rows"].as_u64(), "{name}");
    for (column, numbers) in expected["columns"].as_object().unwrap() {
        let index = data.column(column).unwrap_or_else(|error| panic!("{name}: {error}"));
        let values = floats(data, index, chunk_rows).unwrap_or_else(|error| panic!("{name}: {error}"));
        let ends: Vec<f64> = values.first().into_iter().chain(values.last()).copied().collect();
        let wanted: Vec<f64> = serde_json::from_value(numbers["ends"].clone()).unwrap();
        assert_eq!(ends, wanted, "{name}, {column}");
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        assert_eq!(u64::from(crc32(&bytes)), numbers["crc"].as_u64().unwrap(), "{name}, {column}");
    }
}

#[test]
fn las_files_have_the_numbers_of_laspy() {
    let expected = expected();
    let mut read = 0;
    for entry in std::fs::read_dir(repository_file("tests/data/las")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(expected) = expected.get(&name).filter(|_| is_readable(&name)) else { continue };
        let path = repository_file(&format!("tests/data/las/{name}"));
        for chunk_rows in [7, 1 << 20] {
            check(&name, &DataSet::open(&[&path], &Options::default()).unwrap(), expected, chunk_rows);
        }
        read += 1;
        if name.ends_with(".las") {
            let bytes = std::fs::read(&path).unwrap();
            let file = DataSet::open(&[&path], &Options::default()).unwrap();
            let pipe = DataSet::from_stream("-", byte_by_byte(bytes), &Options::default()).unwrap();
            assert_eq!(table(&pipe, &[0, 3, 5], 3).unwrap(), table(&file, &[0, 3, 5], 100).unwrap(), "{name}");
        }
    }
    assert!(read >= 2, "{read}");
}

#[test]
fn las_corpora_end_in_laspys_numbers_or_one_line() {
    let Some(corpora) = std::env::var_os("POINTILLIST_CORPORA") else {
        eprintln!("not run: POINTILLIST_CORPORA names no folder with las/ and laszip-broken/");
        return;
    };
    let expected = expected();
    for folder in ["las", "laszip-broken"] {
        for entry in std::fs::read_dir(Path::new(&corpora).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let Some(expected) = expected.get(&name).filter(|_| is_readable(&name)) else { continue };
            let opened = DataSet::open(&[path.to_str().unwrap()], &Options::default());
            if expected["rows"].is_number() {
                check(&name, &opened.unwrap_or_else(|error| panic!("{name}: {error}")), expected, 1000);
            } else {
                let error = opened.and_then(|data| floats(&data, 0, 1000)).expect_err(&name).to_string();
                assert!(!error.contains('\n') && error.contains(&name), "{error}");
            }
        }
    }
}

#[cfg(not(feature = "las"))]
#[test]
fn laz_without_its_feature_says_how_to_build_with_it() {
    let path = repository_file("tests/data/las/simple.laz");
    let error = DataSet::open(&[path], &Options::default()).unwrap_err().to_string();
    assert!(error.contains("--features las"), "{error}");
}

/// Whatever byte is wrong: an error, or points, as many as the header says; never a panic that is not caught.
#[test]
fn las_with_wrong_bytes_ends() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["autzen.las", "simple.laz", "1_4_w_evlr.laz", "unregistered_extra_bytes.las"] {
        if !is_readable(name) {
            continue;
        }
        let bytes = std::fs::read(repository_file(&format!("tests/data/las/{name}"))).unwrap();
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let data = DataSet::open(&[&path], &Options::default())?;
            Ok::<_, pointillist::Error>((data.rows(), floats(&data, 0, 1000)?.len()))
        };
        let end = u32::from_le_bytes(bytes[96..100].try_into().unwrap()) as usize;
        let head = 90..(end + 40).min(bytes.len());
        let step = head.len() / 90 + 1;
        for at in head.step_by(step).chain([bytes.len() - 8, bytes.len() - 4, bytes.len() - 1]) {
            for value in [0, 0x7f, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] = value;
                if let Ok((rows, read)) = read(&bytes) {
                    assert_eq!(rows, Some(read as u64), "{name}, byte {at}");
                }
            }
        }
        for len in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            assert!(read(&bytes[..len]).is_err(), "{name} cut at {len}");
        }
    }
}
