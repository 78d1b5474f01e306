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

#[test]
fn outputs_that_another_run_is_writing_are_left_to_it() {
    let bench = Bench::new();
    bench.write("in.csv", CSV);
    bench.write(".out.png.pointillist-tmp", "half of another run's picture");
    let other = File::open(bench.path(".out.png.pointillist-tmp")).unwrap();
    other.lock().unwrap();
    let run = plot(&bench, "in.csv", &["-o", "out.png"]).expect(4);
    assert!(run.error_line().contains("another run"), "{}", run.stderr);
    assert_eq!(bench.read(".out.png.pointillist-tmp"), b"half of another run's picture", "not touched");
    drop(other);
    // Without its owner it is what a killed run left.
    plot(&bench, "in.csv", &["-o", "out.png"]).expect(0);
    assert_eq!(bench.files(), ["in.csv", "out.png"], "no litter");
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
    let args = |backend| wide.into_iter().chain([backend]).collect::<Vec<_>>();
    let refused = plot(&bench, "in.csv", &args("gpu")).expect(3);
    assert!(refused.error_line().contains(&limit.to_string()), "names the limit: {}", refused.stderr);
    assert_eq!(bench.files(), ["in.csv"], "no picture");
    let drawn = plot(&bench, "in.csv", &args("auto")).expect(0);
    assert!(drawn.stderr.contains("drawing on the CPU") && drawn.stderr.contains("; cpu, "), "{}", drawn.stderr);
}
