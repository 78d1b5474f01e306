//! A colormap read from where it begins to differ from what lies behind it: lone points stay visible.

use super::{Colormap, ColormapKind, Oklab, Rgba8};

/// How different the first colour is from the background at least, see [`difference`].
///
/// 0.02 is just seen between patches side by side. A single pixel has to be five times as different: the eye averages it
/// with those around it. In grays that is #e2e2e2 on white.
const VISIBLE: f64 = 0.1;

/// The contrast (WCAG 2.1) of the first colour on a background that is dark, at least.
///
/// What glows faintly on black is lost: the room and the glass of a screen put their own light over it, which the contrast
/// counts and the difference does not. Viridis begins with #440154, different from #121214 by its hue and at a contrast
/// of 1.23; a count of 1 cannot be made out. 1.75 takes the first eighth of it (it begins with #472f7d) and a third of
/// magma (#621980); 1.5 leaves lone pixels dim, and 2 would take a fifth and more than a third.
const DARK_CONTRAST: f64 = 1.75;

/// A background is dark up to the luminance at which black and white have the same contrast on it.
const DARK_LUMINANCE: f64 = 0.179;

/// Positions tried, a table entry apart; half of the colours are kept whatever the background.
const STEPS: usize = 256;
const MOST_STEPS: usize = 128;

/// A colormap and its first visible position.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramp {
    colormap: Colormap,
    floor: f64,
}

impl Ramp {
    /// The colormap from the first multiple of 1/256 on, up to 0.5, whose colour is seen on `background`; where none is,
    /// from the one that is seen best. Without a background (or a fully transparent one) it is read whole. Diverging and
    /// cyclic maps are cut only where they begin with the background's own colour: their middle, or the place where their
    /// ends meet, means something.
    #[must_use]
    pub fn new(colormap: Colormap, background: Option<Rgba8>) -> Self {
        let background = background.filter(|color| color.a > 0).map(Rgba8::rgb);
        let floor = background.map_or(0.0, |background| {
            let position = |step: usize| step as f64 / STEPS as f64;
            let is_one_way = colormap.kind().is_none_or(|kind| kind == ColormapKind::Sequential);
            let needs_contrast = is_one_way && luminance(background) <= DARK_LUMINANCE;
            // From 1 on it is seen.
            let clarity = |step: usize| {
                let color = colormap.color_from_t(position(step));
                let difference = difference(color, background) / VISIBLE;
                let contrast = (contrast(color, background) - 1.0) / (DARK_CONTRAST - 1.0);
                if needs_contrast { difference.min(contrast) } else { difference }
            };
            let mut best = (0, clarity(0));
            for step in 1..=MOST_STEPS {
                if best.1 >= 1.0 {
                    break;
                }
                let clarity = clarity(step);
                if clarity > best.1 {
                    best = (step, clarity);
                }
            }
            position(best.0)
        });
        Self { colormap, floor }
    }

    /// The position of the colormap that is read at 0, a multiple of 1/256 in 0..=0.5.
    #[must_use]
    pub fn floor(&self) -> f64 {
        self.floor
    }

    /// The whole colormap.
    #[must_use]
    pub fn colormap(&self) -> &Colormap {
        &self.colormap
    }

    /// The colour at a position, clamped to 0..=1; that at 0 for NaN.
    #[must_use]
    pub fn color_from_t(&self, t: f64) -> [u8; 3] {
        let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
        self.colormap.color_from_t(self.floor + (1.0 - self.floor) * t)
    }
}

/// The distance in OKLab with Ottosson's second lightness ("Okhsv and Okhsl", 2021,
/// <https://bottosson.github.io/posts/colorpicker/>), which compares dark colours as they look beside others: by the first
/// one #030303 would be as far from black as #dedede is from white.
fn difference(one: [u8; 3], other: [u8; 3]) -> f64 {
    const K1: f64 = 0.206;
    const K2: f64 = 0.03;
    const K3: f64 = (1.0 + K1) / (1.0 + K2);
    let [one, other] = [one, other].map(|rgb| {
        let lab = Oklab::from_srgb(rgb);
        let bent = K3 * lab.l - K1;
        Oklab { l: 0.5 * (bent + (bent * bent + 4.0 * K2 * K3 * lab.l).sqrt()), ..lab }
    });
    one.distance(other)
}

/// Relative luminance: <https://www.w3.org/TR/WCAG21/#dfn-relative-luminance>.
fn luminance(rgb: [u8; 3]) -> f64 {
    let [r, g, b] = rgb.map(Oklab::linear_from_byte);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// From 1 (none) to 21 (black on white).
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Rgba8 = Rgba8::opaque(255, 255, 255);
    const DARK: Rgba8 = Rgba8::opaque(18, 18, 20);

    fn ramp(name: &str, background: Option<Rgba8>) -> Ramp {
        Ramp::new(Colormap::by_name(name).expect(name), background)
    }

    #[test]
    fn only_maps_that_begin_like_the_background_have_a_floor() {
        for (name, background) in
            [("viridis", WHITE), ("magma", WHITE), ("blues", DARK), ("coolwarm", WHITE), ("coolwarm", DARK)]
        {
            assert_eq!(ramp(name, Some(background)).floor(), 0.0, "{name}");
        }
        for (name, background) in
            [("blues", WHITE), ("gray_r", WHITE), ("viridis", DARK), ("magma", DARK), ("fire", DARK), ("hot", DARK)]
        {
            let floor = ramp(name, Some(background)).floor();
            assert!(floor > 0.0 && floor < 0.5 && (floor * 256.0).fract() == 0.0, "{name}: {floor}");
        }
        // Entry i of gray is (i, i, i), and every entry is tried: the first gray seen,
        // computed from the formulas with numpy (on dark by the contrast, on white by the difference).
        let first = |background| ramp("gray", Some(background)).color_from_t(0.0)[0];
        assert_eq!((first(Rgba8::opaque(0, 0, 0)), first(DARK)), (0x37, 0x3f));
        assert_eq!(ramp("gray_r", Some(WHITE)).color_from_t(0.0)[0], 0xe2);
        assert_eq!(ramp("blues", None).floor(), 0.0);
        assert_eq!(ramp("blues", Some(Rgba8 { a: 0, ..WHITE })).floor(), 0.0);
    }

    #[test]
    fn every_map_is_seen_from_its_first_colour_on_and_keeps_its_last() {
        for (name, _) in Colormap::list() {
            for name in [name.to_owned(), format!("{name}_r")] {
                for background in [WHITE, DARK] {
                    let ramp = ramp(&name, Some(background));
                    let first = Oklab::from_srgb(ramp.color_from_t(0.0));
                    let distance = first.distance(Oklab::from_srgb(background.rgb()));
                    // Ottosson's second lightness grows at most 1.17 times as fast as the first.
                    assert!(distance >= 0.1 / 1.17, "{name} on {background:?}: {distance}");
                    assert_eq!(ramp.color_from_t(1.0), ramp.colormap().color_from_t(1.0), "{name}");
                }
            }
        }
    }

    #[test]
    fn a_map_of_the_background_alone_gives_what_it_can() {
        let like = Colormap::parse("#fefefe,white 60%,black").expect("stops");
        let ramp = Ramp::new(like, Some(Rgba8::opaque(254, 254, 254)));
        assert!(ramp.floor() <= 0.5);
        assert_eq!(ramp.color_from_t(f64::NAN), ramp.color_from_t(0.0));
        assert_eq!(ramp.color_from_t(2.0), [0, 0, 0]);
    }
}
