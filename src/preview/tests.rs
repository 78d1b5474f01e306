//! Every encoder against what its protocol's document says, read back by small decoders written from it.

use base64::Engine as _;

use super::terminal::Ink;
use super::*;

/// Numbers that look random, for pictures without a pattern.
fn noise(seed: &mut u64) -> u8 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 56) as u8
}

fn noisy(width: u32, height: u32, is_opaque: bool) -> Vec<[u8; 4]> {
    let mut seed = u64::from(width) << 32 | u64::from(height);
    let pixel = |_| {
        let [r, g, b, alpha] = [0; 4].map(|_: u8| noise(&mut seed));
        // Often nothing, often all.
        let alpha = if is_opaque || alpha > 170 { 255 } else { alpha.saturating_sub(60) };
        if alpha == 0 { [0; 4] } else { [r, g, b, alpha] }
    };
    (0..width * height).map(pixel).collect()
}

fn png_file(width: u32, height: u32, pixels: &[[u8; 4]]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut encoder = png::Encoder::new(file.reopen().unwrap(), width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels.as_flattened()).unwrap();
    writer.finish().unwrap();
    file
}

fn thumbnail(width: u32, height: u32, pixels: &[[u8; 4]], room: (u32, u32)) -> Thumbnail {
    let file = png_file(width, height, pixels);
    Thumbnail::read(&mut PngRows::open(file.path()).unwrap(), room).unwrap()
}

/// The means of the areas by brute force: every pixel is cut into so many parts that no part lies in two areas.
fn means(from: (u32, u32), pixels: &[[u8; 4]], to: (u32, u32)) -> Vec<[u8; 4]> {
    let mut means = Vec::new();
    for (row, column) in (0..to.1).flat_map(|row| (0..to.0).map(move |column| (row, column))) {
        let mut sums = [0_u64; 4];
        for (v, u) in (0..from.1).flat_map(|v| (0..from.0).map(move |u| (v, u))) {
            let (part_y, part_x) = (row * from.1 + v, column * from.0 + u);
            let [r, g, b, alpha] = pixels[(part_y / to.1 * from.0 + part_x / to.0) as usize].map(u64::from);
            sums = [sums[0] + r * alpha, sums[1] + g * alpha, sums[2] + b * alpha, sums[3] + alpha];
        }
        let parts = f64::from(from.0) * f64::from(from.1);
        let alpha = (sums[3] as f64 / parts + 0.5).floor() as u8;
        let color = |sum: u64| (sum as f64 / (255.0 * parts) + 0.5).floor() as u8;
        means.push(if alpha == 0 { [0; 4] } else { [color(sums[0]), color(sums[1]), color(sums[2]), alpha] });
    }
    means
}

#[test]
fn small_pictures_are_the_means_of_their_areas() {
    for (from, room) in [
        ((1, 1), (80, 44)),
        ((3, 2), (2, 2)),
        ((7, 5), (3, 9)),
        ((13, 1), (5, 5)),
        ((1, 13), (5, 4)),
        ((16, 12), (4, 3)),
        ((31, 17), (10, 10)),
        ((9, 9), (9, 9)),
    ] {
        for is_opaque in [true, false] {
            let pixels = noisy(from.0, from.1, is_opaque);
            let small = thumbnail(from.0, from.1, &pixels, room);
            let to = (small.width(), small.height());
            assert!(to.0 <= room.0 && to.1 <= room.1, "{from:?} in {room:?}: {to:?}");
            let found: Vec<_> = small.rows().flatten().copied().collect();
            assert_eq!(found, means(from, &pixels, to), "{from:?} to {to:?}");
        }
    }
}

#[test]
fn sizes_keep_their_shape_and_are_never_enlarged() {
    assert_eq!(fitted((1024, 768), (80, 44)), (59, 44));
    assert_eq!(fitted((1024, 768), (120, 200)), (120, 90));
    assert_eq!(fitted((10, 5), (80, 44)), (10, 5));
    for size in [(1, 1), (1, 65535), (65535, 1), (65535, 65535), (1023, 769), (2, 3)] {
        for room in [(1, 1), (80, 44), (1000, 2000), (7, 1000)] {
            let (width, height) = fitted(size, room);
            assert!((1..=room.0.min(size.0)).contains(&width), "{size:?} in {room:?}: {width} wide");
            assert!((1..=room.1.min(size.1)).contains(&height), "{size:?} in {room:?}: {height} high");
            let is_close = |side: u32, other: u32, of: u32, by: u32| {
                (f64::from(side) - f64::from(other) * f64::from(of) / f64::from(by)).abs() <= 0.5 || side == 1
            };
            let keeps_shape = is_close(height, width, size.1, size.0) || is_close(width, height, size.0, size.1);
            assert!(keeps_shape, "{size:?} in {room:?}: {width} x {height}");
        }
    }
    assert_eq!(Screen::of(80, 24).cells((1024, 768)), (59, 22));
    assert_eq!(Screen::of(80, 24).cells((16, 16)), (2, 1));
    assert_eq!(Screen::of(0, 0), Screen { columns: 1, rows: 1 });
}

fn kitty(bytes: &[u8], columns: u32, carrier: Carrier) -> String {
    let mut out = Vec::new();
    assert!(kitty::write(&mut Pieces::of(bytes), columns, carrier, &mut out).is_ok());
    String::from_utf8(out).unwrap()
}

/// <https://sw.kovidgoyal.net/kitty/graphics-protocol/>: `<ESC>_G<control data>;<payload><ESC>\`; of several pieces the
/// first has all keys and m=1, those behind it m and q alone, the last m=0; a piece has at most 4096 characters, and
/// those before the last a multiple of 4.
#[test]
fn kitty_gets_the_file_in_pieces() {
    assert_eq!(kitty(b"abc", 40, Carrier::Direct), "\x1b_Ga=T,f=100,c=40,q=2,m=0;YWJj\x1b\\\n");
    assert_eq!(kitty(b"abc", 40, Carrier::Tmux), "\x1bPtmux;\x1b\x1b_Ga=T,f=100,c=40,q=2,m=0;YWJj\x1b\x1b\\\x1b\\\n");
    for len in [0, 1, 3071, 3072, 3073, 6144, 10_000] {
        let bytes: Vec<u8> = (0..len).map(|i| (i * 7 % 251) as u8).collect();
        let text = kitty(&bytes, 9, Carrier::Direct);
        let sequences: Vec<_> = text.strip_suffix("\x1b\\\n").unwrap().split("\x1b\\").collect();
        let mut payload = String::new();
        for (i, sequence) in sequences.iter().enumerate() {
            let (keys, piece) = sequence.strip_prefix("\x1b_G").unwrap().split_once(';').unwrap();
            let is_last = i + 1 == sequences.len();
            let all = if i == 0 { "a=T,f=100,c=9," } else { "" };
            assert_eq!(keys, format!("{all}q=2,m={}", u8::from(!is_last)), "piece {i} of {len} bytes");
            assert!(piece.len() <= 4096 && (is_last || piece.len().is_multiple_of(4)), "piece {i} of {len} bytes");
            payload += piece;
        }
        let decoded = base64::engine::general_purpose::STANDARD.decode(payload).unwrap();
        assert!(decoded == bytes, "{len} bytes");
    }
}

/// <https://iterm2.com/documentation-images.html>: `ESC ] 1337 ; File = [arguments] : base-64 encoded file contents ^G`.
#[test]
fn iterm_gets_the_file_in_one_sequence() {
    let iterm = |bytes: &[u8], carrier| {
        let mut out = Vec::new();
        let len_bytes = bytes.len() as u64;
        assert!(iterm::write(&mut Pieces::of(bytes), len_bytes, (40, 15), carrier, &mut out).is_ok());
        String::from_utf8(out).unwrap()
    };
    let sequence = "\x1b]1337;File=inline=1;size=3;width=40;height=15;preserveAspectRatio=1:YWJj\x07";
    assert_eq!(iterm(b"abc", Carrier::Direct), format!("{sequence}\n"));
    assert_eq!(iterm(b"abc", Carrier::Tmux), format!("\x1bPtmux;\x1b{sequence}\x1b\\\n"));
    let bytes = vec![5; 10_000];
    let text = iterm(&bytes, Carrier::Direct);
    let payload = text.strip_suffix("\x07\n").unwrap().split_once(':').unwrap().1;
    assert!(base64::engine::general_purpose::STANDARD.decode(payload).unwrap() == bytes, "no padding within");
    assert!(iterm::check(1 << 20, Carrier::Direct).is_ok());
    let error = iterm::check(1 << 20, Carrier::Tmux).unwrap_err();
    assert_eq!(error.kind().exit_code(), 2, "{error}");
}

/// Reads sixels by chapter 14 of the VT330/VT340 manual: size, and colours in percent where something is painted.
fn sixels(text: &str) -> (usize, usize, Vec<Option<[u8; 3]>>) {
    let body = text.strip_prefix("\x1bP0;1;0q").unwrap().strip_suffix("\x1b\\\n").unwrap();
    let (mut rest, mut registers) = (body, [[0; 3]; 256]);
    let numbers = |rest: &mut &str| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(end);
        *rest = behind;
        digits.split(';').map(|number| number.parse::<usize>().unwrap()).collect::<Vec<_>>()
    };
    rest = rest.strip_prefix('"').expect("raster attributes come first");
    let attributes = numbers(&mut rest);
    assert_eq!(attributes[..2], [1, 1], "square pixels");
    let (width, height) = (attributes[2], attributes[3]);
    let mut pixels = vec![None; width * height];
    let (mut x, mut top, mut color) = (0, 0, 0);
    while let Some(character) = rest.chars().next() {
        rest = &rest[1..];
        let mut count = 1;
        let mut sixel = character;
        match character {
            '#' => {
                let introduced = numbers(&mut rest);
                color = introduced[0];
                if let [_, 2, r, g, b] = introduced[..] {
                    assert!(r <= 100 && g <= 100 && b <= 100, "percent");
                    registers[color] = [r, g, b].map(|part| part as u8);
                }
                continue;
            }
            '$' => {
                x = 0;
                continue;
            }
            '-' => {
                (x, top) = (0, top + 6);
                continue;
            }
            '!' => {
                count = numbers(&mut rest)[0];
                sixel = rest.chars().next().unwrap();
                rest = &rest[1..];
            }
            _ => {}
        }
        assert!(('?'..='~').contains(&sixel), "a sixel: {sixel:?}");
        for _ in 0..count {
            for bit in (0..6).filter(|bit| (sixel as u8 - b'?') >> bit & 1 == 1) {
                assert!(x < width && top + bit < height, "within its raster: {x}, {}", top + bit);
                let pixel = &mut pixels[(top + bit) * width + x];
                assert_eq!(*pixel, None, "painted once");
                *pixel = Some(registers[color]);
            }
            x += 1;
        }
    }
    (width, height, pixels)
}

fn encoded(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn sixels_of_few_colours_read_back_to_the_percent() {
    for (width, height) in [(1, 1), (1, 7), (5, 6), (10, 13), (16, 15)] {
        let pixels = noisy(width, height, false);
        let small = thumbnail(width, height, &pixels, (1000, 1000));
        let (read_width, read_height, read) = sixels(&encoded(|out| sixel::write(&small, out)));
        assert_eq!((read_width, read_height), (width as usize, height as usize));
        for (found, pixel) in read.iter().zip(small.rows().flatten()) {
            assert_eq!(found.is_some(), pixel[3] > 0, "transparent stays transparent");
            let Some(found) = found else { continue };
            for (found, wanted) in found.iter().zip(pixel) {
                assert!((f64::from(*found) - f64::from(*wanted) / 2.55).abs() <= 0.5001, "{found} % of {wanted}");
            }
        }
    }
    let flat = Thumbnail::new(100, vec![[255, 0, 0, 255]; 600]);
    assert_eq!(encoded(|out| sixel::write(&flat, out)), "\x1bP0;1;0q\"1;1;100;6#0;2;100;0;0#0!100~\x1b\\\n");
    let nothing = Thumbnail::new(3, vec![[0; 4]; 21]);
    assert_eq!(encoded(|out| sixel::write(&nothing, out)), "\x1bP0;1;0q\"1;1;3;7-\x1b\\\n");
}

#[test]
fn sixels_of_many_colours_are_close() {
    let (width, height) = (97_u32, 61_u32);
    // A smooth field of more than 5000 colours, with a hole.
    let pixel = |i: u32| {
        let (x, y) = (i % width, i / width);
        match x < 10 && y < 10 {
            true => [0; 4],
            false => {
                [(x * 255 / width) as u8, (y * 255 / height) as u8, (255 - (x + y) * 255 / (width + height)) as u8, 255]
            }
        }
    };
    let pixels: Vec<_> = (0..width * height).map(pixel).collect();
    let small = Thumbnail::new(width, pixels.clone());
    let (_, _, read) = sixels(&encoded(|out| sixel::write(&small, out)));
    let (mut squares, mut painted) = (0.0, 0);
    for (found, pixel) in read.iter().zip(&pixels) {
        assert_eq!(found.is_some(), pixel[3] > 0);
        let Some(found) = found else { continue };
        painted += 1;
        squares += found.iter().zip(pixel).map(|(a, b)| (f64::from(*a) * 2.55 - f64::from(*b)).powi(2)).sum::<f64>();
    }
    // A field of two dimensions cut into 256 colours: cells of 16 x 16 steps have a deviation of 16 / sqrt(12) = 4.6.
    let deviation = (squares / f64::from(painted) / 3.0).sqrt();
    assert!(deviation < 8.0, "{deviation} of 255");
}

/// The numbers of a colour behind 38;2, 38;5 and the like; nothing where the terminal's own is left.
type Code = Option<Vec<u8>>;

/// Reads SGR colours and half blocks: pixels, two rows a line, and the characters in each line.
fn blocks(text: &str) -> (Vec<Vec<Code>>, Vec<usize>) {
    let (mut rows, mut lengths) = (Vec::new(), Vec::new());
    for line in text.strip_suffix('\n').unwrap().split('\n') {
        let line = line.strip_suffix("\x1b[0m").expect("colours are reset");
        let (mut front, mut back) = (None, None);
        let (mut upper, mut lower) = (Vec::new(), Vec::new());
        let mut rest = line;
        while let Some(character) = rest.chars().next() {
            rest = &rest[character.len_utf8()..];
            match character {
                '\x1b' => {
                    let (codes, behind) = rest.strip_prefix('[').unwrap().split_once('m').unwrap();
                    rest = behind;
                    let codes: Vec<u8> = codes.split(';').map(|code| code.parse().unwrap()).collect();
                    match codes[..] {
                        [38, _, ..] => front = Some(codes[2..].to_vec()),
                        [48, _, ..] => back = Some(codes[2..].to_vec()),
                        [49] => back = None,
                        _ => panic!("SGR {codes:?}"),
                    }
                }
                ' ' => {
                    upper.push(back.clone());
                    lower.push(back.clone());
                }
                '▀' => {
                    upper.push(front.clone());
                    lower.push(back.clone());
                }
                '▄' => {
                    upper.push(back.clone());
                    lower.push(front.clone());
                }
                other => panic!("{other:?}"),
            }
        }
        lengths.push(upper.len());
        rows.extend([upper, lower]);
    }
    (rows, lengths)
}

#[test]
fn blocks_read_back_as_the_small_picture() {
    for (width, height, room) in
        [(1, 1, (80, 44)), (2, 3, (80, 44)), (50, 37, (20, 44)), (9, 90, (80, 11)), (3, 3, (1, 1))]
    {
        for is_opaque in [true, false] {
            let small = thumbnail(width, height, &noisy(width, height, is_opaque), room);
            let (rows, lengths) = blocks(&encoded(|out| blocks::write(&small, Ink::TrueColor, out)));
            assert_eq!(lengths, vec![small.width() as usize; small.height().div_ceil(2) as usize]);
            let mut expected: Vec<Vec<Code>> = small
                .rows()
                .map(|row| row.iter().map(|pixel| (pixel[3] > 0).then(|| pixel[..3].to_vec())).collect())
                .collect();
            if expected.len() % 2 == 1 {
                expected.push(vec![None; small.width() as usize]);
            }
            assert_eq!(rows, expected, "{width} x {height} in {room:?}");
        }
    }
}

/// What xterm's colours are: <https://invisible-island.net/xterm/manpage/xterm.html>, `256colres.pl`.
fn color_of_256(number: u8) -> [i32; 3] {
    let number = i32::from(number);
    let level = |level: i32| if level == 0 { 0 } else { 55 + 40 * level };
    match number - 16 {
        cube @ 0..=215 => [level(cube / 36), level(cube / 6 % 6), level(cube % 6)],
        grey => [8 + 10 * (grey - 216); 3],
    }
}

#[test]
fn blocks_of_256_colours_take_the_nearest() {
    let mut seed = 5;
    let pixels: Vec<_> = (0..300).map(|_| [noise(&mut seed), noise(&mut seed), noise(&mut seed), 255]).collect();
    let greys = (0..=255).map(|grey| [grey, grey, grey, 255]);
    let pixels: Vec<[u8; 4]> = pixels.into_iter().chain(greys).collect();
    let (rows, _) = blocks(&encoded(|out| blocks::write(&Thumbnail::new(556, pixels.clone()), Ink::Palette256, out)));
    let distance = |number: u8, pixel: [u8; 4]| -> i32 {
        color_of_256(number).iter().zip(pixel).map(|(a, b)| (a - i32::from(b)).pow(2)).sum()
    };
    for (found, pixel) in rows[0].iter().zip(pixels) {
        let found = found.as_ref().unwrap()[0];
        let nearest = (16..=255).map(|number| distance(number, pixel)).min().unwrap();
        assert_eq!(distance(found, pixel), nearest, "{pixel:?} by {found}");
    }
}

#[test]
fn shades_are_denser_where_there_is_more_to_see() {
    let (white, black, grey) = ([255; 4], [0, 0, 0, 255], [128, 128, 128, 255]);
    let on_white = Thumbnail::new(4, [[white, black, grey, white], [white, black, grey, white]].concat());
    assert_eq!(encoded(|out| blocks::write(&on_white, Ink::Ascii, out)), " @=\n");
    assert_eq!(encoded(|out| blocks::write(&on_white, Ink::Shades, out)), " █▒\n");
    let on_black = Thumbnail::new(4, [[black, white, black, black], [black, white, [0; 4], black]].concat());
    assert_eq!(encoded(|out| blocks::write(&on_black, Ink::Ascii, out)), " @\n");
}

#[test]
fn files_that_are_no_such_pictures_are_refused() {
    let file = png_file(4, 4, &[[9; 4]; 16]);
    let bytes = std::fs::read(file.path()).unwrap();
    let shown = |protocol| {
        let mut out = Vec::new();
        show(file.path(), protocol, Carrier::Direct, Screen::of(80, 24), &mut out).map(|()| out)
    };
    let all = [Protocol::Kitty, Protocol::Iterm, Protocol::Sixel, Protocol::Blocks(Ink::TrueColor)];
    for protocol in all {
        assert!(shown(protocol).unwrap().ends_with(b"\n"), "{protocol:?}");
    }
    for cut in [0, 7, 20, bytes.len() / 2] {
        std::fs::write(file.path(), &bytes[..cut]).unwrap();
        assert_eq!(shown(Protocol::Sixel).unwrap_err().kind().exit_code(), 1, "{cut} bytes");
    }
    std::fs::write(file.path(), "no picture").unwrap();
    for protocol in all {
        assert_eq!(shown(protocol).unwrap_err().kind().exit_code(), 1, "{protocol:?}");
    }
}
