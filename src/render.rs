//! A drawn panel becomes a picture: shade, figure and PNG put together.

use std::io::Write;

use serde_json::json;

use crate::canvas::Canvas;
use crate::data::chunk::Role;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::picture::{self, PictureSpec};
use crate::plan::axes::limits_text;
use crate::plan::columns::Coloring;
use crate::plan::{Panel, Series};
use crate::shade::Shader;
use crate::spec::{AlphaSpec, Spec};

/// The version of the picture: raised when the same request gives other pixels.
pub const PICTURE_VERSION: u32 = 1;

/// What decides the picture, as canonical JSON for the PNG's text chunk: never paths, flags of the engine, or times.
#[must_use]
pub fn description(spec: &Spec, panel: &Panel, ledger: &Ledger) -> String {
    let series: Vec<_> = panel.series.iter().map(|series| series_json(spec, series)).collect();
    let axis =
        |scale| json!({ "kind": format!("{:?}", crate::scale::Scale::kind(scale)), "limits": limits_text(scale) });
    let description = json!({
        "version": PICTURE_VERSION,
        "x": axis(&panel.view.x),
        "y": axis(&panel.view.y),
        "width": spec.figure.width_px,
        "height": spec.figure.height_px,
        "series": series,
        "rows": { "total": ledger.rows.total, "drawn": ledger.rows.drawn },
    });
    // Objects are sorted by key: serde_json keeps them in a BTreeMap.
    description.to_string()
}

fn series_json(spec: &Spec, series: &Series) -> serde_json::Value {
    let points = &spec.points;
    let color = match &series.columns.coloring {
        Coloring::Constant(color) => json!({ "rgba": [color.r, color.g, color.b, color.a] }),
        Coloring::Value(column) => json!({ "column": column.name, "colormap": points.colormap }),
        Coloring::Category(column) => json!({ "column": column.name }),
        Coloring::Rgb => json!("columns"),
    };
    let alpha = match &points.alpha {
        AlphaSpec::Constant(alpha) if !series.columns.roles.contains(&Role::Alpha) => json!(alpha),
        _ => json!("column"),
    };
    json!({
        "x": series.columns.x.name,
        "y": series.columns.y.name,
        "marker": format!("{:?}", points.marker),
        "size_px": points.size_px,
        "antialiased": points.is_antialiased.unwrap_or(points.marker.is_antialiased_by_default()),
        "color": color,
        "alpha": alpha,
    })
}

/// Everything a picture is made of.
#[derive(Debug)]
pub struct Rendering<'a> {
    spec: &'a Spec,
    panel: &'a Panel,
    canvas: &'a Canvas,
    ledger: &'a Ledger,
}

impl<'a> Rendering<'a> {
    /// Puts the parts together; `canvas` is that of the panel's only series.
    #[must_use]
    pub fn new(spec: &'a Spec, panel: &'a Panel, canvas: &'a Canvas, ledger: &'a Ledger) -> Self {
        Self { spec, panel, canvas, ledger }
    }

    fn shader(&self) -> Shader<'a> {
        let series = &self.panel.series[0];
        Shader::new(self.canvas, series.color, series.alpha)
    }

    /// Writes the PNG, row by row.
    ///
    /// # Errors
    /// Kind output when the writer fails.
    pub fn write_png(&self, out: &mut dyn Write) -> Result<()> {
        let figure = self.panel.layout.fill(&self.panel.key);
        let text = [("pointillist".to_owned(), description(self.spec, self.panel, self.ledger))];
        let shader = self.shader();
        picture::write_png(out, PictureSpec { figure: &figure, text: &text }, &mut |row, out| {
            shader.row(row, out);
            Ok(())
        })
    }

    /// The picture in memory.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn to_image(&self) -> Result<image::RgbaImage> {
        let figure = self.panel.layout.fill(&self.panel.key);
        let shader = self.shader();
        picture::compose(&figure, &mut |row, out| {
            shader.row(row, out);
            Ok(())
        })
    }
}
