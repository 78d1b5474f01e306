// Ordered points, one workgroup a tile and one invocation a pixel: each walks the tile's list of stamps in order, with its
// pixel in registers, read from a canvas of plain rows before and written to it after.
// The Rust side is src/raster/gpu/tiles.rs; a test holds the two together. tiles.wgsl says what an upload holds.

// 1/255 rounded to f32.
const INVERSE_255: f32 = 0x1.010102p-8f;
// What a stack of marks may not fall below.
const FLOOR: f32 = 1e-18f;
// The side of a tile.
const TILE_PX: u32 = 16u;
// Workgroups in a row of a dispatch.
const GROUPS_X: u32 = 32768u;

struct Job {
    // The canvas or the band of it that is bound, in pixels.
    width: u32,
    rows: u32,
    // Where the pieces of this dispatch lie in the upload, and how many they are.
    first_piece: u32,
    pieces: u32,
}

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> upload: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> masks: array<u32>;
@group(0) @binding(3) var<storage, read_write> layer: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> veil: array<f32>;
@group(0) @binding(5) var<storage, read_write> counts: array<vec2<u32>>;

struct Own {
    // Entries of the list.
    next: u32,
    end: u32,
    // The pixel on the canvas; false where the tile reaches over its edge.
    pixel: u32,
    is_inside: bool,
}

fn own(group: vec3<u32>, lane: vec2<u32>) -> Own {
    let i = group.y * GROUPS_X + group.x;
    if i >= job.pieces { return Own(0u, 0u, 0u, false); }
    let piece = upload[job.first_piece + i];
    let at = vec2(piece.z & 0xffffu, piece.z >> 16u) + lane;
    return Own(piece.x, piece.y, at.y * job.width + at.x, at.x < job.width && at.y < job.rows);
}

// How much of an invocation's pixel a stamp covers, 0..255.
fn coverage(entry: vec4<u32>, lane: vec2<u32>) -> u32 {
    // Pixels before the stamp's first wrap to beyond its last.
    let at = lane - (vec2(entry.x, entry.x >> 4u) & vec2(15u));
    let last = vec2(entry.x >> 8u, entry.x >> 12u) & vec2(15u);
    if any(at > last) { return 0u; }
    let texel = entry.y + at.y * (entry.x >> 16u) + at.x;
    return (masks[texel >> 2u] >> ((texel & 3u) * 8u)) & 255u;
}

fn opacity(entry: vec4<u32>, lane: vec2<u32>) -> f32 {
    return bitcast<f32>(entry.w) * (f32(coverage(entry, lane)) * INVERSE_255);
}

@compute @workgroup_size(TILE_PX, TILE_PX)
fn over(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {
    let here = own(group, lane.xy);
    if !here.is_inside { return; }
    var pixel = layer[here.pixel];
    for (var i = here.next; i < here.end; i++) {
        let entry = upload[i];
        let a = opacity(entry, lane.xy);
        let source = vec4(vec3<f32>((vec3(entry.z) >> vec3(0u, 8u, 16u)) & vec3(255u)) * INVERSE_255, 0.0);
        // Where nothing is covered nothing changes, not even to the floor.
        pixel = max(pixel * (1.0 - a) + source * a, vec4(min(a, FLOOR)));
    }
    layer[here.pixel] = pixel;
}

@compute @workgroup_size(TILE_PX, TILE_PX)
fn veiled(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {
    let here = own(group, lane.xy);
    if !here.is_inside { return; }
    var pixel = veil[here.pixel];
    for (var i = here.next; i < here.end; i++) {
        let a = opacity(upload[i], lane.xy);
        pixel = max(pixel * (1.0 - a), min(a, FLOOR));
    }
    veil[here.pixel] = pixel;
}

@compute @workgroup_size(TILE_PX, TILE_PX)
fn counted(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {
    let here = own(group, lane.xy);
    if !here.is_inside { return; }
    var added = 0u;
    for (var i = here.next; i < here.end; i++) {
        added += select(0u, 1u, coverage(upload[i], lane.xy) == 255u);
    }
    let low = counts[here.pixel].x + added;
    counts[here.pixel] = vec2(low, counts[here.pixel].y + select(0u, 1u, low < added));
}
