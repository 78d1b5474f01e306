//! The pipelines that draw marks: one instance a mark, a strip of four vertices, or one instance 256 marks, a triangle each;
//! one texel of coverage a fragment.
//!
//! The Rust side of `shaders/points.wgsl` and `shaders/blocked.wgsl`.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::device::Device;
use super::target::{Blending, filled, write_rows};
use crate::error::Result;
use crate::mark::{Cell, Glyph};
use crate::program::{Footprint, Program};
use crate::stamp::{StampAtlas, StampClass};

/// Rows of the class table in the shader.
pub(super) const MAX_CLASSES: usize = 64;

/// Texels in a row of the atlas texture.
pub(super) const ATLAS_WIDTH: u32 = 4096;

/// What the shader knows of the canvas and the stamps.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct FrameUniform {
    size: [u32; 2],
    unused: [u32; 2],
    /// First texel; reach in pixels + 256 * phase bits; empty first and last columns by phase; the same of rows.
    classes: [[u32; 4]; MAX_CLASSES],
}

/// The instance as the shader takes it: `location`, format and offset in a [`Glyph`].
const GLYPH_ATTRIBUTES: [wgpu::VertexAttribute; 3] = wgpu::vertex_attr_array![
    0 => Sint32x2, // x, y
    1 => Uint8x4,  // rgb, class
    2 => Float32,  // alpha
];

const CELL_ATTRIBUTES: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![0 => Uint32];

/// Marks of an instance where they are drawn as blocks.
const BLOCK: u32 = 256;

/// What an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instances {
    /// A mark: a strip of four vertices, stepped through the vertex buffer.
    Marks,
    /// 256 marks: triangles, pulled from the same buffer as storage. For drivers to which an instance costs more than a
    /// triangle that is larger than its mark.
    Blocks,
}

/// Rows of the atlas texture.
pub(super) fn atlas_rows(atlas: &StampAtlas) -> u64 {
    (atlas.texels().len() as u64).div_ceil(ATLAS_WIDTH.into())
}

/// Draws instances of one kind of mark.
#[derive(Debug)]
pub(super) struct Points {
    pipeline: wgpu::RenderPipeline,
    binding: wgpu::BindGroup,
    instances: Instances,
    mark_bytes: usize,
    fragments_per_mark: u64,
}

impl Points {
    /// The pipeline of a program, with its stamps on the device; marks come from `vertices`.
    pub(super) fn new(
        device: &Device,
        program: &Program,
        instances: Instances,
        vertices: &wgpu::Buffer,
    ) -> Result<Self> {
        let pixel;
        let (atlas, is_cell) = match &program.footprint {
            Footprint::Stamp(atlas) => (&**atlas, false),
            // Never looked at, but a bind group has no holes.
            Footprint::Cell => {
                pixel = StampAtlas::pixel();
                (&pixel, true)
            }
        };
        let (pipeline, layout) = pipeline(device, Blending::of(&program.accumulate), is_cell, instances)?;
        let frame = filled(device, bytemuck::bytes_of(&frame(program, atlas)), wgpu::BufferUsages::UNIFORM)?;
        let texture = atlas_texture(device, atlas)?;
        let binding = device.make("the stamps", |raw| {
            let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
            let entries = [
                wgpu::BindGroupEntry { binding: 0, resource: frame.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry { binding: 2, resource: vertices.as_entire_binding() },
            ];
            raw.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("pointillist.points"),
                layout: &layout,
                entries: if instances == Instances::Blocks { &entries } else { &entries[..2] },
            })
        })?;
        let side = atlas.classes().iter().map(|class| u64::from(class.side_px())).max().unwrap_or(1);
        let mark_bytes = if is_cell { size_of::<Cell>() } else { size_of::<Glyph>() };
        // A triangle has half as much again outside its square.
        let fragments_per_mark = if instances == Instances::Blocks { 2 * side * side } else { side * side };
        Ok(Self { pipeline, binding, instances, mark_bytes, fragments_per_mark })
    }

    /// Bytes of an instance.
    pub(super) fn mark_bytes(&self) -> usize {
        self.mark_bytes
    }

    /// Fragments of the largest mark.
    pub(super) fn fragments_per_mark(&self) -> u64 {
        self.fragments_per_mark
    }

    /// Draws the marks `marks` of the vertex buffer.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass, vertices: &wgpu::Buffer, marks: Range<u32>) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.binding, &[]);
        if self.instances == Instances::Marks {
            pass.set_vertex_buffer(0, vertices.slice(..));
            pass.draw(0..4, marks);
            return;
        }
        for (within, blocks) in blocks(marks) {
            pass.draw(3 * within.start..3 * within.end, blocks);
        }
    }
}

/// Runs of marks as ranges within blocks and ranges of blocks: what is left of a first block, whole ones, and the begin of a
/// last one.
fn blocks(marks: Range<u32>) -> impl Iterator<Item = (Range<u32>, Range<u32>)> {
    let first_end = marks.end.min(marks.start.next_multiple_of(BLOCK));
    let last_start = first_end.max(marks.end / BLOCK * BLOCK);
    let part = |marks: Range<u32>| {
        let block = marks.start / BLOCK;
        (marks.start - block * BLOCK..marks.end - block * BLOCK, block..block + 1)
    };
    let whole = (0..BLOCK, first_end.div_ceil(BLOCK)..last_start / BLOCK);
    let runs = [part(marks.start..first_end), whole, part(last_start..marks.end)];
    runs.into_iter().filter(|(within, blocks)| !within.is_empty() && !blocks.is_empty())
}

fn frame(program: &Program, atlas: &StampAtlas) -> FrameUniform {
    let mut classes = [[0; 4]; MAX_CLASSES];
    for (row, class) in classes.iter_mut().zip(atlas.classes()) {
        let [columns, rows] = empty_borders(class);
        *row = [class.first_texel() as u32, class.reach_px() | (class.phase_bits() << 8), columns, rows];
    }
    FrameUniform { size: [program.size.width(), program.size.height()], unused: [0; 2], classes }
}

/// Which phases leave the first (bit p) or the last (bit 16 + p) column of a mask empty, whatever the other phase; and
/// which the rows.
fn empty_borders(class: &StampClass) -> [u32; 2] {
    let (phases, reach) = (1_usize << class.phase_bits(), class.reach_px() as i32);
    let mut empty = [0_u32; 2];
    for phase in 0..phases {
        let boxes = |at: usize| {
            let along = move |other: usize| if at == 0 { other * phases + phase } else { phase * phases + other };
            (0..phases).map(move |other| class.covered(along(other)))
        };
        let is_first = [boxes(0).all(|b| b.x0 > -reach), boxes(1).all(|b| b.y0 > -reach)];
        let is_last = [boxes(0).all(|b| b.x1 < reach), boxes(1).all(|b| b.y1 < reach)];
        for at in 0..2 {
            empty[at] |= u32::from(is_first[at]) << phase | u32::from(is_last[at]) << (16 + phase);
        }
    }
    empty
}

fn pipeline(
    device: &Device,
    blending: Blending,
    is_cell: bool,
    instances: Instances,
) -> Result<(wgpu::RenderPipeline, wgpu::BindGroupLayout)> {
    let layout_entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let texels = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Uint,
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    let (vertex, stride, attributes): (_, _, &[_]) = if is_cell {
        ("cell", size_of::<Cell>(), &CELL_ATTRIBUTES)
    } else {
        ("glyph", size_of::<Glyph>(), &GLYPH_ATTRIBUTES)
    };
    let fragment = match blending {
        Blending::Over => "over",
        Blending::Veil => "veil",
        // Triangles are larger than their pixel.
        Blending::Count if is_cell && instances == Instances::Marks => "count_cell",
        Blending::Count => "count",
    };
    let storage = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Storage { read_only: true },
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let entries = [
        layout_entry(0, wgpu::ShaderStages::VERTEX, uniform),
        layout_entry(1, wgpu::ShaderStages::FRAGMENT, texels),
        layout_entry(2, wgpu::ShaderStages::VERTEX, storage),
    ];
    let is_blocked = instances == Instances::Blocks;
    let made = device.make("the drawing pipeline", |raw| {
        let module = raw.create_shader_module(wgpu::include_wgsl!("../../../shaders/points.wgsl"));
        let layout = raw.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("pointillist.points"),
            entries: if is_blocked { &entries } else { &entries[..2] },
        });
        let pipeline_layout = raw.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("pointillist.points"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let blocked;
        let vertices = [Some(wgpu::VertexBufferLayout {
            array_stride: stride as u64,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes,
        })];
        let (vertex_module, buffers, topology) = if is_blocked {
            blocked = raw.create_shader_module(wgpu::include_wgsl!("../../../shaders/blocked.wgsl"));
            (&blocked, &vertices[..0], wgpu::PrimitiveTopology::TriangleList)
        } else {
            (&module, &vertices[..], wgpu::PrimitiveTopology::TriangleStrip)
        };
        let pipeline = raw.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("pointillist.points"),
            layout: Some(&pipeline_layout),
            vertex: wgpu::VertexState {
                module: vertex_module,
                entry_point: Some(vertex),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers,
            },
            primitive: wgpu::PrimitiveState { topology, ..wgpu::PrimitiveState::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(fragment),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(blending.state())],
            }),
            multiview_mask: None,
            cache: None,
        });
        (pipeline, layout)
    });
    Ok(made?)
}

/// The atlas's bytes in rows of [`ATLAS_WIDTH`].
fn atlas_texture(device: &Device, atlas: &StampAtlas) -> Result<wgpu::Texture> {
    // `Gpu::fits` has compared the rows with the device's limit.
    let height = atlas_rows(atlas) as u32;
    let texture = device.make("the stamps", |raw| {
        raw.create_texture(&wgpu::TextureDescriptor {
            label: Some("pointillist.atlas"),
            size: wgpu::Extent3d { width: ATLAS_WIDTH, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R8Uint,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        })
    })?;
    let mut texels = atlas.texels().to_vec();
    texels.resize(ATLAS_WIDTH as usize * height as usize, 0);
    write_rows(device, &texture, 1, &texels)?;
    Ok(texture)
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::super::mirror::Shader;
    use super::*;

    #[test]
    fn runs_of_marks_are_cut_at_blocks() {
        for marks in [0..0, 0..1, 0..256, 5..256, 5..9, 255..257, 256..1024, 300..1100, 10..4099] {
            let mut drawn = Vec::new();
            for (within, blocks) in blocks(marks.clone()) {
                assert!(within.end <= BLOCK);
                drawn.extend(blocks.flat_map(|block| within.clone().map(move |i| block * BLOCK + i)));
            }
            assert_eq!(drawn, marks.clone().collect::<Vec<_>>(), "{marks:?}");
        }
    }

    #[test]
    fn the_blocked_shader_agrees_with_both() {
        let (shader, points) = (Shader::read("blocked.wgsl"), Shader::read("points.wgsl"));
        let frame = [
            ("size", offset_of!(FrameUniform, size)),
            ("unused", offset_of!(FrameUniform, unused)),
            ("classes", offset_of!(FrameUniform, classes)),
        ];
        shader.assert_struct("Frame", size_of::<FrameUniform>(), &frame);
        assert_eq!(shader.bindings(), [("frame", 0), ("marks", 2)]);
        assert_eq!(shader.array_stride("marks"), 4);
        assert_eq!(shader.constant("BLOCK"), f64::from(BLOCK));
        assert_eq!(shader.constant("INVERSE_255"), points.constant("INVERSE_255"));
        for name in ["glyph", "cell"] {
            assert_eq!(shader.inputs(name), [], "{name} pulls");
        }
        assert_eq!(shader.located("Mark"), points.located("Mark"), "what the fragment stages take");
        // The words that `glyph` pulls.
        assert_eq!((offset_of!(Glyph, x), offset_of!(Glyph, y), offset_of!(Glyph, rgb)), (0, 4, 8));
        assert_eq!((offset_of!(Glyph, class), offset_of!(Glyph, alpha), size_of::<Glyph>()), (11, 12, 16));
    }

    #[test]
    fn the_shader_and_rust_agree() {
        let shader = Shader::read("points.wgsl");
        let expected = [
            ("size", offset_of!(FrameUniform, size)),
            ("unused", offset_of!(FrameUniform, unused)),
            ("classes", offset_of!(FrameUniform, classes)),
        ];
        shader.assert_struct("Frame", size_of::<FrameUniform>(), &expected);
        assert_eq!(shader.bindings(), [("frame", 0), ("atlas", 1)]);
        assert_eq!(shader.constant("ATLAS_WIDTH"), f64::from(ATLAS_WIDTH));
        assert_eq!(shader.constant("INVERSE_255"), f64::from(1.0_f32 / 255.0_f32));
        assert_eq!(shader.inputs("glyph"), [("position", 0), ("rgb_class", 1), ("alpha", 2)]);
        assert_eq!(shader.inputs("cell"), [("pixel", 0)]);
        for name in ["over", "veil", "count", "count_cell"] {
            assert_eq!(shader.entry_point(name).workgroup_size, [0; 3], "{name} is a fragment stage");
        }
    }

    #[test]
    fn attributes_lie_where_a_glyph_has_its_fields() {
        let offsets = GLYPH_ATTRIBUTES.map(|attribute| attribute.offset as usize);
        assert_eq!(offsets, [offset_of!(Glyph, x), offset_of!(Glyph, rgb), offset_of!(Glyph, alpha)]);
        assert_eq!(offset_of!(Glyph, y), 4, "the second number of the position");
        assert_eq!(offset_of!(Glyph, class), offset_of!(Glyph, rgb) + 3, "the fourth byte of the colour");
        let end = GLYPH_ATTRIBUTES.iter().map(|a| a.offset + a.format.size()).max();
        assert_eq!(end, Some(size_of::<Glyph>() as u64));
        assert_eq!(CELL_ATTRIBUTES[0].format.size(), size_of::<Cell>() as u64);
    }
}
