//! Marks onto canvases that blend: a million discs of 5 px at 1024x768.

use criterion::{BatchSize, Criterion, Throughput};
use pointillist::canvas::Canvas;
use pointillist::raster;

use crate::rows::{Spread, batches, cpu, discs};

const MARKS: usize = 1 << 20;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("blit");
    group.throughput(Throughput::Elements(MARKS as u64)).sample_size(10);
    for (kind, is_one_color) in [("veil", true), ("layer", false)] {
        let program = discs(5.0, is_one_color);
        for spread in [Spread::Even, Spread::Heap, Spread::Point] {
            let batches = batches(&program, spread, MARKS);
            for threads in [1, 2] {
                let backend = cpu(threads);
                let mut rasterizer = raster::open(&backend, &program, Canvas::empty(&program)).unwrap();
                group.bench_function(format!("{kind}/{spread:?}/{threads}"), |bencher| {
                    bencher.iter_batched(
                        || batches.clone(),
                        |batches| {
                            let emptied = rasterizer.draw(batches).unwrap();
                            rasterizer.drain().unwrap();
                            emptied
                        },
                        BatchSize::PerIteration,
                    );
                });
            }
        }
    }
}
