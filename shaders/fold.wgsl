// Adds a canvas of whole f32 counts to 64-bit counts, held as pairs of u32 (low, high), for one band of rows.
// A band is as high as a storage binding allows. The Rust side is src/raster/gpu/fold.rs; a test holds the two together.

struct Band {
    // Pixels in a row of the canvas.
    width: u32,
    // The band's first row on the canvas.
    first_row: u32,
    // Rows in the band.
    rows: u32,
    unused: u32,
}

@group(0) @binding(0) var<uniform> band: Band;
@group(0) @binding(1) var canvas: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> counts: array<vec2<u32>>;

@compute @workgroup_size(16, 16)
fn fold(@builtin(global_invocation_id) at: vec3<u32>) {
    if at.x >= band.width || at.y >= band.rows {
        return;
    }
    let added = u32(textureLoad(canvas, vec2(at.x, band.first_row + at.y), 0).r);
    let i = at.y * band.width + at.x;
    let before = counts[i];
    let low = before.x + added;
    counts[i] = vec2(low, before.y + select(0u, 1u, low < added));
}
