//! Cells onto counts: canvases that the caches hold and those that they do not, beside a plain loop; and both stages of a
//! density together.

use criterion::{BatchSize, Criterion, Throughput};
use pointillist::Chunk;
use pointillist::canvas::Canvas;
use pointillist::mark::{Batch, Marks};
use pointillist::raster;

use crate::rows::{Spread, batches, columns, counts, cpu, drawing};

const MARKS: usize = 1 << 20;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("count");
    group.throughput(Throughput::Elements(MARKS as u64)).sample_size(10);
    // `cargo bench -- 16384`: takes 4 GB.
    let is_huge = std::env::args().any(|argument| argument.contains("16384"));
    for side in if is_huge { vec![16384] } else { vec![1024, 4096] } {
        let program = counts(side, side);
        for spread in [Spread::Even, Spread::Heap, Spread::Point] {
            let batches = batches(&program, spread, MARKS);
            let mut plain = vec![0_u32; program.size.area()];
            group.bench_function(format!("{side}/{spread:?}/plain loop"), |bencher| {
                bencher.iter(|| batches.iter().for_each(|batch| count(batch, &mut plain)));
            });
            drop(plain);
            for threads in [1, 2] {
                let backend = cpu(threads);
                let mut rasterizer = raster::open(&backend, &program, Canvas::empty(&program)).unwrap();
                group.bench_function(format!("{side}/{spread:?}/{threads}"), |bencher| {
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
    // From columns to counts.
    let program = counts(1024, 768);
    for spread in [Spread::Even, Spread::Heap, Spread::Point] {
        let [x, y] = columns(spread, MARKS);
        for threads in [1, 2] {
            let mut drawing = drawing(&program, threads);
            group.bench_function(format!("encoded/{spread:?}/{threads}"), |bencher| {
                bencher.iter(|| drawing.draw(&Chunk::xy(&x, &y)).unwrap());
            });
        }
    }
}

fn count(batch: &Batch, plane: &mut [u32]) {
    if let Marks::Cells(cells) = &batch.marks {
        cells.iter().for_each(|cell| plane[cell.0 as usize] = plane[cell.0 as usize].wrapping_add(1));
    }
}
