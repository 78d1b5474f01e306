//! Snappy without a frame, unpacked to where the caller wants it: the decoder's own way clears the memory first, which
//! for numbers that do not pack takes longer than unpacking them.

/// The bytes that a block unpacks to begin with, where its first element holds that many.
pub(super) fn first<const N: usize>(packed: &[u8]) -> Option<[u8; N]> {
    let (_, head) = unpacked_len(packed)?;
    let element = packed.get(head..)?;
    let (len, start) = literal(element)?;
    if len < N { None } else { element.get(start..)?.first_chunk().copied() }
}

/// A block that comes in pieces, unpacked to one place.
#[derive(Debug)]
pub(super) struct Unpacker<'a> {
    out: &'a mut [u8],
    at: usize,
    /// Bytes of the literal that is under way.
    literal: usize,
}

impl<'a> Unpacker<'a> {
    /// Begins with the first piece; gives what of it has been read too. `None` for a block that does not unpack to just as
    /// many bytes as `out` has.
    pub fn new(piece: &[u8], out: &'a mut [u8]) -> Option<(Self, usize)> {
        let (len, head) = unpacked_len(piece)?;
        (len == out.len()).then_some((Self { out, at: 0, literal: 0 }, head))
    }

    /// Unpacks what it can of a piece (all, where it is the last one), and gives how much of it that was: but for a few bytes
    /// all of it. `None` for what is no such block.
    pub fn feed(&mut self, piece: &[u8], is_last: bool) -> Option<usize> {
        let mut rest = piece;
        loop {
            if self.literal > 0 {
                let (some, behind) = rest.split_at(self.literal.min(rest.len()));
                self.out.get_mut(self.at..self.at + some.len())?.copy_from_slice(some);
                self.at += some.len();
                self.literal -= some.len();
                rest = behind;
            }
            // An element's head is at most five bytes.
            let Some(&tag) = rest.first().filter(|_| rest.len() >= 5 || is_last) else { break };
            if tag & 3 == 0 {
                // Short ones as a whole: what is too much is written over.
                let short = usize::from(tag >> 2) + 1;
                if short <= 16
                    && let (Some(from), Some(to)) =
                        (rest[1..].first_chunk::<16>(), self.out.get_mut(self.at..self.at + 16))
                {
                    to.copy_from_slice(from);
                    (rest, self.at) = (&rest[1 + short..], self.at + short);
                    continue;
                }
                let (len, start) = literal(rest)?;
                (self.literal, rest) = (len, rest.get(start..)?);
            } else {
                let (len, offset, size) = copy(rest)?;
                repeat(self.out, self.at, offset, len)?;
                (rest, self.at) = (&rest[size..], self.at + len);
            }
        }
        Some(piece.len() - rest.len())
    }

    /// Where the rest of the literal that is under way goes, if that is at least so many bytes: whoever asks fills it, and what
    /// is fed next begins behind it.
    pub fn literal(&mut self, least: usize) -> Option<&mut [u8]> {
        if self.literal < least.max(1) {
            return None;
        }
        let start = self.at;
        self.at += std::mem::take(&mut self.literal);
        self.out.get_mut(start..self.at)
    }

    /// True when all that was to come has come.
    pub fn is_whole(&self) -> bool {
        self.at == self.out.len() && self.literal == 0
    }
}

/// How much a block unpacks to, and the bytes that say so.
fn unpacked_len(packed: &[u8]) -> Option<(usize, usize)> {
    let mut len = 0_u64;
    for (number, &byte) in packed.iter().take(5).enumerate() {
        len |= u64::from(byte & 0x7f) << (7 * number);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(len).ok()?, number + 1));
        }
    }
    None
}

/// The length of the literal that an element is, and where it begins.
fn literal(element: &[u8]) -> Option<(usize, usize)> {
    let tag = *element.first()?;
    if tag & 3 != 0 {
        return None;
    }
    match usize::from(tag >> 2) {
        short @ 0..60 => Some((short + 1, 1)),
        long => {
            let bytes = long - 59;
            let number = element.get(1..=bytes)?.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            Some((usize::try_from(number + 1).ok()?, 1 + bytes))
        }
    }
}

/// The length and the offset of the copy that an element is, and its own size.
fn copy(element: &[u8]) -> Option<(usize, usize, usize)> {
    let tag = *element.first()?;
    let long = usize::from(tag >> 2) + 1;
    Some(match (tag & 3, element) {
        (1, [_, low, ..]) => (4 + usize::from(tag >> 2 & 7), usize::from(tag >> 5) << 8 | usize::from(*low), 2),
        (2, [_, a, b, ..]) => (long, usize::from(u16::from_le_bytes([*a, *b])), 3),
        (3, [_, a, b, c, d, ..]) => (long, u32::from_le_bytes([*a, *b, *c, *d]) as usize, 5),
        _ => return None,
    })
}

/// Writes `len` bytes (at most 64) again that lie `offset` bytes before `at`; each may be one that was just written.
fn repeat(out: &mut [u8], at: usize, offset: usize, len: usize) -> Option<()> {
    let from = at.checked_sub(offset).filter(|_| offset > 0)?;
    if at + len > out.len() {
        return None;
    }
    if offset >= 16 && at + len + 15 <= out.len() {
        // As whole words: what is too much is written over.
        for step in (0..len).step_by(16) {
            let word: [u8; 16] = *out.get(from + step..)?.first_chunk()?;
            *out.get_mut(at + step..)?.first_chunk_mut()? = word;
        }
    } else {
        // What is there repeats, and doubles with each step.
        let mut done = 0;
        while done < len {
            let next = (offset + done).min(len - done);
            out.copy_within(from..from + next, at + done);
            done += next;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A block of literals and copies, and what it unpacks to by the rules of the format.
    fn block(elements: &[(Vec<u8>, u16, u8)]) -> (Vec<u8>, Vec<u8>) {
        let (mut packed, mut plain) = (Vec::new(), Vec::<u8>::new());
        for (literal, offset, len) in elements {
            if !literal.is_empty() {
                match literal.len() - 1 {
                    short @ 0..60 => packed.push((short as u8) << 2),
                    long => {
                        packed.push(61 << 2);
                        packed.extend((long as u16).to_le_bytes());
                    }
                }
                packed.extend(literal);
                plain.extend(literal);
            }
            let (offset, len) = (usize::from(*offset), usize::from(*len).clamp(1, 64));
            if (1..=plain.len()).contains(&offset) {
                match len {
                    4..12 if offset < 2048 => {
                        packed.extend([(offset >> 8 << 5 | (len - 4) << 2 | 1) as u8, offset as u8]);
                    }
                    _ if len % 2 == 0 => {
                        packed.push(((len - 1) << 2 | 2) as u8);
                        packed.extend((offset as u16).to_le_bytes());
                    }
                    _ => {
                        packed.push(((len - 1) << 2 | 3) as u8);
                        packed.extend((offset as u32).to_le_bytes());
                    }
                }
                (0..len).for_each(|_| plain.push(plain[plain.len() - offset]));
            }
        }
        let mut head = Vec::new();
        let mut len = plain.len();
        while len >= 0x80 {
            head.push(len as u8 | 0x80);
            len >>= 7;
        }
        head.push(len as u8);
        (head.into_iter().chain(packed).collect(), plain)
    }

    /// Unpacks a block that comes in pieces of so many bytes.
    fn unpack(packed: &[u8], out: &mut [u8], piece_bytes: usize) -> Option<()> {
        let (mut unpacker, mut at) = Unpacker::new(packed, out)?;
        let mut end = at;
        while at < packed.len() {
            end = (end + piece_bytes).min(packed.len());
            at += unpacker.feed(&packed[at..end], end == packed.len())?;
            // Long literals go around it.
            if at == end
                && let Some(room) = unpacker.literal(150)
            {
                let from = packed.get(at..at + room.len())?;
                room.copy_from_slice(from);
                (at, end) = (at + from.len(), at + from.len());
            }
        }
        unpacker.is_whole().then_some(())
    }

    fn element() -> impl Strategy<Value = (Vec<u8>, u16, u8)> {
        let literal =
            prop_oneof![prop::collection::vec(any::<u8>(), 0..40), prop::collection::vec(any::<u8>(), 0..400)];
        (literal, prop_oneof![0..40_u16, 0..3000_u16], 0..70_u8)
    }

    proptest! {
        #[test]
        fn elements_become_what_they_say(elements in prop::collection::vec(element(), 0..30)) {
            let (packed, plain) = block(&elements);
            let mut out = vec![0xaa; plain.len()];
            for piece_bytes in [1, 6, 100, 100_000] {
                out.fill(0xaa);
                prop_assert!(unpack(&packed, &mut out, piece_bytes).is_some());
                prop_assert_eq!(&out, &plain);
            }
            if let Some(first) = first::<4>(&packed) {
                prop_assert_eq!(&first[..], &plain[..4]);
            }
            for len in [plain.len() + 1, plain.len().saturating_sub(1)] {
                prop_assert!(len == plain.len() || unpack(&packed, &mut vec![0; len], 50).is_none());
            }
            if packed.len() > 1 {
                prop_assert!(unpack(&packed[..packed.len() - 1], &mut out, 50).is_none(), "cut");
            }
        }

        #[test]
        fn any_bytes_are_unpacked_or_not(bytes in prop::collection::vec(any::<u8>(), 0..200), len in 0..300_usize) {
            let mut out = vec![0; len];
            let _ = unpack(&bytes, &mut out, 70);
            let mut told = bytes.clone();
            told.splice(0..told.len().min(2), [len as u8 & 0x7f | 0x80, (len >> 7) as u8]);
            let _ = (unpack(&told, &mut out, 70), first::<4>(&told));
        }
    }
}
