// Marks as quads: one instance a mark, a strip of four vertices, one texel of a coverage mask a fragment.
// Positions and masks are integers throughout; the fragment stages only multiply, so that nothing can be fused.
// The Rust side is src/raster/gpu/points.rs; a test holds the two together.

// 1/255 rounded to f32.
const INVERSE_255: f32 = 0x1.010102p-8f;
// Texels in a row of the atlas texture: texel i lies at (i % ATLAS_WIDTH, i / ATLAS_WIDTH).
const ATLAS_WIDTH: u32 = 4096u;

struct Frame {
    // Width and height of the canvas in pixels.
    size: vec2<u32>,
    unused: vec2<u32>,
    // Of each size class: first texel; reach in pixels and, from bit 8 on, phase bits; which columns are empty, which rows:
    // bit p says that the first one is in phase p, bit 16 + p the last.
    classes: array<vec4<u32>, 64>,
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var atlas: texture_2d<u32>;

struct Mark {
    @builtin(position) position: vec4<f32>,
    // Canvas pixel of the mask's upper left texel.
    @location(0) @interpolate(flat) corner: vec2<i32>,
    // First texel and side of the mask.
    @location(1) @interpolate(flat) mask: vec2<u32>,
    // Straight colour and opacity.
    @location(2) @interpolate(flat) color: vec4<f32>,
}

// The clip position of a pixel's upper left corner. Clamped to the canvas in integers: nothing is ever clipped, and the
// error (below 2^-9 px at 65535 px) stays far from the pixel centres.
fn clip(corner: vec2<i32>) -> vec4<f32> {
    let size = vec2<i32>(frame.size);
    let at = vec2<f32>(2 * clamp(corner, vec2(0), size) - size) / vec2<f32>(size);
    return vec4(at.x, -at.y, 0.0, 1.0);
}

// 0, 1, 2, 3 are the upper left, upper right, lower left and lower right corners.
fn unit_corner(vertex: u32) -> vec2<i32> {
    return vec2<i32>(vec2(vertex & 1u, vertex >> 1u));
}

@vertex
fn glyph(
    @builtin(vertex_index) vertex: u32,
    @location(0) position: vec2<i32>,
    @location(1) rgb_class: vec4<u32>,
    @location(2) alpha: f32,
) -> Mark {
    let class_row = frame.classes[rgb_class.w];
    let reach = class_row.y & 255u;
    let phase_bits = class_row.y >> 8u;
    let side = 2u * reach + 1u;
    let phase = vec2<u32>(position & vec2(255)) >> vec2(8u - phase_bits);
    let first = class_row.x + ((phase.y << phase_bits) + phase.x) * side * side;
    let corner = (position >> vec2(8u)) - vec2(i32(reach));
    let color = vec3<f32>(rgb_class.xyz) * INVERSE_255;
    // Empty borders are not drawn: 36 instead of 49 fragments for a 5 px disc, 13 % of its time on software Vulkan.
    let before = vec2<i32>((class_row.zw >> phase) & vec2(1u));
    let behind = vec2<i32>((class_row.zw >> (phase + 16u)) & vec2(1u));
    let at = select(corner + before, corner + i32(side) - behind, unit_corner(vertex) == vec2(1));
    return Mark(clip(at), corner, vec2(first, side), vec4(color, alpha));
}

@vertex
fn cell(@builtin(vertex_index) vertex: u32, @location(0) pixel: u32) -> Mark {
    let corner = vec2<i32>(vec2(pixel % frame.size.x, pixel / frame.size.x));
    return Mark(clip(corner + unit_corner(vertex)), corner, vec2(0u, 1u), vec4(0.0));
}

fn coverage(mark: Mark) -> u32 {
    let at = vec2<u32>(vec2<i32>(mark.position.xy) - mark.corner);
    // Only triangles (blocked.wgsl) are larger than their mask; what is before it wraps to beyond it.
    if any(at >= vec2(mark.mask.y)) { return 0u; }
    let texel = mark.mask.x + at.y * mark.mask.y + at.x;
    return textureLoad(atlas, vec2(texel % ATLAS_WIDTH, texel / ATLAS_WIDTH), 0).r;
}

fn opacity(mark: Mark) -> f32 {
    return mark.color.a * (f32(coverage(mark)) * INVERSE_255);
}

// Premultiplied colour and opacity, for (One, OneMinusSrcAlpha) and (Zero, OneMinusSrcAlpha).
@fragment
fn over(mark: Mark) -> @location(0) vec4<f32> {
    let a = opacity(mark);
    return vec4(mark.color.rgb * a, a);
}

// Opacity alone, for (Zero, OneMinusSrc).
@fragment
fn veil(mark: Mark) -> @location(0) f32 {
    return opacity(mark);
}

// One where the mask covers the whole pixel, for (One, One).
@fragment
fn count(mark: Mark) -> @location(0) f32 {
    return select(0.0, 1.0, coverage(mark) == 255u);
}

@fragment
fn count_cell() -> @location(0) f32 {
    return 1.0;
}
