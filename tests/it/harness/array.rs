//! NumPy's files as they stand: `.npy` by its header, `.npz` as a zip of stored ones, every checksum compared.

use std::collections::BTreeMap;

/// An array: its type as NumPy writes it, its side lengths, its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) dtype: String,
    pub(crate) shape: Vec<usize>,
    /// The values, whole numbers too; nothing for texts.
    pub(crate) numbers: Vec<f64>,
    /// The texts of an array of them.
    pub(crate) texts: Vec<String>,
}

impl Array {
    /// Reads a `.npy`.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00", "version 1.0 of NumPy's format");
        let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert_eq!(end % 64, 0, "values begin at a multiple of 64 bytes");
        let header = std::str::from_utf8(&bytes[10..end]).unwrap();
        assert!(header.ends_with('\n') && header.contains("'fortran_order': False"), "{header}");
        let after = |key: &str| header.split_once(key).unwrap_or_else(|| panic!("{key} in {header}")).1;
        let dtype = after("'descr': '").split_once('\'').unwrap().0.to_owned();
        let shape = after("'shape': (").split_once(')').unwrap().0;
        let shape: Vec<usize> =
            shape.split(',').map(str::trim).filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()).collect();
        let len: usize = shape.iter().product();
        let values = &bytes[end..];
        let words = || values.as_chunks::<8>().0.iter();
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        match dtype.as_str() {
            "<f8" => numbers = words().map(|word| f64::from_le_bytes(*word)).collect(),
            "<u8" => numbers = words().map(|word| whole(u64::from_le_bytes(*word))).collect(),
            text if text.starts_with("<U") => {
                let characters: usize = text[2..].parse().unwrap();
                let character = |code: &[u8; 4]| char::from_u32(u32::from_le_bytes(*code)).unwrap();
                let text = |codes: &[u8]| codes.as_chunks::<4>().0.iter().map(character).collect::<String>();
                texts =
                    values.chunks(4 * characters).map(|codes| text(codes).trim_end_matches('\0').to_owned()).collect();
            }
            other => panic!("no such type of values: {other}"),
        }
        assert_eq!(numbers.len() + texts.len(), len, "as many values as {shape:?}");
        Self { dtype, shape, numbers, texts }
    }

    /// Reads a `.npz`, by name without `.npy`.
    pub(crate) fn read_all(zip: &[u8]) -> BTreeMap<String, Self> {
        let u16_at = |at: usize| usize::from(u16::from_le_bytes(zip[at..at + 2].try_into().unwrap()));
        let u32_at = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().unwrap());
        // The end record without a comment.
        let end = zip.len() - 22;
        assert_eq!(&zip[end..end + 4], b"PK\x05\x06", "the end of a zip");
        let mut entry = u32_at(end + 16) as usize;
        let mut arrays = BTreeMap::new();
        for _ in 0..u16_at(end + 10) {
            assert_eq!(&zip[entry..entry + 4], b"PK\x01\x02", "an entry of a zip");
            assert_eq!(u16_at(entry + 10), 0, "stored");
            let (name, extra) = zip[entry + 46..].split_at(u16_at(entry + 28));
            let name = std::str::from_utf8(name).unwrap();
            // What does not fit 32 bits, or is written as if it did not, stands in the extra field 1: the size, the size
            // stored, where the file starts.
            let mut wide = match extra.split_first_chunk::<4>() {
                Some((&[1, 0, len, 0], words)) => words[..usize::from(len)].as_chunks::<8>().0.iter(),
                _ => [].iter(),
            };
            let mut number = |at: usize| match u32_at(at) {
                u32::MAX => u64::from_le_bytes(*wide.next().unwrap()) as usize,
                number => number as usize,
            };
            let (len, stored, start) = (number(entry + 24), number(entry + 20), number(entry + 42));
            assert_eq!(len, stored, "{name}: stored as it is");
            assert_eq!(&zip[start..start + 4], b"PK\x03\x04", "a file of a zip");
            let data = &zip[start + 30 + u16_at(start + 26) + u16_at(start + 28)..][..len];
            assert_eq!(crc32(data), u32_at(entry + 16), "{name}: checksum");
            let array = Self::read(data);
            assert!(
                arrays.insert(name.strip_suffix(".npy").unwrap().to_owned(), array).is_none(),
                "{name} is there once"
            );
            entry += 46 + u16_at(entry + 28) + u16_at(entry + 30) + u16_at(entry + 32);
        }
        assert_eq!(entry, end, "nothing but entries");
        arrays
    }

    /// One plane of an array of several.
    pub(crate) fn plane(&self, i: usize) -> &[f64] {
        let area: usize = self.shape[1..].iter().product();
        &self.numbers[i * area..(i + 1) * area]
    }
}

fn whole(number: u64) -> f64 {
    assert!(number < 1 << 53, "counts of tests are small");
    number as f64
}

/// The CRC-32 of ISO 3309, as zip takes it, bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// A structured `.npy` of f64 columns.
pub(crate) fn npy<const N: usize>(names: [&str; N], rows: &[[f64; N]]) -> Vec<u8> {
    let fields: Vec<_> = names.iter().map(|name| format!("('{name}', '<f8')")).collect();
    let mut header =
        format!("{{'descr': [{}], 'fortran_order': False, 'shape': ({},), }}", fields.join(", "), rows.len());
    let len = (10 + header.len() + 1).next_multiple_of(64) - 10;
    header.push_str(&" ".repeat(len - header.len() - 1));
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(super::binary::f64_bytes(rows));
    bytes
}
