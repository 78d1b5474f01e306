// Marks as single triangles, 256 of them an instance, pulled from the buffer that the instanced stages take as instances.
// A triangle holds the mask's square and as much again around it: the fragment stages of points.wgsl see that they are
// outside. The Rust side is src/raster/gpu/points.rs; a test holds them all together.

const INVERSE_255: f32 = 0x1.010102p-8f;
// Marks of an instance.
const BLOCK: u32 = 256u;

struct Frame {
    size: vec2<u32>,
    unused: vec2<u32>,
    classes: array<vec4<u32>, 64>,
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(2) var<storage, read> marks: array<u32>;

struct Mark {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) corner: vec2<i32>,
    @location(1) @interpolate(flat) mask: vec2<u32>,
    @location(2) @interpolate(flat) color: vec4<f32>,
}

// The clip position of a corner of the triangle around a box of pixels; all three are one where the box is not on the canvas.
// The far pixel's centre stays a quarter of a pixel and more from the long side, and all others from the borders, far more
// than the error (below 2^-9 px at 65535 px).
fn around(first: vec2<i32>, sides: vec2<i32>, corner: u32) -> vec4<f32> {
    let size = vec2<i32>(frame.size);
    let is_seen = all(first < size) && all(first + sides > vec2(0));
    let legs = select(vec2(0), 2 * sides * vec2(i32(corner == 1u), i32(corner == 2u)), is_seen);
    let at = vec2<f32>(2 * (select(vec2(0), first, is_seen) + legs) - size) / vec2<f32>(size);
    return vec4(at.x, -at.y, 0.0, 1.0);
}

@vertex
fn glyph(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Mark {
    let word = 4u * (instance * BLOCK + vertex / 3u);
    let position = bitcast<vec2<i32>>(vec2(marks[word], marks[word + 1u]));
    let rgb_class = (vec4(marks[word + 2u]) >> vec4(0u, 8u, 16u, 24u)) & vec4(255u);
    let alpha = bitcast<f32>(marks[word + 3u]);
    let class_row = frame.classes[rgb_class.w];
    let reach = class_row.y & 255u;
    let phase_bits = class_row.y >> 8u;
    let side = 2u * reach + 1u;
    let phase = vec2<u32>(position & vec2(255)) >> vec2(8u - phase_bits);
    let first = class_row.x + ((phase.y << phase_bits) + phase.x) * side * side;
    let corner = (position >> vec2(8u)) - vec2(i32(reach));
    let color = vec3<f32>(rgb_class.xyz) * INVERSE_255;
    let before = vec2<i32>((class_row.zw >> phase) & vec2(1u));
    let behind = vec2<i32>((class_row.zw >> (phase + 16u)) & vec2(1u));
    let at = around(corner + before, vec2(i32(side)) - before - behind, vertex % 3u);
    return Mark(at, corner, vec2(first, side), vec4(color, alpha));
}

@vertex
fn cell(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Mark {
    let pixel = marks[instance * BLOCK + vertex / 3u];
    let corner = vec2<i32>(vec2(pixel % frame.size.x, pixel / frame.size.x));
    return Mark(around(corner, vec2(1), vertex % 3u), corner, vec2(0u, 1u), vec4(0.0));
}
