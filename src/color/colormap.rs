//! Colormaps: 256 colours for positions from 0 to 1.

use crate::error::{Error, Result};
use crate::nearest::nearest;

const ENTRIES: usize = 256;

/// Every map by name, in the order they are listed.
const TABLES: [(&str, &[u8; 3 * ENTRIES]); 7] = [
    ("viridis", include_bytes!("../../assets/colormaps/viridis.rgb")),
    ("magma", include_bytes!("../../assets/colormaps/magma.rgb")),
    ("inferno", include_bytes!("../../assets/colormaps/inferno.rgb")),
    ("plasma", include_bytes!("../../assets/colormaps/plasma.rgb")),
    ("cividis", include_bytes!("../../assets/colormaps/cividis.rgb")),
    ("turbo", include_bytes!("../../assets/colormaps/turbo.rgb")),
    ("gray", include_bytes!("../../assets/colormaps/gray.rgb")),
];

/// A table of 256 opaque sRGB colours, read forwards or backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colormap {
    name: &'static str,
    table: &'static [u8; 3 * ENTRIES],
    is_reversed: bool,
}

impl Colormap {
    /// The map of that name (any case; `grey` is `gray`); `_r` at its end reverses it.
    ///
    /// # Errors
    /// A usage error that lists the names.
    pub fn by_name(name: &str) -> Result<Self> {
        let lower = name.trim().to_ascii_lowercase();
        let (base, is_reversed) = lower.strip_suffix("_r").map_or((lower.as_str(), false), |base| (base, true));
        let base = if base == "grey" { "gray" } else { base };
        if let Some((name, table)) = TABLES.iter().find(|(known, _)| *known == base) {
            return Ok(Self { name, table, is_reversed });
        }
        let known = Self::names().collect::<Vec<_>>().join(", ");
        let error = Error::usage("no such colormap")
            .expected(format!("one of {known}, each also with _r"))
            .found(format!("'{}'", name.escape_debug()));
        Err(match nearest(base, Self::names()) {
            Some(near) => error.hint(format!("did you mean {near}{}?", if is_reversed { "_r" } else { "" })),
            None => error,
        })
    }

    /// The names of all maps, without the reversed ones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|(name, _)| *name)
    }

    /// The name under which [`Colormap::by_name`] finds it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}{}", self.name, if self.is_reversed { "_r" } else { "" })
    }

    /// The colour at a position: entry `floor(t * 256)`, the nearest end outside 0..=1, the first entry for NaN.
    #[must_use]
    pub fn color_from_t(&self, t: f64) -> [u8; 3] {
        // `as` saturates, and turns NaN into 0.
        let entry = ((t * ENTRIES as f64) as usize).min(ENTRIES - 1);
        let entry = if self.is_reversed { ENTRIES - 1 - entry } else { entry };
        [self.table[3 * entry], self.table[3 * entry + 1], self.table[3 * entry + 2]]
    }
}

impl Default for Colormap {
    /// Viridis.
    fn default() -> Self {
        Self { name: TABLES[0].0, table: TABLES[0].1, is_reversed: false }
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
            ("gray", [[0, 0, 0], [64, 64, 64], [128, 128, 128], [255, 255, 255]]),
        ];
        assert!(published.iter().map(|entry| entry.0).eq(Colormap::names()));
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
    fn an_unknown_map_lists_the_known_ones() {
        let error = Colormap::by_name("virdis_r").expect_err("unknown").to_string();
        assert!(error.contains("turbo") && error.contains("did you mean viridis_r?"), "{error}");
        assert!(
            Colormap::by_name("jet").is_err() && Colormap::by_name("").is_err() && Colormap::by_name("_r").is_err()
        );
    }
}
