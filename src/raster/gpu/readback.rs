//! From the device to the host: rows without their padding, through one buffer of bounded size.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::device::{Device, shrinking};
use crate::error::{Error, GpuFault, Result};

/// The buffer that a readback goes through is at most this large: larger ones gain nothing, and a canvas of 16384 x
/// 16384 px would need 4 GiB of it.
const BAND_BYTES: u64 = 256 << 20;

/// What remains when memory is refused; below this the readback fails.
const SMALLEST_BAND_BYTES: u64 = 1 << 20;

/// How rows of a texture lie in a buffer: each starts at a multiple of 256 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowPitch {
    row_bytes: u64,
    padded_bytes: u64,
}

impl RowPitch {
    /// The pitch of rows of `width` pixels; u64 before multiplying.
    pub(super) fn new(width: u32, pixel_bytes: u32) -> Self {
        let row_bytes = u64::from(width) * u64::from(pixel_bytes);
        Self { row_bytes, padded_bytes: row_bytes.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT.into()) }
    }

    /// Bytes from one row to the next.
    pub(super) fn padded_bytes(self) -> u64 {
        self.padded_bytes
    }

    /// The layout of a buffer that starts with the first of these rows.
    pub(super) fn layout(self) -> wgpu::TexelCopyBufferLayout {
        // Rows of at most 65,535 px of 16 bytes.
        wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(self.padded_bytes as u32), rows_per_image: None }
    }

    /// How many rows fit into so many bytes; at least one.
    pub(super) fn rows_within(self, bytes: u64) -> u32 {
        (bytes / self.padded_bytes).clamp(1, u64::from(u32::MAX)) as u32
    }

    /// The rows 0..height in pieces that fit into so many bytes.
    pub(super) fn bands(self, height: u32, bytes: u64) -> impl Iterator<Item = Range<u32>> {
        let rows = self.rows_within(bytes);
        (0..height.div_ceil(rows)).map(move |band| {
            let first = band * rows;
            first..height.min(first.saturating_add(rows))
        })
    }

    /// The part of a tightly packed image that holds these rows.
    pub(super) fn tight(self, rows: &Range<u32>) -> Range<usize> {
        (u64::from(rows.start) * self.row_bytes) as usize..(u64::from(rows.end) * self.row_bytes) as usize
    }

    /// Tightly packed rows with their padding.
    pub(super) fn pad(self, tight: &[u8]) -> Vec<u8> {
        let mut padded = vec![0; tight.len() / self.row_bytes as usize * self.padded_bytes as usize];
        let rows = tight.chunks_exact(self.row_bytes as usize);
        for (from, to) in rows.zip(padded.chunks_exact_mut(self.padded_bytes as usize)) {
            to[..from.len()].copy_from_slice(from);
        }
        padded
    }

    /// Copies padded rows to tightly packed ones.
    pub(super) fn strip(self, padded: &[u8], tight: &mut [u8]) {
        let rows = padded.chunks(self.padded_bytes as usize);
        for (from, to) in rows.zip(tight.chunks_exact_mut(self.row_bytes as usize)) {
            to.copy_from_slice(&from[..self.row_bytes as usize]);
        }
    }
}

/// The bytes that the buffer of a readback takes.
pub(super) fn planned_bytes(total: u64) -> u64 {
    total.min(BAND_BYTES)
}

/// A buffer that the host can read, made at the first readback and kept.
#[derive(Debug)]
pub(super) struct Readback {
    buffer: Option<wgpu::Buffer>,
    band_bytes: u64,
}

impl Default for Readback {
    fn default() -> Self {
        Self { buffer: None, band_bytes: BAND_BYTES }
    }
}

impl Readback {
    /// Fills `out` with a texture, rows from top to bottom, tightly packed.
    pub(super) fn texture(&mut self, device: &Device, texture: &wgpu::Texture, out: &mut [u8]) -> Result<()> {
        let (width, height) = (texture.width(), texture.height());
        let pixel_bytes = texture.format().block_copy_size(None).unwrap_or(16);
        let pitch = RowPitch::new(width, pixel_bytes);
        let buffer = self.buffer(device, pitch.padded_bytes() * u64::from(height), pitch.padded_bytes())?;
        for rows in pitch.bands(height, buffer.size()) {
            let bytes = u64::from(rows.end - rows.start) * pitch.padded_bytes();
            let record = |encoder: &mut wgpu::CommandEncoder| {
                encoder.copy_texture_to_buffer(
                    wgpu::TexelCopyTextureInfo {
                        origin: wgpu::Origin3d { x: 0, y: rows.start, z: 0 },
                        ..texture.as_image_copy()
                    },
                    wgpu::TexelCopyBufferInfo { buffer: &buffer, layout: pitch.layout() },
                    wgpu::Extent3d { width, height: rows.end - rows.start, depth_or_array_layers: 1 },
                );
            };
            let tight = &mut out[pitch.tight(&rows)];
            read(device, &buffer, bytes, record, |padded| pitch.strip(padded, tight))?;
        }
        Ok(())
    }

    /// Fills `out` with the first bytes of a buffer; whole words of 4 bytes.
    pub(super) fn buffer_bytes(&mut self, device: &Device, source: &wgpu::Buffer, out: &mut [u8]) -> Result<()> {
        let buffer = self.buffer(device, out.len() as u64, 4)?;
        let mut first = 0;
        for piece in out.chunks_mut(buffer.size() as usize) {
            let bytes = piece.len() as u64;
            let record = |encoder: &mut wgpu::CommandEncoder| {
                encoder.copy_buffer_to_buffer(source, first, &buffer, 0, bytes);
            };
            read(device, &buffer, bytes, record, |bytes| piece.copy_from_slice(bytes))?;
            first += bytes;
        }
        Ok(())
    }

    /// The buffer for `total` bytes in multiples of `unit`; where memory is refused, half as large, down to 1 MiB.
    fn buffer(&mut self, device: &Device, total: u64, unit: u64) -> Result<wgpu::Buffer> {
        let limit = self.band_bytes.min(device.report().max_buffer_bytes);
        let most = total.min(limit.max(unit) / unit * unit);
        if let Some(buffer) = self.buffer.as_ref().filter(|buffer| buffer.size() >= most) {
            return Ok(buffer.clone());
        }
        let buffer = shrinking(most, SMALLEST_BAND_BYTES.max(unit), |bytes| {
            let descriptor = wgpu::BufferDescriptor {
                label: Some("pointillist.readback"),
                size: bytes / unit * unit,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            };
            device.make("the buffer that reads the picture back", |raw| raw.create_buffer(&descriptor))
        })?;
        Ok(self.buffer.insert(buffer).clone())
    }
}

/// Submits a copy into `buffer`, waits for it and shows its first bytes.
fn read(
    device: &Device,
    buffer: &wgpu::Buffer,
    bytes: u64,
    record: impl FnOnce(&mut wgpu::CommandEncoder),
    show: impl FnOnce(&[u8]),
) -> Result<()> {
    let is_mapped = Arc::new(AtomicBool::new(false));
    let mapped = Arc::clone(&is_mapped);
    let submission = device.submit(|encoder| {
        record(encoder);
        encoder.map_buffer_on_submit(buffer, wgpu::MapMode::Read, 0..bytes, move |result| {
            mapped.store(result.is_ok(), Ordering::Release);
        });
    })?;
    device.wait(submission)?;
    let refused = || device.fail(&Error::gpu_fault(GpuFault::Other, "the picture could not be read back from the GPU"));
    if !is_mapped.load(Ordering::Acquire) {
        return Err(refused());
    }
    let view = buffer.slice(0..bytes).get_mapped_range().map_err(|_| refused())?;
    show(&view);
    drop(view);
    buffer.unmap();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::target::{Blending, Target};
    use super::super::tests::gpu;
    use super::*;
    use crate::program::Size;

    #[test]
    fn rows_are_padded_to_256_bytes() {
        let padded = |width, bytes| RowPitch::new(width, bytes).padded_bytes();
        assert_eq!([1, 63, 64, 65, 8191].map(|width| padded(width, 4)), [256, 256, 256, 512, 32768]);
        assert_eq!([1, 63, 64, 65, 8191].map(|width| padded(width, 16)), [256, 1024, 1024, 1280, 131_072]);
        assert_eq!(padded(65_535, 16), 1_048_576);
    }

    #[test]
    fn offsets_beyond_4_gib_are_whole() {
        let pitch = RowPitch::new(65_535, 16);
        assert_eq!(pitch.tight(&(65_534..65_535)).end as u64, 65_535 * 65_535 * 16);
    }

    #[test]
    fn bands_cover_every_row_once() {
        for width in [1, 63, 64, 65, 8191] {
            let pitch = RowPitch::new(width, 16);
            for bytes in [1, 1024, 131_072, 300_000, u64::MAX] {
                let mut next = 0;
                for band in pitch.bands(1001, bytes) {
                    assert_eq!(band.start, next, "width {width}, {bytes} bytes");
                    assert!(band.end > band.start);
                    let held = u64::from(band.end - band.start) * pitch.padded_bytes();
                    assert!(held <= bytes || band.end - band.start == 1, "a band of {held} in {bytes} bytes");
                    next = band.end;
                }
                assert_eq!(next, 1001);
            }
        }
    }

    #[test]
    fn needs_gpu_a_texture_comes_back_in_bands_as_it_was_written() {
        let Some(gpu) = gpu() else { return };
        for (width, band_bytes) in [(1, 1), (63, 3 * 1024), (64, 1 << 20), (65, 4 * 1280 + 7)] {
            let size = Size::new(width, 10).unwrap();
            let mut target = Target::new(gpu.device(), size, Blending::Over).unwrap();
            let written: Vec<f32> = (0..4 * size.area()).map(|i| i as f32).collect();
            target.write(gpu.device(), bytemuck::cast_slice(&written)).unwrap();
            let mut found = vec![0.0_f32; written.len()];
            let mut readback = Readback { buffer: None, band_bytes };
            readback.texture(gpu.device(), target.texture(), bytemuck::cast_slice_mut(&mut found)).unwrap();
            assert_eq!(found, written, "width {width} in bands of {band_bytes} bytes");
            assert!(readback.buffer.unwrap().size() <= band_bytes.max(256), "the buffer is as large as a band");
        }
    }

    #[test]
    fn stripping_keeps_rows_and_drops_padding() {
        for width in [1_u32, 63, 64, 65] {
            let pitch = RowPitch::new(width, 4);
            let (row, padded) = (width as usize * 4, pitch.padded_bytes() as usize);
            // The last row of a copy may end without its padding.
            let source: Vec<u8> =
                (0..2 * padded + row).map(|i| if i % padded < row { (i / padded + 1) as u8 } else { 99 }).collect();
            let mut tight = vec![0; 3 * row];
            pitch.strip(&source, &mut tight);
            let expected: Vec<u8> = (0..3 * row).map(|i| (i / row + 1) as u8).collect();
            assert_eq!(tight, expected, "width {width}");
            let mut again = vec![0; tight.len()];
            pitch.strip(&pitch.pad(&tight), &mut again);
            assert_eq!(again, tight, "padding undoes stripping at width {width}");
        }
    }
}
