//! The CPU backend against the naive f64 oracle: every channel of every pixel within 1/255.

use pointillist::BackendChoice as Backend;

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

#[test]
fn ledger_of_every_scene_knows_all_points() {
    let mut known = 0;
    for scene in scenes::all() {
        let rows = scene.plot(Backend::Cpu, usize::MAX).unwrap().ledger().rows;
        let name = scene.name;
        assert_eq!(rows.total, scene.points.len() as u64, "{name}: every point is counted");
        assert_eq!(rows.read, rows.drawn + rows.outside + rows.invalid + rows.filtered, "{name}: {rows:?}");
        let not_finite = scene.points.iter().filter(|(x, y)| !(x.is_finite() && y.is_finite())).count();
        assert_eq!(rows.invalid, not_finite as u64, "{name}: what is not finite is invalid");
        let expected = match name {
            "offscreen_all" => (0, 4),
            "offscreen_touching" => (4, 0),
            "invalid_among_others" => (3, 1),
            "single_point" => (1, 0),
            "nothing" => (0, 0),
            _ => continue,
        };
        known += 1;
        assert_eq!((rows.drawn, rows.outside), expected, "{name}: drawn and outside");
    }
    assert_eq!(known, 5, "scenes counted by hand");
}
