use super::*;

#[test]
fn formats_are_told_by_extension() {
    for (name, format) in [("a.svg", Format::Svg), ("a.PDF", Format::Pdf), ("a.png", Format::Png), ("svg", Format::Png)]
    {
        assert_eq!(Format::of_path(Path::new(name)), format, "{name}");
    }
}

#[test]
fn numbers_are_short() {
    let all = [0.0, -0.00001, 1.0, 1.5, -2.25, 737.28, 1.0 / 3.0].map(number);
    assert_eq!(all, ["0", "0", "1", "1.5", "-2.25", "737.28", "0.3333"]);
}
