//! Pages of the compressions that the decoder unpacks without a bound: never more than their header says.

use std::io::{self, Read};

use ::parquet::basic::Compression;
use lz4_flex::block::decompress_into;
use lz4_flex::frame::FrameDecoder;

/// A compression that is unpacked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Brotli,
    /// What the format once called LZ4: blocks as Hadoop frames them, an LZ4 frame, or a block alone.
    Lz4,
}

impl Packing {
    /// The compression of a column that is unpacked here; none for those that the decoder bounds.
    pub fn of(compression: Compression) -> Option<Self> {
        match compression {
            Compression::GZIP(_) => Some(Self::Gzip),
            Compression::BROTLI(_) => Some(Self::Brotli),
            Compression::LZ4 => Some(Self::Lz4),
            _ => None,
        }
    }

    /// Unpacks a page.
    ///
    /// # Errors
    /// When it is damaged, or is not of that size.
    pub fn unpack(self, packed: &[u8], len_bytes: usize) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => bounded(flate2::read::MultiGzDecoder::new(packed), len_bytes),
            Self::Brotli => bounded(brotli::Decompressor::new(packed, 4096), len_bytes),
            Self::Lz4 => {
                let framed = || bounded(FrameDecoder::new(packed), len_bytes);
                let plain = || {
                    let mut unpacked = vec![0; len_bytes];
                    let len = decompress_into(packed, &mut unpacked).map_err(io::Error::other)?;
                    if len == len_bytes { Ok(unpacked) } else { Err(other_size()) }
                };
                hadoop(packed, len_bytes).or_else(|_| framed()).or_else(|_| plain())
            }
        }
    }
}

fn other_size() -> io::Error {
    io::Error::other("a page of another size than its header says")
}

fn bounded(decoder: impl Read, len_bytes: usize) -> io::Result<Vec<u8>> {
    // One byte more than there may be tells that there are more.
    let mut unpacked = Vec::with_capacity(len_bytes + 1);
    decoder.take(len_bytes as u64 + 1).read_to_end(&mut unpacked)?;
    if unpacked.len() == len_bytes { Ok(unpacked) } else { Err(other_size()) }
}

/// Blocks one after another, each behind its unpacked and its packed size in big-endian order.
fn hadoop(mut packed: &[u8], len_bytes: usize) -> io::Result<Vec<u8>> {
    let mut unpacked = vec![0; len_bytes];
    let mut at = 0_usize;
    while let Some((head, behind)) = packed.split_first_chunk::<8>() {
        let [a, b, c, d, e, f, g, h] = *head;
        let (size, packed_size) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
        let room = unpacked.get_mut(at..at.saturating_add(size as usize)).ok_or_else(other_size)?;
        let (block, rest) = behind.split_at_checked(packed_size as usize).ok_or_else(other_size)?;
        if decompress_into(block, room).map_err(io::Error::other)? != room.len() {
            return Err(other_size());
        }
        (at, packed) = (at + size as usize, rest);
    }
    if packed.is_empty() && at == len_bytes { Ok(unpacked) } else { Err(other_size()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn framed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn hadoop_block(bytes: &[u8]) -> Vec<u8> {
        let block = lz4_flex::block::compress(bytes);
        [&(bytes.len() as u32).to_be_bytes()[..], &(block.len() as u32).to_be_bytes(), &block].concat()
    }

    #[test]
    fn pages_are_unpacked_in_every_frame() {
        let page: Vec<u8> = (0..100_000_u32).flat_map(|number| (number / 7).to_le_bytes()).collect();
        let (first, second) = page.split_at(150_000);
        for (packing, packed) in [
            (Packing::Gzip, gzip(&page)),
            (Packing::Gzip, [gzip(first), gzip(second)].concat()),
            (Packing::Lz4, hadoop_block(&page)),
            (Packing::Lz4, [hadoop_block(first), hadoop_block(second)].concat()),
            (Packing::Lz4, framed(&page)),
            (Packing::Lz4, lz4_flex::block::compress(&page)),
        ] {
            assert!(packing.unpack(&packed, page.len()).unwrap() == page, "{packing:?}");
            for wrong in [0, page.len() - 1, page.len() + 1] {
                assert!(packing.unpack(&packed, wrong).is_err(), "{packing:?} of {wrong} bytes");
            }
            assert!(packing.unpack(&packed[..packed.len() - 9], page.len()).is_err(), "{packing:?} cut");
        }
    }
}
