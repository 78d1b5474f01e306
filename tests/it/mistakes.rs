//! The first mistakes of a new user: each ends in a line that says what to do, and in the exit code that is promised.
//!
//! 0 done (with a line that helps), 1 input, 2 usage, 3 no GPU, 4 output. What the last line says is held here, word by
//! word where a word is what to type next.

use crate::harness::binary::{Bench, Run, repository_file};

const CSV: &str = "time,price,volume,kind\n1,20.5,300,a\n2,21.5,0,b\n3,22.5,-5,a\n4,19.5,200,c\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("trades.csv", CSV);
    bench
}

/// `plot trades.csv -x time -y price -o out.png` and more.
fn plot(bench: &Bench, more: &[&str]) -> Run {
    let mut args = vec!["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.png"];
    args.extend(more);
    bench.run(&args)
}

/// The command failed with that code, in one line that says all of this; nothing was written.
fn assert_told(bench: &Bench, args: &[&str], code: i32, says: &[&str]) {
    let before = bench.files();
    let run = bench.run(args).expect(code);
    let line = run.error_line();
    for text in says {
        assert!(line.contains(text), "{args:?}: '{text}' in: {line}");
    }
    assert_eq!(bench.files(), before, "{args:?}: nothing is drawn");
}

/// The command was refused by its options with that code: the first line says what is wrong, a later one what to do.
fn assert_refused(bench: &Bench, args: &[&str], wrong: &str, todo: &str) {
    let run = bench.run(args).expect(2);
    let first = run.stderr.lines().next().unwrap_or_default();
    assert!(first.starts_with("pointillist: ") && run.stderr.contains(wrong), "{args:?}: '{wrong}' in: {}", run.stderr);
    assert!(run.stderr.contains(todo), "{args:?}: '{todo}' in: {}", run.stderr);
    assert!(run.stdout.is_empty() && !run.stderr.contains("panicked"), "{args:?}: {}", run.stderr);
}

/// The picture is there, and the last line helps.
fn assert_helped(run: Run, says: &[&str]) {
    let run = run.expect(0);
    let last = run.stderr.lines().last().unwrap_or_default();
    for text in says {
        assert!(last.contains(text), "'{text}' in the last line of:\n{}", run.stderr);
    }
}

#[test]
fn mistake_wrong_column() {
    let bench = bench();
    for (wrong, near) in [("prise", "price"), ("Price", "price"), ("vol", "volume"), ("tiem", "time")] {
        let args = ["plot", "trades.csv", "-x", "time", "-y", wrong, "-o", "out.png"];
        let says =
            [format!("there is no column '{wrong}'"), "price, volume".to_owned(), format!("did you mean '{near}'?")];
        assert_told(&bench, &args, 2, &says.each_ref().map(String::as_str));
    }
    let args = ["plot", "trades.csv", "-x", "9", "-y", "price", "-o", "out.png"];
    assert_told(&bench, &args, 2, &["there is no column '9'", "time, price, volume, kind", "numbered from 0 to 3"]);
    for option in [["--color", "knid"], ["--alpha", "knid"], ["--reduce", "mean:volum"], ["--rgb", "time,prise,kind"]] {
        let args = [&["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.png"][..], &option[..]].concat();
        assert_told(&bench, &args, 2, &["did you mean '"]);
    }
}

#[test]
fn mistake_wrong_path() {
    let bench = bench();
    std::fs::create_dir(bench.path("data")).unwrap();
    bench.write("data/flights-2024.csv", CSV);
    let args = |input| ["plot", input, "-x", "time", "-y", "price", "-o", "out.png"];
    assert_told(&bench, &args("trade.csv"), 1, &["trade.csv: there is no such file", "did you mean trades.csv?"]);
    let near = "did you mean data/flights-2024.csv?";
    assert_told(&bench, &args("data/flights-2042.csv"), 1, &["there is no such file", near]);
    bench.write("fare.canvas", "");
    assert_told(&bench, &["shade", "fares.canvas", "-o", "out.png"], 1, &["did you mean fare.canvas?"]);
    assert_told(&bench, &args("no/such.csv"), 1, &["there is no folder no"]);
    assert_told(&bench, &args("something-else.csv"), 1, &["check the path"]);
    assert_told(&bench, &args("synthetic:gausians:1k"), 2, &["did you mean synthetic:gaussians:"]);
}

#[test]
fn mistake_swapped_axes() {
    let run = plot(&bench(), &["--xlim", "15,25", "--ylim", "-1,5"]);
    assert_helped(run, &["hint: ", "time goes from 1 to 4", "price goes from 19.5 to 22.5", "are -x and -y swapped?"]);
    // Some rows are drawn all the same; known from statistics, and from what is read.
    let bench = bench();
    let rows: String = (0..200).map(|i| format!("{},{}\n", i * 37 % 179 - 89, i * 3 % 359 - 179)).collect();
    bench.write("places.csv", format!("latitude,longitude\n{rows}"));
    let quakes = crate::harness::binary::repository_file("assets/earthquakes.parquet");
    for input in ["places.csv", &quakes] {
        let view = ["--xlim=-180,180", "--ylim=-90,90", "-o", "out.png"];
        let swapped = [&["plot", input, "-x", "latitude", "-y", "longitude"][..], &view[..]].concat();
        let run = bench.run(&swapped).expect(0);
        assert!(!run.stderr.contains(" 0 drawn"), "{}", run.stderr);
        assert_helped(run, &["hint: latitude goes from -", "longitude goes from -17", "are -x and -y swapped?"]);
        let straight = [&["plot", input, "-x", "longitude", "-y", "latitude"][..], &view[..]].concat();
        assert!(!bench.run(&straight).expect(0).stderr.contains("swapped"), "{input}");
        // A part of the world is no mistake.
        let part = ["plot", input, "-x", "longitude", "-y", "latitude", "--xlim=0,20", "--ylim=0,20", "-o", "out.png"];
        assert!(!bench.run(&part).expect(0).stderr.contains("swapped"), "{input}");
    }
}

#[test]
fn mistake_all_points_outside() {
    let bench = bench();
    assert_helped(plot(&bench, &["--xlim", "100,200"]), &["time goes from 1 to 4", "change --xlim and --ylim"]);
    bench.write("t.csv", "t,y\n2024-01-01,1\n2024-01-05,2\n");
    let args = ["plot", "t.csv", "-x", "t", "-y", "y", "--xlim", "2025-01-01,2025-02-01", "-o", "out.png"];
    assert_helped(bench.run(&args), &["t goes from 2024-01-01 to 2024-01-05", "change --xlim"]);
    // Parquet knows it from its statistics, without reading.
    let quakes = crate::harness::binary::repository_file("assets/earthquakes.parquet");
    let args = ["plot", &quakes, "-x", "longitude", "-y", "latitude", "--xlim", "500,600", "-o", "out.png"];
    assert_helped(bench.run(&args), &["longitude goes from -179.6", "change --xlim"]);
    // A point on either side of the plot: each axis for itself is right.
    bench.write("corners.csv", "x,y\n0,10\n10,0\n");
    let args = ["plot", "corners.csv", "-x", "x", "-y", "y", "--xlim", "-1,5", "--ylim", "-1,5", "-o", "out.png"];
    let run = bench.run(&args).expect(0).says("x goes from 0 to 10, y goes from 0 to 10");
    assert!(!run.stderr.contains("swapped"), "{}", run.stderr);
}

#[test]
fn mistake_empty_result() {
    let bench = bench();
    bench.write("empty.csv", "x,y\n");
    let args = ["plot", "empty.csv", "-x", "x", "-y", "y", "-o", "out.png"];
    assert_helped(bench.run(&args), &["there are no rows: the axes are empty"]);
    bench.write("nan.csv", "x,y\n1,nan\n2,nan\n");
    let args = ["plot", "nan.csv", "-x", "x", "-y", "y", "-o", "out.png"];
    let run = bench.run(&args).says("invalid first in nan.csv, row 0 (from 0), column 'y'");
    assert_helped(run, &["no row can be drawn: the axes are empty"]);
    bench.write("text.csv", "x,y\n1,abc\n2,def\n");
    let args = ["plot", "text.csv", "-x", "x", "-y", "y", "-o", "text.png"];
    assert_told(&bench, &args, 2, &["-y needs numbers or times", "pointillist inspect FILE"]);
    bench.write("nothing.csv", "");
    let args = ["plot", "nothing.csv", "-x", "x", "-y", "y", "-o", "nothing.png"];
    assert_told(&bench, &args, 1, &["nothing.csv", "empty"]);
}

#[test]
fn mistake_log_axis_with_zeros() {
    let bench = bench();
    let args = ["plot", "trades.csv", "-x", "time", "-y", "volume", "--yscale", "log", "-o", "out.png"];
    assert_helped(bench.run(&args), &["hint: 2 rows are zero or negative", "--yscale symlog"]);
    let args =
        ["plot", "trades.csv", "-x", "time", "-y", "volume", "--yscale", "log", "--ylim", "0,10", "-o", "no.png"];
    assert_told(&bench, &args, 2, &["volume", "positive"]);
}

#[test]
fn mistake_category_column_as_an_axis() {
    let args = ["plot", "trades.csv", "-x", "kind", "-y", "price", "-o", "out.png"];
    let says = ["column 'kind': -x needs numbers or times, and this column holds text", "--color"];
    assert_told(&bench(), &args, 2, &says);
}

#[test]
fn mistake_unreadable_input() {
    let bench = bench();
    std::fs::create_dir(bench.path("folder")).unwrap();
    bench.write("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00");
    bench.write("broken.parquet", b"PAR1 and nothing that follows from it");
    bench.write("table.xlsx", b"PK\x03\x04 whatever follows");
    let args = |input| ["plot", input, "-x", "x", "-y", "y", "-o", "out.png"];
    assert_told(&bench, &args("folder"), 1, &["folder: this is a folder", "FOLDER/*.parquet"]);
    assert_told(&bench, &args("photo.jpg"), 1, &["photo.jpg: the input is a JPEG picture", "write its points as"]);
    assert_told(&bench, &args("broken.parquet"), 1, &["broken.parquet", ";"]);
    assert_told(&bench, &args("table.xlsx"), 1, &["table.xlsx", ";"]);
    bench.write("sheet.xlsx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml");
    assert_told(&bench, &args("sheet.xlsx"), 1, &["sheet.xlsx: the input is an Excel", "save the sheet as CSV"]);
    bench.write("trades.parquet", CSV);
    assert_told(
        &bench,
        &args("trades.parquet"),
        1,
        &["trades.parquet: the file is CSV", "not Parquet", "--format csv"],
    );
    use std::os::unix::fs::PermissionsExt;
    bench.write("secret.csv", CSV);
    std::fs::set_permissions(bench.path("secret.csv"), std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(bench.path("secret.csv")).is_err() {
        assert_told(&bench, &args("secret.csv"), 1, &["secret.csv: the file may not be read", "check its permissions"]);
    }
}

#[test]
fn mistake_no_permission_for_the_output() {
    let bench = bench();
    std::fs::create_dir(bench.path("pictures")).unwrap();
    let args = |output| ["plot", "trades.csv", "-x", "time", "-y", "price", "-o", output];
    assert_told(&bench, &args("no/out.png"), 4, &["no/out.png", "folder does not exist", "create no first"]);
    assert_told(&bench, &args("pictures"), 4, &["pictures: the output is a directory", "name a file in it"]);
    assert_told(&bench, &args("pictures/"), 4, &["pictures"]);
    // Where not even root may write.
    let line = bench.run(&args("/proc/out.png")).expect(4).stderr;
    assert!(line.contains("cannot be written") && line.contains("another folder") && !line.contains("-tmp"), "{line}");
    assert_told(&bench, &args("trades.csv"), 2, &["the output would replace an input", "name another file"]);
    assert_eq!(bench.read("trades.csv"), CSV.as_bytes(), "the input is still there");
}

#[test]
fn mistake_typo_in_an_option_or_a_word() {
    let bench = bench();
    let base = ["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.png"];
    let refused: &[(&[&str], &str, &str)] = &[
        (&["--xlin", "0,1"], "unexpected argument '--xlin'", "'--xlim'"),
        (&["--colour", "red"], "unexpected argument '--colour'", "'--color'"),
        (&["--marker", "cirle"], "invalid value 'cirle'", "'circle'"),
        (&["--norm", "logg"], "no such norm", "did you mean log?"),
        (&["--reduce", "maen:price"], "no such reduction", "did you mean mean?"),
        (&["--format", "parqet"], "unknown format", "did you mean parquet?"),
        (&["--background", "whit"], "not a colour", "did you mean white?"),
        (&["--xlim", "0"], "expected two limits", "like 0,10"),
        (&["--xlim", "0,10,20"], "expected two limits", "like 0,10"),
        (&["--max-memory", "lots"], "not a count", "like 512M"),
        (&["--chunk-rows", "1.5"], "not a count", "like 100M"),
        (&["--size", "big"], "expected a size", "3 or 2pt"),
        (&["--threads", "many"], "expected a whole number", "like 4"),
        (&["--width", "wide"], "expected a length", "like 1024, 8in"),
        (&["--dpi", "high"], "expected a number", "like 100"),
        (&["--reduce", "count", "--color", "red"], "cannot be used with", "give one of the two"),
        (&["--strict", "--strict"], "cannot be used multiple times", "give it once"),
        (&["--zzzzz"], "unexpected argument '--zzzzz'", "hint: 'pointillist plot --help' lists the options"),
        (&["--alpha", "50%"], "invalid value '50%'", "50% is 0.5"),
        (&["--alpha", "0,5"], "invalid value '0,5'", "did you mean 0.5?"),
        (&["--xlim", "[5,10]"], "invalid value '[5,10]'", "without brackets, like 5,10"),
        (&["--size-range", "1,5"], "--size-by", "hint: --size-range and --size-limits are of sizes by a column"),
        (&["--value-range", "1,5"], "--reduce", "hint: --value-range and --categories are of densities"),
        (&["--max-area", "all"], "not a count", "like 100M"),
        (&["--max-memory", "all"], "not a count", "like 512M"),
    ];
    for (more, wrong, todo) in refused {
        assert_refused(&bench, &[&base[..], more].concat(), wrong, todo);
    }
    let told: &[(&[&str], &[&str])] = &[
        (&["--cmap", "virids", "--color", "price"], &["no such colormap", "did you mean viridis?"]),
        (&["--color", "stealblue"], &["there is no column 'stealblue'", "did you mean steelblue?"]),
        (&["--xlim", "5,5"], &["column 'time'", "--xlim 5,5"]),
        (&["--xlim", "a,5"], &["column 'time'", "a limit is no number", "--xlim a,5"]),
        (&["--alpha", "50"], &["--alpha is out of range", "50 % is 0.5"]),
        (&["--xlim", "2024-01-01,2024-02-01"], &["a limit is no number", "the column holds numbers, no times"]),
        (&["--yscale", "log", "--ylim", "0,10"], &["positive limits", "two limits above 0, or --yscale symlog"]),
        (&["--xscale", "time"], &["this one holds integers", "leave out --xscale"]),
        (&["--color", "rad"], &["there is no column 'rad'", "did you mean red?"]),
        (&["--series", "trades.csv -x time -y price --widht 3"], &["series 2: ", "did you mean --width?"]),
        (&["--gpu-kernel", "addd"], &["no GPU kernel", "did you mean add?"]),
    ];
    for (more, says) in told {
        assert_told(&bench, &[&base[..], more].concat(), 2, says);
    }
    let image = ["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.png", "--max-area", "1k"];
    assert_told(&bench, &image, 2, &["at most 1,000 pixels", "1024x768 = 786,432", "raise --max-area"]);
    let color = bench.run(&[&base[..], &["--color", "rad"]].concat()).stderr;
    assert_eq!(color.matches("expected").count(), 1, "{color}");
    let unknown = bench.run(&[&base[..], &["--zzzzz"]].concat()).stderr;
    assert!(!unknown.contains("-- --zzzzz"), "no advice that misleads: {unknown}");
    assert_refused(
        &bench,
        &["plot", "", "-x", "time", "-y", "price", "-o", "o.png"],
        "invalid value ''",
        "expected a file",
    );
    assert_refused(&bench, &["plt", "trades.csv"], "unrecognized subcommand 'plt'", "'plot'");
    assert!(!bench.files().contains(&"out.png".to_owned()), "nothing is drawn");
}

#[test]
fn mistake_missing_words() {
    let bench = bench();
    // A file instead of a command.
    for word in ["trades.csv", "no/such.parquet", "synthetic:uniform:1k", "-"] {
        let run = bench.run(&[word]).expect(2);
        let line = run.error_line();
        let todo = format!("pointillist plot {word} -x COLUMN -y COLUMN -o OUT.png");
        assert!(line.contains(&todo) && line.contains(&format!("pointillist inspect {word}")), "{line}");
    }
    // Nothing at all: the short help.
    let run = bench.run(&[]).expect(2);
    assert!(run.stderr.contains("Usage: pointillist") && run.stderr.contains("pointillist plot"), "{}", run.stderr);
    let last = |args: &[&str], todo: &str| {
        let run = bench.run(args).expect(2);
        let last = run.stderr.lines().last().unwrap_or_default().to_owned();
        assert!(last.contains(todo), "{args:?}: '{todo}' in the last line of:\n{}", run.stderr);
    };
    last(&["plot", "trades.csv"], "'pointillist inspect INPUT' lists them");
    last(&["plot", "trades.csv", "-x", "time", "-y", "price"], "-o OUT.png");
    for todo in ["name an INPUT", "-x and -y", "-o OUT.png"] {
        last(&["plot"], todo);
    }
    // Only what is missing is asked for, and only what the command has.
    let line = |args: &[&str]| bench.run(args).expect(2).stderr.lines().last().unwrap_or_default().to_owned();
    assert_eq!(line(&["plot", "-x", "time", "-y", "price", "-o", "o.png"]), "hint: name an INPUT, like data.csv");
    assert!(
        line(&["plot", "trades.csv", "-x", "time", "-o", "o.png"]).starts_with("hint: name the column of y with -y")
    );
    let inspect = line(&["inspect"]);
    assert!(inspect.contains("name a file") && !inspect.contains("-x"), "{inspect}");
    assert!(line(&["shade", "-o", "o.png"]).contains("CANVAS"));
}

#[test]
fn mistake_binary_on_a_screen() {
    let bench = bench();
    // `script` runs a command on a terminal of its own.
    let on_terminal = |line: &str| {
        let program = env!("CARGO_BIN_EXE_pointillist");
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &format!("'{program}' {line}"), "/dev/null"]).current_dir(bench.path(""));
        command.env("NO_COLOR", "1").stdin(std::process::Stdio::null()).output()
    };
    let plot = "plot trades.csv -x time -y price";
    let Ok(explained) = on_terminal(&format!("{plot} -o - --explain")) else {
        eprintln!("left out: there is no program `script`");
        return;
    };
    assert_eq!(explained.status.code(), Some(0), "nothing is drawn: {}", String::from_utf8_lossy(&explained.stdout));
    for line in [
        format!("{plot} -o -"),
        format!("{plot} -o out.png --canvas -"),
        format!("{plot} -o out.png --reduce count --raster -"),
        "colormaps -o -".to_owned(),
    ] {
        let run = on_terminal(&line).unwrap();
        let text = String::from_utf8_lossy(&run.stdout);
        assert_eq!(run.status.code(), Some(2), "{line}: {text}");
        assert!(text.contains("would write binary data to the terminal; redirect it"), "{line}: {text}");
    }
    assert!(!bench.files().contains(&"out.png".to_owned()));
}

#[test]
fn mistake_an_adapter_that_is_not_there() {
    let bench = bench();
    let base = ["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.png"];
    let args = [&base[..], &["--adapter", "no such adapter"]].concat();
    assert_told(&bench, &args, 3, &["there is no GPU adapter 'no such adapter'", "adapter"]);
}

#[test]
fn mistake_outputs_that_are_not_written() {
    let bench = bench();
    let run = plot(&bench, &["--explain", "--report", "r.json", "--canvas", "c.canvas"]).expect(0);
    assert!(run.stderr.contains("--explain draws nothing and leaves out --canvas and --report"), "{}", run.stderr);
    assert_eq!(bench.files(), ["trades.csv"]);
    bench.run(&["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.jpg"]).expect(0).says("out.jpg is a PNG");
    assert!(!plot(&bench, &[]).expect(0).stderr.contains("whatever its name"));
}

#[test]
fn mistake_inputs_that_do_not_belong_together() {
    let bench = bench();
    bench.write("other.csv", "when,price\n1,2\n");
    let args = ["plot", "trades.csv", "other.csv", "-x", "time", "-y", "price", "-o", "out.png"];
    assert_told(&bench, &args, 1, &["other.csv: the input lacks a column", "'time' as in trades.csv", "on their own"]);
}

#[test]
fn mistake_that_is_none() {
    let bench = bench();
    // Two dashes do for the columns, as for all else.
    bench.run(&["plot", "trades.csv", "--x", "time", "--y=price", "-o", "out.jpeg"]).expect(0);
    // Any name is a PNG, and an old picture is replaced.
    bench.write("out.jpeg", "the old picture");
    bench.run(&["plot", "trades.csv", "-x", "time", "-y", "price", "-o", "out.jpeg"]).expect(0);
    assert_eq!(bench.picture("out.jpeg").width, 1024);
}

#[test]
fn mistake_text_that_is_not_utf_8_or_what_it_is_called() {
    let bench = bench();
    bench.write("latin.csv", b"x,y,n\n1,2,caf\xe9\n2,3,caf\xe8\n3,4,caf\xe9\n");
    let run = bench.run(&["plot", "latin.csv", "-x", "x", "-y", "y", "--color", "n", "-o", "out.png"]).expect(0);
    run.says("caf\\xe8").says("iconv -f LATIN1 -t UTF-8");
    let inspected = bench.run(&["inspect", "latin.csv"]).expect(0);
    assert!(String::from_utf8_lossy(&inspected.stdout).contains("2 names"), "two bytes are two names");
    for (name, bytes, says) in [
        ("w.parquet", &b"x,y\n1,2\n"[..], ["table of text, not Parquet", "--format csv"]),
        ("w.csv", b"{\"x\":1,\"y\":2}\n", ["is JSON", "--format json"]),
        ("c.json", b"[{\"x\":1,\"y\":2},]", ["JSON array is damaged", "a comma too many"]),
        ("l.json", b"{\"x\":[1,2],\"y\":[3,4]}", ["cannot be drawn", "a row is an object"]),
    ] {
        bench.write(name, bytes);
        assert_told(&bench, &["plot", name, "-x", "x", "-y", "y", "-o", "no.png"], 1, &says);
    }
}

#[test]
fn mistake_memory_for_a_pipe_that_holds_pieces() {
    let bench = bench();
    let arrow = std::fs::read(repository_file("tests/data/arrow/plain.arrow")).unwrap();
    let plot = ["plot", "-", "-x", "0", "-y", "0", "-o", "out.png"];
    let run = bench.pipe(&[&plot[..], &["--max-memory", "300M"]].concat(), &arrow, 4096).expect(2);
    let line = run.error_line();
    assert!(line.contains("--max-memory") && line.contains("give the file itself"), "{line}");
}
