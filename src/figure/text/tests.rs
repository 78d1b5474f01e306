use super::*;

#[test]
fn text_has_ink_and_the_width_of_its_advances() {
    let mask = mask("0123456789", 11.0, 1e9);
    // DejaVu's digits are 1303 of 2048 units wide.
    let expected_px = 10.0 * 11.0 * 1303.0 / 2048.0;
    assert!((width_px("0123456789", 11.0) - expected_px).abs() < 0.05);
    assert!((f64::from(mask.width) - expected_px).abs() < 3.5, "{} for {expected_px}", mask.width);
    assert!(mask.coverage().iter().any(|covered| *covered > 200), "no dark pixel");
}

#[test]
fn too_wide_a_text_ends_in_an_ellipsis() {
    let mask = mask(&"long title ".repeat(100_000), 14.0, 200.0);
    assert!((180..=203).contains(&mask.width), "{} px", mask.width);
    assert_eq!(super::mask("abc", 14.0, 0.0), super::mask("…", 14.0, 1e9));
}

#[test]
fn reading_upwards_is_a_turn() {
    assert_eq!(turned(&[1, 2, 3, 4, 5, 6], 3, 2), [3, 6, 2, 5, 1, 4]);
    let across = mask("Ag", 11.0, 1e9);
    let upwards = across.upwards();
    assert_eq!((upwards.width, upwards.height), (across.height, across.width));
    let (width, height) = (across.width as usize, across.height as usize);
    assert_eq!(upwards.coverage(), turned(across.coverage(), width, height));
}

#[test]
fn characters_without_a_glyph_and_other_scripts_do_not_panic() {
    for text in ["", " ", "日本\u{10ffff}", "العربية abc", "e\u{301}\u{301}\u{301}", "🦀", "\u{0}"] {
        let mask = mask(text, 11.0, 1e9);
        assert_eq!(mask.coverage().len(), (mask.width * mask.height) as usize, "{text:?}");
    }
}

#[test]
fn font_start_up() {
    let start = std::time::Instant::now();
    mask("first", 11.0, 1e9).coverage();
    // 2 ms optimised; the bound only catches a font that is parsed again and again.
    assert!(start.elapsed().as_secs_f64() < 2.0);
}

/// Texts of the lines.
fn lines(fitted: &Fitted) -> Vec<String> {
    fitted.lines.iter().map(|line| line.run().0.text().trim().to_owned()).collect()
}

#[test]
fn a_text_that_fits_is_one_line_of_its_size() {
    let one = fitted("short", 14.0, Room { most_px: 200.0, most_lines: 3 }, 0.7);
    assert_eq!((lines(&one), one.size_px, one.is_cut), (vec!["short".to_owned()], 14.0, false));
    assert_eq!(one.lines[0], mask("short", 14.0, 1e9));
    assert!(fitted(" ", 14.0, Room { most_px: 9.0, most_lines: 1 }, 0.7).lines.is_empty());
}

#[test]
fn long_texts_wrap_into_lines_of_about_the_same_width() {
    let text = "one two three four five six seven eight nine ten eleven";
    let whole_px = mask(text, 14.0, 1e9).run().0.width_px();
    let room = Room { most_px: whole_px * 0.9, most_lines: 3 };
    let found = fitted(text, 14.0, room, 0.7);
    assert_eq!((found.lines.len(), found.size_px, found.is_cut), (2, 14.0, false));
    assert_eq!(lines(&found).join(" "), text, "no word is lost");
    let widths: Vec<i32> = found.lines.iter().map(|line| line.width).collect();
    assert!(widths[0].abs_diff(widths[1]) < 60, "greedy would leave one word: {widths:?}");
    assert_eq!(lines(&fitted("a\nb c", 14.0, Room { most_px: 500.0, most_lines: 2 }, 0.7)), ["a", "b c"]);
}

#[test]
fn what_does_not_wrap_shrinks_and_then_is_cut() {
    let whole_px = mask("unbreakable", 14.0, 1e9).run().0.width_px();
    let at = |share: f64, most_lines: usize| {
        fitted("unbreakable", 14.0, Room { most_px: whole_px * share, most_lines }, 0.7)
    };
    let smaller = at(0.8, 1);
    assert!(!smaller.is_cut && (0.74..=0.8).contains(&(smaller.size_px / 14.0)), "{}", smaller.size_px);
    assert!(smaller.lines[0].run().0.width_px() <= whole_px * 0.8);
    let cut = at(0.5, 1);
    assert!(cut.is_cut && (cut.size_px - 9.8).abs() < 1e-9);
    assert!(lines(&cut)[0].ends_with('…') && lines(&cut)[0].starts_with("unb"), "{:?}", lines(&cut));
    let broken = at(0.5, 2);
    assert!(!broken.is_cut && broken.lines.len() == 2, "a word that is too wide is broken anywhere");
    for most_px in [0.0, -1.0, f64::NAN, 3.0] {
        let none = fitted("unbreakable", 14.0, Room { most_px, most_lines: 1 }, 0.7);
        assert_eq!((lines(&none), none.is_cut), (vec!["…".to_owned()], true), "{most_px}");
    }
}

#[test]
fn lines_of_right_to_left_texts_begin_at_their_left_end() {
    let text = "שלום עולם טוב מאוד abc שלום עולם";
    let whole_px = mask(text, 14.0, 1e9).run().0.width_px();
    let found = fitted(text, 14.0, Room { most_px: whole_px * 0.6, most_lines: 2 }, 0.7);
    assert_eq!(found.lines.len(), 2);
    // With more room than it needs, a whole text begins there too.
    let roomy = fitted(text, 14.0, Room { most_px: whole_px * 3.0, most_lines: 2 }, 0.7);
    assert_eq!(roomy.lines.len(), 1);
    for line in found.lines.iter().chain(&roomy.lines) {
        let ink: Vec<bool> = (0..line.width)
            .map(|x| (0..line.height).any(|y| line.coverage()[(y * line.width + x) as usize] > 0))
            .collect();
        assert!(ink[..5].contains(&true) && ink[ink.len() - 6..].contains(&true), "ink at both ends");
    }
}

#[test]
fn the_embedded_font_is_the_one_whose_sum_is_known() {
    let fonts = Fonts::default();
    let embedded = &fonts.faces()[0];
    assert_eq!((embedded.crc(), embedded.name()), (crc32fast::hash(embedded.bytes()), "DejaVu Sans"));
}
