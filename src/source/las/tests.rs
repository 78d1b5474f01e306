//! Headers that no program would write.

use std::io::Cursor;

use super::*;
use crate::source::stdin::Once;

/// A LAS 1.2 file of points of format 0 that all are zero.
fn las(points: u32) -> Vec<u8> {
    let mut head = vec![0; 227];
    head[..4].copy_from_slice(b"LASF");
    head[24..26].copy_from_slice(&[1, 2]);
    head[94..96].copy_from_slice(&227_u16.to_le_bytes());
    head[96..100].copy_from_slice(&227_u32.to_le_bytes());
    head[105..107].copy_from_slice(&20_u16.to_le_bytes());
    head[107..111].copy_from_slice(&points.to_le_bytes());
    for (axis, scale) in [0.01_f64, 0.5, 1.0].into_iter().enumerate() {
        head[131 + 8 * axis..139 + 8 * axis].copy_from_slice(&scale.to_le_bytes());
    }
    head.resize(227 + 20 * points as usize, 0);
    head
}

fn open(bytes: &[u8]) -> Result<Las> {
    Las::open(Bytes::Once(Once::new("-", Box::new(Cursor::new(bytes.to_vec())))))
}

fn changed(at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = las(3);
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

#[test]
fn headers_that_contradict_themselves_are_errors() {
    assert_eq!(open(&las(3)).unwrap().rows(), Some(3));
    for (at, with, part) in [
        (0, &b"LAZF"[..], "no LAS file"),
        (24, &[2, 0], "version"),
        (25, &[9], "version"),
        (94, &[100, 0], "contradicts"),
        (96, &[100, 0, 0, 0], "contradicts"),
        (96, &[0xff; 4], "64 MiB"),
        (96, &[0, 0, 1, 0], "before its first point"),
        (104, &[11], "format of points"),
        (105, &[19, 0], "20 bytes or more"),
        (131, &f64::NAN.to_le_bytes(), "no number"),
    ] {
        let error = open(&changed(at, with)).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let pipe = open(&changed(107, &[4, 0, 0, 0])).unwrap();
    let request = Request {
        columns: vec![0],
        chunk_rows: 10,
        span: crate::source::Span::All,
        keep: vec![],
        checks_extents: false,
        threads: 1,
    };
    let mut reader = pipe.read(0, &request).unwrap();
    assert!(std::iter::from_fn(|| reader.next().transpose()).any(|chunk| chunk.is_err()), "a point is missing");
}

#[test]
fn more_points_than_bytes_are_an_error_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.las");
    std::fs::write(&path, changed(107, &[0xff; 4])).unwrap();
    let file = crate::source::bytes::RegularFile::open(&path, "a.las").unwrap();
    let error = Las::open(Bytes::File(file)).unwrap_err().to_string();
    assert!(error.contains("truncated") && error.contains("room for 3"), "{error}");
}
