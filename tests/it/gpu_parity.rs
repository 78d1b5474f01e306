//! The GPU backend against the CPU backend on every scene, by the class that the design promises.

use pointillist::BackendChoice as Backend;

use crate::harness::gpu::{INSTALL, is_required};
use crate::harness::{CLOSE, CLOSE_STRONG, EXACT, Picture, Tolerance, WITHIN_ONE, assert_same};
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
