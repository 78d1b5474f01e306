//! The columns of a LAS point: which bytes and bits of a record they are.
//!
//! After the ASPRS LAS specification 1.4 R15, tables 7 to 25.

use crate::data::chunk::Logical;
use crate::source::Field;
use crate::source::las::header::{Header, Record, f64_at};
use crate::source::scalar::Scalar;
use crate::source::strided::{Item, Reading, Stored};

/// Bytes of the description of one extra column.
const DESCRIPTION_BYTES: usize = 192;

/// Degrees in a step of the scan angle of point formats from 6 on.
const ANGLE_STEP: f64 = 0.006;

/// Columns with their places.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub fields: Vec<Field>,
    pub items: Vec<Option<Item>>,
}

impl Columns {
    /// The columns of the points of a file.
    pub fn of(header: &Header, records: &[Record<'_>]) -> Self {
        let mut columns = Self::default();
        for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
            columns.scaled(name, 4 * axis, Scalar::I32, header.scale[axis], header.offset[axis], None);
        }
        columns.plain("intensity", 12, Scalar::U16);
        let has = |formats: &[u8]| formats.contains(&header.format);
        let after = if header.format < 6 {
            columns.bits("return_number", 14, 0, 0b111);
            columns.bits("number_of_returns", 14, 3, 0b111);
            columns.bits("classification", 15, 0, 0b1_1111);
            columns.plain("scan_angle", 16, Scalar::I8);
            columns.plain("user_data", 17, Scalar::U8);
            columns.plain("point_source_id", 18, Scalar::U16);
            20
        } else {
            columns.bits("return_number", 14, 0, 0b1111);
            columns.bits("number_of_returns", 14, 4, 0b1111);
            columns.plain("classification", 16, Scalar::U8);
            columns.scaled("scan_angle", 18, Scalar::I16, ANGLE_STEP, 0.0, None);
            columns.plain("user_data", 17, Scalar::U8);
            columns.plain("point_source_id", 20, Scalar::U16);
            22
        };
        let has_time = has(&[1, 3, 4, 5]) || header.format >= 6;
        if has_time {
            columns.plain("gps_time", after, Scalar::F64);
        }
        if has(&[2, 3, 5, 7, 8, 10]) {
            let first = if has_time { after + 8 } else { after };
            for (channel, name) in ["red", "green", "blue"].into_iter().enumerate() {
                columns.plain(name, first + 2 * channel, Scalar::U16);
            }
            if has(&[8, 10]) {
                columns.plain("nir", first + 6, Scalar::U16);
            }
        }
        if header.extra_bytes() > 0 {
            let is_description = |record: &&Record<'_>| record.user == b"LASF_Spec" && record.id == 4;
            if let Some(record) = records.iter().find(is_description) {
                columns.extra(header, record.content);
            }
        }
        columns
    }

    fn push(&mut self, name: &str, stored: &str, item: Item) {
        self.fields.push(Field::new(Some(name.to_owned()), item.logical.clone(), stored));
        self.items.push(Some(item));
    }

    fn plain(&mut self, name: &str, offset_bytes: usize, scalar: Scalar) {
        self.push(name, scalar.long_name(), Item::number(offset_bytes, scalar, false));
    }

    fn bits(&mut self, name: &str, offset_bytes: usize, shift: u32, mask: i64) {
        let item = Item::number(offset_bytes, Scalar::U8, false);
        self.push(name, "uint8", Item { reading: Reading::Bits { shift, mask }, ..item });
    }

    fn scaled(&mut self, name: &str, at: usize, scalar: Scalar, scale: f64, offset: f64, no_data: Option<f64>) {
        let item = Item {
            offset_bytes: at,
            stored: Stored::Number(scalar),
            big_endian: false,
            reading: Reading::Scaled { scale, offset, no_data },
            logical: Logical::Number { integer: false },
        };
        self.push(name, "float64", item);
    }

    /// The columns that descriptions of extra bytes tell of; arrays of two and three as `name.0`, `name.1`, `name.2`.
    fn extra(&mut self, header: &Header, descriptions: &[u8]) {
        let mut at = header.standard_bytes();
        for description in descriptions.chunks_exact(DESCRIPTION_BYTES) {
            let (kind, options) = (description[2], description[3]);
            let name = description[4..36].split(|byte| *byte == 0).next().unwrap_or_default();
            let name = String::from_utf8_lossy(name);
            let (scalar, count) = match kind {
                // Bytes without a meaning: the options are their number.
                0 => (Scalar::U8, usize::from(options)),
                1..=30 => (EXTRA_SCALARS[usize::from(kind - 1) % 10], usize::from(kind - 1) / 10 + 1),
                // What follows cannot be placed.
                _ => return,
            };
            let end = at + count * scalar.len_bytes();
            if end > header.point_bytes {
                return;
            }
            for element in 0..if kind == 0 { 0 } else { count } {
                let place = at + element * scalar.len_bytes();
                let name = if count == 1 { name.clone().into_owned() } else { format!("{name}.{element}") };
                let three = |start: usize| f64_at(description, start + 8 * element);
                let scale = if options & 8 != 0 { three(112) } else { 1.0 };
                let offset = if options & 16 != 0 { three(136) } else { 0.0 };
                let no_data = (options & 1 != 0).then(|| no_data(description, element, scalar));
                if options & 0b1_1001 == 0 {
                    self.plain(&name, place, scalar);
                } else {
                    self.scaled(&name, place, scalar, scale, offset, no_data);
                }
            }
            at = end;
        }
    }
}

/// The types of extra bytes from 1 on.
const EXTRA_SCALARS: [Scalar; 10] = [
    Scalar::U8,
    Scalar::I8,
    Scalar::U16,
    Scalar::I16,
    Scalar::U32,
    Scalar::I32,
    Scalar::U64,
    Scalar::I64,
    Scalar::F32,
    Scalar::F64,
];

/// The stored value that means none: eight bytes of the kind of number.
fn no_data(description: &[u8], element: usize, scalar: Scalar) -> f64 {
    let at = 40 + 8 * element;
    let word: [u8; 8] = description.get(at..at + 8).and_then(|word| word.try_into().ok()).unwrap_or_default();
    match scalar {
        Scalar::F32 | Scalar::F64 => f64::from_le_bytes(word),
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 => u64::from_le_bytes(word) as f64,
        _ => i64::from_le_bytes(word) as f64,
    }
}
