//! Runs of small numbers, repeated or packed into bits: Parquet's levels and the indices of dictionaries.

/// Numbers one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run<'a> {
    /// One number so many times.
    Same(u32, usize),
    /// So many numbers packed into these bytes.
    Packed(&'a [u8], usize),
}

/// The next `most` numbers of `bits` bits each (0 to 32), run by run; an error where the bytes are no such runs.
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    bits: usize,
    left: usize,
}

/// What is no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl<'a> Runs<'a> {
    pub fn new(bytes: &'a [u8], bits: usize, most: usize) -> Self {
        Self { bytes, bits, left: most }
    }

    fn read(&mut self) -> Option<Run<'a>> {
        let head = self.varint()?;
        let count = usize::try_from(head >> 1).ok()?;
        if count == 0 {
            return None;
        }
        if head & 1 == 0 {
            let (value, behind) = self.bytes.split_at_checked(self.bits.div_ceil(8))?;
            self.bytes = behind;
            let value = value.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
            return Some(Run::Same(value, count.min(self.left)));
        }
        // Eights of numbers, the last one filled up.
        let (packed, behind) = self.bytes.split_at_checked(count.checked_mul(self.bits)?)?;
        self.bytes = behind;
        Some(Run::Packed(packed, count.saturating_mul(8).min(self.left)))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let (byte, behind) = self.bytes.split_first()?;
            self.bytes = behind;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl<'a> Iterator for Runs<'a> {
    type Item = Result<Run<'a>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let run = self.read().ok_or(Broken);
        self.left = match run {
            Ok(Run::Same(_, count) | Run::Packed(_, count)) => self.left - count,
            Err(Broken) => 0,
        };
        Some(run)
    }
}

/// Hands over `count` numbers of `bits` bits each (at most 32), the lowest bits first, by blocks of up to 256.
///
/// Eight numbers take as many bytes as one has bits: 3.5 ns an index, looked up, with one check of the bounds for eight of
/// them; 7.7 ns with one each.
pub(super) fn unpack(packed: &[u8], bits: usize, count: usize, mut block: impl FnMut(&[u32])) {
    const BLOCK: usize = 256;
    /// The last of eight numbers begins in byte 28 at most, and lies within eight bytes from there.
    const WINDOW: usize = 40;
    let mask = (1_u64 << bits.min(32)) - 1;
    let places: [(usize, usize); 8] = std::array::from_fn(|number| (number * bits / 8, number * bits % 8));
    let mut numbers = [0_u32; BLOCK];
    let mut last = [0_u8; WINDOW];
    for start in (0..count).step_by(BLOCK) {
        let len = BLOCK.min(count - start);
        let eights = numbers.as_chunks_mut::<8>().0.iter_mut().take(len.div_ceil(8));
        for (number, eight) in (start / 8..).zip(eights) {
            let bytes = packed.get(number * bits..).unwrap_or_default();
            let window = bytes.first_chunk::<WINDOW>().unwrap_or_else(|| {
                last = [0; WINDOW];
                last[..bytes.len()].copy_from_slice(bytes);
                &last
            });
            for (slot, (byte, shift)) in eight.iter_mut().zip(places) {
                let word = window[byte & 31..].first_chunk().copied().unwrap_or_default();
                *slot = (u64::from_le_bytes(word) >> shift & mask) as u32;
            }
        }
        block(&numbers[..len]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(numbers: &[u32], bits: usize) -> Vec<u8> {
        let mut bytes = vec![0_u8; (numbers.len().next_multiple_of(8) * bits).div_ceil(8)];
        for (at, number) in numbers.iter().enumerate() {
            for bit in (0..bits).filter(|bit| number >> bit & 1 == 1) {
                bytes[(at * bits + bit) / 8] |= 1 << ((at * bits + bit) % 8);
            }
        }
        bytes
    }

    #[test]
    fn numbers_of_any_width_come_back() {
        for bits in 0..=32 {
            let mask = ((1_u64 << bits) - 1) as u32;
            let numbers: Vec<u32> = (0..601_u32).map(|n| n.wrapping_mul(2_654_435_761) & mask).collect();
            for count in [1, 8, 255, 256, 257, 601] {
                let mut found = Vec::new();
                unpack(&packed(&numbers[..count], bits), bits, count, |block| found.extend_from_slice(block));
                assert_eq!(found, numbers[..count], "{count} of {bits} bits");
            }
        }
    }

    #[test]
    fn runs_are_cut_at_the_last_number_and_what_is_none_is_broken() {
        let of = |bytes: &'static [u8], bits, most| Runs::new(bytes, bits, most).collect::<Vec<_>>();
        // Five times 300, then eight of nine bits.
        let bytes = &[10, 0x2c, 0x01, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99];
        assert_eq!(of(bytes, 9, 4), [Ok(Run::Same(300, 4))]);
        assert_eq!(of(bytes, 9, 11), [Ok(Run::Same(300, 5)), Ok(Run::Packed(&bytes[4..13], 6))]);
        assert_eq!(of(bytes, 9, 14).last(), Some(&Err(Broken)), "they end");
        assert_eq!(of(&[0, 0], 1, 3), [Err(Broken)], "a run of none");
        assert_eq!(of(&[3, 1], 9, 3), [Err(Broken)], "cut");
        assert_eq!(of(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80], 1, 3), [Err(Broken)], "no number");
        assert_eq!(of(&[0xfe, 0xff, 0xff, 0xff, 0x1f], 0, 7), [Ok(Run::Same(0, 7))], "of no bits");
        assert_eq!(of(&[], 1, 0), []);
    }
}
