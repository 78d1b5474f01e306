//! Damage without knowledge of the format: a seed gives the same damaged bytes on every machine.

use crate::harness::Random;

/// No damaged file is longer.
pub(super) const MOST_BYTES: usize = 256 << 10;

/// A number below `end`, 0 for 0.
pub(super) fn below(random: &mut Random, end: usize) -> usize {
    (random.next() % end.max(1) as u64) as usize
}

/// One of some things.
pub(super) fn one_of<'a, T>(random: &mut Random, things: &'a [T]) -> &'a T {
    &things[below(random, things.len())]
}

/// A stretch of some bytes, most often a short one.
pub(super) fn stretch(random: &mut Random, len: usize) -> std::ops::Range<usize> {
    let start = below(random, len);
    let most = if random.next().is_multiple_of(4) { len } else { 64 };
    start..len.min(start + 1 + below(random, most))
}

/// What readers are most likely to trip over: lengths of 32 and 64 bits, signed or not.
pub(super) fn length_field(random: &mut Random) -> Vec<u8> {
    const WORDS: [u64; 16] = [
        0,
        1,
        2,
        0xff,
        0xffff,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0x1_0000_0000,
        0x10_0000,
        0x1000_0000,
        1 << 40,
        1 << 62,
        i64::MAX as u64,
        1 << 63,
        u64::MAX,
    ];
    let word = *one_of(random, &WORDS);
    let bytes = word.to_le_bytes();
    match random.next() % 8 {
        0..4 => (word as u32).to_le_bytes().to_vec(),
        4..6 => bytes.to_vec(),
        6 => (word as u16).to_le_bytes().to_vec(),
        _ => (word as u32).to_be_bytes().to_vec(),
    }
}

/// One of the seeds, damaged in one to four ways, and its number; two of them one after the other have none.
pub(super) fn mutant(seeds: &[Vec<u8>], seed: u64) -> (Vec<u8>, Option<usize>) {
    let mut random = Random(seed);
    let which = below(&mut random, seeds.len());
    let mut bytes = seeds[which].clone();
    let mut origin = Some(which);
    let ways = [1, 1, 1, 2, 4][below(&mut random, 5)];
    for _ in 0..ways {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match random.next() % 10 {
            0..2 => {
                for _ in 0..1 + below(&mut random, 8) {
                    bytes[below(&mut random, len)] ^= 1 << (random.next() % 8);
                }
            }
            2 => {
                let range = stretch(&mut random, len);
                for byte in &mut bytes[range] {
                    *byte = random.next() as u8;
                }
            }
            3..6 => {
                let field = length_field(&mut random);
                // Fields are aligned more often than not.
                let align = [1, 1, 4, 8][below(&mut random, 4)];
                let at = below(&mut random, len) / align * align;
                let end = len.min(at + field.len());
                bytes[at..end].copy_from_slice(&field[..end - at]);
            }
            6 => drop(bytes.drain(stretch(&mut random, len))),
            7 => {
                let range = stretch(&mut random, len);
                let copy = bytes[range].to_vec();
                let at = below(&mut random, bytes.len());
                bytes.splice(at..at, copy);
            }
            8 => {
                let (a, b) = (stretch(&mut random, len), stretch(&mut random, len));
                let (a, b) = if a.start <= b.start { (a, b) } else { (b, a) };
                let a = a.start..a.end.min(b.start);
                let swapped =
                    [&bytes[..a.start], &bytes[b.clone()], &bytes[a.end..b.start], &bytes[a.clone()], &bytes[b.end..]]
                        .concat();
                bytes = swapped;
            }
            _ => {
                let other = one_of(&mut random, seeds).clone();
                let (head, tail) = (below(&mut random, bytes.len() + 1), below(&mut random, other.len() + 1));
                // The whole of both as often as their parts.
                let is_whole = random.next().is_multiple_of(2);
                bytes.truncate(if is_whole { bytes.len() } else { head });
                bytes.extend(&other[if is_whole { 0 } else { tail }..]);
                origin = None;
            }
        }
    }
    bytes.truncate(MOST_BYTES);
    (bytes, origin)
}
