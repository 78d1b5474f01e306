//! The bench with a drawer that draws nothing: its times are known, and its GPU can be wrong.

use std::path::PathBuf;

use super::measure::Spread;
use super::*;
use crate::raster::gpu::{AdapterKind, AdapterReport};
use crate::report::Seconds;

/// Draws one pixel, and takes the seconds it is told.
struct Fake {
    folder: tempfile::TempDir,
    /// What the GPU's pixel differs by, on cases with this text in their names.
    wrong: (u8, &'static str),
    /// Seconds of drawing, run by run.
    secs: Vec<f64>,
    runs: usize,
    has_gpu: bool,
}

impl Fake {
    fn new(wrong: (u8, &'static str), secs: &[f64]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, wrong, secs: secs.to_vec(), runs: 0, has_gpu: true }
    }

    fn drawn(&self, case: &Case, side: Side, draw: f64) -> Drawn {
        let class = if case.spec.density.is_some() { "exact" } else { "close" }.to_owned();
        let description = match side {
            Side::Cpu => "cpu, 2 threads".to_owned(),
            Side::Gpu => "gpu, pipe (1.0)".to_owned(),
        };
        let seconds = Seconds { draw, backend: 0.25, png: 0.5, ..Seconds::default() };
        Drawn { class, description, rows: 1000, rows_drawn: 900, seconds }
    }
}

impl Draw for Fake {
    fn load(&mut self, data: &DataCases) -> Result<Rows> {
        Ok(Rows { name: data.name.clone(), rows: 1000, kept_bytes: Some(16_000), load_secs: 0.5 })
    }

    fn bytes(&self, _: &Case) -> u64 {
        16_000
    }

    fn picture(&mut self, case: &Case, side: Side) -> Result<(PathBuf, Drawn)> {
        if side == Side::Gpu && !self.has_gpu {
            return Err(Error::gpu("lost"));
        }
        let (difference, name) = self.wrong;
        let is_wrong = side == Side::Gpu && case.name.contains(name);
        let path = self.folder.path().join(format!("{side:?}.png"));
        let pixel = [100 + if is_wrong { difference } else { 0 }, 0, 0, 255];
        image::save_buffer(&path, &[pixel, [9; 4]].concat(), 2, 1, image::ColorType::Rgba8).unwrap();
        self.runs = 0;
        // The warm-up's times are nobody's.
        Ok((path, self.drawn(case, side, 1e9)))
    }

    fn time(&mut self, case: &Case, side: Side) -> Result<Drawn> {
        self.runs += 1;
        Ok(self.drawn(case, side, self.secs[(self.runs - 1) % self.secs.len()]))
    }
}

struct Told(Vec<String>);

impl Watch for Told {
    fn note(&mut self, _: &str) {}
    fn begin(&mut self, stage: &str, _: Option<u64>) {
        self.0.push(stage.to_owned());
    }
    fn advance(&mut self, _: u64) {}
    fn end(&mut self) {}
}

fn request(only: Option<&str>, backend: BackendChoice) -> Request {
    Request {
        input: Input::Synthetic { rows: 1000 },
        repeats: 3,
        only: only.map(str::to_owned),
        backend,
        engine: EngineSpec::default(),
        most_kept_bytes: 1 << 30,
    }
}

fn machine(kind: AdapterKind) -> Machine {
    let adapter = AdapterReport {
        index: 0,
        name: "pipe".to_owned(),
        kind,
        driver: "1.0".to_owned(),
        pci: String::new(),
        max_texture_px: 1,
        max_buffer_bytes: 1,
        max_binding_bytes: 1,
        can_blend_f32: true,
    };
    Machine {
        version: "1.2.3",
        is_debug_build: false,
        system: "linux x86_64".to_owned(),
        cpu: Some(
            "A processor with a name that is much longer than anybody would think it should be, at 3 GHz".to_owned(),
        ),
        cores: 4,
        threads: 2,
        adapters: vec![adapter],
        auto_adapter: (kind != AdapterKind::Software).then_some(0),
        process_start_secs: Some(0.0123),
    }
}

fn benched(request: &Request, kind: AdapterKind, fake: &mut Fake) -> Bench {
    bench_with(request, machine(kind), fake, &mut Told(Vec::new())).unwrap()
}

#[test]
fn cases_cover_data_marks_and_reductions() {
    let groups = cases::cases(&Input::Synthetic { rows: 10 });
    let names: Vec<_> = groups.iter().flat_map(|group| &group.cases).map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), 27);
    for data in ["uniform", "gaussians", "point"] {
        for what in ["pixel", "pixel/value", "disc5", "disc5/value", "disc21", "disc21/value", "count", "mean", "by"] {
            assert!(names.contains(&format!("{data}/{what}").as_str()), "{data}/{what}");
        }
    }
    let files = cases::Files {
        inputs: vec!["a.csv".to_owned()],
        x: "x".to_owned(),
        y: "y".to_owned(),
        value: None,
        category: None,
        xlim: None,
        ylim: None,
    };
    let groups = cases::cases(&Input::Files(Box::new(files)));
    let names: Vec<_> = groups.iter().flat_map(|group| &group.cases).map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["input/pixel", "input/disc5", "input/disc21", "input/count"], "what the columns allow");
}

#[test]
fn medians_and_spreads_are_those_of_the_timed_runs() {
    let mut fake = Fake::new((0, ""), &[0.4, 0.1, 0.2]);
    let mut told = Told(Vec::new());
    let request = request(Some("uniform/disc5"), BackendChoice::Gpu);
    let bench = bench_with(&request, machine(AdapterKind::Discrete), &mut fake, &mut told).unwrap();
    assert_eq!(told.0, ["loading uniform", "1 of 2: uniform/disc5", "2 of 2: uniform/disc5/value"]);
    assert_eq!(bench.cases.len(), 2);
    for timing in bench.cases.iter().flat_map(|case| &case.timings) {
        let expected = Spread { median: 0.2, min: 0.1, max: 0.4, mad: 0.1, runs: vec![0.4, 0.1, 0.2] };
        assert!((timing.draw_secs.mad - 0.1).abs() < 1e-12);
        assert_eq!(Spread { mad: 0.1, ..timing.draw_secs.clone() }, expected);
        assert_eq!((timing.start_secs.median, timing.picture_secs.median), (0.25, 0.5));
        assert_eq!((timing.rows_per_second, timing.bytes_per_second), (5000.0, Some(80_000.0)));
    }
    assert_eq!(bench.cases[0].timings.iter().map(|timing| timing.backend).collect::<Vec<_>>(), ["cpu", "gpu"]);
    let noisy = &bench.warnings[0];
    assert!(noisy.contains("noisy machine: 4 of 4") && noisy.contains("by 150 %"), "{noisy}");
    assert_eq!(Spread::of(vec![4.0, 1.0]).median, 2.5);
}

#[test]
fn wrong_pictures_are_found_and_give_no_times() {
    // One step of 255 is allowed to blended points and not to counts.
    let request = request(Some("uniform/"), BackendChoice::Gpu);
    let found = benched(&request, AdapterKind::Discrete, &mut Fake::new((1, ""), &[0.1]));
    assert_eq!(found.mismatches(), ["uniform/count", "uniform/mean", "uniform/by"]);
    let points = &found.cases[0];
    let equality = points.equality.unwrap();
    assert_eq!((equality.is_equal, equality.is_allowed, equality.equal_share), (false, true, 0.5));
    assert_eq!(points.timings.len(), 2, "points within a step are timed");
    let found = benched(&request, AdapterKind::Discrete, &mut Fake::new((37, "disc21/value"), &[0.1]));
    assert_eq!(found.mismatches(), ["uniform/disc21/value"]);
    let wrong = found.cases.iter().find(|case| case.name == "uniform/disc21/value").unwrap();
    assert_eq!(wrong.timings.len(), 1, "no times of a wrong picture");
    let text = table::table(&found);
    assert!(text.contains("WRONG by 37/255") && text.contains("no times"), "{text}");
    assert_eq!(benched(&request, AdapterKind::Discrete, &mut Fake::new((0, ""), &[0.1])).mismatches(), [""; 0]);
}

#[test]
fn software_is_called_software_and_measured_only_on_request() {
    let auto = request(Some("point/count"), BackendChoice::Auto);
    let found = benched(&auto, AdapterKind::Software, &mut Fake::new((0, ""), &[0.1]));
    assert_eq!(found.cases[0].timings.len(), 1);
    assert!(found.without_gpu.as_ref().is_some_and(|why| why.contains("--backend gpu measures pipe (software)")));
    let asked = request(Some("point/count"), BackendChoice::Gpu);
    let found = benched(&asked, AdapterKind::Software, &mut Fake::new((0, ""), &[0.1]));
    assert_eq!(found.cases[0].timings[1].backend, "software");
    assert!(table::table(&found).contains("software: gpu, pipe (1.0); device start 250 ms"));
    // A GPU that is there and does not serve: told, unless it was asked for.
    let mut broken = Fake::new((0, ""), &[0.1]);
    broken.has_gpu = false;
    let found = benched(&auto, AdapterKind::Discrete, &mut broken);
    assert_eq!((found.cases[0].timings.len(), found.without_gpu.as_deref()), (1, Some("lost")));
    let error = bench_with(&asked, machine(AdapterKind::Discrete), &mut broken, &mut Told(Vec::new())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gpu);
}

#[test]
fn a_filter_that_fits_nothing_names_the_cases() {
    let error = bench_with(
        &request(Some("disc7"), BackendChoice::Cpu),
        machine(AdapterKind::Software),
        &mut Fake::new((0, ""), &[0.1]),
        &mut Told(Vec::new()),
    );
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("uniform/disc5/value"), "{error}");
}

#[test]
fn tables_fit_100_columns() {
    for secs in [1e-6, 0.0123, 0.99949, 0.9996, 12.3456, 1234.5] {
        let mut fake = Fake::new((1, "gaussians"), &[secs, secs * 3.0, secs * 2.0]);
        let mut found = benched(&request(None, BackendChoice::Gpu), AdapterKind::Software, &mut fake);
        found.cases[0].name = "input/".to_owned() + &"long".repeat(30);
        let text = table::table(&found);
        // Sentences at the end may be as long as they need; the table may not.
        let lines = text.lines().take_while(|line| !line.starts_with("warning"));
        for line in lines {
            assert!(line.chars().count() <= 100, "{} columns: {line}", line.chars().count());
        }
        assert!(text.lines().count() > 3 * 18, "{text}");
    }
}

#[test]
fn the_processor_is_named_as_the_system_does() {
    let text = "processor\t: 0\nvendor_id\t: X\nmodel name\t: Fast 9000 @ 3 GHz\nmodel name\t: Other\n";
    assert_eq!(machine::cpu_name(text).as_deref(), Some("Fast 9000 @ 3 GHz"));
    assert_eq!(machine::cpu_name("processor : 0\nBogoMIPS : 50\n"), None);
}
