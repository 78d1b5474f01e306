//! Colormaps of one's own: CSS colours at positions, mixed in OKLab.

use super::css::parse_css;
use super::oklab::Oklab;
use crate::error::{Error, Result};

/// More stops than a table has entries make no sense.
const MOST_STOPS: usize = 256;

/// A table of `entries` colours from stops like `white, orange 30%, #800000`: two or more opaque CSS colours, each with a
/// position in percent or none. As in CSS gradients the first is at 0 and the last at 100 unless they say otherwise,
/// those in between are spread evenly, equal positions make a hard edge, and the ends go on beyond their positions.
///
/// # Errors
/// A usage error that says which stop is wrong.
pub(super) fn table_from_stops(text: &str, entries: usize) -> Result<Vec<[u8; 3]>> {
    let stops = parts(text).into_iter().map(stop).collect::<Result<Vec<_>>>()?;
    if !(2..=MOST_STOPS).contains(&stops.len()) {
        return Err(Error::usage("a colormap of stops has the wrong number of colours")
            .expected(format!("2 to {MOST_STOPS}, like white,orange 30%,#800000"))
            .found(stops.len().to_string()));
    }
    let positions = spread(&stops.iter().map(|stop| stop.1).collect::<Vec<_>>())?;
    let stops: Vec<(Oklab, f64)> = stops.iter().map(|stop| stop.0).zip(positions).collect();
    let color = |entry: usize| {
        let t = entry as f64 / (entries - 1) as f64;
        let next = stops.partition_point(|stop| stop.1 <= t);
        match (next.checked_sub(1).map(|last| stops[last]), stops.get(next)) {
            (Some((from, start)), Some((to, end))) => from.toward(*to, (t - start) / (end - start)).to_srgb(),
            (Some((only, _)), None) | (None, Some(&(only, _))) => only.to_srgb(),
            (None, None) => [0; 3],
        }
    };
    Ok((0..entries).map(color).collect())
}

/// What stands between commas, but not between those of `rgb(1, 2, 3)`.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0;
    text.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth <= 0
    })
    .collect()
}

fn stop(text: &str) -> Result<(Oklab, Option<f64>)> {
    let text = text.trim();
    let (color, position) = match text.rsplit_once(char::is_whitespace) {
        // A percentage within brackets belongs to the colour.
        Some((color, position)) if position.ends_with('%') => (color, Some(position)),
        _ => (text, None),
    };
    let color = parse_css(color)?;
    if color.a < 255 {
        return Err(Error::usage("the colours of a colormap have to be opaque").found(shown(text)));
    }
    let position = position.map(|position| {
        let percent =
            position.trim_end_matches('%').parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
        percent
            .map(|percent| percent / 100.0)
            .ok_or_else(|| Error::usage("no position of a colour").expected("0% to 100%").found(shown(position)))
    });
    Ok((Oklab::from_srgb(color.rgb()), position.transpose()?))
}

/// Positions in 0..=1 for all, never falling.
fn spread(given: &[Option<f64>]) -> Result<Vec<f64>> {
    let last = given.len() - 1;
    let at = |i: usize| given[i].or((i == 0).then_some(0.0)).or((i == last).then_some(1.0));
    let mut positions = vec![0.0; given.len()];
    let mut known: Option<(usize, f64)> = None;
    for i in 0..given.len() {
        let Some(position) = at(i) else { continue };
        if let Some((before, start)) = known {
            if position < start {
                return Err(Error::usage("the colours of a colormap have to be in order")
                    .expected("positions that do not fall")
                    .found(format!("{}% after {}%", position * 100.0, start * 100.0)));
            }
            for (step, between) in positions[before + 1..i].iter_mut().enumerate() {
                *between = start + (position - start) * (step + 1) as f64 / (i - before) as f64;
            }
        }
        positions[i] = position;
        known = Some((i, position));
    }
    Ok(positions)
}

fn shown(text: &str) -> String {
    format!("'{}'", text.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<[u8; 3]> {
        table_from_stops(text, 256).expect(text)
    }

    #[test]
    fn ends_and_positions_are_met() {
        let map = table("white, orange 20%, #800000");
        assert_eq!((map[0], map[51], map[255]), ([255; 3], [255, 165, 0], [128, 0, 0]));
        // Without positions they are evenly spread: 85 is a third of 255.
        let even = table("black,red,rgb(0, 128, 0),white");
        assert_eq!((even[85], even[170]), ([255, 0, 0], [0, 128, 0]));
        // The middle of black and white in OKLab is lightness 0.5, 0.5^3 in linear light, #636363.
        assert_eq!(table_from_stops("black,white", 3).expect("three")[1], [99; 3]);
        let edge = table("red 0%,red 50%,blue 50%,blue");
        assert_eq!((edge[127], edge[128]), ([255, 0, 0], [0, 0, 255]));
        let held = table("black 40%,white 60%");
        assert_eq!((held[100], held[155]), ([0; 3], [255; 3]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = [
            ("red,stealblue", "did you mean steelblue?"),
            ("red 60%,green 50%,blue", "do not fall"),
            ("red 30%,green 20%", "20% after 30%"),
            ("red,blue 101%", "0% to 100%"),
            ("red,blue nan%", "0% to 100%"),
            ("red,rgb(0 0 255 / 50%)", "opaque"),
            ("red,", "not a colour"),
            (",", "not a colour"),
            ("red", "2 to 256"),
        ];
        for (text, part) in wrong {
            let error = table_from_stops(text, 256).expect_err(text);
            assert!(error.to_string().contains(part), "{text}: {error}");
            assert_eq!(error.kind().exit_code(), 2);
        }
        assert!(table_from_stops(&"red,".repeat(100_000), 256).is_err());
    }
}
