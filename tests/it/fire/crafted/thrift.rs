//! Parquet: numbers within its footer and page headers, which are Thrift's compact protocol, and pages whose checksums fit
//! what was done to them.

use std::ops::Range;

use crate::fire::mutate::{below, one_of, stretch};
use crate::harness::Random;
use crate::harness::array::crc32;

/// Where the numbers of a struct lie, each with the path of field numbers that leads to it.
#[derive(Debug, Default)]
struct Walk {
    numbers: Vec<(Vec<i16>, Range<usize>)>,
    end: usize,
}

struct Walker<'a> {
    bytes: &'a [u8],
    at: usize,
    path: Vec<i16>,
    numbers: Vec<(Vec<i16>, Range<usize>)>,
}

impl Walker<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    }

    fn number(&mut self) -> Option<u64> {
        let start = self.at;
        let value = self.varint()?;
        self.numbers.push((self.path.clone(), start..self.at));
        Some(value)
    }

    fn value(&mut self, kind: u8) -> Option<()> {
        match kind {
            1 | 2 => {}
            3 => self.at += 1,
            4..=6 => drop(self.number()?),
            7 => self.at += 8,
            8 => {
                let len = self.number()?;
                self.at = self.at.checked_add(usize::try_from(len).ok()?)?;
            }
            9 | 10 => {
                let head = self.byte()?;
                let len = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                for _ in 0..len {
                    self.value(if head & 15 <= 2 { 3 } else { head & 15 })?;
                }
            }
            12 => self.structure()?,
            _ => return None,
        }
        Some(())
    }

    fn structure(&mut self) -> Option<()> {
        let mut field = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = if head >> 4 == 0 {
                let zigzag = self.varint()?;
                ((zigzag >> 1) as i16) ^ -((zigzag & 1) as i16)
            } else {
                field.wrapping_add(i16::from(head >> 4))
            };
            self.path.push(field);
            self.value(head & 15)?;
            self.path.pop();
        }
    }
}

/// All numbers of the struct that begins at a place.
fn walk(bytes: &[u8], at: usize) -> Option<Walk> {
    let mut walker = Walker { bytes, at, path: Vec::new(), numbers: Vec::new() };
    walker.structure()?;
    (walker.at <= bytes.len()).then_some(Walk { numbers: walker.numbers, end: walker.at })
}

/// A number of so many bytes, padded where it is smaller; what it does not hold is cut off.
fn varint(mut value: u64, len: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for i in 0..len {
        let more = if i + 1 < len { 0x80 } else { 0 };
        bytes.push((value & 0x7f) as u8 | more);
        value >>= 7;
    }
    bytes
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

fn read(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f))
}

/// What a length may be overwritten with: another near it, or one beyond everything.
fn wrong(random: &mut Random, right: u64) -> u64 {
    const FAR: [i64; 10] = [0, 1, -1, i32::MAX as i64, i32::MIN as i64, 1 << 30, 1 << 20, i64::MAX, i64::MIN, 1 << 40];
    match random.next() % 4 {
        0 => zigzag(unzigzag(right).wrapping_add(below(random, 17) as i64 - 8)),
        1 => random.next() >> (random.next() % 64),
        _ => zigzag(*one_of(random, &FAR)),
    }
}

/// Where the page headers lie: after the magic bytes one after another, as far as they can be followed.
fn pages(bytes: &[u8]) -> Vec<(usize, Walk)> {
    let (mut at, mut pages) = (4, Vec::new());
    while let Some(walk) = walk(bytes, at) {
        let Some((_, size)) = walk.numbers.iter().find(|(path, _)| path == &[3]) else { break };
        let len = usize::try_from(unzigzag(read(&bytes[size.clone()]))).unwrap_or(usize::MAX);
        let (begun, end) = (at, walk.end.saturating_add(len));
        if end > bytes.len() {
            break;
        }
        pages.push((begun, walk));
        at = end;
    }
    pages
}

/// Makes the checksum of a page right again, where it has one.
fn sum(bytes: &mut [u8], page: &Walk) {
    let find = |field: i16| page.numbers.iter().find(|(path, _)| path == &[field]).map(|(_, range)| range.clone());
    let (Some(size), Some(crc)) = (find(3), find(4)) else { return };
    let Ok(len) = usize::try_from(unzigzag(read(&bytes[size]))) else { return };
    let Some(data) = bytes.get(page.end..page.end.saturating_add(len)) else { return };
    let right = varint(zigzag(i64::from(crc32(data).cast_signed())), crc.len());
    bytes[crc].copy_from_slice(&right);
}

/// A damaged Parquet file.
pub(super) fn parquet(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let tail = bytes.len() - 8;
    let footer = tail - u32::from_le_bytes(bytes[tail..tail + 4].try_into().unwrap()) as usize;
    let pages = pages(&bytes);
    for _ in 0..1 + below(random, 3) {
        match random.next() % 5 {
            0 if !pages.is_empty() => {
                let (_, page) = one_of(random, &pages);
                let (_, range) = one_of(random, &page.numbers);
                let value = wrong(random, read(&bytes[range.clone()]));
                let value = varint(value, range.len());
                bytes[range.clone()].copy_from_slice(&value);
            }
            1 | 2 if !pages.is_empty() => {
                let (_, page) = one_of(random, &pages);
                let len = 1.max(footer.saturating_sub(page.end).min(400));
                let range = stretch(random, len);
                for byte in &mut bytes[page.end + range.start..page.end + range.end] {
                    *byte = if random.next().is_multiple_of(2) { random.next() as u8 } else { *byte ^ 1 };
                }
                pages.iter().for_each(|(_, page)| sum(&mut bytes, page));
            }
            _ => {
                // Within the footer lengths may change: its own is written behind it.
                let end = bytes.len() - 8;
                if let Some(walk) = walk(&bytes, footer) {
                    let (_, range) = one_of(random, &walk.numbers);
                    let value = wrong(random, read(&bytes[range.clone()]));
                    let len = if random.next().is_multiple_of(2) { range.len() } else { 10 };
                    bytes.splice(range.clone(), varint(value, len));
                } else if footer < end {
                    let at = footer + below(random, end - footer);
                    bytes[at] = random.next() as u8;
                }
                let len = (bytes.len() - 8 - footer) as u32;
                let end = bytes.len() - 8;
                bytes[end..end + 4].copy_from_slice(&len.to_le_bytes());
            }
        }
    }
    bytes
}

#[test]
fn fire_page_headers_are_found_and_summed() {
    for target in crate::fire::targets::targets().iter().filter(|target| target.name.starts_with("parquet")) {
        let whole = &target.seeds[0];
        let pages = pages(whole);
        assert!(pages.len() > 8, "{}: {} pages", target.name, pages.len());
        let mut again = whole.clone();
        for (_, page) in &pages {
            assert!(page.numbers.iter().any(|(path, _)| path == &[4]), "{}: a page has a checksum", target.name);
            sum(&mut again, page);
        }
        assert!(again == *whole, "{}: the checksums are those of the writer", target.name);
    }
}
