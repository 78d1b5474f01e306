// Adds marks, and their values, to integers ("bins") made of u32 words, the lowest first. An atomic add returns what was
// there, so a wrap is seen by exactly the add that wraps, and that one carries on into the next word: bins are exact in any
// order. One dispatch adds one upload to one plane, or to as much of it as can be bound.
// The Rust side is src/raster/gpu/add.rs; a test holds the two together.

// What a pipeline adds, and the words of its bins: one of the following; 2 or 4.
override PLANE: u32;
override WORDS: u32;
const COUNT: u32 = 0u;
// A count, on the canvas that the value numbers.
const COUNT_BY: u32 = 1u;
const SUM: u32 = 2u;
// The sum of the squares.
const SQUARES: u32 = 3u;

// Invocations of a workgroup, and marks that each of them takes.
const GROUP: u32 = 64u;
const RUN: u32 = 16u;
// No bin.
const NONE: u32 = 0xffffffffu;
// Words before the marks of an upload, the first of which is their number.
const HEAD_WORDS: u32 = 4u;

struct Job {
    // The bound bins among those of the plane.
    first_bin: u32,
    bins: u32,
    // Pixels of a canvas.
    area: u32,
    // The first word of the plane's values in an upload: u64, the low word first.
    values_at: u32,
}

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> upload: array<u32>;
@group(0) @binding(2) var<storage, read_write> words: array<atomic<u32>>;

fn value_of(mark: u32) -> vec2<u32> {
    let at = job.values_at + 2u * mark;
    return vec2(upload[at], upload[at + 1u]);
}

// The mark's bin among the bound ones, or NONE.
fn bin_of(mark: u32) -> u32 {
    var bin = upload[HEAD_WORDS + mark];
    if PLANE == COUNT_BY {
        bin += job.area * value_of(mark).x;
    }
    // Bins before the first one wrap to beyond the last.
    bin -= job.first_bin;
    return select(NONE, bin, bin < job.bins && mark < upload[0]);
}

// All 64 bits of a product.
fn multiply(a: u32, b: u32) -> vec2<u32> {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
    let high = (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);
    return vec2((other << 16u) | (low & 0xffffu), high);
}

// The sum of two numbers of 128 bits, modulo 2^128.
fn plus(a: vec4<u32>, b: vec4<u32>) -> vec4<u32> {
    let x = a.x + b.x;
    let y = a.y + b.y;
    let z = a.z + b.z;
    let to_y = u32(x < a.x);
    let to_z = u32(y < a.y) + u32(y + to_y < to_y);
    let to_w = u32(z < a.z) + u32(z + to_z < to_z);
    return vec4(x, y + to_y, z + to_z, a.w + b.w + to_w);
}

fn square(value: vec2<u32>) -> vec4<u32> {
    let ends = vec4(multiply(value.x, value.x), multiply(value.y, value.y));
    let middle = vec4(0u, multiply(value.x, value.y), 0u);
    return plus(plus(ends, middle), middle);
}

// What a mark adds.
fn term_of(mark: u32) -> vec4<u32> {
    switch PLANE {
        case SUM: { return vec4(value_of(mark), 0u, 0u); }
        case SQUARES: { return square(value_of(mark)); }
        default: { return vec4(1u, 0u, 0u, 0u); }
    }
}

// Adds to a bin, word by word; a word that gets nothing is not touched.
fn deposit(bin: u32, run: vec4<u32>) {
    var carry = 0u;
    for (var i = 0u; i < WORDS; i++) {
        let part = run[i] + carry;
        carry = u32(part < carry);
        if part != 0u {
            let before = atomicAdd(&words[bin * WORDS + i], part);
            carry += u32(before + part < part);
        }
    }
}

@compute @workgroup_size(GROUP)
fn add(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    // Marks of neighbouring invocations are neighbours: they are read together.
    let first = group.x * GROUP * RUN + lane;
    var held = NONE;
    var run = vec4(0u);
    // Marks of one bin in a row are added up first: on a hot pixel a sixteenth of the atomics remain. The last step has no
    // mark and leaves the last run.
    for (var i = 0u; i <= RUN; i++) {
        let mark = first + i * GROUP;
        let bin = select(bin_of(mark), NONE, i == RUN);
        if bin != held {
            if held != NONE { deposit(held, run); }
            held = bin;
            run = vec4(0u);
        }
        run = plus(run, term_of(mark));
    }
}
