//! The plan of a density: from reductions to planes, the streams of values they gather, and how to read them.

use std::sync::Arc;

use serde_json::json;

use crate::content::Content;
use crate::data::chunk::{Logical, Role};
use crate::data::survey::Extent;
use crate::encode::{CategoryNumbers, Encoding, Measure, Opacity, Paint};
use crate::error::{Error, Result};
use crate::fixed::FixedPoint;
use crate::keys::{KeyKind, key_from_f64, key_from_i64};
use crate::plan::columns::{ColumnPlan, Columns};
use crate::plan::{Class, Known, KnownColumn, Series, axes, effect};
use crate::program::{Accumulate, Footprint, Pick, Plane, Program, Size, Slot};
use crate::reduce::{Reduced, Reducer, Reduction, Statistic};
use crate::spec::{DensitySpec, Spec};

/// Counts by category take at most this much unless `--max-memory` leaves less.
const CATEGORY_BYTES: u64 = 256 << 20;

/// More categories than this are never counted one by one: no legend and no eye tells them apart.
const MOST_CATEGORIES: usize = 1024;

/// The share of `--max-memory` that counts by category may take: the rest is for decoding, drawing and the picture.
const CATEGORY_SHARE: u64 = 4;

/// What a density gathers and how it is read.
#[derive(Debug)]
pub(super) struct Gathered {
    planes: Vec<Plane>,
    measures: Vec<Measure>,
    /// What the canvas means.
    pub(super) content: Content,
    notes: Vec<String>,
}

/// Resolves the reductions: each plane and each stream of values once.
///
/// # Errors
/// Usage errors for a range that makes no sense, or values too far apart to be summed.
pub(super) fn gather(spec: &Spec, density: &DensitySpec, columns: &Columns, known: &Known) -> Result<Gathered> {
    let mut gathering =
        Gathering { spec, density, columns, known, planes: vec![Plane::Count], measures: vec![], notes: vec![] };
    let mut reduced = Vec::new();
    for reduction in &density.reductions {
        let next = gathering.reduced(reduction)?;
        if reduced.iter().any(|have: &Reduced| have.name == next.name) {
            // Names are unique among columns: this is the same reduction.
            gathering.notes.push(format!("--reduce {} is asked for twice and kept once", next.name));
        } else {
            reduced.push(next);
        }
    }
    let first = density.reductions.first().ok_or_else(|| Error::usage("a density needs a reduction"))?;
    let calendar = match first {
        Reduction::Of(statistic, text) if statistic.is_value() => {
            gathering.column(text).and_then(|(_, column)| axes::calendar(&column.logical))
        }
        _ => None,
    };
    let Gathering { planes, measures, mut notes, .. } = gathering;
    notes.extend(without_effect(density));
    notes.extend(axes::color_steps_note(spec.colors.limits, calendar.as_ref()));
    let content = Content::Density { reduced, calendar };
    notes.extend(effect::without_effect(spec, &content));
    Ok(Gathered { planes, measures, content, notes })
}

/// Lines for what was asked of the reductions and changes nothing.
fn without_effect(density: &DensitySpec) -> Vec<String> {
    let has = |is_one: fn(&Reduction) -> bool| density.reductions.iter().any(is_one);
    let lines = [
        (
            density.categories.is_some() && !has(|reduction| matches!(reduction, Reduction::By(_))),
            "--categories changes nothing: no reduction counts by category",
        ),
        (
            density.value_range.is_some() && !has(|reduction| matches!(reduction, Reduction::Of(..))),
            "--value-range changes nothing: no reduction takes values",
        ),
    ];
    lines.into_iter().filter(|(is_told, _)| *is_told).map(|(_, line)| line.to_owned()).collect()
}

struct Gathering<'a> {
    spec: &'a Spec,
    density: &'a DensitySpec,
    columns: &'a Columns,
    known: &'a Known,
    planes: Vec<Plane>,
    measures: Vec<Measure>,
    notes: Vec<String>,
}

impl Gathering<'_> {
    /// The gathered column that a text means: by name, else by number.
    fn column(&self, text: &str) -> Option<(usize, &ColumnPlan)> {
        let columns = || self.columns.gathered.iter().enumerate();
        let by_name = columns().find(|(_, column)| column.name.as_deref() == Some(text));
        by_name.or_else(|| columns().find(|(_, column)| text.parse() == Ok(column.index)))
    }

    fn known(&self, at: usize) -> KnownColumn {
        self.known.gathered.get(at).cloned().unwrap_or_default()
    }

    fn reduced(&mut self, reduction: &Reduction) -> Result<Reduced> {
        let (name, label) = match reduction {
            Reduction::Count => ("count".to_owned(), "count".to_owned()),
            Reduction::Any => ("any".to_owned(), "any".to_owned()),
            Reduction::Of(statistic, text) => {
                let title = self.title(text);
                (format!("{}:{title}", statistic.name()), format!("{} of {title}", statistic.name()))
            }
            Reduction::By(text) => (format!("by:{}", self.title(text)), self.title(text)),
        };
        let reducer = match reduction {
            Reduction::Count => Reducer::Count,
            Reduction::Any => Reducer::Any,
            Reduction::By(text) => self.by(text)?,
            Reduction::Of(statistic, text) if statistic.is_summed() => {
                let (slot, fixed) = self.fixed(text)?;
                let sum = self.plane(Plane::Sum(slot));
                match statistic {
                    Statistic::Sum => Reducer::Sum { sum, fixed },
                    Statistic::Mean => Reducer::Mean { sum, fixed },
                    statistic => Reducer::Variance {
                        sum,
                        squares: self.plane(Plane::Squares(slot)),
                        fixed,
                        is_root: *statistic == Statistic::Std,
                    },
                }
            }
            Reduction::Of(statistic, text) => {
                let (slot, keys) = self.keys(text)?;
                let pick = match statistic {
                    Statistic::Min => Pick::Min,
                    Statistic::Max => Pick::Max,
                    Statistic::First => Pick::First,
                    _ => Pick::Last,
                };
                Reducer::Winner { plane: self.plane(Plane::Winner(slot, pick)), keys }
            }
        };
        Ok(Reduced { name, label, reducer })
    }

    /// The name of a column, with its number where another gathered one has the same name.
    fn title(&self, text: &str) -> String {
        let Some((at, column)) = self.column(text) else { return text.to_owned() };
        let is_shared = self.columns.gathered.iter().enumerate().any(|(i, c)| i != at && c.title() == column.title());
        if is_shared { format!("{}_{}", column.title(), column.index) } else { column.title() }
    }

    fn found(&self, text: &str) -> Result<(usize, ColumnPlan)> {
        let found = self.column(text).map(|(at, column)| (at, column.clone()));
        found.ok_or_else(|| Error::usage("the column of a reduction is not gathered").in_column(text))
    }

    /// The place of a plane, made where it is not there yet.
    fn plane(&mut self, plane: Plane) -> usize {
        self.planes.iter().position(|have| *have == plane).unwrap_or_else(|| {
            self.planes.push(plane);
            self.planes.len() - 1
        })
    }

    /// The slot of an encoding of a column, made where it is not there yet.
    fn slot(&mut self, at: usize, encoding: Encoding) -> Slot {
        let role = Role::Gathered(at as u8);
        let kind = std::mem::discriminant(&encoding);
        let have = |measure: &Measure| measure.role == role && std::mem::discriminant(&measure.encoding) == kind;
        let slot = self.measures.iter().position(have).unwrap_or_else(|| {
            self.measures.push(Measure { role, encoding });
            self.measures.len() - 1
        });
        slot as Slot
    }

    fn fixed(&mut self, text: &str) -> Result<(Slot, FixedPoint)> {
        let (at, column) = self.found(text)?;
        let extent = match &self.density.value_range {
            Some(limits) => {
                self.notes.extend(axes::steps_note("--value-range", Some(limits), &column));
                Some(axes::value_range(limits, &column)?)
            }
            None => self.known(at).extent,
        };
        let fixed = match extent {
            Some(Extent::Int { lo, hi }) => FixedPoint::integers(lo, hi),
            Some(Extent::F64 { lo, hi }) => FixedPoint::floats(lo, hi),
            None => FixedPoint::floats(0.0, 0.0),
        };
        let fixed = fixed.ok_or_else(|| {
            Error::usage("the values are too far apart to be summed")
                .in_column(column.title())
                .found(extent.map_or_else(String::new, |extent| format!("{:?}", extent.as_f64())))
                .hint("leave out what lies too far away with --value-range A,B")
        })?;
        Ok((self.slot(at, Encoding::Fixed(fixed)), fixed))
    }

    fn keys(&mut self, text: &str) -> Result<(Slot, KeyKind)> {
        let (at, column) = self.found(text)?;
        let kind = column.keys;
        let range = match &self.density.value_range {
            Some(limits) => Some(key_range(kind, axes::value_range(limits, &column)?)),
            None => None,
        };
        Ok((self.slot(at, Encoding::Key { kind, range }), kind))
    }

    fn by(&mut self, text: &str) -> Result<Reducer> {
        let (at, column) = self.found(text)?;
        let counts = self.known(at).categories;
        let is_integer = matches!(column.logical, Logical::Number { .. });
        let known = self.known(at);
        if is_integer && counts.is_empty() && known.extent.is_some() && self.density.categories.is_none() {
            return Err(Error::usage("by: needs text, whole numbers or bools, and this column holds fractions")
                .in_column(column.title())
                .hint("round the column to whole numbers, or take mean, min or max of it"));
        }
        let most = self.most_categories();
        let (mut kept, has_other) = match &self.density.categories {
            Some(names) if names.len() >= most => {
                return Err(Error::usage("the categories named take too much memory, each a plane of counts")
                    .in_column(column.title())
                    .expected(format!("at most {}", most - 1))
                    .found(names.len().to_string())
                    .hint("name fewer, lower --width and --height, or allow more with --max-memory"));
            }
            Some(names) => (names.clone(), true),
            None => kept(counts.clone(), most, is_integer),
        };
        let mut table = CategoryNumbers::default();
        for (number, name) in (0_u16..).zip(&kept) {
            let is_new = match name.parse() {
                Ok(value) if is_integer => table.by_integer.insert(value, number).is_none(),
                _ => table.by_name.insert(name.clone(), number).is_none(),
            };
            if !is_new {
                return Err(Error::usage("a category is named twice").found(format!("'{name}'")));
            }
        }
        if has_other {
            table.other = Some(kept.len() as u16);
            let rest = counts.len().saturating_sub(kept.len());
            if self.density.categories.is_none() {
                let way = if most < MOST_CATEGORIES { ", --max-memory allows more" } else { "" };
                // A library's first chunk names categories without counts.
                let chosen = if counts.iter().any(|(_, rows)| *rows > 0) { "most frequent" } else { "first by name" };
                self.notes.push(format!(
                    "column '{}' has {} categories: the {} {chosen} are counted one by one, {rest} as \"other\" \
                     (--categories names others{way})",
                    column.title(),
                    counts.len(),
                    kept.len(),
                ));
            }
            kept.push(if rest > 0 { format!("other ({rest})") } else { "other".to_owned() });
        }
        let categories = kept.len().max(1) as u16;
        let slot = self.slot(at, Encoding::Category(Arc::new(table)));
        let plane = self.plane(Plane::CountBy(slot, categories));
        if kept.is_empty() {
            // No row has a category: one plane of nothing, so that the picture is empty and not an error.
            kept.push(String::new());
        }
        Ok(Reducer::By { plane, names: kept.into(), has_other })
    }

    /// How many categories can be counted one by one, with one for all others among them: what is said of memory and the
    /// figure decides, nothing of the machine, so that the same are counted everywhere.
    fn most_categories(&self) -> usize {
        let figure = &self.spec.figure;
        let bytes = 8 * u64::from(figure.width_px) * u64::from(figure.height_px);
        let budget = self.spec.engine.max_memory_bytes.map_or(CATEGORY_BYTES, |most| most / CATEGORY_SHARE);
        let is_by = |reduction: &&Reduction| matches!(reduction, Reduction::By(_));
        let columns = self.density.reductions.iter().filter(is_by).count().max(1) as u64;
        usize::try_from(budget / columns / bytes.max(1)).unwrap_or(usize::MAX).clamp(2, MOST_CATEGORIES)
    }
}

/// The categories that are counted one by one, in the order of their names (of their values where they are whole
/// numbers): all, or where they are more than `most` the most frequent of them (and of equally frequent ones those that
/// come first), with room for one that holds all others.
fn kept(mut counts: Vec<(String, u64)>, most: usize, is_integer: bool) -> (Vec<String>, bool) {
    let value = |name: &str| name.parse::<i128>().unwrap_or(i128::MAX);
    let by_name = |a: &(String, u64), b: &(String, u64)| {
        if is_integer { value(&a.0).cmp(&value(&b.0)) } else { a.0.cmp(&b.0) }
    };
    counts.sort_by(by_name);
    let has_other = counts.len() > most;
    if has_other {
        // A stable sort: of equally frequent ones the first by name stay first.
        counts.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        counts.truncate(most - 1);
        counts.sort_by(by_name);
    }
    (counts.into_iter().map(|(name, _)| name).collect(), has_other)
}

/// The smallest and the largest key of a range; where no value lies in it, the smallest is above the largest.
fn key_range(kind: KeyKind, extent: Extent) -> (u64, u64) {
    const NONE: (u64, u64) = (1, 0);
    let (lo, hi) = extent.as_f64();
    match (kind, extent) {
        // Adding 0 turns -0 into 0, as encoding does.
        (KeyKind::F64, _) => (key_from_f64(lo + 0.0), key_from_f64(hi + 0.0)),
        (_, Extent::F64 { .. }) => NONE,
        (KeyKind::I64, Extent::Int { lo, hi }) => {
            let (least, most) = (i128::from(i64::MIN), i128::from(i64::MAX));
            let key = |value: i128| key_from_i64(value.clamp(least, most) as i64);
            if hi < least || lo > most { NONE } else { (key(lo), key(hi)) }
        }
        (KeyKind::U64, Extent::Int { lo, hi }) => {
            let most = i128::from(u64::MAX);
            let key = |value: i128| value.clamp(0, most) as u64;
            if hi < 0 || lo > most { NONE } else { (key(lo), key(hi)) }
        }
    }
}

/// The density on a canvas of that size.
pub(super) fn series(columns: Columns, gathered: Gathered, size: Size, notes: &mut Vec<String>) -> Series {
    let Gathered { planes, measures, content, notes: more } = gathered;
    notes.extend(more);
    let name = match &content {
        Content::Density { reduced, .. } => reduced.first().map(|reduced| reduced.name.clone()),
        Content::Points { .. } => None,
    };
    let description = json!({ "columns": columns.roles_json(), "reduce": name });
    let program =
        Program { size, footprint: Footprint::Cell, accumulate: Accumulate::Planes(planes), prefers_compute: true };
    Series {
        label: None,
        axis_steps: [1; 2],
        columns,
        paint: Paint::Constant([0; 3]),
        opacity: Opacity::Constant(1.0),
        sizing: None,
        measures,
        program,
        content,
        description,
        class: Class::Exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, u64)]) -> Vec<(String, u64)> {
        of.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect()
    }

    #[test]
    fn the_most_frequent_are_kept_in_the_order_of_their_names() {
        let all = counts(&[("d", 5), ("b", 9), ("a", 5), ("c", 5)]);
        assert_eq!(kept(all.clone(), 4, false), (vec!["a".into(), "b".into(), "c".into(), "d".into()], false));
        assert_eq!(kept(all, 3, false), (vec!["a".into(), "b".into()], true), "a before c and d: first by name");
        let numbers = counts(&[("10", 1), ("-3", 1), ("9", 1)]);
        assert_eq!(kept(numbers, 9, true).0, ["-3", "9", "10"]);
    }
}
