//! A canvas file becomes a picture again: `pointillist shade`, without reading the data.
//!
//! The plot area is the canvas's, and the figure grows around it; with the options of the first picture it is the same.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::array;
use crate::canvas::Canvas;
use crate::canvas_file;
use crate::color::Rgba8;
use crate::content::{Content, Meaning};
use crate::document::Format;
use crate::engine;
use crate::error::{Error, Result};
use crate::figure::{Key, Layout, SizeKey};
use crate::ledger::Rows;
use crate::nearest::missing_file;
use crate::output::{self, Destination};
use crate::plan;
use crate::plan::hues::Hues;
use crate::plan::size_legend::SizeLegend;
use crate::reduce::Reducer;
use crate::render::{Drawn, Rendering, Subject};
use crate::scale::{Scale, zone_name};
use crate::spec::Spec;
use crate::stamp::Marker;

/// One canvas to be shown.
#[derive(Clone, Debug)]
pub struct Job {
    /// The canvas file.
    pub input: String,
    /// Colours, texts, memory; everything about data and points is not looked at.
    pub spec: Spec,
    /// What the data set is called; as it was when the canvas was drawn where not given.
    pub label: Option<String>,
    /// Where the picture goes.
    pub output: Destination,
    /// What it is written as.
    pub format: Format,
    /// Where the numbers go.
    pub raster: Option<Destination>,
}

/// What was shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where the rows went when the canvas was drawn.
    pub rows: Rows,
    /// Width and height of the plot area.
    pub plot_px: (u32, u32),
    /// Lines to tell the user.
    pub notes: Vec<String>,
}

/// Reads a canvas and writes its picture.
///
/// # Errors
/// An input error for what is no canvas, usage errors for colours that do not fit it, output errors.
pub fn show(job: &Job) -> Result<Shown> {
    let outputs: Vec<&Destination> = [Some(&job.output), job.raster.as_ref()].into_iter().flatten().collect();
    output::check_all(&outputs, std::slice::from_ref(&job.input))?;
    let file = File::open(&job.input).map_err(|source| {
        let error = Error::input("the canvas cannot be opened").in_file(job.input.clone());
        let is_missing = source.kind() == std::io::ErrorKind::NotFound;
        if is_missing { error.hint(missing_file(Path::new(&job.input))) } else { error }.because(source)
    })?;
    let most = job.spec.engine.max_memory_bytes.unwrap_or(u64::MAX);
    let mut file =
        canvas_file::read(&mut BufReader::new(file), most).map_err(|error| error.in_file(job.input.clone()))?;
    let mut notes = Vec::new();
    if let Some(zone) = &job.spec.figure.time_zone {
        let zone = zone_name(zone)?;
        let is_of_day = |scale: &Scale| scale.calendar().is_some_and(|calendar| !calendar.is_of_days());
        let content = file.content.clone().on_clock(&zone);
        if !is_of_day(&file.view.x) && !is_of_day(&file.view.y) && content == file.content {
            notes.push("the time zone changes nothing: the canvas has no other times of day".to_owned());
        }
        file.view.x = file.view.x.on_clock(&zone);
        file.view.y = file.view.y.on_clock(&zone);
        file.content = content;
    }
    let size = file.canvas.size();
    let mut spec = job.spec.clone();
    (spec.figure.width_px, spec.figure.height_px) = file.figure_px;
    let (spec, [x_label, y_label]) = (&spec, file.labels);
    let figure = plan::figure(
        spec,
        plan::axis_label(spec.x.label.as_ref(), x_label.as_ref(), &file.view.x),
        plan::axis_label(spec.y.label.as_ref(), y_label.as_ref(), &file.view.y),
    );
    if let Content::Density { reduced, .. } = &file.content {
        let needs_archive = reduced.len() > 1 || matches!(reduced[0].reducer, Reducer::By { .. });
        output::check_arrays(job.raster.as_ref(), needs_archive)?;
    }
    notes.extend(plan::effect::without_effect(spec, &file.content));
    let colors = &spec.colors;
    let has_color = colors.colormap.is_some() || colors.norm.is_some() || colors.limits.is_some();
    if has_color && matches!(file.content, Content::Points { .. }) {
        notes.push("colormap, norm and limits change nothing: the canvas holds points in their colours".to_owned());
    }
    let background = figure.plot_background.or(figure.background);
    let mut key = plan::key::key(spec, &file.content, background, &mut Hues::default())?;
    // What it was called, where that was asked for; an empty text asks for none.
    let label = job.label.as_deref().or(file.description["label"].as_str()).filter(|label| !label.is_empty());
    if let Some(label) = label {
        let color = match &file.content {
            Content::Points { color, meaning: Meaning::None, .. } => {
                Some(*color).filter(|_| file.description["color"]["rgb"].is_array())
            }
            Content::Density { reduced, .. } if reduced.first().is_some_and(|first| first.reducer == Reducer::Any) => {
                plan::key::any_color(&spec.colors, background)?
            }
            _ => None,
        };
        if key == Key::None && color.is_none() {
            notes.push(format!("the label '{label}' is not shown: colours of the rows' own have no key"));
        }
        plan::key::name_one(&mut key, label, true, color);
    }
    // Points keep their shape in the description alone.
    let marker = file.description["marker"].as_str();
    let marker = Marker::ALL.into_iter().find(|known| marker.is_some_and(|name| name == format!("{known:?}")));
    plan::key::wear(std::slice::from_mut(&mut key), &[marker], &figure);
    notes.extend(figure.trim.check(figure.theme, &file.view.x, &file.view.y)?);
    let mut figure = figure;
    let color = match &file.content {
        Content::Points { color, meaning: Meaning::None, .. } => Some(*color),
        _ => None,
    };
    let sizes = SizeLegend::from_json(&file.description["size_px"]["legend"]).zip(marker);
    figure.size_keys.extend(sizes.map(|(legend, marker)| SizeKey {
        title: legend.title.clone(),
        color: color.map(|color| Rgba8 { a: 255, ..color }),
        entries: legend.entries(marker),
    }));
    let plot_px = (size.width(), size.height());
    let layout = Layout::around(&figure, plot_px, &file.view.x, &file.view.y, std::slice::from_ref(&key))?;
    notes.extend(layout.notes());
    let mut description = file.description.clone();
    if let Some(label) = &job.label {
        description["label"] = label.clone().into();
    }
    let drawn = Drawn {
        colors: &spec.colors,
        key: &key,
        content: &file.content,
        description: &description,
        canvases: std::slice::from_ref(&file.canvas),
        scaling: 1,
    };
    let subject = Subject { view: &file.view, facets: None, inset: None, layout: &layout, drawn: vec![drawn] };
    let raster = match (&job.raster, &file.canvas) {
        (Some(destination), Canvas::Planes(planes)) => {
            Some(destination.prepare(|out| array::write(out, planes, &file.content, destination.is_archive()))?)
        }
        (Some(_), _) => {
            return Err(Error::usage("--raster needs numbers, and this canvas holds blended colours or soft edges"));
        }
        (None, _) => None,
    };
    let rendering = Rendering::new(subject, file.rows)?.partial(file.is_partial).on_threads(engine::cores());
    notes.extend(rendering.notes().iter().cloned());
    let picture = job.output.prepare(|out| rendering.write(out, job.format))?;
    for pending in [raster, Some(picture)].into_iter().flatten() {
        pending.publish()?;
    }
    Ok(Shown { rows: file.rows, plot_px, notes })
}
