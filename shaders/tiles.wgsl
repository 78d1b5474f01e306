// Ordered points, one invocation a tile, or some rows of it: walks the tile's list of stamps pixel by pixel and blends each
// into a canvas of plain rows. One loop for all stamps, so that neighbours never wait for larger ones; of at most 65,535
// turns, after which the software driver ends all loops of an invocation.
// The Rust side is src/raster/gpu/tiles.rs; a test holds the two together.

const INVERSE_255: f32 = 0x1.010102p-8f;
const FLOOR: f32 = 1e-18f;
const GROUP: u32 = 8u; // Invocations of a workgroup.
const GROUPS_X: u32 = 32768u; // Workgroups in a row of a dispatch.

struct Job {
    width: u32,
    rows: u32,
    first_piece: u32,
    pieces: u32,
}
@group(0) @binding(0) var<uniform> job: Job;
// Entries: place in the tile (4 bits each: x, y, width - 1, height - 1; from bit 16 on the side of the mask), first texel,
// colour, opacity. Pieces: first entry, end, upper left corner of the tile (x, and y from bit 16 on), first and last row.
@group(0) @binding(1) var<storage, read> upload: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> masks: array<u32>;
@group(0) @binding(3) var<storage, read_write> layer: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> veil: array<f32>;
@group(0) @binding(5) var<storage, read_write> counts: array<vec2<u32>>;

struct Walk {
    next: u32,
    end: u32,
    corner: u32,
    rows: vec2<u32>, // Of the tile: the first and the last one.
    row: u32, // Of the stamp: its first pixel on the canvas.
    texel: u32, // And its first texel.
    side: u32,
    width: u32,
    x: u32,
    left: u32,
    rgb: u32,
    alpha: f32,
    pixel: u32, // What to blend: always one of its own.
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
        walk.rows = vec2(piece.w & 15u, piece.w >> 4u);
        walk.pixel = walk.corner + walk.rows.x * job.width;
    }
    return walk;
}

// Goes on to the next pixel; false where there is none.
fn goes_on(walk: ptr<function, Walk>) -> bool {
    if (*walk).left == 0u {
        if (*walk).next == (*walk).end { return false; }
        let entry = upload[(*walk).next];
        let place = (vec4(entry.x) >> vec4(0u, 4u, 8u, 12u)) & vec4(15u);
        let first = max(place.y, (*walk).rows.x);
        let end = min(place.y + place.w, (*walk).rows.y) + 1u;
        (*walk).next++;
        (*walk).row = (*walk).corner + first * job.width + place.x;
        (*walk).width = place.z + 1u;
        (*walk).side = entry.x >> 16u;
        (*walk).texel = entry.y + (first - place.y) * (*walk).side;
        (*walk).left = (*walk).width * (end - min(first, end));
        (*walk).rgb = entry.z;
        (*walk).alpha = bitcast<f32>(entry.w);
    }
    // A stamp in other rows takes a turn that changes nothing.
    (*walk).coverage = 0u;
    if (*walk).left > 0u {
        let texel = (*walk).texel + (*walk).x;
        (*walk).pixel = (*walk).row + (*walk).x;
        (*walk).coverage = (masks[texel >> 2u] >> ((texel & 3u) * 8u)) & 255u;
        (*walk).left--;
        let is_last = (*walk).x + 1u == (*walk).width;
        (*walk).x = select((*walk).x + 1u, 0u, is_last);
        (*walk).row += select(0u, job.width, is_last);
        (*walk).texel += select(0u, (*walk).side, is_last);
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
        let rgb = vec3<f32>(vec3<i32>((vec3(walk.rgb) >> vec3(0u, 8u, 16u)) & vec3(255u))) * INVERSE_255;
        layer[walk.pixel] = max(layer[walk.pixel] * (1.0 - a) + vec4(rgb, 0.0) * a, vec4(min(a, FLOOR)));
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
