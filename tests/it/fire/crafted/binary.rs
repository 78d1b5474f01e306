//! Headers and fields of binary formats: Arrow IPC, NumPy, LAS, the kept canvas, and what is packed.

use std::io::{Read, Write};

use serde_json::Value;

use super::text;
use crate::fire::mutate::{below, length_field, one_of, stretch};
use crate::harness::Random;
use crate::harness::array::crc32;

/// Numbers at multiples of four or eight bytes, which all tables of flatbuffers and all buffers of a message are.
pub(super) fn ipc(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    // Where a message begins, its table of numbers follows; and the footer is one.
    let begin = |at: &usize| bytes[*at..].starts_with(&[0xff; 4]);
    let messages: Vec<usize> = (0..bytes.len() - 8).step_by(8).filter(begin).collect();
    let footer = bytes.len().saturating_sub(600);
    for _ in 0..1 + below(random, 4) {
        let (from, len) = match random.next() % 4 {
            0 => (footer, 600),
            1 => (0, bytes.len()),
            _ => (*one_of(random, &messages), 400),
        };
        let align = [2, 4, 4, 8][below(random, 4)];
        let at = (from + below(random, len)) / align * align;
        let old = bytes.get(at..at + 4).map_or(0, |word| u32::from_le_bytes(word.try_into().unwrap()));
        let field = match random.next() % 4 {
            0 => old.wrapping_add(below(random, 65) as u32).wrapping_sub(32).to_le_bytes().to_vec(),
            1 => (random.next() >> (random.next() % 64)).to_le_bytes().to_vec(),
            2 => ((below(random, 64) * 4) as u32).to_le_bytes().to_vec(),
            _ => length_field(random),
        };
        let end = bytes.len().min(at + field.len());
        if at < end {
            bytes[at..end].copy_from_slice(&field[..end - at]);
        }
    }
    bytes
}

/// The text of a header is changed, its length is that of what comes out, or a wrong one.
pub(super) fn npy(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    const TOKENS: &[&str] = &[
        "'<f8'",
        "'>i4'",
        "'|O'",
        "'<M8[ns]'",
        "'<m8[7D]'",
        "'<U4'",
        "'|S0'",
        "'<f16'",
        "'<c16'",
        "'|V8'",
        "'|b1'",
        "True",
        "False",
        "(",
        ")",
        ",",
        "[",
        "]",
        "{",
        "}",
        "'",
        "9223372036854775807",
        "18446744073709551616",
        "-1",
        "0",
        "4294967296",
        "(0,)",
        "(1,1,1,1,1,1,1,1,1)",
        "'shape': (10,)",
        "'descr': ",
        "('x', '<f8')",
        "('x', [('y', '<f8'), ('z', '<i2')])",
        "('x', '<f4', (2,3))",
        "('x', '<f4', (1000000000, 1000000000))",
        "'fortran_order': True",
        "\\x00",
        "\n",
        " ",
        "L",
        "1e9",
        "#",
        "'names': ['a'], 'formats': ['<f8'], 'offsets': [-8], 'itemsize': 8",
    ];
    let wide = seed.get(6).is_some_and(|version| *version > 1);
    let start = if wide { 12 } else { 10 };
    let len = if wide {
        u32::from_le_bytes(seed[8..12].try_into().unwrap()) as usize
    } else {
        usize::from(u16::from_le_bytes(seed[8..10].try_into().unwrap()))
    };
    let header = text::damaged(random, &seed[start..start + len], TOKENS);
    let version = [1, 1, 2, 3, 0, 255][below(random, 6)];
    let mut bytes = [b"\x93NUMPY", &[version, 0][..]].concat();
    let told = if random.next().is_multiple_of(5) { random.next() as u32 } else { header.len() as u32 };
    if version == 1 {
        bytes.extend((told as u16).to_le_bytes())
    } else {
        bytes.extend(told.to_le_bytes())
    }
    bytes.extend(header);
    bytes.extend(&seed[start + len..]);
    bytes
}

/// A `.npz` of one stored member that is a damaged array with a right checksum, or with wrong lengths in its directory.
pub(super) fn npz(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    if random.next().is_multiple_of(2) {
        let mut bytes = seed.to_vec();
        let signs: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK")).collect();
        for _ in 0..1 + below(random, 3) {
            let at = *one_of(random, &signs) + 4 + below(random, 44);
            let field = length_field(random);
            let end = bytes.len().min(at + field.len());
            if at < end {
                bytes[at..end].copy_from_slice(&field[..end - at]);
            }
        }
        return bytes;
    }
    let plain = crate::harness::array::npy(["x", "y"], &[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let members = 1 + below(random, 3);
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in 0..members {
        let array = npy(random, &plain);
        let name = ["x.npy", "y.npy", "../\u{1b}z.npy"][member];
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc32(&array).to_le_bytes());
        common.extend((array.len() as u32).to_le_bytes().repeat(2));
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let offset = bytes.len() as u32;
        bytes.extend([b"PK\x03\x04", &common[..], name.as_bytes(), &array[..]].concat());
        directory
            .extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10][..], &offset.to_le_bytes(), name.as_bytes()].concat());
    }
    let (at, len) = (bytes.len() as u32, directory.len() as u32);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((members as u16).to_le_bytes().repeat(2));
    bytes.extend([len.to_le_bytes(), at.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

/// Fields of the header, of the records behind it, and of the table of a LAZ's pieces.
pub(super) fn las(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    // Version, sizes, counts, offsets, point format; and what scales the coordinates.
    const FIELDS: [usize; 16] = [24, 25, 94, 96, 100, 104, 105, 107, 131, 155, 179, 227, 235, 243, 247, 255];
    let mut bytes = seed.to_vec();
    let points = u32::from_le_bytes(bytes[96..100].try_into().unwrap()) as usize;
    for _ in 0..1 + below(random, 3) {
        let at = match random.next() % 5 {
            0..2 => *one_of(random, &FIELDS),
            2 => 227 + below(random, points.saturating_sub(227)),
            3 => points + below(random, 24),
            _ => bytes.len().saturating_sub(1 + below(random, 64)),
        };
        let field = match random.next() % 3 {
            0 => vec![random.next() as u8],
            1 => length_field(random),
            _ => {
                let old = bytes.get(at..at + 4).map_or(0, |word| u32::from_le_bytes(word.try_into().unwrap()));
                old.wrapping_add(below(random, 9) as u32).wrapping_sub(4).to_le_bytes().to_vec()
            }
        };
        let end = bytes.len().min(at + field.len());
        if at < end {
            bytes[at..end].copy_from_slice(&field[..end - at]);
        }
    }
    if random.next().is_multiple_of(6) {
        bytes.truncate(below(random, seed.len()));
    }
    bytes
}

/// What a text becomes before it is packed again: changed, very long, or nothing.
fn unpacked(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let tokens = if text.starts_with(b"[") { text::JSON } else { text::CSV };
    match random.next() % 8 {
        0 => b"1,2\n".repeat(below(random, 60_000)),
        1 => vec![b'0'; below(random, 1 << 19)],
        2 => Vec::new(),
        _ => text::damaged(random, text, tokens),
    }
}

/// Members of gzip one after another, with headers of every kind, or a wrong tail.
pub(super) fn gzip(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(seed).read_to_end(&mut text).unwrap();
    let mut bytes = Vec::new();
    for _ in 0..1 + below(random, 3) {
        let mut header = flate2::GzBuilder::new();
        if random.next().is_multiple_of(2) {
            header =
                header
                    .filename("n\u{1b}[2J")
                    .comment(vec![b'c'; below(random, 2000)])
                    .extra(vec![0; below(random, 200)]);
        }
        let mut encoder = header.write(Vec::new(), flate2::Compression::new((random.next() % 10) as u32));
        encoder.write_all(&unpacked(random, &text)).unwrap();
        bytes.extend(encoder.finish().unwrap());
    }
    tail(random, bytes)
}

/// Frames of zstd one after another, some of them to be skipped.
pub(super) fn zstd(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let text = zstd::stream::decode_all(seed).unwrap();
    let mut bytes = Vec::new();
    for _ in 0..1 + below(random, 3) {
        let mut encoder = zstd::Encoder::new(Vec::new(), (random.next() % 6) as i32).unwrap();
        encoder.include_checksum(random.next().is_multiple_of(2)).unwrap();
        encoder.window_log([10, 20, 27][below(random, 3)]).unwrap();
        encoder.write_all(&unpacked(random, &text)).unwrap();
        bytes.extend(encoder.finish().unwrap());
        if random.next().is_multiple_of(3) {
            let len = below(random, 50) as u32;
            bytes.extend([0x5d, 0x2a, 0x4d, 0x18]);
            bytes.extend(if random.next().is_multiple_of(4) { u32::MAX } else { len }.to_le_bytes());
            bytes.extend(vec![7; len as usize]);
        }
    }
    tail(random, bytes)
}

/// The last bytes, which hold lengths and checksums, as they are or not.
fn tail(random: &mut Random, mut bytes: Vec<u8>) -> Vec<u8> {
    let len = bytes.len();
    match random.next() % 6 {
        0 => bytes.truncate(len - below(random, 12.min(len))),
        1 => {
            let at = len - 1 - below(random, 12.min(len));
            bytes[at] = random.next() as u8;
        }
        2 => {
            let at = below(random, 30.min(len));
            bytes[at] ^= 1 << (random.next() % 8);
        }
        _ => {}
    }
    bytes
}

/// Something else in the place of a part of a value.
fn change(random: &mut Random, value: &mut Value) {
    let others: [Value; 16] = [
        Value::Null,
        (-1).into(),
        0.into(),
        1.into(),
        u64::MAX.into(),
        u32::MAX.into(),
        65_535.into(),
        0.5.into(),
        "".into(),
        "count".into(),
        "NaN".into(),
        "1e308".into(),
        "\u{1b}[2J\u{202e}".into(),
        true.into(),
        Value::Array(Vec::new()),
        serde_json::json!({"by": [0, 60000]}),
    ];
    match value {
        Value::Array(values) if !values.is_empty() && !random.next().is_multiple_of(4) => {
            let at = below(random, values.len());
            match random.next() % 8 {
                0 => drop(values.remove(at)),
                1 => values.push(values[at].clone()),
                _ => change(random, &mut values[at]),
            }
        }
        Value::Object(members) if !members.is_empty() && !random.next().is_multiple_of(8) => {
            let key = members.keys().nth(below(random, members.len())).unwrap().clone();
            match random.next() % 12 {
                0 => drop(members.remove(&key)),
                _ => change(random, &mut members[&key]),
            }
        }
        other => *other = one_of(random, &others).clone(),
    }
}

/// A canvas whose header or tiles are changed, with checksums that fit.
pub(super) fn canvas(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let word = |at: usize| u32::from_le_bytes(seed[at..at + 4].try_into().unwrap());
    let len = word(12) as usize;
    let mut header = seed[20..20 + len].to_vec();
    let mut rest = seed[20 + len..].to_vec();
    let times = below(random, 4);
    if times > 0 {
        let mut json: Value = serde_json::from_slice(&header).unwrap();
        (0..times).for_each(|_| change(random, &mut json));
        header = serde_json::to_vec(&json).unwrap();
    } else {
        // The first tile alone: a length, a checksum, zstd.
        let packed = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
        let mut tile = zstd::stream::decode_all(&rest[8..8 + packed]).unwrap();
        let range = stretch(random, tile.len());
        for byte in &mut tile[range] {
            *byte = [0, 0xff, 0x7f, 1][below(random, 4)];
        }
        if random.next().is_multiple_of(4) {
            tile.resize(below(random, 3 << 20), 0);
        }
        let packed_again = zstd::bulk::compress(&tile, 1).unwrap();
        let after = rest.split_off(8 + packed);
        rest = [
            &(packed_again.len() as u32).to_le_bytes()[..],
            &crc32(&packed_again).to_le_bytes(),
            &packed_again,
            &after,
        ]
        .concat();
    }
    let len = header.len() as u32;
    [&seed[..12], &len.to_le_bytes(), &crc32(&header).to_le_bytes(), &header, &rest].concat()
}
