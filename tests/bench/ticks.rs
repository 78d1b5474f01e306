//! The ticks of an axis.

use std::hint::black_box;

use criterion::Criterion;
use pointillist::scale::{Scale, ticks};

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ticks");
    let axes = [
        ("linear", Scale::linear(-0.173, 8.91e3)),
        ("log", Scale::log(3e-7, 2.5e9)),
        ("time", Scale::integers(1_700_000_000_000_000_000, 1_700_000_864_000_000_000)),
    ];
    for (name, scale) in axes {
        let scale = scale.unwrap();
        group.bench_function(name, |bencher| {
            bencher.iter(|| ticks(black_box(&scale), 800.0, &|label| 8.0 * label.len() as f64));
        });
    }
}
