//! Damage with knowledge of the format, which comes further into a reader than flipped bits: fields stay where they are,
//! checksums are made right again, texts keep their tokens.

mod binary;
mod text;
mod thrift;

use super::mutate::{MOST_BYTES, below, mutant, one_of};
use super::targets::Target;
use crate::harness::Random;

/// A file of a target by its number.
pub(super) fn crafted(target: &Target, number: u64) -> Vec<u8> {
    let mut random = Random(number ^ 0x5eed_0000_0000_0000);
    // A part of all is damaged without knowledge, also on top of what was crafted.
    if random.next().is_multiple_of(8) {
        return mutant(&target.seeds, number).0;
    }
    let seed = one_of(&mut random, &target.seeds).clone();
    let mut bytes = match target.name {
        "csv" | "tsv" => text::damaged(&mut random, &seed, text::CSV),
        "json" | "jsonl" => text::damaged(&mut random, &seed, text::JSON),
        "plot-file" => text::damaged(&mut random, &seed, text::PLOT_FILE),
        "npy" => binary::npy(&mut random, &seed),
        "npz" => binary::npz(&mut random, &seed),
        "las" | "laz" => binary::las(&mut random, &seed),
        "canvas" => binary::canvas(&mut random, &seed),
        "csv-gz" | "json-gz" => binary::gzip(&mut random, &seed),
        "csv-zst" => binary::zstd(&mut random, &seed),
        name if name.starts_with("parquet") => thrift::parquet(&mut random, &seed),
        name if name.starts_with("arrow") => binary::ipc(&mut random, &seed),
        _ => {
            let len = below(&mut random, seed.len() + 1);
            seed[..len].to_vec()
        }
    };
    if random.next().is_multiple_of(8) {
        bytes = mutant(&[bytes], random.next()).0;
    }
    bytes.truncate(MOST_BYTES);
    bytes
}
