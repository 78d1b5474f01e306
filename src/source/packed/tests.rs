//! Packed bytes, whole, in members, cut anywhere, and with any bit flipped.

use std::io::Write;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Hands out one byte a call, interrupted before each.
struct Drops(io::Cursor<Vec<u8>>, bool);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = buffer.len().min(1);
        self.0.read(&mut buffer[..len])
    }
}

fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let packing = Packing::from_head(packed).unwrap();
    let mut all = Vec::new();
    let (mut reader, taken) = packing.unpack(Box::new(io::Cursor::new(packed.to_vec())), &Budgets::default())?;
    reader.read_to_end(&mut all)?;
    assert_eq!(taken.len_bytes(), packed.len() as u64);
    let mut again = Vec::new();
    packing
        .unpack(Box::new(Drops(io::Cursor::new(packed.to_vec()), false)), &Budgets::default())?
        .0
        .read_to_end(&mut again)?;
    assert_eq!(again, all);
    Ok(all)
}

fn text() -> Vec<u8> {
    (0..120).flat_map(|row| format!("{row},{}\n", (f64::from(row) * 0.7).sin()).into_bytes()).collect()
}

#[test]
fn members_and_frames_follow_one_another() {
    let text = text();
    for pack in [gzip, zstd] {
        let parts: Vec<u8> = text.chunks(400).flat_map(pack).chain(pack(b"")).collect();
        assert_eq!(unpacked(&parts).unwrap(), text);
    }
    // As gzip and Python read it: zeros between members and behind the last one are none of the data.
    let padded: Vec<u8> = text.chunks(400).flat_map(|part| [gzip(part), vec![0; 70_000]].concat()).collect();
    assert_eq!(unpacked(&padded).unwrap(), text);
    let followed = unpacked(&[gzip(&text), b"\0\0rest".to_vec()].concat()).unwrap_err().to_string();
    assert!(followed.contains("something follows the gzip data"), "{followed}");
    // What pzstd puts before each frame.
    let mut skippable = b"\x50\x2a\x4d\x18\x04\0\0\0abcd".to_vec();
    skippable.extend(zstd(&text));
    assert_eq!(unpacked(&skippable).unwrap(), text);
}

#[test]
fn what_is_cut_or_flipped_anywhere_is_an_error() {
    let text = text();
    for pack in [gzip, zstd] {
        let packed = pack(&text);
        for cut in Packing::HEAD_BYTES..packed.len() {
            let error = unpacked(&packed[..cut]).unwrap_err().to_string();
            assert!(error.contains("ends early"), "cut at {cut}: {error}");
        }
        // The time, flags and system in gzip's header, and zstd's unused bit, decide nothing.
        for at in 10..packed.len() {
            for bit in [0, 3, 7] {
                let mut flipped = packed.clone();
                flipped[at] ^= 1 << bit;
                if let Ok(found) = unpacked(&flipped) {
                    assert_eq!(found, text, "byte {at}, bit {bit}");
                }
            }
        }
        let followed = [&packed[..], b"x,y\n"].concat();
        assert!(unpacked(&followed).is_err(), "what follows is not passed over");
    }
}

#[test]
fn an_error_comes_again_and_windows_have_a_limit() {
    let packed = gzip(&text());
    let (mut reader, _) =
        Packing::Gzip.unpack(Box::new(io::Cursor::new(packed[..100].to_vec())), &Budgets::default()).unwrap();
    assert!(reader.read_to_end(&mut Vec::new()).is_err());
    assert!(reader.read(&mut [0; 10]).is_err(), "never an end");
    // A frame whose header asks for a window of 2 GiB.
    let mut frame = b"\x28\xb5\x2f\xfd\x00\xa8".to_vec();
    frame.extend([1, 0, 0]);
    let error = unpacked(&frame).unwrap_err().to_string();
    assert!(error.contains("128 MiB") && error.contains("--long"), "{error}");
}

#[test]
fn first_bytes_and_extensions_tell_the_packing() {
    assert_eq!(Packing::from_head(&gzip(b"a")), Some(Packing::Gzip));
    assert_eq!(Packing::from_head(&zstd(b"a")), Some(Packing::Zstd));
    for head in [&b""[..], b"\x1f", b"\x1f\x8b", b"\x28\xb5\x2f", b"x,y\n1,2\n", b"PAR1"] {
        assert_eq!(Packing::from_head(head), None);
    }
    assert!(Packing::is_extension("GZ") && Packing::is_extension("zst") && !Packing::is_extension("csv"));
}

/// Zeros without an end, packed as a stream of frames: what a bomb of any size unpacks to.
struct Bomb {
    frame: Vec<u8>,
    at: usize,
}

impl Read for Bomb {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.frame.len() - self.at);
        buffer[..count].copy_from_slice(&self.frame[self.at..self.at + count]);
        self.at = (self.at + count) % self.frame.len();
        Ok(count)
    }
}

#[test]
fn a_bomb_ends_where_its_budget_does() {
    let zeros = vec![0; 16 << 20];
    let frame = zstd::bulk::compress(&zeros, 1).unwrap();
    let bomb = |ratio: u64| {
        let budgets = Budgets::default().with(Limit::Ratio, ratio).unwrap();
        Packing::Zstd.unpack(Box::new(Bomb { frame: frame.clone(), at: 0 }), &budgets).unwrap().0
    };
    let mut reader = bomb(1000);
    let error = io::copy(&mut reader, &mut io::sink()).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("the zstd data unpacks to too much") && told.ends_with("raise --max-ratio"), "{told}");
    let again = reader.read(&mut [0; 10]).unwrap_err().to_string();
    assert!(again.contains("unpacks to too much"), "what failed is at no end: {again}");
    let passed = io::copy(&mut bomb(1 << 20).take(200 << 20), &mut io::sink()).unwrap();
    assert_eq!(passed, 200 << 20, "the budget is raised");
}
