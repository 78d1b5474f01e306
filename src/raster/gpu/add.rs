//! Integer planes on the device: bins of u32 words, added to by a compute pass, in bands that fit into a storage binding.
//!
//! The Rust side of `shaders/add.wgsl`. A plane's bins are its pixels; with categories, those of canvas after canvas. Sums
//! have four words although 96 bits would do: a bin then lies in one cache line and reads as a u128.
//!
//! Software Vulkan, 1024 x 768 px, in M marks/s of two cores' time: counts 35 scattered and 170 in one pixel, with a sum 15
//! and 60, with sums and squares 11 and 40, counts by five categories (and in all) 14 and 55. Bare atomic additions of
//! scattered cells do 42.

use bytemuck::{Pod, Zeroable};

use super::device::Device;
use super::readback::Readback;
use super::target::{filled, write_buffer};
use crate::canvas::{PlaneData, Planes};
use crate::error::{Error, Result};
use crate::program::{Plane, Program, Size, Slot};

/// Invocations of a workgroup.
pub(super) const GROUP: u32 = 64;

/// Marks of an invocation: of a run in one pixel, one remains to be added to the canvas. Software Vulkan does not mind (35
/// to 40 M scattered cells/s with any from 1 to 64; in one pixel 100 M with 1 and 170 to 210 M from 4 on); hardware adds to
/// one address one by one.
const RUN: u32 = 16;

/// Words before the marks of an upload, the first of which is their number; a multiple of 16 bytes.
const HEAD_WORDS: u64 = 4;

/// What the shader knows of a band of a plane.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct JobUniform {
    first_bin: u32,
    bins: u32,
    area: u32,
    values_at: u32,
}

/// How a slot of the ring is laid out: a head, the marks, then the values of each slot of the program, every segment at
/// a multiple of 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UploadLayout {
    most_marks: u64,
}

impl UploadLayout {
    /// The layout with the most marks that fit into so many bytes (1 MiB at least), with so many slots.
    pub(super) fn new(bytes: u64, slots: usize) -> Self {
        let fitting = (bytes - 4 * HEAD_WORDS) / (4 + 8 * slots as u64);
        Self { most_marks: fitting / 4 * 4 }
    }

    /// Marks that fit.
    pub(super) fn most_marks(self) -> usize {
        self.most_marks as usize
    }

    /// Where a mark lies, in bytes.
    pub(super) fn mark_at(self, mark: usize) -> u64 {
        4 * HEAD_WORDS + 4 * mark as u64
    }

    /// Where a mark's value lies, in bytes.
    pub(super) fn value_at(self, slot: usize, mark: usize) -> u64 {
        4 * HEAD_WORDS + self.most_marks * (4 + 8 * slot as u64) + 8 * mark as u64
    }

    /// The head for so many marks, which goes to the very beginning.
    pub(super) fn head(marks: usize) -> [u32; HEAD_WORDS as usize] {
        [marks as u32, 0, 0, 0]
    }
}

/// How a plane is added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    /// `PLANE` in the shader.
    code: u32,
    /// u32 words of a bin.
    words: u32,
    /// Where values come from.
    slot: Slot,
    /// Canvases of bins, one after the other.
    canvases: u64,
}

impl Kind {
    /// Nothing for what the shader cannot add.
    fn of(plane: Plane) -> Option<Self> {
        match plane {
            Plane::Count => Some(Self { code: 0, words: 2, slot: 0, canvases: 1 }),
            Plane::CountBy(slot, categories) => Some(Self { code: 1, words: 2, slot, canvases: categories.into() }),
            Plane::Sum(slot) => Some(Self { code: 2, words: 4, slot, canvases: 1 }),
            Plane::Squares(slot) => Some(Self { code: 3, words: 4, slot, canvases: 1 }),
            Plane::Winner(..) => None,
        }
    }
}

/// Refuses planes whose bins cannot be numbered in a u32.
///
/// # Errors
/// Kind GPU, with the number of bins.
pub(super) fn fits(size: Size, planes: &[Plane]) -> Result<()> {
    let bins = |plane: &Plane| Kind::of(*plane).map_or(0, |kind| size.area() as u64 * kind.canvases);
    match planes.iter().map(bins).max() {
        Some(bins) if bins > u64::from(u32::MAX) => {
            Err(Error::gpu("the canvases of all categories are too large for the GPU")
                .expected("fewer than 2^32 pixels together")
                .found(format!("{bins}"))
                .hint("a smaller picture or fewer categories, or draw on the CPU: --backend cpu"))
        }
        _ => Ok(()),
    }
}

/// All planes of a canvas, on the device.
#[derive(Debug)]
pub(super) struct Accumulators {
    size: Size,
    planes: Vec<Accumulator>,
}

/// One plane.
#[derive(Debug)]
struct Accumulator {
    plane: Plane,
    pipeline: wgpu::ComputePipeline,
    bands: Vec<Band>,
}

/// Some of a plane's bins.
#[derive(Debug)]
struct Band {
    words: wgpu::Buffer,
    binding: wgpu::BindGroup,
}

impl Accumulators {
    /// Planes that start at 0 and take their marks from `upload`; no band is larger than `band_bytes`.
    pub(super) fn new(
        device: &Device,
        program: &Program,
        planes: &[Plane],
        layout: UploadLayout,
        upload: &wgpu::Buffer,
        band_bytes: u64,
    ) -> Result<Self> {
        let report = device.report();
        let band_bytes = report.max_binding_bytes.min(report.max_buffer_bytes).min(band_bytes);
        let module = device.make("the adding shader", |raw| {
            raw.create_shader_module(wgpu::include_wgsl!("../../../shaders/add.wgsl"))
        })?;
        let area = program.size.area() as u64;
        let planes = planes.iter().map(|plane| {
            let kind = Kind::of(*plane).ok_or_else(|| Error::gpu(format!("the GPU cannot add up {plane:?}")))?;
            let pipeline = pipeline(device, &module, kind)?;
            let bins = area * kind.canvases;
            let bins_in_band = (band_bytes / (4 * u64::from(kind.words))).max(1);
            let bands = (0..bins).step_by(bins_in_band as usize).map(|first| {
                // `fits` has made sure that all of these are below 2^32; uploads are of some megabytes.
                let uniform = JobUniform {
                    first_bin: first as u32,
                    bins: bins_in_band.min(bins - first) as u32,
                    area: area as u32,
                    values_at: (layout.value_at(kind.slot.into(), 0) / 4) as u32,
                };
                Band::new(device, &pipeline, kind, uniform, upload)
            });
            Ok(Accumulator { plane: *plane, bands: bands.collect::<Result<_>>()?, pipeline })
        });
        Ok(Self { size: program.size, planes: planes.collect::<Result<_>>()? })
    }

    /// Goes on from these planes, which are of the same kinds.
    pub(super) fn write(&self, device: &Device, start: &Planes) -> Result<()> {
        for (accumulator, data) in self.planes.iter().zip(start.data()) {
            // Pairs and quadruples of words, the lowest first, are little-endian u64 and u128.
            let mut rest: &[u8] = match data {
                PlaneData::Words(words) => bytemuck::cast_slice(words),
                PlaneData::Wide(wide) => bytemuck::cast_slice(wide),
            };
            for band in &accumulator.bands {
                let (here, after) = rest.split_at(band.words.size() as usize);
                // What was never drawn on is zero already.
                if here.iter().any(|byte| *byte != 0) {
                    write_buffer(device, &band.words, here)?;
                }
                rest = after;
            }
        }
        Ok(())
    }

    /// How often every mark is looked at.
    pub(super) fn dispatches(&self) -> usize {
        self.planes.iter().map(|accumulator| accumulator.bands.len()).sum()
    }

    /// Adds the first `marks` marks of the upload to every plane.
    pub(super) fn record(&self, encoder: &mut wgpu::CommandEncoder, marks: usize) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("pointillist.add"),
            timestamp_writes: None,
        });
        let groups = (marks as u32).div_ceil(GROUP * RUN);
        for accumulator in &self.planes {
            pass.set_pipeline(&accumulator.pipeline);
            for band in &accumulator.bands {
                pass.set_bind_group(0, &band.binding, &[]);
                pass.dispatch_workgroups(groups, 1, 1);
            }
        }
    }

    /// Reads all planes.
    pub(super) fn read(&self, device: &Device, readback: &mut Readback) -> Result<Planes> {
        let data = self.planes.iter().map(|accumulator| {
            let bytes: u64 = accumulator.bands.iter().map(|band| band.words.size()).sum();
            match accumulator.plane {
                Plane::Sum(_) | Plane::Squares(_) => {
                    let mut wide = super::zeroed::<u128>(device, (bytes / 16) as usize)?;
                    accumulator.read(device, readback, bytemuck::cast_slice_mut(&mut wide))?;
                    Ok(PlaneData::Wide(wide))
                }
                _ => {
                    let mut words = super::zeroed::<u64>(device, (bytes / 8) as usize)?;
                    accumulator.read(device, readback, bytemuck::cast_slice_mut(&mut words))?;
                    Ok(PlaneData::Words(words))
                }
            }
        });
        let data = data.collect::<Result<_>>()?;
        Planes::from_data(self.size, self.planes.iter().map(|accumulator| accumulator.plane).collect(), data)
    }
}

impl Accumulator {
    fn read(&self, device: &Device, readback: &mut Readback, mut out: &mut [u8]) -> Result<()> {
        for band in &self.bands {
            let (here, after) = out.split_at_mut(band.words.size() as usize);
            readback.buffer_bytes(device, &band.words, here)?;
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
        uniform: JobUniform,
        upload: &wgpu::Buffer,
    ) -> Result<Self> {
        let job = filled(device, bytemuck::bytes_of(&uniform), wgpu::BufferUsages::UNIFORM)?;
        let descriptor = wgpu::BufferDescriptor {
            label: Some("pointillist.bins"),
            size: u64::from(uniform.bins) * u64::from(kind.words) * 4,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        };
        let (words, binding) = device.make("the canvas", |raw| {
            let words = raw.create_buffer(&descriptor);
            let entry =
                |binding, buffer| wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(buffer) };
            let binding = raw.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("pointillist.add"),
                layout: &pipeline.get_bind_group_layout(0),
                entries: &[
                    entry(0, job.as_entire_buffer_binding()),
                    entry(1, upload.as_entire_buffer_binding()),
                    entry(2, words.as_entire_buffer_binding()),
                ],
            });
            (words, binding)
        })?;
        Ok(Self { words, binding })
    }
}

fn pipeline(device: &Device, module: &wgpu::ShaderModule, kind: Kind) -> Result<wgpu::ComputePipeline> {
    let constants = [("PLANE", f64::from(kind.code)), ("WORDS", f64::from(kind.words))];
    let made = device.make("the adding pipeline", |raw| {
        raw.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("pointillist.add"),
            layout: None,
            module,
            entry_point: Some("add"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                ..wgpu::PipelineCompilationOptions::default()
            },
            cache: None,
        })
    });
    Ok(made?)
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::super::mirror::Shader;
    use super::*;

    #[test]
    fn the_shader_and_rust_agree() {
        let shader = Shader::read("add.wgsl");
        let expected = [
            ("first_bin", offset_of!(JobUniform, first_bin)),
            ("bins", offset_of!(JobUniform, bins)),
            ("area", offset_of!(JobUniform, area)),
            ("values_at", offset_of!(JobUniform, values_at)),
        ];
        shader.assert_struct("Job", size_of::<JobUniform>(), &expected);
        assert_eq!(shader.bindings(), [("job", 0), ("upload", 1), ("words", 2)]);
        assert_eq!((shader.array_stride("upload"), shader.array_stride("words")), (4, 4));
        assert_eq!(shader.entry_point("add").workgroup_size, [GROUP, 1, 1]);
        let constants = [("GROUP", f64::from(GROUP)), ("RUN", f64::from(RUN)), ("HEAD_WORDS", HEAD_WORDS as f64)];
        for (name, value) in constants {
            assert_eq!(shader.constant(name), value, "{name}");
        }
        let planes = [
            ("COUNT", Plane::Count),
            ("COUNT_BY", Plane::CountBy(0, 1)),
            ("SUM", Plane::Sum(0)),
            ("SQUARES", Plane::Squares(0)),
        ];
        for (name, plane) in planes {
            let kind = Kind::of(plane).unwrap();
            assert_eq!(shader.constant(name), f64::from(kind.code), "{name}");
            assert_eq!(u64::from(kind.words) * 4 * kind.canvases, plane.pixel_bytes(), "{name}: read as it is");
        }
    }

    #[test]
    fn segments_of_an_upload_follow_each_other_aligned_and_end_inside() {
        for slots in [0, 1, 2, 7, 255] {
            for bytes in [1 << 14, 20_000, 1 << 20] {
                let layout = UploadLayout::new(bytes, slots);
                let marks = layout.most_marks();
                assert!(marks > 0, "{slots} slots in {bytes} bytes");
                let mut end = layout.mark_at(marks);
                for slot in 0..slots {
                    let first = layout.value_at(slot, 0);
                    assert_eq!((first, first % 16), (end, 0), "slot {slot} of {slots}");
                    end = layout.value_at(slot, marks);
                }
                assert!(end <= bytes && end + 4 * (4 + 8 * slots as u64) + 16 > bytes, "{end} of {bytes}");
            }
        }
    }

    #[test]
    fn more_bins_than_a_word_numbers_are_refused() {
        let size = Size::new(1 << 14, 1 << 14).unwrap();
        assert!(fits(size, &[Plane::Count, Plane::CountBy(0, 15)]).is_ok());
        let error = fits(size, &[Plane::Count, Plane::CountBy(0, 16)]).unwrap_err();
        assert!(error.to_string().contains("4294967296"), "{error}");
    }
}
