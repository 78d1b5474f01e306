//! The GPU backend against the CPU backend on every scene, by the class that the design promises.

use pointillist::BackendChoice as Backend;

use crate::harness::binary::{Bench, f32_bytes};
use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::{CLOSE, CLOSE_STRONG, EXACT, Picture, Random, Tolerance, WITHIN_ONE, assert_same};
use crate::scenes::{self, Class, Scene};

fn gpu(scene: &Scene, chunk_rows: usize) -> Picture {
    scene.draw(Backend::Gpu, chunk_rows).unwrap_or_else(|error| panic!("{}: {error}\n{INSTALL}", scene.name))
}

fn promise(scene: &Scene) -> Tolerance {
    match (scene.class, scene.faintest_alpha()) {
        (Class::Exact, _) => EXACT,
        (Class::Close, alpha) if alpha >= 0.1 => CLOSE_STRONG,
        (Class::Close, alpha) if alpha >= 1e-3 => CLOSE,
        (Class::Close, _) => WITHIN_ONE,
    }
}

#[test]
fn gpu_draws_what_the_cpu_draws() {
    if !is_required("gpu_draws_what_the_cpu_draws") {
        return;
    }
    for scene in scenes::all() {
        let cpu = scene.draw(Backend::Cpu, usize::MAX).unwrap();
        assert_same(&format!("gpu {}", scene.name), &cpu, &gpu(&scene, usize::MAX), promise(&scene));
    }
}

#[test]
fn gpu_draws_the_same_bytes_in_chunks_of_any_size() {
    if !is_required("gpu_draws_the_same_bytes_in_chunks_of_any_size") {
        return;
    }
    for scene in scenes::all().into_iter().filter(|scene| scene.points.len() <= 500) {
        let mut whole = gpu(&scene, usize::MAX);
        whole.source = "one chunk".into();
        for chunk_rows in [1, 7] {
            let pieces = gpu(&scene, chunk_rows);
            assert_same(&format!("gpu chunks of {chunk_rows}, {}", scene.name), &whole, &pieces, EXACT);
        }
    }
}

#[test]
fn gpu_kernels_that_are_asked_for_draw_what_the_cpu_draws() {
    if !is_required("gpu_kernels_that_are_asked_for_draw_what_the_cpu_draws") {
        return;
    }
    let mut random = Random(17);
    let rows: Vec<[f32; 2]> = (0..2000).map(|_| [random.unit() as f32, random.unit() as f32]).collect();
    let bench = Bench::new();
    bench.write("a.f32", f32_bytes(&rows));
    let data = ["plot", "a.f32", "--raw", "f32x2", "-x", "0", "-y", "1", "--width", "301", "--height", "217"];
    let (stamps, cells) = (["instanced", "blocked", "tiles"], ["instanced", "blocked", "add"]);
    let looks: [(&[&str], _, _); 5] = [
        (&["--marker", "pixel", "--color", "red", "--alpha", "0.3"], cells, EXACT),
        (&["--marker", "square", "--size", "6", "--color", "red", "--alpha", "0.3"], stamps, EXACT),
        (&["--marker", "square", "--size", "6", "--color", "1"], stamps, EXACT),
        (&["--marker", "star", "--size", "40", "--color", "red", "--alpha", "0.2"], stamps, CLOSE_STRONG),
        (&["--marker", "circle", "--size", "9", "--color", "1", "--alpha", "0.2"], stamps, CLOSE_STRONG),
    ];
    for (look, kernels, promise) in looks {
        let draw = |engine: &[&str]| {
            let outputs = ["-o", "a.png", "--report", "r.json"];
            bench.run(&[&data[..], look, engine, &outputs].concat()).expect(0);
            (Picture::from_png(engine.join(" "), &bench.read("a.png")), bench.json("r.json"))
        };
        let (cpu, _) = draw(&["--backend", "cpu"]);
        for kernel in kernels {
            let (picture, report) = draw(&["--backend", "gpu", "--gpu-kernel", kernel]);
            assert_eq!(report["kernel"], kernel, "{INSTALL}");
            assert_same(&format!("{look:?}"), &cpu, &picture, promise);
        }
    }
}
