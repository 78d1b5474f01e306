//! Colormaps: 256 colours for positions from 0 to 1, by name or from stops.

use std::fmt;
use std::sync::Arc;

use super::stops::table_from_stops;
use crate::error::{Error, Result};
use crate::nearest::nearest;

const ENTRIES: usize = 256;

/// What a colormap is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColormapKind {
    /// From little to much.
    Sequential,
    /// From one extreme through a neutral middle to the other.
    Diverging,
    /// Both ends meet: angles, hours of the day.
    Cyclic,
}

impl fmt::Display for ColormapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sequential => "sequential",
            Self::Diverging => "diverging",
            Self::Cyclic => "cyclic",
        })
    }
}

/// Where the colours of a map come from.
#[derive(Clone, Copy)]
enum Colors {
    Table(&'static [u8; 3 * ENTRIES]),
    Stops(&'static str),
}

use ColormapKind::{Cyclic, Diverging, Sequential};
use Colors::{Stops, Table};

/// Black body colours at positions of their lightness in OKLab: it grows steadily from black to white.
const FIRE: &str = "black, #5c0000 30%, #b80a00 49%, #ff4a00 67%, #ffa200 79%, #ffe93d 93%, white";

/// Every map by name, in the order they are listed.
const MAPS: [(&str, ColormapKind, Colors); 13] = [
    ("viridis", Sequential, Table(include_bytes!("../../assets/colormaps/viridis.rgb"))),
    ("magma", Sequential, Table(include_bytes!("../../assets/colormaps/magma.rgb"))),
    ("inferno", Sequential, Table(include_bytes!("../../assets/colormaps/inferno.rgb"))),
    ("plasma", Sequential, Table(include_bytes!("../../assets/colormaps/plasma.rgb"))),
    ("cividis", Sequential, Table(include_bytes!("../../assets/colormaps/cividis.rgb"))),
    ("turbo", Sequential, Table(include_bytes!("../../assets/colormaps/turbo.rgb"))),
    ("fire", Sequential, Stops(FIRE)),
    ("hot", Sequential, Table(include_bytes!("../../assets/colormaps/hot.rgb"))),
    ("blues", Sequential, Table(include_bytes!("../../assets/colormaps/blues.rgb"))),
    ("gray", Sequential, Table(include_bytes!("../../assets/colormaps/gray.rgb"))),
    ("coolwarm", Diverging, Table(include_bytes!("../../assets/colormaps/coolwarm.rgb"))),
    ("rdbu", Diverging, Table(include_bytes!("../../assets/colormaps/rdbu.rgb"))),
    ("twilight", Cyclic, Table(include_bytes!("../../assets/colormaps/twilight.rgb"))),
];

/// A table of 256 opaque sRGB colours; copies share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colormap {
    name: String,
    table: Arc<[[u8; 3]; ENTRIES]>,
}

impl Colormap {
    /// Reads what was typed: a name, or stops like `white, orange 30%, #800000` (two or more opaque CSS colours, with or
    /// without ascending positions, mixed in OKLab).
    ///
    /// # Errors
    /// A usage error that lists the names, or says which stop is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        if !text.contains(',') {
            return Self::by_name(text);
        }
        Ok(Self { name: text.trim().to_owned(), table: Arc::new(from_stops(text)?) })
    }

    /// The map of that name (any case; `grey` is `gray`); `_r` at its end reverses it.
    ///
    /// # Errors
    /// A usage error that lists the names.
    pub fn by_name(name: &str) -> Result<Self> {
        let lower = name.trim().to_ascii_lowercase();
        let (base, is_reversed) = lower.strip_suffix("_r").map_or((lower.as_str(), false), |base| (base, true));
        let base = if base == "grey" { "gray" } else { base };
        let Some((known, _, colors)) = MAPS.iter().find(|map| map.0 == base) else {
            return Err(unknown(name, base, is_reversed));
        };
        let mut table = match colors {
            Table(bytes) => from_bytes(bytes),
            Stops(text) => from_stops(text)?,
        };
        let mut name = (*known).to_owned();
        if is_reversed {
            table.reverse();
            name += "_r";
        }
        Ok(Self { name, table: Arc::new(table) })
    }

    /// The names of all maps, without the reversed ones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        MAPS.iter().map(|map| map.0)
    }

    /// The names of all maps with what they are good for, without the reversed ones.
    pub fn list() -> impl Iterator<Item = (&'static str, ColormapKind)> {
        MAPS.iter().map(|map| (map.0, map.1))
    }

    /// The name under which [`Colormap::parse`] finds it: that of the map, or the stops as they were given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is good for; `None` for colours that somebody has put together.
    #[must_use]
    pub fn kind(&self) -> Option<ColormapKind> {
        let base = self.name.strip_suffix("_r").unwrap_or(&self.name);
        MAPS.iter().find(|map| map.0 == base).map(|map| map.1)
    }

    /// The colour at a position: entry `floor(t * 256)`, the nearest end outside 0..=1, the first entry for NaN.
    #[must_use]
    pub fn color_from_t(&self, t: f64) -> [u8; 3] {
        // `as` saturates, and turns NaN into 0.
        self.table[((t * ENTRIES as f64) as usize).min(ENTRIES - 1)]
    }
}

fn from_bytes(bytes: &[u8; 3 * ENTRIES]) -> [[u8; 3]; ENTRIES] {
    std::array::from_fn(|entry| [bytes[3 * entry], bytes[3 * entry + 1], bytes[3 * entry + 2]])
}

fn from_stops(text: &str) -> Result<[[u8; 3]; ENTRIES]> {
    let colors = table_from_stops(text, ENTRIES)?;
    Ok(std::array::from_fn(|entry| colors[entry]))
}

fn unknown(name: &str, base: &str, is_reversed: bool) -> Error {
    let known = Colormap::names().collect::<Vec<_>>().join(", ");
    let error = Error::usage("no such colormap")
        .expected(format!("one of {known}, each also with _r, or stops like white,orange 30%,#800000"))
        .found(format!("'{}'", name.escape_debug()));
    match nearest(base, Colormap::names()) {
        Some(near) => error.hint(format!("did you mean {near}{}?", if is_reversed { "_r" } else { "" })),
        None => error,
    }
}

impl Default for Colormap {
    /// Viridis.
    fn default() -> Self {
        let table = from_bytes(include_bytes!("../../assets/colormaps/viridis.rgb"));
        Self { name: "viridis".to_owned(), table: Arc::new(table) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_entries_are_met() {
        // Entries 0, 64, 128 and 255 of matplotlib 3.11's tables, as its to_hex gives them.
        let published = [
            ("viridis", [[68, 1, 84], [59, 82, 139], [33, 145, 140], [253, 231, 37]]),
            ("magma", [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 253, 191]]),
            ("inferno", [[0, 0, 4], [87, 16, 110], [188, 55, 84], [252, 255, 164]]),
            ("plasma", [[13, 8, 135], [126, 3, 168], [204, 71, 120], [240, 249, 33]]),
            ("cividis", [[0, 34, 78], [67, 78, 108], [125, 124, 120], [254, 232, 56]]),
            ("turbo", [[48, 18, 59], [40, 188, 235], [164, 252, 60], [122, 4, 3]]),
            ("hot", [[11, 0, 0], [179, 0, 0], [255, 92, 0], [255, 255, 255]]),
            ("blues", [[247, 251, 255], [198, 219, 239], [106, 174, 214], [8, 48, 107]]),
            ("gray", [[0, 0, 0], [64, 64, 64], [128, 128, 128], [255, 255, 255]]),
            ("coolwarm", [[59, 76, 192], [141, 176, 254], [221, 220, 220], [180, 4, 38]]),
            ("rdbu", [[103, 0, 31], [229, 131, 104], [246, 247, 247], [5, 48, 97]]),
            ("twilight", [[226, 217, 226], [98, 117, 186], [47, 20, 54], [226, 217, 226]]),
        ];
        assert!(published.iter().map(|entry| entry.0).eq(Colormap::names().filter(|name| *name != "fire")));
        assert_eq!(Colormap::default(), Colormap::by_name("viridis").expect("viridis"));
        for (name, colors) in published {
            let map = Colormap::by_name(name).expect(name);
            for (t, color) in [0.0, 0.25, 0.5, 1.0].into_iter().zip(colors) {
                assert_eq!(map.color_from_t(t), color, "{name} at {t}");
            }
        }
    }

    #[test]
    fn positions_fall_into_256_equal_bins() {
        let gray = Colormap::by_name("grey").expect("gray");
        assert_eq!(gray.color_from_t(0.999_999)[0], 255);
        assert_eq!(gray.color_from_t((1.0f64 / 256.0).next_down())[0], 0);
        assert_eq!(gray.color_from_t(1.0 / 256.0)[0], 1);
        for (t, level) in [(-1.0, 0), (2.0, 255), (f64::NAN, 0), (f64::INFINITY, 255), (f64::NEG_INFINITY, 0)] {
            assert_eq!(gray.color_from_t(t)[0], level, "{t}");
        }
        let reversed = Colormap::by_name("Gray_r").expect("gray_r");
        assert_eq!((reversed.color_from_t(0.0)[0], reversed.color_from_t(1.0)[0]), (255, 0));
        assert_eq!(reversed.name(), "gray_r");
    }

    #[test]
    fn fire_grows_steadily_lighter_from_black_to_white() {
        let fire = Colormap::by_name("fire").expect("fire");
        assert_eq!((fire.color_from_t(0.0), fire.color_from_t(1.0)), ([0; 3], [255; 3]));
        let lightness: Vec<f64> = (0..256)
            .map(|entry| crate::color::Oklab::from_srgb(fire.color_from_t((f64::from(entry) + 0.5) / 256.0)).l)
            .collect();
        for (entry, pair) in lightness.windows(2).enumerate() {
            // Bytes near black are far apart in lightness.
            let most = if entry < 40 { 0.05 } else { 0.01 };
            assert!((0.0..most).contains(&(pair[1] - pair[0])), "{entry}: {pair:?}");
        }
        for (entry, l) in lightness.iter().enumerate() {
            assert!((l - entry as f64 / 255.0).abs() < 0.04, "{entry}: {l}");
        }
    }

    #[test]
    fn maps_are_of_their_kind() {
        let lab = |map: &Colormap, t: f64| crate::color::Oklab::from_srgb(map.color_from_t(t));
        for (name, kind) in Colormap::list() {
            let map = Colormap::by_name(name).expect(name);
            let ends = lab(&map, 0.0).distance(lab(&map, 1.0));
            assert_eq!(ends < 0.02, kind == Cyclic, "{name}: ends are {ends} apart");
            // The middle of a diverging map is its lightest colour and no hue; both ends are dark.
            let middle = lab(&map, 0.5);
            let is_neutral = middle.a.hypot(middle.b) < 0.02;
            let is_lightest = (0..256).all(|entry| lab(&map, f64::from(entry) / 256.0).l <= middle.l + 0.01);
            assert_eq!(is_neutral && is_lightest, kind == Diverging, "{name}");
        }
    }

    #[test]
    fn stops_make_a_map_that_is_found_by_its_name() {
        let own = Colormap::parse(" white, orange 30%,#800000 ").expect("stops");
        assert_eq!((own.color_from_t(0.0), own.color_from_t(1.0)), ([255; 3], [128, 0, 0]));
        assert_eq!(Colormap::parse(own.name()).expect("again"), own);
        assert_eq!(Colormap::parse("Magma_r").expect("a name").name(), "magma_r");
        assert!(Colormap::parse("red").expect_err("one colour").to_string().contains("stops"));
    }

    #[test]
    fn an_unknown_map_lists_the_known_ones() {
        let error = Colormap::by_name("virdis_r").expect_err("unknown").to_string();
        assert!(error.contains("turbo") && error.contains("did you mean viridis_r?"), "{error}");
        assert!(
            Colormap::by_name("jet").is_err() && Colormap::by_name("").is_err() && Colormap::by_name("_r").is_err()
        );
    }
}
