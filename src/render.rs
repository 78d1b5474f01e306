//! A drawn panel becomes a picture: shade, figure and PNG put together.

use std::cell::Cell;
use std::io::Write;
use std::time::Instant;

use serde_json::json;

use crate::canvas::Canvas;
use crate::color::Rgba8;
use crate::encode::Paint;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::picture::{self, PictureSpec};
use crate::plan::axes::limits_json;
use crate::plan::{Panel, Series};
use crate::shade::Shader;
use crate::spec::Spec;

/// The version of the picture: raised when the same request gives other pixels.
pub const PICTURE_VERSION: u32 = 1;

/// What decides the picture, as canonical JSON for the PNG's text chunk: never paths, flags of the engine, or times.
#[must_use]
pub fn description(spec: &Spec, panel: &Panel, ledger: &Ledger) -> String {
    let series: Vec<_> = panel.series.iter().map(|series| series_json(spec, series)).collect();
    let axis =
        |scale| json!({ "kind": format!("{:?}", crate::scale::Scale::kind(scale)), "limits": limits_json(scale) });
    let css = |color: Option<Rgba8>| color.map(|color| [color.r, color.g, color.b, color.a]);
    let figure = panel.layout.spec();
    let description = json!({
        "version": PICTURE_VERSION,
        "x": axis(&panel.view.x),
        "y": axis(&panel.view.y),
        "width": figure.width,
        "height": figure.height,
        "dpi": figure.dpi,
        "background": css(figure.background),
        "plot_background": css(figure.plot_background),
        "theme": format!("{:?}", figure.theme),
        "frame": format!("{:?}", figure.frame),
        "series": series,
        "rows": { "total": ledger.rows.total, "drawn": ledger.rows.drawn },
    });
    // Objects are sorted by key: serde_json keeps them in a BTreeMap.
    description.to_string()
}

fn series_json(spec: &Spec, series: &Series) -> serde_json::Value {
    let points = &spec.points;
    let color = match &series.paint {
        Paint::Constant(rgb) => json!({ "rgb": rgb }),
        Paint::Value(norm, _) => json!({ "colormap": points.colormap_name(), "limits": norm.limits() }),
        Paint::Category(colors) => json!({ "palette": colors.len() }),
        Paint::Rgb => json!("columns"),
    };
    let columns = series.columns.roles.iter().zip(&series.columns.names);
    let columns: serde_json::Map<_, _> = columns.map(|(role, name)| (format!("{role:?}"), json!(name))).collect();
    json!({
        "columns": columns,
        "marker": format!("{:?}", points.marker),
        "size_px": points.size_px,
        "antialiased": points.is_antialiased.unwrap_or(points.marker.is_antialiased_by_default()),
        "color": color,
        // Of every mark, or what the column's is multiplied by.
        "alpha": series.alpha,
    })
}

/// Everything a picture is made of.
#[derive(Debug)]
pub struct Rendering<'a> {
    spec: &'a Spec,
    panel: &'a Panel,
    canvas: &'a Canvas,
    ledger: &'a Ledger,
    shade_secs: Cell<f64>,
}

impl<'a> Rendering<'a> {
    /// Puts the parts together; `canvas` is that of the panel's only series.
    #[must_use]
    pub fn new(spec: &'a Spec, panel: &'a Panel, canvas: &'a Canvas, ledger: &'a Ledger) -> Self {
        Self { spec, panel, canvas, ledger, shade_secs: Cell::new(0.0) }
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
            let start = Instant::now();
            shader.row(row, out);
            self.shade_secs.set(self.shade_secs.get() + start.elapsed().as_secs_f64());
            Ok(())
        })
    }

    /// Seconds that [`Self::write_png`] spent on shading.
    #[must_use]
    pub fn shade_secs(&self) -> f64 {
        self.shade_secs.get()
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
