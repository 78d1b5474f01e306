//! What a canvas file says of its numbers, as JSON: content, reducers, fixed point, colours of points.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::canvas_file::damaged;
use crate::canvas_file::header::{CalendarJson, Stored, calendar, calendar_json};
use crate::color::{Norm, NormKind, Rgba8};
use crate::content::{Content, Meaning};
use crate::error::Result;
use crate::fixed::FixedPoint;
use crate::keys::KeyKind;
use crate::program::Plane;
use crate::reduce::{Reduced, Reducer};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ContentJson {
    Points { color: [u8; 4], alpha: String, meaning: MeaningJson },
    Density { reduced: Vec<ReducedJson>, calendar: Option<CalendarJson> },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MeaningJson {
    None,
    Categories(Vec<(String, [u8; 3])>),
    Values {
        norm: String,
        limits: [String; 2],
        colormap: String,
        label: Option<String>,
        calendar: Option<CalendarJson>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReducedJson {
    name: String,
    label: String,
    reducer: ReducerJson,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ReducerJson {
    Count,
    Any,
    Sum { sum: usize, fixed: FixedJson },
    Mean { sum: usize, fixed: FixedJson },
    Variance { sum: usize, squares: usize, fixed: FixedJson, is_root: bool },
    Winner { plane: usize, keys: String },
    By { plane: usize, names: Vec<String>, has_other: bool },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FixedJson {
    F64(String, String),
    Int(String, String),
}

fn fixed_json(fixed: FixedPoint) -> FixedJson {
    match fixed {
        FixedPoint::F64 { lo, hi, .. } => FixedJson::F64(format!("{lo:?}"), format!("{hi:?}")),
        FixedPoint::Int { lo, hi, .. } => FixedJson::Int(lo.to_string(), hi.to_string()),
    }
}

fn fixed(json: &FixedJson) -> Result<FixedPoint> {
    let fixed = match json {
        FixedJson::F64(lo, hi) => lo.parse().ok().zip(hi.parse().ok()).and_then(|(lo, hi)| FixedPoint::floats(lo, hi)),
        FixedJson::Int(lo, hi) => {
            lo.parse().ok().zip(hi.parse().ok()).and_then(|(lo, hi)| FixedPoint::integers(lo, hi))
        }
    };
    fixed.ok_or_else(|| damaged("the range of its values makes no sense"))
}

const KEY_KINDS: [(&str, KeyKind); 3] = [("f64", KeyKind::F64), ("i64", KeyKind::I64), ("u64", KeyKind::U64)];

pub(super) fn content_json(content: &Content) -> ContentJson {
    match content {
        Content::Points { color, alpha, meaning } => ContentJson::Points {
            color: [color.r, color.g, color.b, color.a],
            alpha: format!("{alpha:?}"),
            meaning: meaning_json(meaning),
        },
        Content::Density { reduced, calendar } => ContentJson::Density {
            reduced: reduced
                .iter()
                .map(|reduced| ReducedJson {
                    name: reduced.name.clone(),
                    label: reduced.label.clone(),
                    reducer: reducer_json(&reduced.reducer),
                })
                .collect(),
            calendar: calendar.as_ref().map(calendar_json),
        },
    }
}

/// The curve of an equalised norm is made of the whole column and not kept: such a bar is left out (`run` says so).
fn meaning_json(meaning: &Meaning) -> MeaningJson {
    match meaning {
        Meaning::Values { norm, colormap, label, calendar } if norm.kind() != NormKind::EqHist => {
            let (lo, hi) = norm.limits();
            MeaningJson::Values {
                norm: norm.kind().to_string(),
                limits: [format!("{lo:?}"), format!("{hi:?}")],
                colormap: colormap.clone(),
                label: label.clone(),
                calendar: calendar.as_ref().map(calendar_json),
            }
        }
        Meaning::None | Meaning::Values { .. } => MeaningJson::None,
        Meaning::Categories(colored) => {
            MeaningJson::Categories(colored.iter().map(|(name, color)| (name.clone(), color.rgb())).collect())
        }
    }
}

fn meaning(json: MeaningJson) -> Result<Meaning> {
    Ok(match json {
        MeaningJson::None => Meaning::None,
        MeaningJson::Categories(colored) => {
            Meaning::Categories(colored.into_iter().map(|(name, [r, g, b])| (name, Rgba8::opaque(r, g, b))).collect())
        }
        MeaningJson::Values { norm, limits: [lo, hi], colormap, label, calendar: calendar_json } => {
            let impossible = || damaged("its norm makes no sense");
            let (lo, hi) = lo.parse().ok().zip(hi.parse().ok()).ok_or_else(impossible)?;
            let norm = NormKind::parse(&norm).and_then(|kind| Norm::new(kind, lo, hi));
            Meaning::Values {
                norm: norm.map_err(|source| impossible().because(source))?,
                colormap,
                label,
                calendar: calendar_json.as_ref().map(calendar).transpose()?,
            }
        }
    })
}

fn reducer_json(reducer: &Reducer) -> ReducerJson {
    match reducer {
        Reducer::Count => ReducerJson::Count,
        Reducer::Any => ReducerJson::Any,
        Reducer::Sum { sum, fixed } => ReducerJson::Sum { sum: *sum, fixed: fixed_json(*fixed) },
        Reducer::Mean { sum, fixed } => ReducerJson::Mean { sum: *sum, fixed: fixed_json(*fixed) },
        Reducer::Variance { sum, squares, fixed, is_root } => {
            ReducerJson::Variance { sum: *sum, squares: *squares, fixed: fixed_json(*fixed), is_root: *is_root }
        }
        Reducer::Winner { plane, keys } => {
            let name = KEY_KINDS.iter().find(|(_, kind)| kind == keys).map_or("f64", |(name, _)| name);
            ReducerJson::Winner { plane: *plane, keys: name.to_owned() }
        }
        Reducer::By { plane, names, has_other } => {
            ReducerJson::By { plane: *plane, names: names.to_vec(), has_other: *has_other }
        }
    }
}

pub(super) fn content(json: ContentJson, stored: &Stored) -> Result<Content> {
    match json {
        ContentJson::Points { color: [r, g, b, a], alpha, meaning: json } => {
            let alpha = alpha.parse().ok().filter(|alpha: &f64| (0.0..=1.0).contains(alpha));
            let alpha = alpha.ok_or_else(|| damaged("its alpha is out of range"))?;
            Ok(Content::Points { color: Rgba8 { r, g, b, a }, alpha, meaning: meaning(json)? })
        }
        ContentJson::Density { reduced, calendar: calendar_json } => {
            let Stored::Planes(planes) = stored else { return Err(damaged("a density has planes")) };
            let reduced: Vec<Reduced> = reduced
                .into_iter()
                .map(|json| Ok(Reduced { name: json.name, label: json.label, reducer: reducer(json.reducer, planes)? }))
                .collect::<Result<_>>()?;
            if reduced.is_empty() {
                return Err(damaged("it holds no reduction"));
            }
            Ok(Content::Density { reduced, calendar: calendar_json.as_ref().map(calendar).transpose()? })
        }
    }
}

/// A reducer whose planes are there and of its kind.
fn reducer(json: ReducerJson, planes: &[Plane]) -> Result<Reducer> {
    let holds = |at: usize, is_right: &dyn Fn(Plane) -> bool| {
        let is_there = planes.get(at).is_some_and(|plane| is_right(*plane));
        if is_there { Ok(at) } else { Err(damaged("a reduction names a plane that is not there")) }
    };
    let sum_of = |at: usize| holds(at, &|plane| matches!(plane, Plane::Sum(_)));
    Ok(match json {
        ReducerJson::Count => Reducer::Count,
        ReducerJson::Any => Reducer::Any,
        ReducerJson::Sum { sum, fixed: json } => Reducer::Sum { sum: sum_of(sum)?, fixed: fixed(&json)? },
        ReducerJson::Mean { sum, fixed: json } => Reducer::Mean { sum: sum_of(sum)?, fixed: fixed(&json)? },
        ReducerJson::Variance { sum, squares, fixed: json, is_root } => Reducer::Variance {
            sum: sum_of(sum)?,
            squares: holds(squares, &|plane| matches!(plane, Plane::Squares(_)))?,
            fixed: fixed(&json)?,
            is_root,
        },
        ReducerJson::Winner { plane, keys } => {
            let kind = KEY_KINDS.iter().find(|(name, _)| *name == keys).map(|(_, kind)| *kind);
            Reducer::Winner {
                plane: holds(plane, &|plane| matches!(plane, Plane::Winner(..)))?,
                keys: kind.ok_or_else(|| damaged("its keys are of an unknown kind"))?,
            }
        }
        ReducerJson::By { plane, names, has_other } => {
            let categories = names.len();
            let plane =
                holds(plane, &|plane| matches!(plane, Plane::CountBy(_, have) if usize::from(have) == categories))?;
            Reducer::By { plane, names: Arc::from(names), has_other }
        }
    })
}
