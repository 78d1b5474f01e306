//! Themes and settings against what they promise.

use super::*;
use crate::figure::Trim;

fn style(theme: Theme, dpi: f64, settings: &[&str]) -> Style {
    let settings = settings.iter().map(|text| StyleSetting::parse(text).expect(text)).collect();
    Style::of(&FigureSpec { theme, dpi, trim: Trim { settings, ..Trim::default() }, ..FigureSpec::new(100, 100) })
}

/// Relative luminance (WCAG 2.1) of a colour over an opaque one.
fn luminance(color: Rgba8, under: Rgba8) -> f64 {
    let alpha = f64::from(color.a) / 255.0;
    let mixed = |own: u8, below: u8| (f64::from(own) * alpha + f64::from(below) * (1.0 - alpha)) / 255.0;
    let linear = |encoded: f64| {
        if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] =
        [(color.r, under.r), (color.g, under.g), (color.b, under.b)].map(|(own, below)| linear(mixed(own, below)));
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(color: Rgba8, under: Rgba8) -> f64 {
    let (a, b) = (luminance(color, under), luminance(under, under));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn texts_of_every_theme_are_read_and_grids_stay_behind() {
    for theme in Theme::ALL {
        let (style, paper) = (Style::new(theme, 100.0), theme.plot_background());
        // 7 is what WCAG asks of body text at its strictest, 3 of what has to be made out.
        assert!(contrast(style.ink, paper) >= 7.0, "{theme:?}");
        assert!(contrast(style.faint_ink(), paper) >= 4.5, "{theme:?}");
        assert!(contrast(style.spine_ink, paper) >= 2.0 && contrast(style.reference_ink, paper) >= 3.0, "{theme:?}");
        let grid = contrast(style.grid, paper);
        assert!((1.1..1.8).contains(&grid), "{theme:?}: {grid}");
        assert!(contrast(style.minor_grid, paper) < grid);
    }
}

#[test]
fn sizes_grow_with_the_dpi_and_paper_is_in_points() {
    for dpi in [72.0, 100.0, 300.0, 600.0] {
        let paper = Style::new(Theme::Paper, dpi);
        let pt = |px: f64| px * 72.0 / dpi;
        let sizes = [paper.tick_size_px, paper.label_size_px, paper.title_size_px].map(pt);
        assert!(sizes.iter().zip([7.0, 8.0, 9.0]).all(|(found, asked)| (found - asked).abs() < 1e-9), "{sizes:?}");
        assert!(paper.ticks_inward && paper.ticks_all_sides && paper.below_px() == 0 && paper.beside_px() == 0);
        let light = Style::new(Theme::Light, dpi);
        assert!(
            (light.tick_size_px - 0.11 * dpi).abs() < 1e-9 && light.line_px == ((dpi / 100.0).round() as i32).max(1)
        );
    }
    // Half a point.
    assert_eq!([300.0, 600.0].map(|dpi| Style::new(Theme::Paper, dpi).line_px), [2, 4]);
}

#[test]
fn every_key_changes_something_and_the_later_of_two_holds() {
    let plain = format!("{:?}", style(Theme::Light, 100.0, &[]));
    for key in STYLE_KEYS {
        let value = ["#123456", "37", "in", "all"].into_iter().map(|value| format!("{}={value}", key.name));
        let setting = value.into_iter().find(|text| StyleSetting::parse(text).is_ok()).expect(key.name);
        assert_ne!(format!("{:?}", style(Theme::Light, 100.0, &[&setting])), plain, "{setting}");
    }
    let twice = style(Theme::Light, 100.0, &["grid=red", "tick-length=9", "grid=blue"]);
    assert_eq!((twice.grid, twice.tick_px(false)), (Rgba8::opaque(0, 0, 255), 9));
}

#[test]
fn what_is_not_set_follows_what_is() {
    let ink = style(Theme::Minimal, 100.0, &["ink=red"]);
    let red = Rgba8::opaque(255, 0, 0);
    assert_eq!((ink.title_ink, ink.label_ink, ink.tick_label_ink), (red, red, red));
    assert_eq!(ink.spine_ink, Rgba8 { a: 140, ..red }, "as strong as it was");
    let spine = style(Theme::Light, 100.0, &["spine=#333", "spine-width=3px", "ink=red"]);
    assert_eq!((spine.tick_ink, spine.tick_width_px), (Rgba8::opaque(0x33, 0x33, 0x33), 3), "whatever the order");
    let sized = style(Theme::Light, 200.0, &["font-size=33px", "title-size=18pt"]);
    assert!((sized.label_size_px - 36.0).abs() < 1e-9 && (sized.title_size_px - 50.0).abs() < 1e-9);
    let thin = style(Theme::Light, 100.0, &["spine-width=0.1", "tick-length=0"]);
    assert_eq!((thin.line_px, thin.tick_px(false)), (1, 0), "a spine is seen, a tick need not be");
}
