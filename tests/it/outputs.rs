//! What appears where: no output replaces an input, another output, or what another run is writing; and what a picture
//! says of itself.

use std::fs::File;

use crate::harness::binary::{Bench, Run};

const CSV: &str = "x,y,v\n1,2,0\n3,4,1\n5,6,2\n";

fn plot(bench: &Bench, input: &str, more: &[&str]) -> Run {
    let mut args = vec!["plot", input, "-x", "x", "-y", "y"];
    args.extend(more);
    bench.run(&args)
}

#[test]
fn outputs_never_replace_an_input_or_each_other() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    for outputs in [
        &["-o", "in.csv"][..],
        &["-o", "./in.csv"],
        &["-o", "a.png", "--report", "in.csv"],
        &["-o", "a.png", "--report", "a.png"],
        &["-o", "-", "--report", "-"],
        &["-o", "a.png", "--marker", "pixel", "--raster", "a.png"],
    ] {
        let run = plot(&bench, "in.csv", outputs).expect(2);
        assert!(run.error_line().contains("name another file"), "{outputs:?}: {}", run.stderr);
        assert_eq!(bench.read("in.csv"), CSV.as_bytes(), "{outputs:?}: the data");
        assert_eq!(bench.files(), ["in.csv"], "{outputs:?}: nothing else");
    }
}

#[cfg(unix)]
#[test]
fn outputs_are_told_from_inputs_and_each_other_whatever_they_are_called() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    std::fs::create_dir(bench.path("folder")).unwrap();
    std::fs::hard_link(bench.path("in.csv"), bench.path("hard.csv")).unwrap();
    std::os::unix::fs::symlink("in.csv", bench.path("soft.csv")).unwrap();
    std::os::unix::fs::symlink("..", bench.path("folder/up")).unwrap();
    bench.write("old.png", "old");
    std::fs::hard_link(bench.path("old.png"), bench.path("old.json")).unwrap();
    std::os::unix::fs::symlink("in.csv", bench.path("data_1.csv")).unwrap();
    for (input, outputs) in [
        ("in.csv", &["-o", "hard.csv"][..]),
        ("in.csv", &["-o", "soft.csv"]),
        ("soft.csv", &["-o", "in.csv"]),
        ("hard.csv", &["-o", "a.png", "--report", "folder/up/in.csv"]),
        ("data_*.csv", &["-o", "in.csv"]),
        ("in.csv", &["-o", "old.png", "--report", "old.json"]),
        ("in.csv", &["-o", "a.png", "--report", "folder/up/a.png"]),
    ] {
        let run = plot(&bench, input, outputs).expect(2);
        assert!(run.error_line().contains("name another file"), "{outputs:?}: {}", run.stderr);
        assert_eq!((bench.read("in.csv"), bench.read("old.png")), (CSV.as_bytes().to_vec(), b"old".to_vec()));
    }
    bench.run(&["bench", "in.csv", "-x", "x", "-y", "y", "--backend", "cpu", "--json", "hard.csv"]).expect(2);
    // A plot file is read too; what reads it may write it anew.
    bench.write("plot.toml", "inputs = [\"in.csv\"]\nx = \"x\"\ny = \"y\"\n");
    let toml = bench.read("plot.toml");
    bench.run(&["plot", "--spec", "plot.toml", "-o", "plot.toml"]).expect(2);
    assert_eq!(bench.read("plot.toml"), toml);
    bench.run(&["plot", "--spec", "plot.toml", "-o", "a.png", "--write-spec", "plot.toml"]).expect(0);
    assert_ne!(bench.read("plot.toml"), toml);
    assert!(bench.picture("a.png").width > 0);
}

#[cfg(unix)]
#[test]
fn outputs_go_where_links_lead_and_have_the_permissions_of_their_folder_and_user() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    std::fs::create_dir(bench.path("folder")).unwrap();
    // A link to what is not there yet, in two steps.
    std::os::unix::fs::symlink("folder/link", bench.path("link.png")).unwrap();
    std::os::unix::fs::symlink("new.png", bench.path("folder/link")).unwrap();
    plot(&bench, "in.csv", &["-o", "link.png"]).expect(0);
    assert!(bench.path("link.png").is_symlink() && bench.path("folder/link").is_symlink());
    assert!(bench.picture("folder/new.png").width > 0);
    std::os::unix::fs::symlink("circle.png", bench.path("circle.png")).unwrap();
    plot(&bench, "in.csv", &["-o", "circle.png"]).expect(4);
    // Less what the mask takes away, for new files; as they were, for old ones.
    let program = bench.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "umask 027; exec \"$0\" plot in.csv -x x -y y -o mode.png"]).arg(program.get_program());
    let mode = || std::fs::metadata(bench.path("mode.png")).unwrap().permissions().mode() & 0o7777;
    assert!(shell.current_dir(bench.path(".")).output().unwrap().status.success());
    assert_eq!(mode(), 0o640);
    std::fs::set_permissions(bench.path("mode.png"), std::fs::Permissions::from_mode(0o604)).unwrap();
    assert!(shell.output().unwrap().status.success());
    assert_eq!(mode(), 0o604);
    // The longest name, and what a killed run left for it.
    let long = format!("{}.png", "n".repeat(251));
    bench.write(&format!(".{}.pointillist-tmp", "n".repeat(238)), "left");
    plot(&bench, "in.csv", &["-o", &long]).expect(0);
    assert!(bench.picture(&long).width > 0);
    assert!(!bench.files().iter().any(|name| name.ends_with("-tmp")), "{:?}", bench.files());
}

#[test]
fn outputs_of_several_runs_at_once_never_mix() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    // Of different sizes, so that a mixed picture could not be read.
    let sizes = ["200", "900", "1600"];
    for _ in 0..5 {
        let args = |size| ["plot", "in.csv", "-x", "x", "-y", "y", "-o", "out.png", "--width", size, "--height", size];
        let start = |size| bench.command(&args(size)).arg("-q").spawn().unwrap();
        let runs: Vec<_> = sizes.iter().map(|size| start(size)).collect();
        for mut run in runs {
            assert!(run.wait().unwrap().success(), "every run ends well");
        }
        let width = bench.picture("out.png").width.to_string();
        assert!(sizes.contains(&width.as_str()), "the whole picture of one of them");
        assert_eq!(bench.files(), ["in.csv", "out.png"], "no litter");
    }
}

#[test]
fn outputs_left_by_a_killed_run_are_removed_and_those_of_a_living_one_are_not() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    let name = bench.write(".out.png.pointillist-tmp", "half a picture");
    // A run that fails before it draws tidies up too.
    plot(&bench, "in.csv", &["-o", "out.png", "--color", "nothing"]).expect(2);
    assert_eq!(bench.files(), ["in.csv"]);
    bench.write(&name, "the picture of another run");
    let owner = File::open(bench.path(&name)).unwrap();
    owner.lock().unwrap();
    // One that finds another between its last two calls waits for it.
    let args = ["plot", "in.csv", "-x", "x", "-y", "y", "-o", "out.png"];
    let mut waiting = bench.command(&args).stderr(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(waiting.try_wait().unwrap().is_none(), "the lock tells who is alive");
    assert_eq!(bench.files(), [&name, "in.csv"], "what the other has is left alone");
    std::fs::rename(bench.path(&name), bench.path("out.png")).unwrap();
    drop(owner);
    assert!(waiting.wait().unwrap().success());
    assert_eq!(bench.files(), ["in.csv", "out.png"]);
    assert!(bench.picture("out.png").width > 0, "the last to finish wins");
}

#[cfg(target_os = "linux")]
#[test]
fn outputs_appear_all_or_none() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    bench.write("old.png", "old");
    bench.write("old.npy", "old");
    plot(&bench, "in.csv", &["-o", "old.png", "--report", "/dev/full"]).expect(4);
    let raster = ["-o", "/dev/full", "--marker", "pixel", "--raster", "old.npy"];
    plot(&bench, "in.csv", &raster).expect(4);
    assert_eq!((bench.read("old.png"), bench.read("old.npy")), (b"old".to_vec(), b"old".to_vec()), "nothing replaced");
    assert_eq!(bench.files(), ["in.csv", "old.npy", "old.png"], "no litter");
    // A long name is no obstacle.
    let long = format!("{}.png", "n".repeat(245));
    plot(&bench, "in.csv", &["-o", &long]).expect(0);
}

/// The text chunk of a picture.
fn description(bench: &Bench, name: &str) -> String {
    let decoder = png::Decoder::new(std::io::Cursor::new(bench.read(name)));
    let reader = decoder.read_info().unwrap();
    let info = reader.info();
    let plain = info.uncompressed_latin1_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.text.clone()));
    let utf8 = info.utf8_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.get_text().unwrap()));
    let texts: Vec<_> = plain.chain(utf8).collect();
    assert_eq!(texts.len(), 1, "one text chunk: {texts:?}");
    assert_eq!(texts[0].0, "pointillist");
    texts[0].1.clone()
}

#[test]
fn outputs_say_what_decided_the_picture_and_nothing_else() {
    let bench = Bench::new();
    bench.write("secret-name.csv", CSV);
    let base = ["-o", "a.png", "--color", "v", "--threads", "1"];
    plot(&bench, "secret-name.csv", &base).expect(0);
    let text = description(&bench, "a.png");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json.to_string(), text, "canonical");
    assert_eq!(json["series"][0]["columns"]["Value"], "v", "{text}");
    assert_eq!(json["rows"]["drawn"], 3, "{text}");
    assert!(!text.contains("secret") && !text.contains("thread"), "no paths, no engine: {text}");
    // The engine leaves no trace; colours do.
    plot(&bench, "secret-name.csv", &["-o", "a.png", "--color", "v", "--threads", "2", "--chunk-rows", "1"]).expect(0);
    assert_eq!(description(&bench, "a.png"), text);
    for other in [&["--clim", "0,3"][..], &["--cmap", "magma"], &["--alpha", "0.5"], &["--background", "none"]] {
        let args: Vec<_> = base.iter().chain(other).copied().collect();
        plot(&bench, "secret-name.csv", &args).expect(0);
        assert_ne!(description(&bench, "a.png"), text, "{other:?} decides the picture");
    }
}

#[test]
fn outputs_hold_every_faint_mark_that_is_counted() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    let faint = ["--marker", "square", "--alpha", "1e-50", "--raster", "counts.npy", "-o", "a.png"];
    let run = plot(&bench, "in.csv", &faint).expect(0);
    assert!(!run.stderr.contains("no trace"), "counts are exact: {}", run.stderr);
    let npy = bench.read("counts.npy");
    let header_len = usize::from(u16::from_le_bytes([npy[8], npy[9]]));
    let counts = npy[10 + header_len..].chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
    assert_eq!(counts.sum::<u64>(), 3 * 9, "three squares of 3 px");
    // A veil or a layer would lose them: refused, with the way out.
    for soft in [&["--marker", "circle", "--alpha", "1e-8"][..], &["--color", "v", "--alpha", "1e-8"]] {
        let args: Vec<_> = soft.iter().chain(&["-o", "a.png"]).copied().collect();
        let run = plot(&bench, "in.csv", &args).expect(2);
        assert!(run.error_line().contains("--aa off"), "{}", run.stderr);
    }
}

#[test]
fn outputs_beyond_the_adapter_are_refused_by_gpu_and_drawn_by_auto() {
    if !crate::harness::gpu::is_required("outputs_beyond_the_adapter_are_refused_by_gpu_and_drawn_by_auto") {
        return;
    }
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    let doctor = bench.run(&["doctor", "--json"]).expect(0);
    let doctor: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let adapter = &doctor["adapters"][0];
    let (name, limit) = (adapter["name"].as_str().unwrap(), adapter["max_texture_px"].as_u64().unwrap());
    let width = (limit + 1).to_string();
    let wide = ["--frame", "none", "--height", "4", "--width", &width, "--adapter", name, "-o", "a.png", "--backend"];
    let args = |backend| wide.into_iter().chain([backend, "--gpu-kernel", "instanced"]).collect::<Vec<_>>();
    let refused = plot(&bench, "in.csv", &args("gpu")).expect(3);
    assert!(refused.error_line().contains(&limit.to_string()), "names the limit: {}", refused.stderr);
    assert_eq!(bench.files(), ["in.csv"], "no picture");
    let drawn = plot(&bench, "in.csv", &args("auto")).expect(0);
    assert!(drawn.stderr.contains("drawing on the CPU") && drawn.stderr.contains("; cpu, "), "{}", drawn.stderr);
    // Other kernels need no texture.
    let computed = wide.into_iter().chain(["gpu"]).collect::<Vec<_>>();
    plot(&bench, "in.csv", &computed).expect(0).says("; gpu, ");
}

#[test]
fn outputs_never_replace_an_archive_whose_array_is_read() {
    let bench = Bench::new();
    let args = ["plot", "synthetic:uniform:100", "-x", "x", "-y", "y", "--reduce", "count", "--raster", "a.npz"];
    bench.run(&[&args[..], &["-o", "a.png"]].concat()).expect(0);
    let archive = bench.read("a.npz");
    let name = "a.npz:count";
    for output in [["-o", "a.npz"], ["--report", "a.npz"]] {
        let args = ["plot", name, "-x", "0", "-y", "1"];
        let more: &[&str] = if output[0] == "-o" { &[] } else { &["-o", "b.png"] };
        bench.run(&[&args[..], &output, more].concat()).expect(2).says("would replace an input");
        assert_eq!(bench.read("a.npz"), archive);
    }
}

#[cfg(unix)]
#[test]
fn outputs_through_a_link_to_nothing_are_the_file_that_it_speaks_of() {
    let bench = Bench::new();
    std::os::unix::fs::symlink("new", bench.path("link")).unwrap();
    let args = ["plot", "synthetic:uniform:100", "-x", "x", "-y", "y", "-o", "link", "--report", "new"];
    bench.run(&args).expect(2).says("two outputs have one name");
    assert_eq!(bench.files(), ["link"]);
}

#[cfg(target_os = "linux")]
#[test]
fn outputs_of_words_to_a_full_disk_are_failures() {
    let bench = Bench::new();
    bench.write("a.csv", "x,y\n1,2\n");
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    for args in [&["inspect", "a.csv"][..], &["colormaps"], &["man"], &["completions", "bash"], &["--help"]] {
        let output = bench.command(args).stdout(full()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn outputs_do_not_mix_in_one_pipe() {
    let bench = Bench::new();
    let args = ["plot", "synthetic:uniform:100", "-x", "x", "-y", "y", "-o", "/dev/stdout", "--report", "-"];
    // Standard output is a pipe here.
    bench.run(&args).expect(2).says("two outputs have one name");
}
