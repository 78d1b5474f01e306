//! The colormaps as a list and as a picture.

use crate::color::{Colormap, ColormapKind};
use crate::document::{self, Format};
use crate::error::Result;
use crate::figure::{Theme, sheet};
use crate::output::Destination;
use crate::picture::PictureSpec;

/// One line a map, by name or stops, of all that there are when none is named: its name and what it is good for.
///
/// # Errors
/// A usage error for a map that does not exist.
pub fn list(maps: &[String]) -> Result<String> {
    let width = Colormap::names().map(str::len).max().unwrap_or(0);
    let line = |(name, kind): (&str, String)| format!("{name:width$}  {kind}\n");
    if maps.is_empty() {
        return Ok(Colormap::list().map(|(name, kind)| line((name, kind.to_string()))).collect());
    }
    let described = |text: &String| {
        Colormap::parse(text)?;
        // A reversed map is good for the same.
        let plain = text.strip_suffix("_r").unwrap_or(text);
        let known = Colormap::list().find(|(name, _)| name.eq_ignore_ascii_case(plain));
        Ok(line((text, known.map_or_else(|| "of these colours".to_owned(), |(_, kind)| kind.to_string()))))
    };
    maps.iter().map(described).collect()
}

/// Draws maps by name or stops, all that there are when none is named, into a picture: an SVG or a PDF where the name ends so, else
/// a PNG.
///
/// # Errors
/// A usage error for a map that does not exist; an output error when the file cannot be written.
pub fn draw(maps: &[String], theme: Theme, dpi: f64, destination: &Destination) -> Result<()> {
    destination.check()?;
    let groups = if maps.is_empty() {
        let kinds = [ColormapKind::Sequential, ColormapKind::Diverging, ColormapKind::Cyclic];
        kinds.map(|kind| Ok((kind.to_string(), of_kind(kind)?))).into_iter().collect::<Result<Vec<_>>>()?
    } else {
        vec![(String::new(), maps.iter().map(|text| Colormap::parse(text)).collect::<Result<_>>()?)]
    };
    let figure = sheet(&groups, theme, dpi)?;
    let format = match destination {
        Destination::Path(path) => Format::of_path(path),
        Destination::Stdout => Format::Png,
    };
    // The maps are painted over the picture; there are no points.
    destination.write(|out| {
        document::write(out, format, PictureSpec { figure: &figure, text: &[], threads: 1 }, &|_, _, _| Ok(()))
    })
}

fn of_kind(kind: ColormapKind) -> Result<Vec<Colormap>> {
    Colormap::list().filter(|map| map.1 == kind).map(|map| Colormap::by_name(map.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_map_is_listed_with_its_kind() {
        let list = list(&[]).expect("all");
        assert_eq!(list.lines().count(), Colormap::names().count());
        assert!(list.lines().any(|line| line == "twilight  cyclic"), "{list}");
        let some = super::list(&["twilight_r".to_owned(), "white,red".to_owned()]).expect("two");
        assert_eq!(some, "twilight_r  cyclic\nwhite,red  of these colours\n");
        assert!(super::list(&["virids".to_owned()]).expect_err("no such map").to_string().contains("viridis?"));
    }

    #[test]
    fn the_picture_shows_the_maps_from_end_to_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("maps.png");
        let destination = Destination::Path(path.clone());
        draw(&[], Theme::Light, 100.0, &destination).expect("drawn");
        let picture = crate::picture::read_png(&path).expect("a PNG");
        for name in Colormap::names() {
            let map = Colormap::by_name(name).expect(name);
            let colors: Vec<[u8; 3]> =
                (0..256).map(|entry| map.color_from_t((f64::from(entry) + 0.5) / 256.0)).collect();
            let is_ramp = picture.rows().any(|row| {
                let row: Vec<[u8; 3]> = row.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
                row.windows(512).any(|ramp| ramp.iter().step_by(2).eq(&colors))
            });
            assert!(is_ramp, "{name} is not there");
        }
        assert!(draw(&["jet".to_owned()], Theme::Light, 100.0, &destination).is_err());
    }
}
