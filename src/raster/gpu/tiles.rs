//! Canvases of plain rows on the device, and the pipelines that blend sorted stamps into them, in order.
//!
//! The Rust side of `shaders/tiles.wgsl` (one invocation a tile) and `shaders/tile_pixels.wgsl` (one invocation a pixel).
//! A canvas lies in bands of rows that fit into a storage binding; no texture limits it.

use super::adapter::{AdapterKind, AdapterReport};
use super::device::Device;
use super::readback::Readback;
use super::target::{filled, write_buffer};
use super::tile_sort::{Dispatch, TILE_PX, Words};
use crate::canvas::{Canvas, Layer, Planes, Veil};
use crate::error::{Error, Result};
use crate::program::{Accumulate, Footprint, Program, Size};
use crate::stamp::StampAtlas;

/// Workgroups in a row of a dispatch.
const GROUPS_X: u32 = 32_768;

/// Tiles of a workgroup where an invocation walks a whole tile: the width of the software driver's vectors.
const GROUP: u32 = 8;

/// What one invocation owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lanes {
    /// A tile, or rows of one: what it reads and writes of the canvas is what it covers. Software Vulkan loads and stores lane by lane and
    /// computes eight at once, 370 ns of one thread for a 5 px disc on a veil. A lane a pixel there: 1400 ns.
    Tiles,
    /// A pixel, kept in registers while a workgroup walks a tile. For hardware, not measured on any.
    Pixels,
}

impl Lanes {
    /// What suits an adapter.
    pub(super) fn of(kind: AdapterKind) -> Self {
        if kind == AdapterKind::Software { Self::Tiles } else { Self::Pixels }
    }

    /// Workgroups for so many pieces.
    fn groups(self, pieces: u32) -> (u32, u32) {
        let groups = match self {
            Self::Tiles => pieces.div_ceil(GROUP),
            Self::Pixels => pieces,
        };
        (groups.min(GROUPS_X), groups.div_ceil(GROUPS_X))
    }
}

/// How a canvas accumulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Over,
    Veil,
    Count,
}

impl Kind {
    fn of(accumulate: &Accumulate) -> Self {
        match accumulate {
            Accumulate::Over => Self::Over,
            Accumulate::Veil => Self::Veil,
            Accumulate::Planes(_) => Self::Count,
        }
    }

    fn pixel_bytes(self) -> u64 {
        match self {
            Self::Over => 16,
            Self::Veil => 4,
            Self::Count => 8,
        }
    }

    fn entry_point(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Veil => "veiled",
            Self::Count => "counted",
        }
    }

    fn binding(self) -> u32 {
        match self {
            Self::Over => 3,
            Self::Veil => 4,
            Self::Count => 5,
        }
    }
}

/// Pixel rows of a band that fits into so many bytes: whole rows of tiles, one at least.
pub(super) fn band_rows(program: &Program, bytes: u64) -> u32 {
    let tile_row_bytes = u64::from(program.size.width() * TILE_PX) * Kind::of(&program.accumulate).pixel_bytes();
    // Canvases have at most 65,535 rows: 4096 tiles of 16.
    (bytes / tile_row_bytes).clamp(1, 4096) as u32 * TILE_PX
}

/// Whether the masks of a program fit into a storage binding; nothing else limits the kernel.
///
/// # Errors
/// Kind GPU, with the limit.
pub(super) fn fits(adapter: &AdapterReport, program: &Program) -> Result<()> {
    let limit = adapter.max_binding_bytes.min(adapter.max_buffer_bytes);
    match &program.footprint {
        Footprint::Stamp(atlas) if atlas.texels().len() as u64 + 4 > limit => {
            Err(Error::gpu("the markers are too many or too large for the GPU")
                .expected(format!("masks of at most {limit} bytes"))
                .found(format!("{} bytes", atlas.texels().len()))
                .hint("render on the CPU: --backend cpu"))
        }
        _ => Ok(()),
    }
}

/// A canvas on the device.
#[derive(Debug)]
pub(super) struct TileCanvas {
    size: Size,
    kind: Kind,
    lanes: Lanes,
    pipeline: wgpu::ComputePipeline,
    bands: Vec<Band>,
}

/// Some rows of it.
#[derive(Debug)]
struct Band {
    pixels: wgpu::Buffer,
    /// What the shader knows of the dispatch under way: four words, copied from the upload.
    job: wgpu::Buffer,
    binding: wgpu::BindGroup,
}

impl TileCanvas {
    /// A canvas in bands of so many rows, whole tiles, that goes on from `start`, which is a canvas of the program.
    pub(super) fn new(
        device: &Device,
        program: &Program,
        atlas: &StampAtlas,
        start: &Canvas,
        lanes: Lanes,
        band_rows: u32,
        upload: &wgpu::Buffer,
    ) -> Result<Self> {
        let (size, kind) = (program.size, Kind::of(&program.accumulate));
        let pipeline = pipeline(device, kind, lanes)?;
        let mut texels = atlas.texels().to_vec();
        texels.resize(texels.len().next_multiple_of(4), 0);
        let masks = filled(device, &texels, wgpu::BufferUsages::STORAGE)?;
        let bands = (0..size.height()).step_by(band_rows as usize).map(|first_row| {
            let rows = band_rows.min(size.height() - first_row);
            let bytes = u64::from(size.width()) * u64::from(rows) * kind.pixel_bytes();
            Band::new(device, &pipeline, kind, bytes, upload, &masks)
        });
        let canvas = Self { size, kind, lanes, bands: bands.collect::<Result<_>>()?, pipeline };
        canvas.write(device, start)?;
        Ok(canvas)
    }

    fn write(&self, device: &Device, start: &Canvas) -> Result<()> {
        let mut rest: &[u8] = match start {
            Canvas::Layer(layer) => bytemuck::cast_slice(layer.pixels()),
            Canvas::Veil(veil) => bytemuck::cast_slice(veil.pixels()),
            // A little-endian u64 is a pair (low, high).
            Canvas::Planes(planes) => bytemuck::cast_slice(planes.counts()),
        };
        for band in &self.bands {
            let (here, after) = rest.split_at(band.pixels.size() as usize);
            // Fresh buffers are zero: so are counts that nothing was added to.
            if self.kind != Kind::Count || here.iter().any(|byte| *byte != 0) {
                write_buffer(device, &band.pixels, here)?;
            }
            rest = after;
        }
        Ok(())
    }

    /// Runs over the pieces in `upload`.
    pub(super) fn record(&self, encoder: &mut wgpu::CommandEncoder, upload: &wgpu::Buffer, dispatches: &[Dispatch]) {
        const JOB_BYTES: u64 = size_of::<Words>() as u64;
        for dispatch in dispatches {
            let band = &self.bands[dispatch.band];
            encoder.copy_buffer_to_buffer(upload, dispatch.job as u64 * JOB_BYTES, &band.job, 0, JOB_BYTES);
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: Some("pointillist.tiles"),
                timestamp_writes: None,
            });
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &band.binding, &[]);
            let (across, down) = self.lanes.groups(dispatch.pieces);
            pass.dispatch_workgroups(across, down, 1);
        }
    }

    /// Reads the canvas.
    pub(super) fn read(&self, device: &Device, readback: &mut Readback) -> Result<Canvas> {
        let (size, area) = (self.size, self.size.area());
        match self.kind {
            Kind::Over => {
                let mut pixels = super::zeroed::<[f32; 4]>(device, area)?;
                self.read_bytes(device, readback, bytemuck::cast_slice_mut(&mut pixels))?;
                Ok(Canvas::Layer(Layer::from_pixels(size, pixels)))
            }
            Kind::Veil => {
                let mut pixels = super::zeroed::<f32>(device, area)?;
                self.read_bytes(device, readback, bytemuck::cast_slice_mut(&mut pixels))?;
                Ok(Canvas::Veil(Veil::from_pixels(size, pixels)))
            }
            Kind::Count => {
                let mut counts = super::zeroed::<u64>(device, area)?;
                self.read_bytes(device, readback, bytemuck::cast_slice_mut(&mut counts))?;
                Ok(Canvas::Planes(Planes::from_counts(size, counts)))
            }
        }
    }

    fn read_bytes(&self, device: &Device, readback: &mut Readback, mut out: &mut [u8]) -> Result<()> {
        for band in &self.bands {
            let (here, after) = out.split_at_mut(band.pixels.size() as usize);
            readback.buffer_bytes(device, &band.pixels, here)?;
            out = after;
        }
        Ok(())
    }
}

impl Band {
    fn new(
        device: &Device,
        pipeline: &wgpu::ComputePipeline,
        kind: Kind,
        bytes: u64,
        upload: &wgpu::Buffer,
        masks: &wgpu::Buffer,
    ) -> Result<Self> {
        let buffer = |label, size, usage| wgpu::BufferDescriptor { label, size, usage, mapped_at_creation: false };
        let pixels = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
        let pixels = buffer(Some("pointillist.tiles"), bytes, pixels);
        let job = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let job = buffer(Some("pointillist.job"), size_of::<Words>() as u64, job);
        let made = device.make("the canvas", |raw| {
            let (pixels, job) = (raw.create_buffer(&pixels), raw.create_buffer(&job));
            let binding = raw.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("pointillist.tiles"),
                layout: &pipeline.get_bind_group_layout(0),
                entries: &[whole(0, &job), whole(1, upload), whole(2, masks), whole(kind.binding(), &pixels)],
            });
            Self { pixels, job, binding }
        });
        Ok(made?)
    }
}

fn whole(binding: u32, buffer: &wgpu::Buffer) -> wgpu::BindGroupEntry<'_> {
    wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() }
}

fn pipeline(device: &Device, kind: Kind, lanes: Lanes) -> Result<wgpu::ComputePipeline> {
    let made = device.make("the blending pipeline", |raw| {
        let module = raw.create_shader_module(match lanes {
            Lanes::Tiles => wgpu::include_wgsl!("../../../shaders/tiles.wgsl"),
            Lanes::Pixels => wgpu::include_wgsl!("../../../shaders/tile_pixels.wgsl"),
        });
        raw.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("pointillist.tiles"),
            layout: None,
            module: &module,
            entry_point: Some(kind.entry_point()),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        })
    });
    Ok(made?)
}

#[cfg(test)]
mod tests {
    use super::super::mirror::Shader;
    use super::*;
    use crate::canvas::FLOOR;

    #[test]
    fn the_shaders_and_rust_agree() {
        for (name, group) in [("tiles.wgsl", [GROUP, 1, 1]), ("tile_pixels.wgsl", [TILE_PX, TILE_PX, 1])] {
            let shader = Shader::read(name);
            let job = [("width", 0), ("rows", 4), ("first_piece", 8), ("pieces", 12)];
            shader.assert_struct("Job", size_of::<Words>(), &job);
            let bindings = [("job", 0), ("upload", 1), ("masks", 2), ("layer", 3), ("veil", 4), ("counts", 5)];
            assert_eq!(shader.bindings(), bindings, "{name}");
            assert_eq!((shader.array_stride("upload"), shader.array_stride("masks")), (16, 4));
            for (kind, plane) in [(Kind::Over, "layer"), (Kind::Veil, "veil"), (Kind::Count, "counts")] {
                assert_eq!(bindings[kind.binding() as usize].0, plane);
                assert_eq!(u64::from(shader.array_stride(plane)), kind.pixel_bytes());
                assert_eq!(shader.entry_point(kind.entry_point()).workgroup_size, group, "{name}, {kind:?}");
            }
            assert_eq!(shader.constant("INVERSE_255"), f64::from(1.0_f32 / 255.0_f32));
            assert_eq!(shader.constant("FLOOR"), f64::from(FLOOR));
            assert_eq!(shader.constant("GROUPS_X"), f64::from(GROUPS_X));
        }
        assert_eq!(Shader::read("tiles.wgsl").constant("GROUP"), f64::from(GROUP));
        assert_eq!(Shader::read("tile_pixels.wgsl").constant("TILE_PX"), f64::from(TILE_PX));
    }

    #[test]
    fn many_pieces_are_run_over_in_rows_of_workgroups() {
        assert_eq!(Lanes::Tiles.groups(1), (1, 1));
        assert_eq!(Lanes::Tiles.groups(8 * GROUPS_X + 1), (GROUPS_X, 2));
        assert_eq!(Lanes::Pixels.groups(GROUPS_X), (GROUPS_X, 1));
        assert_eq!(Lanes::Pixels.groups(3 * GROUPS_X - 1), (GROUPS_X, 3));
    }
}
