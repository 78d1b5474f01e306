//! Which kernel draws a program on a GPU, and what none of them can draw. Opens no device.
//!
//! `instanced` draws one instance a mark into a texture; `add` adds cells and their values to integers in a compute pass.

use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::program::{Accumulate, Footprint, Plane, Program};

/// How a GPU draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// One instance a mark, blended into a texture.
    Instanced,
    /// Atomic additions to integers, in a compute pass.
    Add,
}

impl Kernel {
    /// All kernels.
    pub const ALL: [Self; 2] = [Self::Instanced, Self::Add];

    /// The kernel's name, as flags and reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instanced => "instanced",
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
                .expected(names.join(" or "))
                .found(format!("'{name}'"));
            match nearest(name, names.into_iter()) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error,
            }
        })
    }

    /// The kernel that draws a program: the one asked for, else the one that the program prefers, where both can.
    ///
    /// # Errors
    /// A usage error when the one asked for cannot draw it but the other can; kind GPU when none can.
    pub fn of(program: &Program, asked: Option<Self>) -> Result<Self> {
        let only = |kernel: Self, what: &str| match asked {
            Some(asked) if asked != kernel => {
                Err(Error::usage(format!("the GPU kernel {} cannot draw {what}", asked.name()))
                    .hint(format!("leave --gpu-kernel out, or ask for {}", kernel.name())))
            }
            _ => Ok(kernel),
        };
        match (&program.accumulate, &program.footprint) {
            (Accumulate::Over | Accumulate::Veil, Footprint::Stamp(_)) => only(Self::Instanced, "blended markers"),
            (Accumulate::Planes(planes), Footprint::Stamp(_)) if planes[..] == [Plane::Count] => {
                only(Self::Instanced, "markers that cover pixels in part, or several")
            }
            // Software Vulkan counts 31 M cells/s by adding and 1.7 M by drawing, and GPUs made for computing have few
            // raster units; points are drawn all the same, as on every other way to draw them.
            (Accumulate::Planes(planes), Footprint::Cell) if planes[..] == [Plane::Count] => {
                let own = if program.prefers_compute { Self::Add } else { Self::Instanced };
                Ok(asked.unwrap_or(own))
            }
            (Accumulate::Planes(planes), Footprint::Cell) if planes.iter().copied().any(has_winner) => {
                Err(Error::gpu("no GPU kernel finds smallest, largest, first and last values")
                    .hint("draw on the CPU: --backend cpu"))
            }
            (Accumulate::Planes(_), Footprint::Cell) => only(Self::Add, "sums, or counts by category"),
            (accumulate, _) => Err(Error::gpu(format!("no GPU kernel accumulates {accumulate:?} of these marks"))
                .hint("draw on the CPU: --backend cpu")),
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
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::ErrorKind;
    use crate::program::{Pick, Size};
    use crate::stamp::StampAtlas;

    fn program(footprint: Footprint, accumulate: Accumulate, prefers_compute: bool) -> Program {
        Program { size: Size::new(4, 4).unwrap(), footprint, accumulate, prefers_compute }
    }

    fn cells(planes: &[Plane], prefers_compute: bool) -> Program {
        program(Footprint::Cell, Accumulate::Planes(planes.to_vec()), prefers_compute)
    }

    #[test]
    fn names_read_back_and_others_are_refused() {
        for kernel in Kernel::ALL {
            assert_eq!(Kernel::parse(kernel.name()).unwrap(), kernel);
        }
        let error = Kernel::parse("compute").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("instanced or add"), "{error}");
        assert!(Kernel::parse("instancd").unwrap_err().to_string().contains("did you mean instanced?"));
    }

    #[test]
    fn counted_cells_leave_the_choice_and_nothing_else_does() {
        use Kernel::{Add, Instanced};
        let stamp = || Footprint::Stamp(Arc::new(StampAtlas::pixel()));
        let count = [Plane::Count];
        for (points, density) in [(None, None), (Some(Add), Some(Add)), (Some(Instanced), Some(Instanced))] {
            assert_eq!(Kernel::of(&cells(&count, false), points).unwrap(), points.unwrap_or(Instanced));
            assert_eq!(Kernel::of(&cells(&count, true), density).unwrap(), density.unwrap_or(Add));
        }
        let drawn = [Accumulate::Over, Accumulate::Veil, Accumulate::Planes(count.to_vec())];
        for accumulate in drawn {
            let program = program(stamp(), accumulate, true);
            assert_eq!(Kernel::of(&program, None).unwrap(), Instanced);
            assert_eq!(Kernel::of(&program, Some(Add)).unwrap_err().kind(), ErrorKind::Usage);
        }
        for plane in [Plane::Sum(0), Plane::Squares(0), Plane::CountBy(0, 3)] {
            let program = cells(&[Plane::Count, plane], false);
            assert_eq!(Kernel::of(&program, None).unwrap(), Add);
            let error = Kernel::of(&program, Some(Instanced)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.to_string().contains("--gpu-kernel"), "the way out: {error}");
        }
    }

    #[test]
    fn winners_and_impossible_programs_are_refused_whatever_is_asked() {
        let winner = cells(&[Plane::Count, Plane::Sum(0), Plane::Winner(1, Pick::Last)], true);
        assert!(needs_cpu(&winner) && !needs_cpu(&cells(&[Plane::Count, Plane::Sum(0)], true)));
        let sums_of_stamps = program(
            Footprint::Stamp(Arc::new(StampAtlas::pixel())),
            Accumulate::Planes(vec![Plane::Count, Plane::Sum(0)]),
            true,
        );
        for program in [winner, sums_of_stamps, program(Footprint::Cell, Accumulate::Over, false)] {
            for asked in [None, Some(Kernel::Add), Some(Kernel::Instanced)] {
                let error = Kernel::of(&program, asked).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Gpu);
                assert!(error.to_string().contains("--backend cpu"), "{error}");
            }
        }
    }
}
