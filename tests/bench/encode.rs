//! Values to marks, on one thread, from columns that the caches hold.

use criterion::{Criterion, Throughput};
use pointillist::Chunk;

use crate::rows::{BATCH, Spread, columns, counts, discs, encoder};

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Elements(BATCH as u64));
    let [x, y] = columns(Spread::Even, BATCH);
    // A view of half of it: most blocks have rows outside.
    let outside: Vec<f64> = x.iter().map(|x| 2.0 * x).collect();
    let singles: [Vec<f32>; 2] = [&x, &y].map(|values| values.iter().map(|value| *value as f32).collect());
    let cells = counts(1024, 768);
    let chunks = [
        ("cells", &cells, Chunk::xy(&x, &y)),
        ("cells/f32", &cells, Chunk::xy(&singles[0][..], &singles[1][..])),
        ("cells/half outside", &cells, Chunk::xy(&outside, &y)),
        ("glyphs", &discs(5.0, true), Chunk::xy(&x, &y)),
    ];
    for (name, program, chunk) in &chunks {
        let encoder = encoder(program);
        let prepared = encoder.prepare(chunk).unwrap();
        let mut batch = encoder.no_batch();
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                batch.clear();
                encoder.encode(&prepared, 0..BATCH, &mut batch)
            });
        });
    }
}
