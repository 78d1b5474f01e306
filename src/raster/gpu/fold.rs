//! Exact counts: an f32 texture counts to 2^24, then a compute pass adds it to 64-bit counts and it is cleared.
//!
//! The Rust side of `shaders/fold.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::device::Device;
use super::readback::Readback;
use super::target::{Target, filled, write_buffer};
use crate::error::Result;
use crate::program::Size;

/// When and in what pieces counts are folded.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoldLimits {
    /// Marks between two folds.
    pub(super) marks: u32,
    /// Bytes of a band, as far as the device can bind them; at least one row.
    pub(super) band_bytes: u64,
}

impl Default for FoldLimits {
    /// An f32 holds every whole number up to 2^24, and a mark adds at most 1 to a pixel. Bands end at 512 MiB, whatever
    /// the device could bind: small allocations succeed more often.
    fn default() -> Self {
        Self { marks: 1 << 24, band_bytes: 512 << 20 }
    }
}

/// Bytes of a 64-bit count.
const COUNT_BYTES: u64 = 8;

/// The side of a workgroup in pixels.
const GROUP_PX: u32 = 16;

/// Where a band lies, as the shader sees it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(super) struct BandUniform {
    width: u32,
    first_row: u32,
    rows: u32,
    unused: u32,
}

/// The 64-bit counts of a canvas, in bands of rows that fit into a storage binding.
#[derive(Debug)]
pub(super) struct Fold {
    pipeline: wgpu::ComputePipeline,
    bands: Vec<Band>,
    limit: u32,
    pending: u32,
}

#[derive(Debug)]
struct Band {
    counts: wgpu::Buffer,
    binding: wgpu::BindGroup,
    groups: (u32, u32),
}

/// Rows of a band, given the bytes that can be bound at once.
fn rows_within(width: u32, bytes: u64) -> u32 {
    (bytes / (u64::from(width) * COUNT_BYTES)).clamp(1, 65_535) as u32
}

/// The bytes of the counts.
pub(super) fn planned_bytes(size: Size) -> u64 {
    size.area() as u64 * COUNT_BYTES
}

impl Fold {
    /// Counts that start at 0.
    pub(super) fn new(device: &Device, target: &Target, limits: FoldLimits) -> Result<Self> {
        let (width, height) = (target.texture().width(), target.texture().height());
        let pipeline = device.make("the counting pipeline", |raw| {
            let module = raw.create_shader_module(wgpu::include_wgsl!("../../../shaders/fold.wgsl"));
            raw.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some("pointillist.fold"),
                layout: None,
                module: &module,
                entry_point: Some("fold"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            })
        })?;
        let report = device.report();
        let limit_bytes = report.max_binding_bytes.min(report.max_buffer_bytes).min(limits.band_bytes);
        let rows_in_band = rows_within(width, limit_bytes);
        let bands = (0..height).step_by(rows_in_band as usize).map(|first_row| {
            let uniform = BandUniform { width, first_row, rows: rows_in_band.min(height - first_row), unused: 0 };
            Band::new(device, target, &pipeline, uniform)
        });
        let bands = bands.collect::<Result<_>>()?;
        Ok(Self { pipeline, bands, limit: limits.marks, pending: 0 })
    }

    /// Goes on from these counts.
    pub(super) fn write(&self, device: &Device, mut counts: &[u64]) -> Result<()> {
        for band in &self.bands {
            let (here, rest) = counts.split_at((band.counts.size() / COUNT_BYTES) as usize);
            counts = rest;
            // A little-endian u64 is a pair (low, high).
            write_buffer(device, &band.counts, bytemuck::cast_slice(here))?;
        }
        Ok(())
    }

    /// How many of `marks` may be drawn now; folds first when there is no room. Counts them as drawn.
    pub(super) fn make_room(&mut self, encoder: &mut wgpu::CommandEncoder, target: &mut Target, marks: u32) -> u32 {
        if self.pending == self.limit {
            self.record(encoder, target);
        }
        let room = marks.min(self.limit - self.pending);
        self.pending += room;
        room
    }

    /// Adds the texture to the counts and has it cleared.
    fn record(&mut self, encoder: &mut wgpu::CommandEncoder, target: &mut Target) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&self.pipeline);
        for band in &self.bands {
            pass.set_bind_group(0, &band.binding, &[]);
            pass.dispatch_workgroups(band.groups.0, band.groups.1, 1);
        }
        target.clear();
        self.pending = 0;
    }

    /// Folds what is left and reads the counts.
    pub(super) fn read(
        &mut self,
        device: &Device,
        target: &mut Target,
        readback: &mut Readback,
        out: &mut [u64],
    ) -> Result<()> {
        if self.pending > 0 {
            device.submit(|encoder| self.record(encoder, target))?;
        }
        let mut rest = out;
        for band in &self.bands {
            let (here, after) = rest.split_at_mut((band.counts.size() / COUNT_BYTES) as usize);
            readback.buffer_bytes(device, &band.counts, bytemuck::cast_slice_mut(here))?;
            rest = after;
        }
        Ok(())
    }
}

impl Band {
    fn new(device: &Device, target: &Target, pipeline: &wgpu::ComputePipeline, uniform: BandUniform) -> Result<Self> {
        let place = filled(device, bytemuck::bytes_of(&uniform), wgpu::BufferUsages::UNIFORM)?;
        let descriptor = wgpu::BufferDescriptor {
            label: Some("pointillist.counts"),
            size: u64::from(uniform.width) * u64::from(uniform.rows) * COUNT_BYTES,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        };
        let (counts, binding) = device.make("the counts", |raw| {
            let counts = raw.create_buffer(&descriptor);
            let entry = |binding, resource| wgpu::BindGroupEntry { binding, resource };
            let binding = raw.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("pointillist.fold"),
                layout: &pipeline.get_bind_group_layout(0),
                entries: &[
                    entry(0, place.as_entire_binding()),
                    entry(1, wgpu::BindingResource::TextureView(target.view())),
                    entry(2, counts.as_entire_binding()),
                ],
            });
            (counts, binding)
        })?;
        let groups = (uniform.width.div_ceil(GROUP_PX), uniform.rows.div_ceil(GROUP_PX));
        Ok(Self { counts, binding, groups })
    }
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::super::mirror::Shader;
    use super::*;

    #[test]
    fn the_shader_and_rust_agree() {
        let shader = Shader::read("fold.wgsl");
        let offsets =
            [offset_of!(BandUniform, width), offset_of!(BandUniform, first_row), offset_of!(BandUniform, rows)];
        let [width, first_row, rows] = offsets;
        let expected =
            [("width", width), ("first_row", first_row), ("rows", rows), ("unused", offset_of!(BandUniform, unused))];
        shader.assert_struct("Band", size_of::<BandUniform>(), &expected);
        assert_eq!(shader.entry_point("fold").workgroup_size, [GROUP_PX, GROUP_PX, 1]);
        assert_eq!(shader.bindings(), [("band", 0), ("canvas", 1), ("counts", 2)]);
        assert_eq!(shader.array_stride("counts"), COUNT_BYTES as u32);
    }

    #[test]
    fn bands_fit_the_binding_limit_and_a_single_row_always_does() {
        assert_eq!(rows_within(1024, 128 << 20), 16_384);
        assert_eq!(rows_within(16_384, 128 << 20), 1024);
        assert_eq!(rows_within(65_535, 4), 1);
        assert_eq!(rows_within(1, u64::MAX), 65_535);
    }
}
