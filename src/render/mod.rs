//! Drawn panels become a picture: shade, figure and PNG put together.
//!
//! On each panel data sets lie over each other in their order, row by row; each canvas is turned into colours for itself,
//! all those of a data set in the same way.

mod corner;
mod look;
mod occupied;
mod tone;

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;

use crate::canvas::Canvas;
use crate::color::Rgba8;
use crate::content::Content;
use crate::document::{self, Format};
use crate::error::Result;
use crate::escape::display_json;
use crate::figure::{Corner, Figure, Key, Layout, Places, Plate, Rect};
use crate::ledger::Rows;
use crate::picture::{self, PictureSpec};
use crate::plan::Plan;
use crate::plan::axes::limits_json;
use crate::plan::facets::FacetPlan;
use crate::scale::{Kind, Scale};
use crate::shade::Shader;
use crate::spec::ColorOptions;
use crate::units::grouped;
use crate::view::View;
use look::Look;

/// The version of the picture: raised when the same request gives other pixels.
pub const PICTURE_VERSION: u32 = 4;

/// What is shown: the parts of a plan that are needed once the canvases are there.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// What is shown of the data.
    pub view: &'a View,
    /// The values that have a panel each, where there are such.
    pub facets: Option<&'a FacetPlan>,
    /// What the inset shows, where there is one, and the corner it has if one is given.
    pub inset: Option<(&'a View, Option<Corner>)>,
    /// Where everything lies.
    pub layout: &'a Layout,
    /// The data sets, the lowest first.
    pub drawn: Vec<Drawn<'a>>,
}

/// One data set that has been drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a> {
    /// How its numbers become colours.
    pub colors: &'a ColorOptions,
    /// What explains the colours, as far as it was known before drawing.
    pub key: &'a Key,
    /// What the canvases mean.
    pub content: &'a Content,
    /// What decides its picture beyond that.
    pub description: &'a serde_json::Value,
    /// What was drawn: a canvas for each plate of the figure.
    pub canvases: &'a [Canvas],
    /// How many of them, the first ones, decide limits and norm; the others wear the same colours.
    pub scaling: usize,
}

impl<'a> Subject<'a> {
    /// A plan with the colours and the canvases of each of its data sets, in their order.
    #[must_use]
    pub fn of(plan: &'a Plan, canvases: impl IntoIterator<Item = (&'a ColorOptions, &'a [Canvas])>) -> Option<Self> {
        let (main, inset) = (plan.panels.first()?, plan.panels.get(1));
        let scaling = plan.facets.as_ref().map_or(1, |facets| facets.values.len());
        let series = main.series.iter().zip(&plan.keys);
        let drawn = series.zip(canvases).map(|((series, key), (colors, canvases))| {
            let (content, description) = (&series.content, &series.description);
            Drawn { colors, key, content, description, canvases, scaling }
        });
        Some(Self {
            view: &main.view,
            facets: plan.facets.as_ref(),
            inset: inset.map(|inset| (&inset.view, plan.inset_corner)),
            layout: &plan.layout,
            drawn: drawn.collect(),
        })
    }
}

/// Where the parts of the figure are, as asked for.
fn places_json(places: &Places) -> serde_json::Value {
    let margins = places.margins;
    json!({
        "left_title": places.left_title,
        "right_title": places.right_title,
        "legend": format!("{:?}", places.legend),
        "colorbar": format!("{:?}", places.colorbar),
        "plot_area": places.plot_area.map(|area| [area.width_px, area.height_px]),
        "margins": [margins.top_px, margins.right_px, margins.bottom_px, margins.left_px],
        "aspect": places.aspect,
    })
}

/// Shades all canvases, each over those before.
struct Stack<'a> {
    shaders: Vec<Shader<'a>>,
}

impl Stack<'_> {
    /// One row of all; `out` has the width of the plot.
    fn row(&self, row: u32, out: &mut [[f32; 4]]) {
        let Some((first, others)) = self.shaders.split_first() else { return };
        first.row(row, out);
        let mut upper = vec![[0.0; 4]; if others.is_empty() { 0 } else { out.len() }];
        for shader in others {
            shader.row(row, &mut upper);
            for (under, over) in out.iter_mut().zip(&upper) {
                if *over != [0.0; 4] {
                    picture::blend(under, *over);
                }
            }
        }
    }
}

/// Everything a picture is made of.
#[derive(Debug)]
pub struct Rendering<'a> {
    subject: Subject<'a>,
    rows: Rows,
    /// Of each data set.
    looks: Vec<Look>,
    /// Completed by what the canvases hold.
    keys: Vec<Key>,
    notes: Vec<String>,
    /// Not all rows are in it.
    is_partial: bool,
    /// The corner of the inset, where there is one.
    corner: Option<Corner>,
    /// Threads that compose the picture.
    threads: usize,
    /// Spent by them on shading, shared among those that compose.
    shade_ns: AtomicU64,
}

impl<'a> Rendering<'a> {
    /// Puts the parts together: works out limits and colours of densities, and completes the keys.
    ///
    /// # Errors
    /// When a canvas is not one of its content, or the limits do not fit the norm.
    pub fn new(subject: Subject<'a>, rows: Rows) -> Result<Self> {
        let figure = subject.layout.spec();
        let background = figure.plot_background.or(figure.background);
        let is_several = subject.drawn.len() > 1;
        let (mut looks, mut keys, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (number, drawn) in (1..).zip(&subject.drawn) {
            let look = Look::of(drawn, background);
            let (look, key, own) = look.map_err(|error| if is_several { error.in_series(number) } else { error })?;
            looks.push(look);
            keys.push(key);
            notes
                .extend(own.into_iter().map(|note| if is_several { format!("series {number}: {note}") } else { note }));
        }
        let (corner, note) = corner::of(&subject);
        notes.extend(note);
        Ok(Self {
            subject,
            rows,
            looks,
            keys,
            notes,
            is_partial: false,
            corner,
            threads: 1,
            shade_ns: AtomicU64::new(0),
        })
    }

    /// The same as a picture of the rows that came before a run was asked to end: the figure says so.
    #[must_use]
    pub fn partial(self, is_partial: bool) -> Self {
        Self { is_partial, ..self }
    }

    /// The same, composed on so many threads (at least one); its bytes do not depend on that.
    #[must_use]
    pub fn on_threads(self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self }
    }

    fn figure(&self) -> Figure {
        let layout = self.subject.layout;
        let figure = layout.fill_over(&self.keys, &|area| corner::taken(&self.subject, self.corner, area));
        let figure = match self.corner {
            Some(corner) => layout.put_inset(figure, corner),
            None => figure,
        };
        if !self.is_partial {
            return figure;
        }
        figure.with_banner(&format!("partial: the first {} rows", grouped(self.rows.total)))
    }

    /// Where the inset is within the figure, where there is one.
    #[must_use]
    pub fn inset_area(&self) -> Option<Rect> {
        self.corner?;
        self.figure().plates().last().map(Plate::area)
    }

    /// Lines to tell the user, of what the numbers of the picture came to.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What shades each plate of the figure.
    fn stacks(&self) -> Vec<Stack<'_>> {
        let plates = self.subject.drawn.iter().map(|drawn| drawn.canvases.len()).max().unwrap_or(0);
        let stack = |plate: usize| {
            let drawn = self.looks.iter().zip(&self.subject.drawn);
            let shaders = drawn.filter_map(|(look, drawn)| Some(look.shader(drawn.canvases.get(plate)?)));
            Stack { shaders: shaders.collect() }
        };
        (0..plates).map(stack).collect()
    }

    /// What decides the picture, as canonical JSON for the PNG's text chunk: never paths, flags of the engine, or times.
    #[must_use]
    pub fn description(&self) -> String {
        let axis = |scale: &Scale| match scale.kind() {
            Kind::Symlog { threshold } => {
                json!({ "kind": "Symlog", "threshold": threshold, "limits": limits_json(scale) })
            }
            Kind::Time if scale.calendar().is_some_and(|calendar| calendar.zone.is_some()) => {
                let zone = scale.calendar().map(|calendar| &calendar.zone);
                json!({ "kind": "Time", "limits": limits_json(scale), "zone": zone })
            }
            kind => json!({ "kind": format!("{kind:?}"), "limits": limits_json(scale) }),
        };
        let css = |color: Option<Rgba8>| color.map(|color| [color.r, color.g, color.b, color.a]);
        let figure = self.subject.layout.spec();
        let series = self.looks.iter().zip(&self.subject.drawn).map(|(look, drawn)| {
            let mut series = drawn.description.clone();
            if let Some(colors) = look.colors_json(drawn.colors) {
                series["colors"] = colors;
            }
            series
        });
        let mut description = json!({
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
            "series": series.collect::<Vec<_>>(),
            "rows": { "total": self.rows.total, "drawn": self.rows.drawn },
        });
        let texts = [("title", &figure.title), ("x", &figure.x_label), ("y", &figure.y_label)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
        description["texts"] = texts.collect::<serde_json::Map<_, _>>().into();
        for (name, is_shown) in [("legend", figure.has_legend), ("colorbar", figure.has_colorbar)] {
            if !is_shown {
                description[name] = false.into();
            }
        }
        if let Some(columns) = figure.facets.as_ref().and_then(|facets| facets.columns) {
            description["facet_columns"] = columns.into();
        }
        let trim = figure.trim.description();
        if !trim.is_null() {
            description["trim"] = trim;
        }
        if figure.places != Places::default() {
            description["places"] = places_json(&figure.places);
        }
        if let Some(facets) = self.subject.facets {
            description["facets"] = facets.values.clone().into();
        }
        if let (Some((view, _)), Some(corner)) = (self.subject.inset, self.corner) {
            let plot = [view.width_px, view.height_px];
            description["inset"] =
                json!({ "x": axis(&view.x), "y": axis(&view.y), "at": format!("{corner:?}"), "plot": plot });
        }
        if let Some(fonts) = figure.fonts.description() {
            let fonts = fonts.into_iter().map(|(name, crc)| json!({ "name": name, "crc32": format!("{crc:08x}") }));
            description["fonts"] = fonts.collect::<Vec<_>>().into();
        }
        if self.is_partial {
            description["partial"] = true.into();
        }
        // Objects are sorted by key: serde_json keeps them in a BTreeMap.
        display_json(&description.to_string()).into_owned()
    }

    /// Writes the picture, row by row.
    ///
    /// # Errors
    /// Kind output when the writer fails.
    pub fn write(&self, out: &mut dyn Write, format: Format) -> Result<()> {
        let figure = self.figure();
        let text = [("pointillist".to_owned(), self.description())];
        let stacks = self.stacks();
        let size = (figure.spec().width, figure.spec().height);
        // Documents are written by one.
        let threads = if format == Format::Png { picture::composing_threads(size, self.threads) as u64 } else { 1 };
        let spec = PictureSpec { figure: &figure, text: &text, threads: self.threads };
        document::write(out, format, spec, &|plate, row, out| {
            let start = Instant::now();
            if let Some(stack) = stacks.get(plate) {
                stack.row(row, out);
            }
            self.shade_ns.fetch_add(start.elapsed().as_nanos() as u64 / threads, Ordering::Relaxed);
            Ok(())
        })
    }

    /// Seconds that [`Self::write`] spent on shading: those of all threads, shared among them.
    #[must_use]
    pub fn shade_secs(&self) -> f64 {
        self.shade_ns.load(Ordering::Relaxed) as f64 * 1e-9
    }

    /// The picture in memory.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn to_image(&self) -> Result<image::RgbaImage> {
        let figure = self.figure();
        let stacks = self.stacks();
        picture::compose(&figure, &|plate, row, out| {
            if let Some(stack) = stacks.get(plate) {
                stack.row(row, out);
            }
            Ok(())
        })
    }
}
