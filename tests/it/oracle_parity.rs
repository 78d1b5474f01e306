//! The CPU backend against the naive f64 oracle: every channel of every pixel within 1/255.

use pointillist::Backend;

use crate::harness::{EXACT, WITHIN_ONE, assert_same};
use crate::scenes;

#[test]
fn oracle_agrees_with_the_cpu_on_every_scene() {
    for scene in scenes::all() {
        let drawn = scene.draw(Backend::Cpu, usize::MAX).unwrap_or_else(|error| panic!("{}: {error}", scene.name));
        assert_same(&format!("oracle {}", scene.name), &scene.truth(), &drawn, WITHIN_ONE);
    }
}

#[test]
fn scenes_show_what_their_names_say() {
    for scene in scenes::all() {
        let truth = scene.truth();
        let has_marks = truth.rgba.chunks_exact(4).any(|pixel| pixel != &truth.rgba[..4])
            || truth.pixel(0, 0) != truth.pixel(60, 40);
        let is_empty = ["nothing", "offscreen_all"].contains(&scene.name);
        assert_eq!(has_marks, !is_empty, "{} has marks", scene.name);
    }
}

#[test]
fn chunks_of_any_size_give_the_same_bytes_from_the_library() {
    for scene in scenes::all().into_iter().filter(|scene| scene.points.len() <= 5000) {
        let mut whole = scene.draw(Backend::Cpu, usize::MAX).unwrap();
        whole.source = "one chunk".into();
        for chunk_rows in [1, 7] {
            let pieces = scene.draw(Backend::Cpu, chunk_rows).unwrap();
            assert_same(&format!("chunks of {chunk_rows}, {}", scene.name), &whole, &pieces, EXACT);
        }
    }
}
