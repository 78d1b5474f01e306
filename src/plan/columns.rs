//! Which column plays which role: names and numbers become indices, types are checked.

use crate::color::{Rgba8, nearest_color, parse_css};
use crate::data::chunk::{Logical, Role};
use crate::error::{Error, Result};
use crate::keys::KeyKind;
use crate::reduce::Reduction;
use crate::scale::zone_name;
use crate::spec::{AlphaSpec, ColorSpec, PointsSpec};

/// A column that takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnPlan {
    /// Its index in the schema (in the chunk, for the library).
    pub index: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What its values mean.
    pub logical: Logical,
    /// What its values can be kept as without loss, in every input.
    pub keys: KeyKind,
}

impl ColumnPlan {
    /// The name, or the number.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.index.to_string())
    }

    /// True when a text means this column: its name, or its number.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        self.name.as_deref() == Some(text) || text.parse() == Ok(self.index)
    }
}

/// Where colours come from, with the column that gives them.
#[derive(Clone, Debug, PartialEq)]
pub enum Coloring {
    /// One colour.
    Constant(Rgba8),
    /// A number through a colormap.
    Value(ColumnPlan),
    /// A name.
    Category(ColumnPlan),
    /// Red, green and blue of their own.
    Rgb,
    /// From the numbers of a density.
    Density,
}

/// The columns of one series.
#[derive(Clone, Debug)]
pub struct Columns {
    /// The horizontal place.
    pub x: ColumnPlan,
    /// The vertical place.
    pub y: ColumnPlan,
    /// Where colours come from.
    pub coloring: Coloring,
    /// The column that gives sizes.
    pub size: Option<ColumnPlan>,
    /// The column that decides the panel; the last one of a chunk.
    pub facet: Option<ColumnPlan>,
    /// What a density gathers, the column of each [`Role::Gathered`].
    pub gathered: Vec<ColumnPlan>,
    /// What each column of a chunk is for.
    pub roles: Vec<Role>,
    /// The schema index of each column of a chunk.
    pub indices: Vec<usize>,
    /// The name of each column of a chunk, where it has one.
    pub names: Vec<Option<String>>,
    /// Lines to tell the user.
    pub notes: Vec<String>,
}

impl Columns {
    /// True when each mark has an alpha of its own.
    #[must_use]
    pub fn has_alpha_column(&self) -> bool {
        self.roles.contains(&Role::Alpha)
    }

    /// The name of the column of each role, for descriptions.
    #[must_use]
    pub fn roles_json(&self) -> serde_json::Value {
        let columns = self.roles.iter().zip(&self.names);
        columns
            .map(|(role, name)| (format!("{role:?}"), serde_json::json!(name)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The same with the column that decides the panel, behind all others.
    #[must_use]
    pub fn with_facet(mut self, column: ColumnPlan) -> Self {
        self.push(Role::Facet, &column);
        self.facet = Some(column);
        self
    }

    /// The same columns, whose times are read by another clock: those without a zone as UTC, with a line that says so.
    ///
    /// # Errors
    /// A usage error for an unknown zone.
    pub fn on_clock(mut self, zone: Option<&str>) -> Result<Self> {
        let Some(zone) = zone else { return Ok(self) };
        let zone = zone_name(zone)?;
        let value = match &mut self.coloring {
            Coloring::Value(column) => Some(column),
            _ => None,
        };
        let mut bare: Vec<String> = Vec::new();
        for column in [&mut self.x, &mut self.y]
            .into_iter()
            .chain(value)
            .chain(&mut self.size)
            .chain(&mut self.gathered)
            .chain(&mut self.facet)
        {
            let title = column.title();
            let Logical::Time { zone: own, .. } = &mut column.logical else { continue };
            if own.replace(zone.clone()).is_none() && !bare.contains(&title) {
                bare.push(title);
            }
        }
        let told =
            |title: String| format!("column '{title}' has no time zone: its times are read as UTC and shown in {zone}");
        self.notes.extend(bare.into_iter().filter(|_| zone != "UTC").map(told));
        Ok(self)
    }

    /// True when one of them holds times of day.
    #[must_use]
    pub fn have_times(&self) -> bool {
        let value = match &self.coloring {
            Coloring::Value(column) => Some(column),
            _ => None,
        };
        let mut all =
            [&self.x, &self.y].into_iter().chain(value).chain(&self.size).chain(&self.gathered).chain(&self.facet);
        all.any(|column| matches!(column.logical, Logical::Time { .. }))
    }

    fn push(&mut self, role: Role, column: &ColumnPlan) {
        self.roles.push(role);
        self.indices.push(column.index);
        self.names.push(column.name.clone());
    }
}

/// The columns of both axes.
fn places((x, y): (&str, &str), find: &dyn Fn(&str) -> Result<ColumnPlan>) -> Result<Columns> {
    let axis = |text: &str, flag: &str| {
        let column = find(text)?;
        if column.logical == Logical::Category {
            return Err(Error::usage(format!("{flag} needs numbers or times, and this column holds text"))
                .in_column(column.title())
                .hint("name another column ('pointillist inspect FILE' lists them), or use this one for --color"));
        }
        Ok(column)
    };
    let (x, y) = (axis(x, "-x")?, axis(y, "-y")?);
    let mut columns = Columns {
        x: x.clone(),
        y: y.clone(),
        coloring: Coloring::Rgb,
        size: None,
        facet: None,
        gathered: vec![],
        roles: vec![],
        indices: vec![],
        names: vec![],
        notes: vec![],
    };
    columns.push(Role::X, &x);
    columns.push(Role::Y, &y);
    Ok(columns)
}

/// Gives the columns of a density their roles: each gathered one once, however many reductions ask for it.
///
/// # Errors
/// When a column does not exist, or its type does not fit its reduction.
pub fn resolve_density(
    place: (&str, &str),
    reductions: &[Reduction],
    find: &dyn Fn(&str) -> Result<ColumnPlan>,
) -> Result<Columns> {
    let mut columns = places(place, find)?;
    columns.coloring = Coloring::Density;
    for reduction in reductions {
        let Some(text) = reduction.column() else { continue };
        let column = find(text)?;
        check_reduction(reduction, &column)?;
        if columns.gathered.iter().all(|have| have.index != column.index) {
            columns.push(Role::Gathered(columns.gathered.len() as u8), &column);
            columns.gathered.push(column);
        }
    }
    if columns.gathered.len() > MOST_GATHERED {
        return Err(Error::usage("too many columns are reduced at once")
            .expected(format!("at most {MOST_GATHERED}"))
            .found(columns.gathered.len().to_string()));
    }
    Ok(columns)
}

/// Columns that one density gathers: their numbers fit a byte, and errors can name each.
const MOST_GATHERED: usize = 64;

fn check_reduction(reduction: &Reduction, column: &ColumnPlan) -> Result<()> {
    let refused = |needs: &str, hint: &str| {
        Err(Error::usage(format!("{reduction} needs {needs}, and this column holds {}", column.logical.plural()))
            .in_column(column.title())
            .hint(hint))
    };
    let is_time = matches!(column.logical, Logical::Time { .. } | Logical::Date);
    match (reduction, &column.logical) {
        // Whole numbers may be stored as floats; columns without any are told by the survey.
        (Reduction::By(_), Logical::Category | Logical::Bool | Logical::Number { .. }) => Ok(()),
        (Reduction::By(_), _) => refused("text, whole numbers or bools", "take mean, min or max of it"),
        (Reduction::Of(..), Logical::Category) => refused("numbers", "count text with by:COLUMN"),
        (Reduction::Of(statistic, _), _) if is_time && !statistic.is_value() => {
            refused("numbers", "times have a mean, min, max, first and last")
        }
        _ => Ok(()),
    }
}

/// Gives columns their roles; `find` looks a column up by name or number, `has` says whether there is one of that name.
///
/// # Errors
/// When a column does not exist, or its type does not fit its role.
pub fn resolve(
    (x, y): (&str, &str),
    points: &PointsSpec,
    find: &dyn Fn(&str) -> Result<ColumnPlan>,
    has: &dyn Fn(&str) -> bool,
) -> Result<Columns> {
    let mut columns = places((x, y), find)?;
    columns.coloring = match &points.color {
        ColorSpec::Css(color) => Coloring::Constant(*color),
        ColorSpec::Column(text) => by_column(find(text)?),
        ColorSpec::Word(word) => word_color(word, find, has, &mut columns.notes)?,
        ColorSpec::Rgb(texts) => {
            let roles = [Role::Red, Role::Green, Role::Blue, Role::Alpha];
            if !(3..=4).contains(&texts.len()) {
                return Err(Error::usage("--rgb needs columns of red, green and blue, and perhaps alpha")
                    .expected("3 or 4 columns")
                    .found(texts.len().to_string()));
            }
            for (text, role) in texts.iter().zip(roles) {
                columns.push(role, &number(find(text)?, "--rgb")?);
            }
            Coloring::Rgb
        }
    };
    match columns.coloring.clone() {
        Coloring::Value(column) => columns.push(Role::Value, &column),
        Coloring::Category(column) => columns.push(Role::Category, &column),
        Coloring::Constant(_) | Coloring::Rgb | Coloring::Density => {}
    }
    if let AlphaSpec::Column(text) = &points.alpha {
        if columns.has_alpha_column() {
            return Err(Error::usage("alpha comes from --rgb and from --alpha").hint("give one of the two"));
        }
        columns.push(Role::Alpha, &number(find(text)?, "--alpha")?);
    }
    if let Some(size) = &points.size_by {
        let column = find(&size.column)?;
        if column.logical == Logical::Category {
            return Err(Error::usage("--size-by needs numbers or times, and this column holds text")
                .in_column(column.title())
                .hint("name another column ('pointillist inspect FILE' lists them), or use this one for --color"));
        }
        columns.push(Role::Size, &column);
        columns.size = Some(column);
    }
    Ok(columns)
}

fn number(column: ColumnPlan, flag: &str) -> Result<ColumnPlan> {
    match column.logical {
        Logical::Number { .. } | Logical::Bool => Ok(column),
        _ => Err(Error::usage(format!("{flag} needs numbers, and this column holds {}", column.logical.plural()))
            .in_column(column.title())),
    }
}

fn by_column(column: ColumnPlan) -> Coloring {
    match column.logical {
        Logical::Category | Logical::Bool => Coloring::Category(column),
        Logical::Number { .. } | Logical::Time { .. } | Logical::Date => Coloring::Value(column),
    }
}

/// A column wins over a colour of the same name.
fn word_color(
    word: &str,
    find: &dyn Fn(&str) -> Result<ColumnPlan>,
    has: &dyn Fn(&str) -> bool,
    notes: &mut Vec<String>,
) -> Result<Coloring> {
    let color = parse_css(word);
    if has(word) {
        if color.is_ok() {
            notes.push(format!("--color {word} is the column of that name; for the colour write css:{word}"));
        }
        return Ok(by_column(find(word)?));
    }
    match color {
        Ok(color) => Ok(Coloring::Constant(color)),
        Err(_) => match find(word) {
            Ok(column) => Ok(by_column(column)),
            Err(no_column) => Err(match nearest_color(word) {
                // A column that it may have meant comes first.
                Some(near) => no_column.hint_else(format!("did you mean {near}?")),
                None => no_column.hint_else("a colour is a CSS one such as steelblue or #1f77b4"),
            }),
        },
    }
}
