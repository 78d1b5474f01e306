//! Files as bytes.

use super::*;

#[test]
fn lines_that_are_records_are_counted() {
    let text = b"# c\n\nx,y\r\n1,2\n3";
    assert_eq!(end_of_lines(text, 1), Some(10));
    assert_eq!(end_of_lines(text, 2), Some(14));
    assert_eq!(end_of_lines(text, 3), None, "a line without its end may go on");
    assert_eq!(end_of_lines(b"", 1), None);
}

#[test]
fn readers_of_one_handle_do_not_disturb_each_other() {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, b"0123456789").unwrap();
    let file = Arc::new(Mutex::new(file));
    let (mut a, mut b) = (SharedReader::new(Arc::clone(&file)), SharedReader::new(file));
    let (mut first, mut second) = ([0; 4], [0; 3]);
    a.read_exact(&mut first).unwrap();
    b.read_exact(&mut second).unwrap();
    a.read_exact(&mut first).unwrap();
    assert_eq!((&first, &second), (b"4567", b"012"));
}
