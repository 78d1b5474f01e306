//! LZ4 frames as a stream: what is held is one block and the 64 KiB before it, whatever the frame says of its size.
//!
//! After the LZ4 frame format 1.6.4 and block format. Checksums are passed over: Arrow has none of its own either.

use std::io::{self, Read};

/// How far back a match may reach.
const WINDOW_BYTES: usize = 1 << 16;

/// The first bytes of a frame.
const MAGIC: u32 = 0x184D_2204;

/// A reader of what a frame holds; what follows the frame is not read.
pub(super) struct Lz4Frame<R> {
    stream: R,
    /// What earlier blocks end with, and the current one.
    output: Vec<u8>,
    /// How much of `output` has been handed out.
    at: usize,
    compressed: Vec<u8>,
    block_bytes: usize,
    is_linked: bool,
    has_block_checksums: bool,
    is_done: bool,
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("LZ4: {what}"))
}

fn number(stream: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    stream.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

impl<R: Read> Lz4Frame<R> {
    /// Reads the head of a frame.
    ///
    /// # Errors
    /// When it is none, of an unknown version, or needs a dictionary.
    pub fn new(mut stream: R) -> io::Result<Self> {
        if number(&mut stream)? != MAGIC {
            return Err(invalid("no frame begins here"));
        }
        let mut head = [0; 2];
        stream.read_exact(&mut head)?;
        let [flags, block] = head;
        if flags >> 6 != 1 || flags & 1 != 0 {
            return Err(invalid("a frame of another version, or with a dictionary"));
        }
        let block_bytes = match block >> 4 & 7 {
            size @ 4..=7 => 1 << (8 + 2 * size),
            _ => return Err(invalid("an impossible size of blocks")),
        };
        // The size of what it holds, where it is told, and the checksum of the head.
        let rest = if flags & 8 != 0 { 9 } else { 1 };
        stream.read_exact(&mut [0; 9][..rest])?;
        Ok(Self {
            stream,
            output: Vec::new(),
            at: 0,
            compressed: Vec::new(),
            block_bytes,
            is_linked: flags & 0x20 == 0,
            has_block_checksums: flags & 0x10 != 0,
            is_done: false,
        })
    }

    /// Decodes the next block; false at the end of the frame.
    fn next_block(&mut self) -> io::Result<bool> {
        let head = number(&mut self.stream)?;
        if head == 0 {
            return Ok(false);
        }
        let (is_plain, len) = (head >> 31 == 1, (head & 0x7fff_ffff) as usize);
        if len > self.block_bytes {
            return Err(invalid("a block larger than the frame allows"));
        }
        let keep = if self.is_linked { self.output.len().min(WINDOW_BYTES) } else { 0 };
        self.output.drain(..self.output.len() - keep);
        self.at = keep;
        if is_plain {
            self.output.resize(keep + len, 0);
            self.stream.read_exact(&mut self.output[keep..])?;
        } else {
            self.compressed.resize(len, 0);
            self.stream.read_exact(&mut self.compressed)?;
            decode(&self.compressed, &mut self.output, keep + self.block_bytes)?;
        }
        if self.has_block_checksums {
            number(&mut self.stream)?;
        }
        Ok(true)
    }
}

impl<R: Read> Read for Lz4Frame<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.output.len() && !self.is_done && !buffer.is_empty() {
            self.is_done = !self.next_block()?;
        }
        let count = buffer.len().min(self.output.len() - self.at);
        buffer[..count].copy_from_slice(&self.output[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Appends what a block holds to what came before it, up to `most` bytes in all.
fn decode(block: &[u8], output: &mut Vec<u8>, most: usize) -> io::Result<()> {
    let mut at = 0;
    let byte = |at: &mut usize| {
        let byte = block.get(*at).copied().ok_or_else(|| invalid("a block that ends early"))?;
        *at += 1;
        io::Result::Ok(byte)
    };
    // A length of 15 goes on in further bytes, up to one below 255.
    let length = |at: &mut usize, nibble: u8| {
        let mut length = usize::from(nibble);
        if nibble == 15 {
            loop {
                let more = byte(at)?;
                length += usize::from(more);
                if more < 255 {
                    break;
                }
            }
        }
        io::Result::Ok(length)
    };
    loop {
        let token = byte(&mut at)?;
        let literals = length(&mut at, token >> 4)?;
        let end = at.checked_add(literals).filter(|end| *end <= block.len());
        let end = end.ok_or_else(|| invalid("literals beyond the block"))?;
        if output.len() + literals > most {
            return Err(invalid("a block that holds more than it may"));
        }
        output.extend_from_slice(&block[at..end]);
        at = end;
        // The last sequence has no match.
        if at == block.len() {
            return Ok(());
        }
        let offset = usize::from(byte(&mut at)?) | usize::from(byte(&mut at)?) << 8;
        let mut left = 4 + length(&mut at, token & 15)?;
        if offset == 0 || offset > output.len() {
            return Err(invalid("a match before the beginning"));
        }
        if output.len() + left > most {
            return Err(invalid("a block that holds more than it may"));
        }
        // A match may reach into itself: what it repeats grows as it is written.
        let start = output.len() - offset;
        while left > 0 {
            let run = left.min(output.len() - start);
            output.extend_from_within(start..start + run);
            left -= run;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(frame: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Lz4Frame::new(frame)?.read_to_end(&mut out)?;
        Ok(out)
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(digits).collect()
    }

    /// Frames as `pyarrow.compress(data, codec="lz4")` 26.0.1 makes them, with the library `lz4`.
    #[test]
    fn frames_of_another_program_are_read() {
        assert_eq!(
            read(&bytes("04224d186040820c0000003d616263030050636162635800000000")).unwrap(),
            b"abcabcabcabcabcabcabcabcX"
        );
        assert_eq!(read(&bytes("04224d1860408200000000")).unwrap(), b"");
        // By hand: 3 literals, a match of 4 + 15 at 3, and 5 literals that end it.
        let mut by_hand = b"\x04\x22\x4d\x18\x64\x40\xa7".to_vec();
        by_hand.extend(13u32.to_le_bytes());
        by_hand.extend(b"\x3fabc\x03\x00\x00\x50cabcX");
        by_hand.extend([0; 4]);
        assert_eq!(read(&by_hand).unwrap(), b"abcabcabcabcabcabcabcacabcX");
    }

    #[test]
    fn frames_that_lie_are_errors_and_never_large() {
        let mut plain = b"\x04\x22\x4d\x18\x64\x40\xa7".to_vec();
        plain.extend((0x8000_0003u32).to_le_bytes());
        plain.extend(b"abc");
        assert!(read(&plain).is_err(), "no end mark");
        let block = |block: &[u8]| {
            let mut frame = b"\x04\x22\x4d\x18\x64\x40\xa7".to_vec();
            frame.extend((block.len() as u32).to_le_bytes());
            frame.extend(block);
            frame.extend([0; 4]);
            read(&frame).unwrap_err().to_string()
        };
        assert!(block(b"\x10a\x00\x00").contains("before the beginning"));
        assert!(block(b"\x10a\x05\x00").contains("before the beginning"));
        assert!(block(b"\xf0\xff\xff").contains("ends early"));
        assert!(block(b"\x20a").contains("beyond the block"));
        // A match of 255 * 300 bytes: more than a block of 64 KiB holds.
        let mut bomb = b"\x1fa\x01\x00".to_vec();
        bomb.extend([255; 300]);
        bomb.extend(b"\x00\x00");
        assert!(block(&bomb).contains("more than it may"));
        assert!(read(b"\x04\x22\x4d\x18\x65\x40\xa7").is_err(), "a dictionary");
        assert!(read(b"nonsense").is_err());
    }
}
