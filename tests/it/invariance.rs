//! The same PNG bytes however the work is cut: chunk rows, threads, files or pipes, reads of one byte, several inputs.
//!
//! No recorded picture can catch what this does: a reused buffer, a load op, a band's border, a decoder's seam.

use std::fmt::Write as _;

use crate::harness::Random;
use crate::harness::binary::{Bench, f64_bytes, repository_file};

/// One job: its input's name and bytes, and how it is drawn.
struct Job {
    name: &'static str,
    input: &'static str,
    bytes: Vec<u8>,
    args: Vec<&'static str>,
    /// Formats that have to be read from their end cannot be piped.
    can_pipe: bool,
}

const ROWS: usize = 2000;

/// x, y and a value, with some rows that are not drawn.
fn rows() -> Vec<[f64; 3]> {
    let mut random = Random(99);
    let mut rows: Vec<_> = (0..ROWS).map(|_| [random.unit() * 8.0, random.unit() * 6.0 - 3.0, random.unit()]).collect();
    rows[17][0] = f64::NAN;
    rows[18][1] = f64::INFINITY;
    rows[900] = [100.0, 100.0, 0.5];
    rows
}

fn csv() -> Vec<u8> {
    let mut text = String::from("x,\"the y\",kind\n");
    for (i, [x, y, value]) in rows().into_iter().enumerate() {
        let kind = ["\"a, quoted\"", "plain", "\"with \"\"quotes\"\"\"", "\"two\nlines\"", ""][(value * 5.0) as usize];
        match i % 100 {
            50 => writeln!(text, ",{y},{kind}").unwrap(),
            51 => writeln!(text, "{x},no number,{kind}").unwrap(),
            _ => writeln!(text, "{x:?},{y:?},{kind}").unwrap(),
        }
    }
    text.into_bytes()
}

/// The header of numpy's format, version 1.0, and the values behind it.
fn npy(rows: &[[f64; 3]]) -> Vec<u8> {
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, 3), }}", rows.len());
    let len = (10 + header.len() + 1).next_multiple_of(64) - 10;
    header.push_str(&" ".repeat(len - header.len() - 1));
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(f64_bytes(rows));
    bytes
}

fn jobs() -> Vec<Job> {
    let limits = ["--xlim", "0,8", "--ylim", "-3,3"];
    let small = ["--width", "300", "--height", "200", "--backend", "cpu", "--progress", "never"];
    let job = |name, input, bytes, args: &[&[&'static str]], can_pipe| {
        let args = args.iter().copied().chain([&small[..]]).flatten().copied().collect();
        Job { name, input, bytes, args, can_pipe }
    };
    let raw = f64_bytes(&rows());
    vec![
        job(
            "csv, categories, survey",
            "in.csv",
            csv(),
            &[&["-x", "x", "-y", "the y", "--color", "kind"], &["--alpha", "0.5"]],
            true,
        ),
        job("csv, limits given", "in.csv", csv(), &[&["-x", "0", "-y", "1", "--size", "6"], &limits], true),
        job(
            "raw, values, survey",
            "in.f64",
            raw.clone(),
            &[&["--raw", "f64x3", "-x", "0", "-y", "1", "--color", "col:2"]],
            true,
        ),
        job(
            "raw, counts, limits given",
            "in.f64",
            raw,
            &[&["--raw", "f64x3", "-x", "0", "-y", "1", "--marker", "pixel"], &limits],
            true,
        ),
        job(
            "npy, survey",
            "in.npy",
            npy(&rows()),
            &[&["-x", "0", "-y", "1", "--marker", "square", "--alpha", "0.3"]],
            true,
        ),
        job(
            "parquet, categories",
            "in.parquet",
            std::fs::read(repository_file("assets/earthquakes.parquet")).unwrap(),
            &[&["-x", "time", "-y", "magnitude", "--color", "type", "--alpha", "0.4"]],
            false,
        ),
    ]
}

/// Draws and returns the PNG's bytes; `-` takes the job's bytes from a pipe in pieces.
fn png(bench: &Bench, job: &Job, inputs: &[&str], more: &[&str], piece: usize) -> Vec<u8> {
    let mut args = vec!["plot"];
    args.extend(inputs);
    args.extend(&job.args);
    args.extend(more);
    args.extend(["-o", "out.png"]);
    let run = if inputs == ["-"] { bench.pipe(&args, &job.bytes, piece) } else { bench.run(&args) };
    run.expect(0);
    let png = bench.read("out.png");
    std::fs::remove_file(bench.path("out.png")).unwrap();
    png
}

/// Not `assert_eq`: thousands of bytes say nothing.
fn assert_equal(job: &Job, what: &str, expected: &[u8], actual: &[u8]) {
    assert!(expected == actual, "{}: {what} gives other bytes ({} and {})", job.name, expected.len(), actual.len());
}

#[test]
fn bytes_do_not_depend_on_chunks_threads_or_the_run() {
    for job in jobs() {
        let bench = Bench::new();
        bench.write(job.input, &job.bytes);
        let expected = png(&bench, &job, &[job.input], &[], 0);
        assert_equal(&job, "a second run", &expected, &png(&bench, &job, &[job.input], &[], 0));
        for rows in ["1", "7", "4096", "10000000"] {
            let actual = png(&bench, &job, &[job.input], &["--chunk-rows", rows], 0);
            assert_equal(&job, &format!("--chunk-rows {rows}"), &expected, &actual);
        }
        for threads in ["1", "2", "5"] {
            let actual = png(&bench, &job, &[job.input], &["--threads", threads], 0);
            assert_equal(&job, &format!("--threads {threads}"), &expected, &actual);
        }
    }
}

#[test]
fn bytes_do_not_depend_on_files_pipes_or_the_size_of_reads() {
    for job in jobs().into_iter().filter(|job| job.can_pipe) {
        let bench = Bench::new();
        bench.write(job.input, &job.bytes);
        let expected = png(&bench, &job, &[job.input], &[], 0);
        // A name tells the format of a file; a pipe is told.
        let format: &[&str] = if job.input.ends_with("csv") { &["--format", "csv"] } else { &[] };
        for piece in [usize::MAX, 4097, 1] {
            let actual = png(&bench, &job, &["-"], format, piece);
            assert_equal(&job, &format!("a pipe in pieces of {piece}"), &expected, &actual);
        }
        let actual = png(&bench, &job, &["-"], &[format, &["--chunk-rows", "7"]].concat(), 1);
        assert_equal(&job, "a pipe of single bytes in chunks of 7 rows", &expected, &actual);
        assert_eq!(bench.files(), [job.input], "{}: a spool leaves nothing behind", job.name);
    }
}

#[test]
fn bytes_of_several_inputs_are_those_of_one() {
    for job in jobs() {
        let bench = Bench::new();
        bench.write(job.input, &job.bytes);
        let parts: Vec<Vec<u8>> = match job.input {
            "in.f64" => [0..24 * 700, 24 * 700..24 * 701, 24 * 701..job.bytes.len()]
                .map(|range| job.bytes[range].to_vec())
                .to_vec(),
            "in.npy" => [&rows()[..700], &rows()[700..701], &rows()[701..]].map(npy).to_vec(),
            "in.csv" => {
                let text = String::from_utf8(job.bytes.clone()).unwrap();
                let (header, body) = text.split_once('\n').unwrap();
                // Cut after a record that ends without a quote, so not within one.
                let cut = body.match_indices(",plain\n").nth(100).unwrap().0 + ",plain\n".len();
                [&body[..cut], &body[cut..]].map(|part| format!("{header}\n{part}").into_bytes()).to_vec()
            }
            _ => continue,
        };
        let names: Vec<_> = (0..parts.len()).map(|i| format!("part{i}-{}", job.input)).collect();
        for (name, part) in names.iter().zip(&parts) {
            bench.write(name, part);
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let expected = png(&bench, &job, &[job.input], &[], 0);
        assert_equal(&job, "the input in parts", &expected, &png(&bench, &job, &names, &[], 0));
        let mut turned = names.clone();
        turned.reverse();
        if job.args.contains(&"--alpha") && job.args.contains(&"--color") {
            let actual = png(&bench, &job, &turned, &[], 0);
            assert!(expected != actual, "{}: the order of inputs is the order of drawing", job.name);
        }
    }
}
