//! Bytes at a place of a file, read by many threads through one handle that has no place of its own.

use std::fs::File;
use std::io;

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, offset)
}

/// Fills `bytes` from `offset` on; less at the end of the file only.
///
/// # Errors
/// When the file cannot be read.
pub(in crate::source) fn read_full_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match read_at(file, &mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_the_end_is_told() {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), b"0123456789").unwrap();
        let file = File::open(path.path()).unwrap();
        let mut bytes = [0; 4];
        assert_eq!((read_full_at(&file, &mut bytes, 3).unwrap(), &bytes), (4, b"3456"));
        assert_eq!((read_full_at(&file, &mut bytes, 8).unwrap(), &bytes[..2]), (2, &b"89"[..]));
        assert_eq!(read_full_at(&file, &mut bytes, 100).unwrap(), 0);
    }
}
