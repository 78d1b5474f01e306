// Ordered points, one invocation a tile: it walks the tile's list of stamps pixel by pixel, in order, and blends each pixel
// into a canvas of plain rows. One loop over all pixels of all stamps, so that neighbours with other stamps never wait;
// counted it stays below the 65,535 turns after which the software driver ends a shader's loops, all of them together.
// The Rust side is src/raster/gpu/tiles.rs; a test holds the two together.

const INVERSE_255: f32 = 0x1.010102p-8f;
const FLOOR: f32 = 1e-18f;
// Tiles of a workgroup.
const GROUP: u32 = 8u;
// Workgroups in a row of a dispatch.
const GROUPS_X: u32 = 32768u;

struct Job {
    // The bound band of the canvas, in pixels; the pieces of this dispatch in the upload.
    width: u32,
    rows: u32,
    first_piece: u32,
    pieces: u32,
}

@group(0) @binding(0) var<uniform> job: Job;
// Entries: place in the tile (4 bits each: x, y, width - 1, height - 1; from bit 16 on the side of the mask), first texel,
// colour, opacity. Pieces: first entry, end, upper left corner of the tile (x, and y from bit 16 on).
@group(0) @binding(1) var<storage, read> upload: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> masks: array<u32>;
@group(0) @binding(3) var<storage, read_write> layer: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> veil: array<f32>;
@group(0) @binding(5) var<storage, read_write> counts: array<vec2<u32>>;

struct Walk {
    next: u32,
    end: u32,
    corner: u32,
    // The row of the stamp: its first pixel on the canvas and its first texel.
    row: u32,
    texel: u32,
    side: u32,
    width: u32,
    x: u32,
    left: u32,
    rgb: u32,
    alpha: f32,
    // What to blend, and its coverage 0..255.
    pixel: u32,
    coverage: u32,
}

fn begin(group: vec3<u32>, lane: u32) -> Walk {
    var walk = Walk();
    let i = (group.y * GROUPS_X + group.x) * GROUP + lane;
    if i < job.pieces {
        let piece = upload[job.first_piece + i];
        walk.next = piece.x;
        walk.end = piece.y;
        walk.corner = (piece.z >> 16u) * job.width + (piece.z & 0xffffu);
    }
    return walk;
}

// Goes on to the next pixel; false where there is none.
fn goes_on(walk: ptr<function, Walk>) -> bool {
    if (*walk).left == 0u {
        if (*walk).next == (*walk).end { return false; }
        let entry = upload[(*walk).next];
        (*walk).next++;
        (*walk).row = (*walk).corner + ((entry.x >> 4u) & 15u) * job.width + (entry.x & 15u);
        (*walk).width = ((entry.x >> 8u) & 15u) + 1u;
        (*walk).left = (*walk).width * (((entry.x >> 12u) & 15u) + 1u);
        (*walk).side = entry.x >> 16u;
        (*walk).texel = entry.y;
        (*walk).rgb = entry.z;
        (*walk).alpha = bitcast<f32>(entry.w);
    }
    let texel = (*walk).texel + (*walk).x;
    (*walk).pixel = (*walk).row + (*walk).x;
    (*walk).coverage = (masks[texel >> 2u] >> ((texel & 3u) * 8u)) & 255u;
    (*walk).left--;
    (*walk).x++;
    if (*walk).x == (*walk).width {
        (*walk).x = 0u;
        (*walk).row += job.width;
        (*walk).texel += (*walk).side;
    }
    return true;
}

// Signed: processors have no instruction for the other.
fn opacity(walk: Walk) -> f32 { return walk.alpha * (f32(i32(walk.coverage)) * INVERSE_255); }

@compute @workgroup_size(GROUP)
fn over(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    var walk = begin(group, lane);
    while goes_on(&walk) {
        let a = opacity(walk);
        let rgb = vec3<i32>((vec3(walk.rgb) >> vec3(0u, 8u, 16u)) & vec3(255u));
        let source = vec4(vec3<f32>(rgb) * INVERSE_255, 0.0);
        // Nothing covered changes nothing.
        layer[walk.pixel] = max(layer[walk.pixel] * (1.0 - a) + source * a, vec4(min(a, FLOOR)));
    }
}

@compute @workgroup_size(GROUP)
fn veiled(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    var walk = begin(group, lane);
    while goes_on(&walk) {
        let a = opacity(walk);
        veil[walk.pixel] = max(veil[walk.pixel] * (1.0 - a), min(a, FLOOR));
    }
}

@compute @workgroup_size(GROUP)
fn counted(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    var walk = begin(group, lane);
    while goes_on(&walk) {
        if walk.coverage == 255u {
            let low = counts[walk.pixel].x + 1u;
            counts[walk.pixel] = vec2(low, counts[walk.pixel].y + select(0u, 1u, low == 0u));
        }
    }
}
