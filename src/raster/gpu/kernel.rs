//! Which kernel draws a program on a GPU, and what none of them can draw. Opens no device.
//!
//! `instanced` draws one instance a mark into a texture, `blocked` one instance 256 marks; `tiles` sorts stamps by tile and blends them in order in a compute
//! pass; `add` adds cells and their values to integers in a compute pass.

use super::adapter::{AdapterKind, AdapterReport};
use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::program::{Accumulate, Footprint, Plane, Program};

/// How a GPU draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// One instance a mark, blended into a texture.
    Instanced,
    /// One instance 256 marks, a triangle each, blended into a texture.
    Blocked,
    /// Stamps sorted by tile, blended in order in a compute pass.
    Tiles,
    /// Atomic additions to integers, in a compute pass.
    Add,
}

/// What drives a device, as far as it decides how to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A driver that draws on the processor.
    Software,
    /// A GPU made for computing: few of its units can draw.
    Computing,
    /// Any other GPU.
    Graphics,
}

/// Names of GPUs made for computing, as parts of what their drivers call them.
const COMPUTING: [&str; 15] = [
    "P100", "V100", "A100", "A800", "A30", "H100", "H200", "H800", "H20", "GH200", "B100", "B200", "B300", "GB200",
    "Instinct",
];

impl Class {
    fn of(adapter: &AdapterReport) -> Self {
        let has_name = |name: &&str| adapter.name.split([' ', '-', '_']).any(|word| word == *name);
        match adapter.kind {
            AdapterKind::Software => Self::Software,
            _ if COMPUTING.iter().any(has_name) => Self::Computing,
            _ => Self::Graphics,
        }
    }
}

/// What there is to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Counted pixels.
    Cells,
    /// Stamps whose masks have fewer than [`LARGE_AREA_PX`] pixels.
    SmallStamps,
    /// Larger stamps.
    LargeStamps,
}

/// From here on a stamp's pixels cost more than sorting it: between the two sizes that were measured, see the table.
const LARGE_AREA_PX: f64 = 200.0;

/// What suits a device where nothing else was asked for. Software Vulkan in microseconds of the processor a mark (1 M Gaussian
/// points at 1024 x 768 px; computing shares them out over all cores, drawing over one and a half); an H100 and an H200 in M
/// marks/s. What was not measured is marked so.
const TABLE: [(Class, Work, Kernel); 9] = [
    // Added 0.05, drawn 1.0, as blocks 0.75.
    (Class::Software, Work::Cells, Kernel::Add),
    // 5 px discs in one colour 0.75, drawn 2.1, as blocks 1.75; in colours 0.95, 2.4 and 2.05.
    (Class::Software, Work::SmallStamps, Kernel::Tiles),
    // 21 px discs in colours 8.9, drawn 10, as blocks 13.5.
    (Class::Software, Work::LargeStamps, Kernel::Tiles),
    // Added more than 1000 on an H200. Not measured when drawn.
    (Class::Computing, Work::Cells, Kernel::Add),
    // 5 px discs drawn 380 in one colour and 300 in colours on an H200. Tiles not measured: sorting alone does 16.
    (Class::Computing, Work::SmallStamps, Kernel::Instanced),
    // 21 px discs in colours drawn 2.2 on an H100, a billion pixels a second. Tiles not measured: sorting alone does 7.
    (Class::Computing, Work::LargeStamps, Kernel::Tiles),
    // Nothing of the following was measured.
    (Class::Graphics, Work::Cells, Kernel::Instanced),
    (Class::Graphics, Work::SmallStamps, Kernel::Instanced),
    (Class::Graphics, Work::LargeStamps, Kernel::Instanced),
];

impl Kernel {
    /// All kernels.
    pub const ALL: [Self; 4] = [Self::Instanced, Self::Blocked, Self::Tiles, Self::Add];

    /// The kernel's name, as flags and reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instanced => "instanced",
            Self::Blocked => "blocked",
            Self::Tiles => "tiles",
            Self::Add => "add",
        }
    }

    /// The kernel of a name.
    ///
    /// # Errors
    /// A usage error that lists the names.
    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kernel| kernel.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            let error = Error::usage("there is no GPU kernel of that name")
                .expected(listed(&Self::ALL))
                .found(format!("'{name}'"));
            match nearest(name, names.into_iter()) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error,
            }
        })
    }

    /// The kernels that can draw a program, on a device that can do everything.
    ///
    /// # Errors
    /// Kind GPU when none can.
    fn possible(program: &Program) -> Result<&'static [Self]> {
        match (&program.accumulate, &program.footprint) {
            (Accumulate::Over | Accumulate::Veil, Footprint::Stamp(_)) => {
                Ok(&[Self::Instanced, Self::Blocked, Self::Tiles])
            }
            (Accumulate::Planes(planes), Footprint::Stamp(_)) if planes[..] == [Plane::Count] => {
                Ok(&[Self::Instanced, Self::Blocked, Self::Tiles])
            }
            (Accumulate::Planes(planes), Footprint::Cell) if planes[..] == [Plane::Count] => {
                Ok(&[Self::Instanced, Self::Blocked, Self::Add])
            }
            (Accumulate::Planes(planes), Footprint::Cell) if planes.iter().copied().any(has_winner) => {
                Err(Error::gpu("no GPU kernel finds smallest, largest, first and last values")
                    .hint("draw on the CPU: --backend cpu"))
            }
            (Accumulate::Planes(_), Footprint::Cell) => Ok(&[Self::Add]),
            (accumulate, _) => Err(Error::gpu(format!("no GPU kernel accumulates {accumulate:?} of these marks"))
                .hint("draw on the CPU: --backend cpu")),
        }
    }

    /// Whether some kernel can draw a program, and the one that was asked for.
    ///
    /// # Errors
    /// A usage error when the one asked for cannot draw it but another can; kind GPU when none can.
    pub fn check(program: &Program, asked: Option<Self>) -> Result<()> {
        let possible = Self::possible(program)?;
        match asked.filter(|asked| !possible.contains(asked)) {
            None => Ok(()),
            Some(asked) => {
                let what = match program.footprint {
                    Footprint::Stamp(_) => "markers that cover pixels in part, or several",
                    Footprint::Cell => "single pixels, nor what their values add up to",
                };
                let what = if asked.draws() { "sums, or counts by category" } else { what };
                Err(Error::usage(format!("the GPU kernel {} cannot draw {what}", asked.name()))
                    .hint(format!("leave --gpu-kernel out, or ask for {}", listed(possible))))
            }
        }
    }

    /// The kernel that draws a program: the one asked for, else the one that suits the device.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn of(program: &Program, asked: Option<Self>, adapter: &AdapterReport) -> Result<Self> {
        Self::check(program, asked)?;
        let possible = Self::possible(program)?;
        if let (Some(kernel), _) | (None, &[kernel]) = (asked, possible) {
            return Ok(kernel);
        }
        let longest = program.size.width().max(program.size.height());
        let can_draw = adapter.can_blend_f32 && longest <= adapter.max_texture_px;
        let suits = |kernel: &Self| possible.contains(kernel) && (can_draw || !kernel.draws());
        let work = match &program.footprint {
            Footprint::Cell => Work::Cells,
            footprint if footprint.mean_area_px() < LARGE_AREA_PX => Work::SmallStamps,
            Footprint::Stamp(_) => Work::LargeStamps,
        };
        let row = TABLE.iter().find(|(class, row, _)| (*class, *row) == (Class::of(adapter), work));
        // A reduction adds on every device.
        let own = if work == Work::Cells && program.prefers_compute { Some(Self::Add) } else { row.map(|row| row.2) };
        let other = || possible.iter().copied().rev().find(suits);
        Ok(own.filter(suits).or_else(other).unwrap_or(Self::Instanced))
    }

    /// Seconds for a stamp, where they are known: for GPUs made for computing.
    ///
    /// An H200 drew 100 M discs of 5 px in 0.33 s, an H100 1 M discs of 21 px (masks of 529 pixels), both in colours, in
    /// 0.45 s; nothing between was measured. Tiles end at what one thread sorts, measured without a GPU (discs of 5 px in 63
    /// ns, of 21 px in 120): the blending itself is taken to be hidden behind that.
    pub(super) fn secs_a_mark(self, program: &Program, adapter: &AdapterReport) -> Option<f64> {
        if Class::of(adapter) != Class::Computing || matches!(program.footprint, Footprint::Cell) {
            return None;
        }
        let area = program.footprint.mean_area_px();
        match self {
            Self::Instanced if area < LARGE_AREA_PX => Some(3.3e-9),
            Self::Instanced => Some(area * 0.86e-9),
            Self::Tiles => Some(60e-9 + area * 0.12e-9),
            Self::Blocked | Self::Add => None,
        }
    }

    /// True for kernels that draw into a texture.
    fn draws(self) -> bool {
        matches!(self, Self::Instanced | Self::Blocked)
    }
}

/// `a, b or c`.
fn listed(kernels: &[Kernel]) -> String {
    match kernels {
        [] => String::new(),
        [one] => one.name().to_owned(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|kernel| kernel.name()).collect();
            format!("{} or {}", first.join(", "), last.name())
        }
    }
}

fn has_winner(plane: Plane) -> bool {
    matches!(plane, Plane::Winner(..))
}

/// True when the program has planes that only the CPU fills.
#[must_use]
pub fn needs_cpu(program: &Program) -> bool {
    matches!(&program.accumulate, Accumulate::Planes(planes) if planes.iter().copied().any(has_winner))
}

#[cfg(test)]
mod tests;
