//! The offscreen texture that a canvas is drawn into: its format, its blending, and what it starts from.

use super::device::Device;
use super::readback::RowPitch;
use crate::error::{Error, GpuFault, Result};
use crate::program::{Accumulate, Program, Size};

/// A start canvas is written in pieces of at most this many bytes.
pub(super) const WRITE_BYTES: u64 = 32 << 20;

/// How a canvas accumulates on the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blending {
    /// Premultiplied colour and transmittance.
    Over,
    /// Transmittance.
    Veil,
    /// Whole counts below 2^24.
    Count,
}

impl Blending {
    pub(super) fn of(accumulate: &Accumulate) -> Self {
        match accumulate {
            Accumulate::Over => Self::Over,
            Accumulate::Veil => Self::Veil,
            Accumulate::Planes(_) => Self::Count,
        }
    }

    /// Rgba32Float holds what Rgba8 loses (alpha of 0.002 and below) and costs nothing more on the software driver.
    pub(super) fn format(self) -> wgpu::TextureFormat {
        match self {
            Self::Over => wgpu::TextureFormat::Rgba32Float,
            Self::Veil | Self::Count => wgpu::TextureFormat::R32Float,
        }
    }

    pub(super) fn pixel_bytes(self) -> u32 {
        match self {
            Self::Over => 16,
            Self::Veil | Self::Count => 4,
        }
    }

    /// Nothing drawn: colour 0 and transmittance 1, or a count of 0.
    fn clear(self) -> wgpu::Color {
        match self {
            Self::Over => wgpu::Color { r: 0.0, g: 0.0, b: 0.0, a: 1.0 },
            Self::Veil => wgpu::Color { r: 1.0, g: 0.0, b: 0.0, a: 0.0 },
            Self::Count => wgpu::Color { r: 0.0, g: 0.0, b: 0.0, a: 0.0 },
        }
    }

    pub(super) fn state(self) -> wgpu::ColorTargetState {
        use wgpu::BlendFactor::{One, OneMinusSrc, OneMinusSrcAlpha, Zero};
        let component = |src_factor, dst_factor| wgpu::BlendComponent {
            src_factor,
            dst_factor,
            operation: wgpu::BlendOperation::Add,
        };
        let (color, alpha) = match self {
            Self::Over => (component(One, OneMinusSrcAlpha), component(Zero, OneMinusSrcAlpha)),
            // R32Float has no alpha; the same factors keep the alpha half of the state valid.
            Self::Veil => (component(Zero, OneMinusSrc), component(Zero, OneMinusSrcAlpha)),
            Self::Count => (component(One, One), component(One, One)),
        };
        wgpu::ColorTargetState {
            format: self.format(),
            blend: Some(wgpu::BlendState { color, alpha }),
            write_mask: wgpu::ColorWrites::ALL,
        }
    }
}

/// The bytes of the texture.
pub(super) fn planned_bytes(program: &Program) -> u64 {
    program.size.area() as u64 * u64::from(Blending::of(&program.accumulate).pixel_bytes())
}

/// The texture, and whether the next pass has to clear it.
#[derive(Debug)]
pub(super) struct Target {
    texture: wgpu::Texture,
    view: wgpu::TextureView,
    blending: Blending,
    must_clear: bool,
}

impl Target {
    /// An empty canvas: cleared by the first pass.
    pub(super) fn new(device: &Device, size: Size, blending: Blending) -> Result<Self> {
        let descriptor = wgpu::TextureDescriptor {
            label: Some("pointillist.canvas"),
            size: wgpu::Extent3d { width: size.width(), height: size.height(), depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: blending.format(),
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                | wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_SRC
                | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        };
        let (texture, view) = device.make("the canvas", |raw| {
            let texture = raw.create_texture(&descriptor);
            let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
            (texture, view)
        })?;
        Ok(Self { texture, view, blending, must_clear: true })
    }

    pub(super) fn texture(&self) -> &wgpu::Texture {
        &self.texture
    }

    pub(super) fn view(&self) -> &wgpu::TextureView {
        &self.view
    }

    /// The next pass starts from an empty canvas.
    pub(super) fn clear(&mut self) {
        self.must_clear = true;
    }

    /// Begins a pass that goes on from what is there.
    pub(super) fn begin<'e>(&mut self, encoder: &'e mut wgpu::CommandEncoder) -> wgpu::RenderPass<'e> {
        let load = if std::mem::take(&mut self.must_clear) {
            wgpu::LoadOp::Clear(self.blending.clear())
        } else {
            wgpu::LoadOp::Load
        };
        encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("pointillist.points"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &self.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
            })],
            ..Default::default()
        })
    }

    /// Makes sure that the texture holds the canvas even when nothing was drawn.
    pub(super) fn settle(&mut self, device: &Device) -> Result<()> {
        if self.must_clear {
            device.submit(|encoder| drop(self.begin(encoder)))?;
        }
        Ok(())
    }

    /// Goes on from tightly packed pixels.
    pub(super) fn write(&mut self, device: &Device, pixels: &[u8]) -> Result<()> {
        write_rows(device, &self.texture, self.blending.pixel_bytes(), pixels)?;
        self.must_clear = false;
        Ok(())
    }
}

/// Fills a texture with tightly packed rows, in bands.
pub(super) fn write_rows(device: &Device, texture: &wgpu::Texture, pixel_bytes: u32, pixels: &[u8]) -> Result<()> {
    let (width, height) = (texture.width(), texture.height());
    let pitch = RowPitch::new(width, pixel_bytes);
    for rows in pitch.bands(height, WRITE_BYTES) {
        let staging = staging(device, &pitch.pad(&pixels[pitch.tight(&rows)]))?;
        let submission = device.submit(|encoder| {
            encoder.copy_buffer_to_texture(
                wgpu::TexelCopyBufferInfo { buffer: &staging, layout: pitch.layout() },
                wgpu::TexelCopyTextureInfo {
                    origin: wgpu::Origin3d { x: 0, y: rows.start, z: 0 },
                    ..texture.as_image_copy()
                },
                wgpu::Extent3d { width, height: rows.end - rows.start, depth_or_array_layers: 1 },
            );
        })?;
        device.wait(submission)?;
    }
    Ok(())
}

/// Fills a buffer from its beginning with `bytes` (whole words of 4), in pieces.
pub(super) fn write_buffer(device: &Device, buffer: &wgpu::Buffer, bytes: &[u8]) -> Result<()> {
    let mut first = 0;
    for piece in bytes.chunks(WRITE_BYTES as usize) {
        let staging = staging(device, piece)?;
        let submission = device.submit(|encoder| {
            encoder.copy_buffer_to_buffer(&staging, 0, buffer, first, staging.size());
        })?;
        device.wait(submission)?;
        first += piece.len() as u64;
    }
    Ok(())
}

/// A buffer that holds `bytes` (whole words of 4), to copy from.
fn staging(device: &Device, bytes: &[u8]) -> Result<wgpu::Buffer> {
    filled(device, bytes, wgpu::BufferUsages::COPY_SRC)
}

/// A buffer that holds `bytes` (whole words of 4).
pub(super) fn filled(device: &Device, bytes: &[u8], usage: wgpu::BufferUsages) -> Result<wgpu::Buffer> {
    let descriptor = wgpu::BufferDescriptor {
        label: Some("pointillist.start"),
        size: bytes.len() as u64,
        usage,
        mapped_at_creation: true,
    };
    let (buffer, written) = device.make("a start buffer", |raw| {
        let buffer = raw.create_buffer(&descriptor);
        let written = buffer.get_mapped_range_mut(..).map(|mut view| view.copy_from_slice(bytes));
        buffer.unmap();
        (buffer, written)
    })?;
    written.map_err(|_| device.fail(&Error::gpu_fault(GpuFault::Other, "the GPU's memory cannot be written")))?;
    Ok(buffer)
}
