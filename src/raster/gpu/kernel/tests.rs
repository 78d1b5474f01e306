//! Which kernel draws what, on which device.

use std::sync::Arc;

use super::Kernel::{Add, Blocked, Instanced, Tiles};
use super::*;
use crate::error::ErrorKind;
use crate::program::{Pick, Size};
use crate::stamp::{Marker, StampAtlas};

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
    assert!(error.to_string().contains("instanced, blocked, tiles or add"), "{error}");
    assert!(Kernel::parse("instancd").unwrap_err().to_string().contains("did you mean instanced?"));
}

fn adapter(kind: AdapterKind, name: &str) -> AdapterReport {
    AdapterReport {
        index: 0,
        name: name.to_owned(),
        kind,
        driver: String::new(),
        pci: String::new(),
        max_texture_px: 8192,
        max_buffer_bytes: 1 << 30,
        max_binding_bytes: 1 << 27,
        can_blend_f32: true,
    }
}

fn adapters() -> [AdapterReport; 4] {
    [
        adapter(AdapterKind::Software, "llvmpipe (LLVM 15.0.6, 256 bits)"),
        adapter(AdapterKind::Discrete, "NVIDIA H100 80GB HBM3"),
        adapter(AdapterKind::Discrete, "NVIDIA GeForce RTX 3090"),
        adapter(AdapterKind::Integrated, "Intel(R) Iris(R) Xe Graphics"),
    ]
}

#[test]
fn what_is_asked_for_draws_on_every_device_or_is_refused_with_what_can() {
    let stamp = || Footprint::Stamp(Arc::new(StampAtlas::pixel()));
    let count = [Plane::Count];
    for adapter in adapters() {
        for kernel in [Instanced, Blocked, Add] {
            assert_eq!(Kernel::of(&cells(&count, true), Some(kernel), &adapter).unwrap(), kernel);
        }
        let error = Kernel::of(&cells(&count, false), Some(Tiles), &adapter).unwrap_err();
        assert!(error.to_string().contains("instanced, blocked or add"), "{error}");
        for accumulate in [Accumulate::Over, Accumulate::Veil, Accumulate::Planes(count.to_vec())] {
            let program = program(stamp(), accumulate, false);
            for kernel in [Instanced, Blocked, Tiles] {
                assert_eq!(Kernel::of(&program, Some(kernel), &adapter).unwrap(), kernel);
            }
            let error = Kernel::of(&program, Some(Add), &adapter).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.to_string().contains("instanced, blocked or tiles"), "{error}");
        }
        for plane in [Plane::Sum(0), Plane::Squares(0), Plane::CountBy(0, 3)] {
            let program = cells(&[Plane::Count, plane], false);
            assert_eq!(Kernel::of(&program, None, &adapter).unwrap(), Add);
            for other in [Instanced, Blocked, Tiles] {
                let error = Kernel::of(&program, Some(other), &adapter).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert!(error.to_string().contains("--gpu-kernel"), "the way out: {error}");
            }
        }
    }
}

#[test]
fn the_table_has_a_row_for_every_work_on_every_class_and_each_can_draw_it() {
    for class in [Class::Software, Class::Computing, Class::Graphics] {
        for work in [Work::Cells, Work::SmallStamps, Work::LargeStamps] {
            let rows: Vec<_> = TABLE.iter().filter(|row| (row.0, row.1) == (class, work)).collect();
            assert_eq!(rows.len(), 1, "{class:?} {work:?}");
            assert!((work == Work::Cells) != (rows[0].2 == Tiles) || rows[0].2 == Instanced, "{class:?} {work:?}");
        }
    }
}

#[test]
fn the_device_decides_what_is_not_asked_for() {
    let [software, computing, graphics, integrated] = adapters();
    let stamp = |diameter_px| {
        let atlas = StampAtlas::new(Marker::Circle, diameter_px, true).unwrap();
        program(Footprint::Stamp(Arc::new(atlas)), Accumulate::Over, false)
    };
    let (small, large, points, density) =
        (stamp(5.0), stamp(21.0), cells(&[Plane::Count], false), cells(&[Plane::Count], true));
    for (adapter, expected) in [
        (&software, [Tiles, Tiles, Add, Add]),
        (&computing, [Instanced, Tiles, Add, Add]),
        (&graphics, [Instanced, Instanced, Instanced, Add]),
        (&integrated, [Instanced, Instanced, Instanced, Add]),
    ] {
        let chosen = [&small, &large, &points, &density].map(|program| Kernel::of(program, None, adapter).unwrap());
        assert_eq!(chosen, expected, "{}", adapter.name);
    }
}

#[test]
fn only_what_was_measured_has_a_pace() {
    let [software, computing, graphics, _] = adapters();
    let stamp = |diameter_px| {
        let atlas = StampAtlas::new(Marker::Circle, diameter_px, true).unwrap();
        program(Footprint::Stamp(Arc::new(atlas)), Accumulate::Over, false)
    };
    for adapter in [&software, &graphics] {
        assert_eq!(Tiles.secs_a_mark(&stamp(21.0), adapter), None);
    }
    assert_eq!(Instanced.secs_a_mark(&cells(&[Plane::Count], false), &computing), None);
    let large = Instanced.secs_a_mark(&stamp(21.0), &computing).unwrap();
    assert!((0.4e-6..0.5e-6).contains(&large), "{large}: as measured");
    assert!(Instanced.secs_a_mark(&stamp(5.0), &computing).unwrap() < 1e-8);
    assert!(Tiles.secs_a_mark(&stamp(21.0), &computing).unwrap() < large);
}

#[test]
fn what_no_texture_holds_is_computed() {
    let [_, _, graphics, _] = adapters();
    let unable = AdapterReport { can_blend_f32: false, ..graphics.clone() };
    let stamp = program(Footprint::Stamp(Arc::new(StampAtlas::pixel())), Accumulate::Veil, false);
    for (program, expected) in [(stamp, Tiles), (cells(&[Plane::Count], false), Add)] {
        let large = Program { size: Size::new(8193, 4).unwrap(), ..program.clone() };
        assert_eq!(Kernel::of(&large, None, &graphics).unwrap(), expected);
        assert_eq!(Kernel::of(&program, None, &unable).unwrap(), expected);
        assert_eq!(Kernel::of(&program, None, &graphics).unwrap(), Instanced);
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
        for asked in [None, Some(Add), Some(Instanced), Some(Tiles)] {
            let error = Kernel::check(&program, asked).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Gpu);
            assert!(error.to_string().contains("--backend cpu"), "{error}");
        }
    }
}
