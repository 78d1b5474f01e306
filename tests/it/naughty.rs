//! Texts that deceive whoever looks at them raw: as names, values, titles, files and arguments they never reach a terminal,
//! a log, a report or a picture's text as they are.
//!
//! `long_naughty_strings_of_others` takes the big list of naughty strings (`naughty-strings/blns.json`) from the folder that
//! `POINTILLIST_CORPORA` names.

use std::fmt::Write as _;

use crate::harness::binary::{Bench, Run};

/// A list of our own: what terminals obey, what reverses, hides or breaks text, what is no text, and what is only odd.
fn own_list() -> Vec<String> {
    let mut list: Vec<String> = [
        "\u{1b}[31mred",
        "\u{1b}[2J\u{1b}[H",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]8;;http://a.b/\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "\u{1b}P+q544e\u{1b}\\",
        "\u{1b}c",
        "\u{1b}[?1049h",
        "\u{1b}[6n",
        "\u{1b}",
        "a\u{1b}",
        "\u{1b}[",
        "\u{1b}(0qqq",
        "\u{1b}]52;c;cm0gLXJm\u{7}",
        "\u{1b}_Gi=1;AAAA\u{1b}\\",
        "\u{1b}[3;1H\u{1b}[K",
        "x\rfake line",
        "bell\u{7}",
        "back\u{8}\u{8}\u{8}\u{8}space",
        "form\u{c}feed",
        "vertical\u{b}tab",
        "tab\tstop",
        "line\nbreak",
        "two\n\nlines\n",
        "dos\r\nline",
        "shift\u{e}out\u{f}in",
        "sub\u{1a}",
        "del\u{7f}",
        "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}",
        "\u{1c}\u{1d}\u{1e}\u{1f}",
        "\u{9b}31mC1 CSI",
        "\u{9d}0;C1 OSC\u{9c}",
        "\u{90}DCS\u{9c}",
        "\u{85}next line",
        "\u{80}\u{9f}",
        "\u{84}\u{88}\u{8d}",
        "\u{202e}gnp.exe",
        "\u{202d}forced\u{202c}",
        "\u{202a}embedded\u{202c}",
        "\u{202b}embedded\u{202c}",
        "\u{2067}isolated\u{2069}",
        "\u{2066}isolated\u{2069}",
        "\u{2068}isolated\u{2069}",
        "\u{200f}\u{200e}marks",
        "\u{61c}arabic mark",
        "zero\u{200b}width\u{200d}\u{feff}",
        "\u{2060}\u{2063}\u{2064}",
        "\u{2028}line\u{2029}paragraph",
        "\u{fff9}a\u{fffa}b\u{fffb}",
        "\u{e0041}\u{e0042}tags",
        "Z\u{351}\u{36b}\u{343}a\u{352}lgo\u{489}",
        "مرحبا",
        "日本語",
        "👩‍👩‍👧‍👦",
        "%s%n%x",
        "{0} {msg} {}",
        "'; rm -rf ~; '",
        "$(reboot)`reboot`",
        "../../etc/passwd",
        "-rf",
        "--output",
        "\"quoted\" 'and' \\back\\",
        "<b>&amp;</b>",
        "null",
        "NaN",
        " ",
        "\u{a0}\u{3000}",
        "\u{fffd}\u{ffff}",
    ]
    .map(str::to_owned)
    .to_vec();
    list.push("x".repeat(5000));
    list.push("\u{202e}\u{1b}[".repeat(400));
    list
}

/// A character that must not be shown as it is.
fn is_raw(c: char) -> bool {
    (c < ' ' && c != '\n') || matches!(c, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Fails where a text holds one, and where an error is not one.
fn check(what: &str, naughty: &str, text: &str) {
    let found = text.chars().position(is_raw);
    assert!(found.is_none(), "{what} of {naughty:?}: raw at {found:?} in {text:?}");
}

fn check_run(what: &str, naughty: &str, run: &Run) {
    check(&format!("standard error of {what}"), naughty, &run.stderr);
    assert!(!run.stderr.contains("panicked") && !run.stderr.contains("a bug"), "{what} of {naughty:?}: {}", run.stderr);
    assert!(run.code.is_some_and(|code| (0..=4).contains(&code)), "{what} of {naughty:?}: {run:?}");
}

fn check_stdout(what: &str, naughty: &str, run: &Run) {
    check_run(what, naughty, run);
    let text = std::str::from_utf8(&run.stdout).unwrap_or_else(|_| panic!("{what} of {naughty:?} is no text"));
    check(&format!("standard output of {what}"), naughty, text);
}

/// The text chunks of a picture.
fn texts(png: &[u8]) -> String {
    let reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let info = reader.info();
    let mut all = String::new();
    for chunk in &info.uncompressed_latin1_text {
        all += &format!("{}\n{}\n", chunk.keyword, chunk.text);
    }
    for chunk in &info.utf8_text {
        all += &format!("{}\n{}\n", chunk.keyword, chunk.get_text().unwrap());
    }
    all
}

/// One cell of CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A text as everything that a text can be.
fn sweep(bench: &Bench, naughty: &str) {
    // No argument can hold a NUL.
    let typed = &naughty.replace('\0', "");
    let rows = "1,2\n2,3\nbad,4\n".lines().fold(String::new(), |mut rows, row| {
        let _ = writeln!(rows, "{row},{}", quoted(naughty));
        rows
    });
    // A name that a file can have, and that is no option.
    let stem: String = typed.chars().filter(|c| *c != '/').collect::<String>();
    let stem: String = stem.char_indices().take_while(|(at, c)| at + c.len_utf8() <= 200).map(|(_, c)| c).collect();
    let stem = stem.replace(['*', '?', '[', ']'], "_");
    let csv = bench.write(&format!("d{stem}.csv"), format!("{},y,c\n{rows}", quoted(naughty)));
    let (out, report) = (format!("o{stem}.png"), format!("o{stem}.json"));
    let args = [
        "plot",
        &csv,
        "-x",
        "0",
        "-y",
        "1",
        "--color",
        "c",
        "--title",
        typed,
        "--xlabel",
        typed,
        "--left-title",
        typed,
        "--label",
        typed,
        "--width",
        "240",
        "--height",
        "160",
        "--backend",
        "cpu",
        "-o",
        &out,
        "--report",
        &report,
        "-v",
    ];
    let run = bench.run(&args);
    check_stdout("plot", naughty, &run);
    if run.code == Some(0) {
        check("the report", naughty, std::str::from_utf8(&bench.read(&report)).unwrap());
        check("the picture's text", naughty, &texts(&bench.read(&out)));
        bench.json(&report);
    }
    // By name, as CSV has it: escapes that are no column of that name are refused with it.
    let by_name = ["plot", &csv, "-x", typed, "-y", "y", "--width", "200", "--height", "150", "--backend", "cpu"];
    check_stdout("a column", naughty, &bench.run(&[&by_name[..], &["-o", "n.png", "--strict"]].concat()));
    let gathered = format!("by:{typed}");
    let reduced = ["plot", &csv, "-x", "0", "-y", "1", "--reduce", &gathered, "--explain", "--write-spec", "-"];
    check_stdout("--explain", naughty, &bench.run(&[&reduced[..], &["-o", "n.png", "--title", typed]].concat()));
    check_stdout("inspect", naughty, &bench.run(&["inspect", &csv]));
    let json = bench.run(&["inspect", "--json", &csv]);
    check_stdout("inspect --json", naughty, &json);
    if json.code == Some(0) {
        serde_json::from_slice::<serde_json::Value>(&json.stdout).unwrap();
    }
    // What clap, the readers of options, and those of files have to say of it.
    let series = format!("{csv} -x {typed}");
    let option = format!("--{typed}");
    let assigned = format!("--{typed}=1");
    bench.write("bad.toml", format!("{} = {}\n", toml_text(naughty), toml_text(naughty)));
    bench.write(
        "value.toml",
        format!("x = \"0\"\ny = \"1\"\ncmap = {}\ninputs = [{}]\n", toml_text(naughty), toml_text(&csv)),
    );
    bench.write("raw.toml", format!("x = \"{naughty}\"\n"));
    for args in [
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--width", typed][..],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--cmap", typed],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--marker", typed],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--color", typed],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--xlim", typed],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--adapter", typed, "--backend", "cpu", "--format", typed],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", &option],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", &assigned],
        &["plot", &csv, "-x", "0", "-y", "1", "-o", "n.png", "--series", &series],
        &["plot", typed, "-x", "0", "-y", "1", "-o", "no/such/n.png"],
        &["plot", "--spec", "bad.toml", "-o", "n.png"],
        &["plot", "--spec", "value.toml", "-o", "n.png"],
        &["plot", "--spec", "raw.toml", "-o", "n.png"],
        &[typed],
        &[typed, "plot"],
        &["inspect", typed],
        &["shade", &csv, "-o", "n.png"],
        &["colormaps", typed],
        &["bench", "--only", typed],
    ] {
        // Help is a text of our own.
        if ["-", "-h", "--help", "-V", "--version"].contains(&typed.trim()) {
            continue;
        }
        check_stdout(&format!("{:?}", &args[args.len().saturating_sub(2)..]), naughty, &bench.run(args));
    }
    for name in bench.files() {
        std::fs::remove_file(bench.path(&name)).unwrap();
    }
}

/// A basic string of TOML that holds any text.
fn toml_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

fn sweep_all(list: &[String]) {
    // Each has a folder of its own; both halves at once.
    let half = list.len().div_ceil(2);
    std::thread::scope(|scope| {
        for part in list.chunks(half.max(1)) {
            scope.spawn(move || {
                let bench = Bench::new();
                part.iter().for_each(|naughty| sweep(&bench, naughty));
            });
        }
    });
}

#[test]
fn naughty_strings_never_come_out_raw() {
    let list = own_list();
    // Every fifth text; the rest with the long tests: each is typed some twenty-five times.
    sweep_all(&list.iter().step_by(5).cloned().collect::<Vec<_>>());
}

#[test]
#[ignore = "minutes: every text of the list in every place"]
fn long_naughty_strings_of_our_own() {
    let list = own_list();
    sweep_all(&list);
    eprintln!("{} texts", list.len());
}

#[test]
#[ignore = "minutes, and needs POINTILLIST_CORPORA"]
fn long_naughty_strings_of_others() {
    let folder = std::env::var("POINTILLIST_CORPORA").expect("POINTILLIST_CORPORA names the folder of the corpora");
    let text = std::fs::read(format!("{folder}/naughty-strings/blns.json")).unwrap();
    let list: Vec<String> = serde_json::from_slice(&text).unwrap();
    assert!(list.len() > 400, "{}", list.len());
    sweep_all(&list);
    eprintln!("{} texts", list.len());
}

#[cfg(unix)]
#[test]
fn naughty_file_names_that_are_no_text_are_refused_in_one() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let csv = bench.write("in.csv", "x,y\n1,2\n3,4\n");
    for bytes in [&b"\xff\xfe.csv"[..], b"a\x9b31m\xc3.csv", b"\xe2\x80.csv"] {
        let name = std::ffi::OsStr::from_bytes(bytes);
        std::fs::copy(bench.path(&csv), bench.path(".").join(name)).unwrap();
        let shown = String::from_utf8_lossy(bytes).into_owned();
        for args in [
            &["plot", "-x", "x", "-y", "y", "-o", "a.png"][..],
            &["inspect"],
            &["plot", &csv, "-x", "x", "-y", "y", "-o"],
        ] {
            let output = bench.command(args).arg(name).output().unwrap();
            let run = Run {
                code: output.status.code(),
                stdout: output.stdout,
                stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
            };
            check_stdout("a file", &shown, &run);
        }
        // A pattern that finds it.
        let run = bench.run(&["plot", "*.csv", "-x", "x", "-y", "y", "-o", "a.png", "--report", "-", "-v"]);
        check_stdout("a pattern", &shown, &run);
        std::fs::remove_file(bench.path(".").join(name)).unwrap();
    }
}

#[test]
fn naughty_colours_of_a_terminal_hold_nothing_of_what_was_typed() {
    let bench = Bench::new().variable("CLICOLOR_FORCE", "1");
    for naughty in ["\u{1b}[5mblink", "\u{9b}5m", "a\rb"] {
        for args in [&["plot", naughty][..], &[naughty], &["plot", "--cmap", naughty, &format!("--{naughty}")]] {
            let run = bench.run(args);
            let ours = [
                "\u{1b}[0m",
                "\u{1b}[1m",
                "\u{1b}[31m",
                "\u{1b}[32m",
                "\u{1b}[33m",
                "\u{1b}[4m",
                "\u{1b}[1;31m",
                "\u{1b}[1;36m",
            ];
            let rest = ours.iter().fold(run.stderr.clone(), |text, code| text.replace(code, ""));
            check("coloured messages", naughty, &rest);
        }
    }
}
