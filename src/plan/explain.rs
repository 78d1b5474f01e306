//! A plan in words, for `--explain`.

use std::fmt::Write;

use crate::content::Content;
use crate::data::chunk::Role;
use crate::escape::display_text;
use crate::plan::axes::limits_text;
use crate::plan::{Class, Plan};
use crate::program::{Accumulate, Footprint, Pick, Plane};
use crate::units::bytes_text;

/// What will be drawn, on what, in which class, with how many bytes: one fact a line.
#[must_use]
pub fn explain(plan: &Plan, backend: &str, planned_bytes: u64) -> String {
    let mut out = String::new();
    for (number, panel) in plan.panels.iter().enumerate() {
        if let Some(facets) = plan.facets.as_ref().filter(|_| number == 0) {
            let _ = writeln!(out, "panels    {}, each as this one", facets.values.len());
        }
        if number > 0 {
            let _ = writeln!(out, "inset");
        }
        for (name, scale) in [("x", &panel.view.x), ("y", &panel.view.y)] {
            let [start, end] = limits_text(scale);
            let _ = writeln!(out, "{name:9} {start} to {end}, {}", scale.kind());
        }
        for (number, series) in panel.series.iter().enumerate() {
            if panel.series.len() > 1 {
                let _ = writeln!(
                    out,
                    "series    {} {}",
                    number + 1,
                    display_text(series.label.as_deref().unwrap_or_default())
                );
            }
            for (axis, steps) in ["x", "y"].iter().zip(series.axis_steps).filter(|(_, steps)| *steps != 1) {
                let _ = writeln!(out, "times     one step of the column is {steps} of the {axis} axis");
            }
            let size = series.program.size;
            let _ = writeln!(out, "plot      {}x{} px", size.width(), size.height());
            for (role, index) in series.columns.roles.iter().zip(&series.columns.indices) {
                let _ = writeln!(out, "column    {index} gives {}", role_text(*role));
            }
            let marks = match &series.program.footprint {
                Footprint::Cell => "single pixels, 4 bytes each".to_owned(),
                Footprint::Stamp(atlas) => format!(
                    "stamps of up to {0}x{0} px from an atlas of {1}, 16 bytes each",
                    atlas.classes().iter().map(|class| class.side_px()).max().unwrap_or(1),
                    bytes_text(atlas.texels().len() as u64)
                ),
            };
            let _ = writeln!(out, "marks     {marks}");
            let canvas = match series.program.accumulate {
                Accumulate::Over => "layer: colour and transmittance, blended in order",
                Accumulate::Veil => "veil: transmittance, colour at the end",
                Accumulate::Planes(_) if series.measures.is_empty() => "exact counts, colour at the end",
                Accumulate::Planes(_) => "exact integer planes, numbers and colour at the end",
            };
            let _ = writeln!(out, "canvas    {canvas}, {}", bytes_text(series.program.canvas_bytes()));
            if let Accumulate::Planes(planes) = &series.program.accumulate {
                for plane in planes {
                    let _ = writeln!(out, "plane     {}, {} bytes a pixel", plane_text(plane), plane.pixel_bytes());
                }
            }
            if let Content::Density { reduced, .. } = &series.content {
                for reduced in reduced {
                    let _ = writeln!(out, "reduces   {}", display_text(&reduced.name));
                }
            }
            let class = match series.class {
                Class::Exact => "exact: the same bytes on every backend",
                Class::Close => "close: the same bytes on this backend, within 1/255 on another",
            };
            let _ = writeln!(out, "class     {class}");
        }
    }
    let _ = writeln!(out, "backend   {backend}");
    let _ = writeln!(out, "memory    {} planned", bytes_text(planned_bytes));
    out
}

/// What a column decides, in words.
fn role_text(role: Role) -> &'static str {
    match role {
        Role::X => "x",
        Role::Y => "y",
        Role::Value => "the colours, by a colormap",
        Role::Category => "the colours, by a palette",
        Role::Red => "red",
        Role::Green => "green",
        Role::Blue => "blue",
        Role::Alpha => "alpha",
        Role::Size => "the sizes",
        Role::Gathered(_) => "what is reduced",
        Role::Facet => "the panel",
    }
}

/// What a plane holds of each pixel, in words; columns become numbered streams of values, one for each way to keep them.
fn plane_text(plane: &Plane) -> String {
    match plane {
        Plane::Count => "how many".to_owned(),
        Plane::Sum(slot) => format!("the sum of stream {slot}"),
        Plane::Squares(slot) => format!("the sum of squares of stream {slot}"),
        Plane::Winner(slot, pick) => {
            let which = match pick {
                Pick::Min => "smallest",
                Pick::Max => "largest",
                Pick::First => "first",
                Pick::Last => "last",
            };
            format!("the {which} of stream {slot}")
        }
        Plane::CountBy(slot, categories) => format!("how many of each of {categories} categories of stream {slot}"),
    }
}
