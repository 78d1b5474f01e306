//! Canvases into one another, as shards and machines give them.

use criterion::{BatchSize, Criterion, Throughput};
use pointillist::canvas::Canvas;

use crate::rows::{counts, discs};

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("merge");
    for (name, program) in [("counts", counts(1024, 768)), ("veil", discs(5.0, true)), ("layer", discs(5.0, false))] {
        let later = Canvas::empty(&program);
        group.throughput(Throughput::Elements(program.size.area() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || Canvas::empty(&program),
                |mut canvas| {
                    canvas.merge(&later).unwrap();
                    canvas
                },
                BatchSize::LargeInput,
            );
        });
    }
}
