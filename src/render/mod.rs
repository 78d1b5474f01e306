//! A drawn panel becomes a picture: shade, figure and PNG put together.

mod tone;

use std::cell::Cell;
use std::io::Write;
use std::time::Instant;

use serde_json::json;

use crate::canvas::Canvas;
use crate::color::Rgba8;
use crate::content::Content;
use crate::error::{Error, Result};
use crate::figure::{Key, Layout};
use crate::ledger::Rows;
use crate::picture::{self, PictureSpec};
use crate::plan::Panel;
use crate::plan::axes::limits_json;
use crate::reduce::Reducer;
use crate::shade::{MixTone, Shader, Tone};
use crate::spec::{Background, Spec};
use crate::view::View;

/// The version of the picture: raised when the same request gives other pixels.
pub const PICTURE_VERSION: u32 = 2;

/// What is shown: the parts of a plan that are needed once the canvas is there.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What is shown of the data.
    pub view: &'a View,
    /// Where everything lies.
    pub layout: &'a Layout,
    /// What explains the colours, as far as it was known before drawing.
    pub key: &'a Key,
    /// What the canvas means.
    pub content: &'a Content,
    /// What decides its picture beyond that.
    pub description: &'a serde_json::Value,
}

impl<'a> Subject<'a> {
    /// A panel's only series.
    #[must_use]
    pub fn of(panel: &'a Panel) -> Self {
        let series = &panel.series[0];
        let (content, description) = (&series.content, &series.description);
        Self { view: &panel.view, layout: &panel.layout, key: &panel.key, content, description }
    }
}

/// How the canvas becomes colours.
#[derive(Debug)]
enum Look {
    Points { color: Rgba8, alpha: f64 },
    Numbers { reducer: Reducer, tone: Box<Tone> },
    Mix { plane: usize, tone: MixTone },
}

/// Everything a picture is made of.
#[derive(Debug)]
pub struct Rendering<'a> {
    spec: &'a Spec,
    subject: Subject<'a>,
    canvas: &'a Canvas,
    rows: Rows,
    look: Look,
    key: Key,
    notes: Vec<String>,
    shade_secs: Cell<f64>,
}

impl<'a> Rendering<'a> {
    /// Puts the parts together: works out limits and colours of a density, and completes the key.
    ///
    /// # Errors
    /// When the canvas is not one of that content, or the limits do not fit the norm.
    pub fn new(spec: &'a Spec, subject: Subject<'a>, canvas: &'a Canvas, rows: Rows) -> Result<Self> {
        let figure = subject.layout.spec();
        let background = figure.plot_background.or(figure.background);
        let foreign = || Error::input("the canvas does not hold what it should");
        let (look, key, notes) = match (subject.content, canvas) {
            (Content::Points { color, alpha, .. }, _) => {
                (Look::Points { color: *color, alpha: *alpha }, subject.key.clone(), Vec::new())
            }
            (Content::Density { reduced, calendar }, Canvas::Planes(planes)) => {
                let first = reduced.first().ok_or_else(foreign)?;
                match (&first.reducer, subject.key) {
                    (Reducer::By { plane, .. }, Key::Legend { entries, .. }) => {
                        let (tone, notes) = tone::mix_tone(planes, first, &spec.colors, entries)?;
                        let key = tone::filled_key(subject.key, planes, first, &spec.colors, None);
                        (Look::Mix { plane: *plane, tone }, key, notes)
                    }
                    (reducer, key) => {
                        let (tone, notes) = tone::tone(planes, first, &spec.colors, calendar.as_ref(), background)?;
                        let key = tone::filled_key(key, planes, first, &spec.colors, Some(&tone));
                        (Look::Numbers { reducer: reducer.clone(), tone: Box::new(tone) }, key, notes)
                    }
                }
            }
            (Content::Density { .. }, _) => return Err(foreign()),
        };
        Ok(Self { spec, subject, canvas, rows, look, key, notes, shade_secs: Cell::new(0.0) })
    }

    /// Lines to tell the user, of what the numbers of the picture came to.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn shader(&self) -> Shader<'_> {
        match (&self.look, self.canvas) {
            (Look::Numbers { reducer, tone }, Canvas::Planes(planes)) => Shader::numbers(planes, reducer, tone),
            (Look::Mix { plane, tone }, Canvas::Planes(planes)) => Shader::mix(planes, *plane, tone),
            (Look::Points { color, alpha }, canvas) => Shader::points(canvas, *color, *alpha),
            (_, canvas) => Shader::points(canvas, Rgba8::opaque(0, 0, 0), 1.0),
        }
    }

    /// What decides the picture, as canonical JSON for the PNG's text chunk: never paths, flags of the engine, or times.
    #[must_use]
    pub fn description(&self) -> String {
        let axis =
            |scale| json!({ "kind": format!("{:?}", crate::scale::Scale::kind(scale)), "limits": limits_json(scale) });
        let css = |color: Option<Rgba8>| color.map(|color| [color.r, color.g, color.b, color.a]);
        let figure = self.subject.layout.spec();
        let mut series = self.subject.description.clone();
        if let Some(colors) = self.colors_json() {
            series["colors"] = colors;
        }
        let description = json!({
            "version": PICTURE_VERSION,
            "x": axis(&self.subject.view.x),
            "y": axis(&self.subject.view.y),
            "width": figure.width,
            "height": figure.height,
            "dpi": figure.dpi,
            "background": css(figure.background),
            "plot_background": css(figure.plot_background),
            "theme": format!("{:?}", figure.theme),
            "frame": format!("{:?}", figure.frame),
            "series": [series],
            "rows": { "total": self.rows.total, "drawn": self.rows.drawn },
        });
        // Objects are sorted by key: serde_json keeps them in a BTreeMap.
        description.to_string()
    }

    /// How a density was coloured.
    fn colors_json(&self) -> Option<serde_json::Value> {
        let css = |color: Option<Rgba8>| color.map(|color| [color.r, color.g, color.b, color.a]);
        let name = |asked: Option<Background>| asked.map(|asked| format!("{asked:?}"));
        match &self.look {
            Look::Points { .. } => None,
            Look::Numbers { tone, .. } => Some(json!({
                "colormap": tone.ramp.colormap().name(),
                "from": tone.ramp.floor(),
                "norm": tone.norm.kind().to_string(),
                "limits": tone.norm.limits(),
                "under": css(tone.under),
                "over": css(tone.over),
                "empty": css(tone.empty),
                "spread_px": tone.spread_px,
            })),
            Look::Mix { tone, .. } => Some(json!({
                "categories": tone.colors.len(),
                "norm": tone.norm.kind().to_string(),
                "limits": tone.norm.limits(),
                "empty": name(self.spec.colors.empty),
                "spread_px": tone.spread_px,
            })),
        }
    }

    /// Writes the PNG, row by row.
    ///
    /// # Errors
    /// Kind output when the writer fails.
    pub fn write_png(&self, out: &mut dyn Write) -> Result<()> {
        let figure = self.subject.layout.fill(&self.key);
        let text = [("pointillist".to_owned(), self.description())];
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
        let figure = self.subject.layout.fill(&self.key);
        let shader = self.shader();
        picture::compose(&figure, &mut |row, out| {
            shader.row(row, out);
            Ok(())
        })
    }
}
