//! How much the texts of a decoded page come to: some encodings write them down once for many rows.
//!
//! The decoder writes each row's text out, makes room for as many lengths as a page claims to have, and repeats what is
//! before a text's end as often as it says.

/// The encodings of the format that matter here.
const PLAIN_DICTIONARY: i64 = 2;
const RLE_DICTIONARY: i64 = 8;
const DELTA_LENGTH_BYTE_ARRAY: i64 = 6;
const DELTA_BYTE_ARRAY: i64 = 7;

/// Bytes of a length in memory.
const LENGTH_BYTES: u64 = 4;

/// The longest text of a dictionary: a length and its bytes, one after another.
pub(super) fn longest(dictionary: &[u8]) -> u64 {
    let (mut rest, mut longest) = (dictionary, 0);
    while let Some((len, behind)) = rest.split_first_chunk::<4>() {
        let len = u32::from_le_bytes(*len);
        longest = longest.max(u64::from(len));
        // What sticks out is told by the decoder.
        let Some(behind) = behind.get(len as usize..) else { break };
        rest = behind;
    }
    longest
}

/// The values of a page behind its levels; `level_bytes` of the second version, else a length before the levels.
pub(super) fn values(page: &[u8], level_bytes: Option<usize>, has_levels: bool) -> &[u8] {
    let start = match level_bytes {
        Some(bytes) => bytes,
        None if has_levels => page.first_chunk().map_or(0, |len| 4 + u32::from_le_bytes(*len) as usize),
        None => 0,
    };
    page.get(start..).unwrap_or_default()
}

/// Bytes that the lengths of a page of texts take while it is decoded.
pub(super) fn length_bytes(values: &[u8], encoding: i64) -> u64 {
    let each = match encoding {
        DELTA_LENGTH_BYTE_ARRAY => LENGTH_BYTES,
        DELTA_BYTE_ARRAY => 2 * LENGTH_BYTES,
        _ => return 0,
    };
    Deltas::new(values).map_or(0, |deltas| deltas.count.saturating_mul(each))
}

/// Bytes of the texts of a page, each written out. (Those of a dictionary are not in the page.)
pub(super) fn text_bytes(values: &[u8], encoding: i64) -> u64 {
    let own = values.len() as u64;
    match encoding {
        PLAIN_DICTIONARY | RLE_DICTIONARY => 0,
        DELTA_BYTE_ARRAY => own.saturating_add(Deltas::new(values).map_or(0, Deltas::sum)),
        _ => own,
    }
}

/// Numbers as differences, packed in blocks of bits.
struct Deltas<'a> {
    rest: &'a [u8],
    block: u64,
    minis: u64,
    count: u64,
    first: i64,
}

impl<'a> Deltas<'a> {
    /// Reads the head; `None` where it is none.
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = super::thrift::Cursor::new(bytes);
        let (block, minis, count) = (cursor.varint().ok()?, cursor.varint().ok()?, cursor.varint().ok()?);
        let first = cursor.signed().ok()?;
        Some(Self { rest: bytes.get(cursor.taken()..)?, block, minis, count, first })
    }

    /// The sum of the numbers, none of which is negative in a file that is right; ends where the bytes do.
    fn sum(mut self) -> u64 {
        let (mut sum, mut value, mut left) = (self.first.max(0) as u64, self.first, self.count.saturating_sub(1));
        let per_mini = self.block.checked_div(self.minis).unwrap_or(0);
        if per_mini == 0 || self.minis > self.block {
            return sum;
        }
        while left > 0 {
            let mut cursor = super::thrift::Cursor::new(self.rest);
            let Ok(least) = cursor.signed() else { return sum };
            let behind = self.rest.get(cursor.taken()..).unwrap_or_default();
            let Some((widths, mut packed)) =
                usize::try_from(self.minis).ok().and_then(|minis| behind.split_at_checked(minis))
            else {
                return sum;
            };
            for width in widths.iter().map(|width| usize::from(*width)) {
                if left == 0 || width > 64 {
                    break;
                }
                let count = per_mini.min(left);
                for number in 0..count {
                    let Some(delta) = bits(packed, number as usize * width, width) else { return sum };
                    value = value.wrapping_add(least).wrapping_add(delta as i64);
                    sum = sum.saturating_add(value.max(0) as u64);
                }
                left -= count;
                let len = usize::try_from(per_mini).unwrap_or(usize::MAX).saturating_mul(width) / 8;
                packed = packed.get(len..).unwrap_or_default();
            }
            self.rest = packed;
            if widths.is_empty() || widths.iter().any(|width| *width > 64) {
                return sum;
            }
        }
        sum
    }
}

/// A number of so many bits (at most 64) at a bit of some bytes, the least one first.
fn bits(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    if width == 0 {
        return Some(0);
    }
    let end = (at + width).div_ceil(8);
    let bytes = bytes.get(at / 8..end)?;
    let wide = bytes.iter().rev().fold(0_u128, |wide, byte| wide << 8 | u128::from(*byte));
    Some((wide >> (at % 8)) as u64 & (u64::MAX >> (64 - width)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_of_a_dictionary_is_found() {
        let dictionary = [&3u32.to_le_bytes()[..], b"abc", &5u32.to_le_bytes(), b"defgh", &0u32.to_le_bytes()].concat();
        assert_eq!(longest(&dictionary), 5);
        assert_eq!(longest(&dictionary[..12]), 5, "one that sticks out says what it is");
        assert_eq!(longest(&[]), 0);
    }

    #[test]
    fn values_lie_behind_the_levels() {
        let page = [2, 0, 0, 0, 9, 9, 1, 2, 3];
        assert_eq!(values(&page, None, true), [1, 2, 3]);
        assert_eq!(values(&page, None, false), page);
        assert_eq!(values(&page, Some(6), true), [1, 2, 3]);
        assert_eq!(values(&page[..5], None, true), [0_u8; 0], "levels that stick out");
    }

    #[test]
    fn sums_of_differences_are_those_of_the_numbers() {
        // The example of the format: 7, 5, 3, 1, 2, 3, 4, 5 in a block of 128 and four parts.
        let mut bytes = vec![0x80, 0x01, 4, 8, 14, 0x03, 2, 0, 0, 0];
        bytes.extend([0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Deltas::new(&bytes).unwrap().sum(), 30);
        assert_eq!((length_bytes(&bytes, DELTA_BYTE_ARRAY), text_bytes(&bytes, DELTA_BYTE_ARRAY)), (8 * 8, 18 + 30));
        assert_eq!(length_bytes(&bytes, DELTA_LENGTH_BYTE_ARRAY), 8 * 4);
        assert_eq!((length_bytes(&bytes, 0), text_bytes(&bytes, 0), text_bytes(&bytes, RLE_DICTIONARY)), (0, 18, 0));
        // A hundred million equal numbers in no more bytes than eight.
        let equal = [0x80, 0x01, 4, 0x80, 0xc2, 0xd7, 0x2f, 20];
        assert_eq!(length_bytes(&equal, DELTA_BYTE_ARRAY), 800_000_000);
        for end in 0..bytes.len() {
            assert!(text_bytes(&bytes[..end], DELTA_BYTE_ARRAY) <= 18 + 30, "{end}");
        }
    }

    #[test]
    fn bits_are_taken_across_bytes() {
        let bytes = [0b1010_0110, 0b0101_1001, 0xff];
        assert_eq!(bits(&bytes, 3, 7), Some(0b0110100));
        assert_eq!(bits(&bytes, 0, 0), Some(0));
        assert_eq!(bits(&bytes, 20, 5), None);
        assert_eq!(bits(&[0xff; 9], 7, 64), Some(u64::MAX));
    }
}
