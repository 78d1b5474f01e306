//! Which rows of a page hold a value, and the values of a page put into the rows that do.

use super::kind::Slots;
use super::runs::{Run, Runs, unpack};

/// The rows of a page, 1 for those with a value; none where all have one.
#[derive(Debug, Default)]
pub(super) struct Levels {
    pub flags: Option<Vec<u8>>,
    pub values: usize,
}

/// Reads the levels of `rows` rows; `None` where there are fewer.
pub(super) fn read(bytes: &[u8], rows: usize) -> Option<Levels> {
    let mut runs = Runs::new(bytes, 1, rows);
    // Most pages have no nulls, and say so in one run.
    if let Some(Ok(Run::Same(1, count))) = runs.next()
        && count == rows
    {
        return Some(Levels { flags: None, values: rows });
    }
    let mut flags: Vec<u8> = Vec::with_capacity(rows);
    for run in Runs::new(bytes, 1, rows) {
        match run.ok()? {
            Run::Same(level @ 0..=1, count) => flags.resize(flags.len() + count, level as u8),
            Run::Same(..) => return None,
            Run::Packed(packed, count) => {
                unpack(packed, 1, count, |levels| flags.extend(levels.iter().map(|level| *level as u8)));
            }
        }
    }
    let values = flags.iter().map(|flag| usize::from(*flag)).sum();
    Some(Levels { flags: Some(flags).filter(|_| values < rows), values })
}

/// Moves values, which come first, to the rows that are flagged; the others get 0.
pub(super) fn spread(slots: Slots<'_>, flags: &[u8], values: usize) -> Option<()> {
    match slots {
        Slots::Narrow(slots) => moved(slots, flags, values),
        Slots::Wide(slots) => moved(slots, flags, values),
    }
}

fn moved<T: Copy + Default>(slots: &mut [T], flags: &[u8], mut left: usize) -> Option<()> {
    // From the back, no value is written over before it is moved.
    for row in (0..flags.len().min(slots.len())).rev() {
        slots[row] = if flags[row] == 0 {
            T::default()
        } else {
            left = left.checked_sub(1)?;
            *slots.get(left)?
        };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_value_are_told_where_there_are_any() {
        let all = read(&[20, 1], 10).unwrap();
        assert_eq!((all.flags, all.values), (None, 10));
        // One run of eight bits, and two nulls.
        let some = read(&[3, 0b1010_1111, 4, 0], 10).unwrap();
        assert_eq!((some.flags, some.values), (Some(vec![1, 1, 1, 1, 0, 1, 0, 1, 0, 0]), 6));
        let packed = read(&[3, 0xff, 4, 1], 10).unwrap();
        assert_eq!((packed.flags, packed.values), (None, 10), "none is null");
        assert!(read(&[3, 0xff], 10).is_none(), "too few");
        assert!(read(&[20, 2], 10).is_none(), "no level");
    }

    #[test]
    fn values_go_to_their_rows() {
        let mut slots = [7_u64, 8, 9, 1, 2, 3];
        spread(Slots::Wide(&mut slots), &[0, 1, 0, 1, 1, 0], 3).unwrap();
        assert_eq!(slots, [0, 7, 0, 8, 9, 0]);
        assert!(spread(Slots::Narrow(&mut [1, 2]), &[1, 1], 1).is_none(), "fewer values than rows");
    }
}
