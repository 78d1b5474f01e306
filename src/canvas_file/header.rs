//! The header of a canvas file as JSON, and what it comes to: every number as text that reads back to the same bits.

use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::canvas_file::meaning::{ContentJson, content, content_json};
use crate::canvas_file::{CanvasFile, damaged};
use crate::content::Content;
use crate::data::chunk::TimeUnit;
use crate::error::Result;
use crate::ledger::Rows;
use crate::program::{Pick, Plane, Size};
use crate::scale::{Calendar, Domain, Kind, Scale};
use crate::view::View;

/// The header as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    width: u32,
    height: u32,
    stored: StoredJson,
    x: ScaleJson,
    y: ScaleJson,
    labels: [Option<String>; 2],
    figure: (u32, u32),
    content: ContentJson,
    description: serde_json::Value,
    rows: Rows,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredJson {
    Layer,
    Veil,
    Planes(Vec<PlaneJson>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PlaneJson {
    Count,
    Sum(u8),
    Squares(u8),
    Min(u8),
    Max(u8),
    First(u8),
    Last(u8),
    By(u8, u16),
}

#[derive(Debug, Serialize, Deserialize)]
struct ScaleJson {
    kind: String,
    /// Of a symlog axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold: Option<String>,
    /// Whether positions are computed in integers.
    is_integer: bool,
    start: String,
    end: String,
    calendar: Option<CalendarJson>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CalendarJson {
    unit: String,
    zone: Option<String>,
}

/// What the planes of a file are.
#[derive(Debug)]
pub(super) enum Stored {
    Layer,
    Veil,
    Planes(Vec<Plane>),
}

impl Stored {
    pub(super) fn pixel_bytes(&self) -> u64 {
        match self {
            Self::Layer => 16,
            Self::Veil => 4,
            Self::Planes(planes) => planes.iter().map(|plane| plane.pixel_bytes()).sum(),
        }
    }
}

/// What a header comes to.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) size: Size,
    pub(super) stored: Stored,
    pub(super) view: View,
    pub(super) content: Content,
    pub(super) description: serde_json::Value,
    pub(super) labels: [Option<String>; 2],
    pub(super) figure_px: (u32, u32),
    pub(super) rows: Rows,
    pub(super) is_partial: bool,
}

impl Header {
    pub(super) fn of(file: &CanvasFile) -> Self {
        let size = file.canvas.size();
        let stored = match &file.canvas {
            Canvas::Layer(_) => StoredJson::Layer,
            Canvas::Veil(_) => StoredJson::Veil,
            Canvas::Planes(planes) => {
                StoredJson::Planes(planes.kinds().iter().map(|plane| plane_json(*plane)).collect())
            }
        };
        Self {
            width: size.width(),
            height: size.height(),
            stored,
            x: scale_json(&file.view.x),
            y: scale_json(&file.view.y),
            labels: file.labels.clone(),
            figure: file.figure_px,
            content: content_json(&file.content),
            description: file.description.clone(),
            rows: file.rows,
            partial: file.is_partial,
        }
    }

    /// Checks everything that shading relies on.
    ///
    /// # Errors
    /// An input error that says what makes no sense.
    pub(super) fn resolve(self) -> Result<Resolved> {
        let size =
            Size::new(self.width, self.height).map_err(|source| damaged("its size is impossible").because(source))?;
        let stored = match self.stored {
            StoredJson::Layer => Stored::Layer,
            StoredJson::Veil => Stored::Veil,
            StoredJson::Planes(planes) => Stored::Planes(planes.iter().map(plane).collect()),
        };
        if let Stored::Planes(planes) = &stored
            && (planes.first() != Some(&Plane::Count) || planes.contains(&Plane::CountBy(0, 0)))
        {
            return Err(damaged("its planes make no sense"));
        }
        let content = content(self.content, &stored)?;
        let view = View { x: scale(self.x)?, y: scale(self.y)?, width_px: self.width, height_px: self.height };
        let Self { description, labels, figure: figure_px, rows, partial: is_partial, .. } = self;
        if !description.is_object() {
            return Err(damaged("its description is none"));
        }
        Ok(Resolved { size, stored, view, content, description, labels, figure_px, rows, is_partial })
    }
}

fn plane_json(plane: Plane) -> PlaneJson {
    match plane {
        Plane::Count => PlaneJson::Count,
        Plane::Sum(slot) => PlaneJson::Sum(slot),
        Plane::Squares(slot) => PlaneJson::Squares(slot),
        Plane::Winner(slot, Pick::Min) => PlaneJson::Min(slot),
        Plane::Winner(slot, Pick::Max) => PlaneJson::Max(slot),
        Plane::Winner(slot, Pick::First) => PlaneJson::First(slot),
        Plane::Winner(slot, Pick::Last) => PlaneJson::Last(slot),
        Plane::CountBy(slot, categories) => PlaneJson::By(slot, categories),
    }
}

fn plane(plane: &PlaneJson) -> Plane {
    match *plane {
        PlaneJson::Count => Plane::Count,
        PlaneJson::Sum(slot) => Plane::Sum(slot),
        PlaneJson::Squares(slot) => Plane::Squares(slot),
        PlaneJson::Min(slot) => Plane::Winner(slot, Pick::Min),
        PlaneJson::Max(slot) => Plane::Winner(slot, Pick::Max),
        PlaneJson::First(slot) => Plane::Winner(slot, Pick::First),
        PlaneJson::Last(slot) => Plane::Winner(slot, Pick::Last),
        PlaneJson::By(slot, categories) => Plane::CountBy(slot, categories),
    }
}

fn scale_json(scale: &Scale) -> ScaleJson {
    let (is_integer, lo, hi) = match scale.domain() {
        Domain::F64 { lo, hi } => (false, format!("{lo:?}"), format!("{hi:?}")),
        Domain::Int { lo, hi } => (true, lo.to_string(), hi.to_string()),
    };
    let (start, end) = if scale.is_reversed() { (hi, lo) } else { (lo, hi) };
    let (kind, threshold) = match scale.kind() {
        Kind::Linear => ("linear", None),
        Kind::Log => ("log", None),
        Kind::Symlog { threshold } => ("symlog", threshold.map(|threshold| format!("{threshold:?}"))),
        Kind::Time => ("time", None),
    };
    ScaleJson {
        kind: kind.to_owned(),
        threshold,
        is_integer,
        start,
        end,
        calendar: scale.calendar().map(calendar_json),
    }
}

fn scale(json: ScaleJson) -> Result<Scale> {
    let impossible = || damaged("its limits make no sense");
    let integers = || Some((json.start.parse::<i128>().ok()?, json.end.parse::<i128>().ok()?));
    let floats = || Some((json.start.parse::<f64>().ok()?, json.end.parse::<f64>().ok()?));
    let made = match (json.kind.as_str(), json.is_integer) {
        ("linear", false) => floats().map(|(start, end)| Scale::linear(start, end)),
        ("log", false) => floats().map(|(start, end)| Scale::log(start, end)),
        ("symlog", false) => {
            let threshold = json.threshold.as_deref().and_then(|threshold| threshold.parse::<f64>().ok());
            floats().zip(threshold).map(|((start, end), threshold)| Scale::symlog(start, end, Some(threshold)))
        }
        ("linear", true) => integers().map(|(start, end)| Scale::integers(start, end)),
        ("time", true) => {
            let calendar = calendar(json.calendar.as_ref().ok_or_else(impossible)?)?;
            integers().map(|(start, end)| Scale::time(start, end, calendar))
        }
        _ => None,
    };
    made.ok_or_else(impossible)?.map_err(|source| impossible().because(source))
}

const UNITS: [(&str, TimeUnit); 5] = [
    ("d", TimeUnit::Day),
    ("s", TimeUnit::Second),
    ("ms", TimeUnit::Millisecond),
    ("us", TimeUnit::Microsecond),
    ("ns", TimeUnit::Nanosecond),
];

pub(super) fn calendar_json(calendar: &Calendar) -> CalendarJson {
    let unit = UNITS.iter().find(|(_, unit)| *unit == calendar.unit).map_or("ns", |(name, _)| name);
    CalendarJson { unit: unit.to_owned(), zone: calendar.zone.clone() }
}

pub(super) fn calendar(json: &CalendarJson) -> Result<Calendar> {
    let unit = UNITS.iter().find(|(name, _)| *name == json.unit).map(|(_, unit)| *unit);
    Ok(Calendar { unit: unit.ok_or_else(|| damaged("its time unit is unknown"))?, zone: json.zone.clone() })
}
