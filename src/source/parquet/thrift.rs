//! Thrift's compact protocol, as far as the headers of Parquet need it: numbers and the sizes of lists, all else passed over.
//!
//! Reads a slice and allocates nothing, so that what it reads can be held against budgets before anybody believes it.

/// Structs and lists within each other that are passed over; what Parquet itself has is a few.
const MOST_DEPTH: usize = 32;

/// Why a value cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The bytes end within it.
    Ends,
    /// They are none of Thrift's.
    Damaged,
}

/// What reading gives.
pub(super) type Read<T> = Result<T, Flaw>;

/// The type of a struct.
pub(super) const STRUCT: u8 = 12;

/// A place in some bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of some bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes that have been read.
    pub fn taken(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Read<u8> {
        let byte = self.bytes.get(self.at).ok_or(Flaw::Ends)?;
        self.at += 1;
        Ok(*byte)
    }

    fn pass(&mut self, len: u64) -> Read<()> {
        let left = (self.bytes.len() - self.at) as u64;
        if len > left {
            return Err(Flaw::Ends);
        }
        self.at += len as usize;
        Ok(())
    }

    /// A number of seven bits a byte.
    pub fn varint(&mut self) -> Read<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Flaw::Damaged)
    }

    /// A number with a sign.
    pub fn signed(&mut self) -> Read<i64> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Reads the fields of a struct: `each` gets the number and the type of each and says whether it has read its value;
    /// what it has not is passed over.
    pub fn fields(&mut self, mut each: impl FnMut(&mut Self, i64, u8) -> Read<bool>) -> Read<()> {
        let mut number = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            number = if head >> 4 == 0 { self.signed()? } else { number + i64::from(head >> 4) };
            if !each(self, number, head & 0x0f)? {
                self.skip(head & 0x0f, 0)?;
            }
        }
    }

    /// The type and the number of a list's elements.
    pub fn list(&mut self) -> Read<(u8, u64)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        Ok((head & 0x0f, count))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Read<()> {
        if depth > MOST_DEPTH {
            return Err(Flaw::Damaged);
        }
        match kind {
            // Bools are in the type.
            1 | 2 => Ok(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let len = self.varint()?;
                self.pass(len)
            }
            9 | 10 => {
                let (kind, count) = self.list()?;
                // A bool of a list takes a byte.
                (0..count).try_for_each(|_| if kind <= 2 { self.pass(1) } else { self.skip(kind, depth + 1) })
            }
            11 => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                (0..count).try_for_each(|_| {
                    [kinds >> 4, kinds & 0x0f]
                        .into_iter()
                        .try_for_each(|kind| if kind <= 2 { self.pass(1) } else { self.skip(kind, depth + 1) })
                })
            }
            STRUCT => loop {
                let head = self.byte()?;
                if head == 0 {
                    return Ok(());
                }
                if head >> 4 == 0 {
                    self.varint()?;
                }
                self.skip(head & 0x0f, depth + 1)?;
            },
            _ => Err(Flaw::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_or_passed_over() {
        // 1: i32 = -3, 3: list of two strings, 4: struct { 1: true }, 20: i64 = 300.
        let bytes = [0x15, 0x05, 0x29, 0x28, 1, b'a', 2, b'b', b'c', 0x1c, 0x11, 0, 0x06, 40, 0xd8, 0x04, 0];
        let (mut seen, mut cursor) = (Vec::new(), Cursor::new(&bytes));
        let read = cursor.fields(|cursor, number, kind| {
            let is_number = matches!(kind, 5 | 6);
            seen.push((number, if is_number { cursor.signed()? } else { 0 }));
            Ok(is_number)
        });
        assert_eq!((read, seen), (Ok(()), vec![(1, -3), (3, 0), (4, 0), (20, 300)]));
        assert_eq!(cursor.taken(), bytes.len());
        for end in 0..bytes.len() {
            assert_eq!(Cursor::new(&bytes[..end]).fields(|_, _, _| Ok(false)), Err(Flaw::Ends), "{end}");
        }
    }

    #[test]
    fn depth_and_counts_that_lie_end() {
        let deep = [0x1c; 1000];
        assert_eq!(Cursor::new(&deep).fields(|_, _, _| Ok(false)), Err(Flaw::Damaged));
        let long = [0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0];
        assert_eq!(Cursor::new(&long).fields(|_, _, _| Ok(false)), Err(Flaw::Ends));
        assert_eq!(Cursor::new(&[0xff; 20]).varint(), Err(Flaw::Damaged));
        assert_eq!(Cursor::new(&[0x1f]).fields(|_, _, _| Ok(false)), Err(Flaw::Damaged), "no type of Thrift's");
    }
}
