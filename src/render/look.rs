//! How the canvas of one data set becomes colours, once it is drawn: limits, norm and key completed by what it holds.

use serde_json::json;

use crate::canvas::{Canvas, Planes};
use crate::color::Rgba8;
use crate::content::Content;
use crate::error::{Error, Result};
use crate::figure::Key;
use crate::reduce::Reducer;
use crate::render::{Drawn, tone};
use crate::shade::{MixTone, Shader, Tone};
use crate::spec::{Background, ColorOptions};

/// How a canvas becomes colours.
#[derive(Debug)]
pub(super) enum Look {
    Points { color: Rgba8, alpha: f64 },
    Numbers { reducer: Reducer, tone: Box<Tone> },
    Mix { plane: usize, tone: MixTone },
}

impl Look {
    /// Works out limits and colours of a density, and completes the key; with lines to tell the user.
    pub(super) fn of(drawn: &Drawn<'_>, background: Option<Rgba8>) -> Result<(Self, Key, Vec<String>)> {
        let foreign = || Error::input("the canvas does not hold what it should");
        let (colors, key) = (drawn.colors, drawn.key);
        let Content::Density { reduced, calendar } = drawn.content else {
            let Content::Points { color, alpha, .. } = drawn.content else { return Err(foreign()) };
            return Ok((Self::Points { color: *color, alpha: *alpha }, key.clone(), Vec::new()));
        };
        let planes = drawn.canvases.iter().map(|canvas| match canvas {
            Canvas::Planes(planes) => Ok(planes),
            _ => Err(foreign()),
        });
        let planes: Vec<&Planes> = planes.collect::<Result<_>>()?;
        let (pictures, beside) = planes.split_at(drawn.scaling.min(planes.len()));
        let first = reduced.first().ok_or_else(foreign)?;
        Ok(match (&first.reducer, key) {
            (Reducer::By { plane, .. }, Key::Legend { entries, .. }) => {
                let (tone, notes) = tone::mix_tone(pictures, first, colors, entries)?;
                let key = tone::filled_key(key, (pictures, beside), first, colors, None);
                (Self::Mix { plane: *plane, tone }, key, notes)
            }
            (reducer, key) => {
                let (tone, notes) = tone::tone(pictures, first, colors, calendar.as_ref(), background)?;
                let key = tone::filled_key(key, (pictures, beside), first, colors, Some(&tone));
                (Self::Numbers { reducer: reducer.clone(), tone: Box::new(tone) }, key, notes)
            }
        })
    }

    /// Turns rows of its canvas into colours.
    pub(super) fn shader<'a>(&'a self, canvas: &'a Canvas) -> Shader<'a> {
        match (self, canvas) {
            (Self::Numbers { reducer, tone }, Canvas::Planes(planes)) => Shader::numbers(planes, reducer, tone),
            (Self::Mix { plane, tone }, Canvas::Planes(planes)) => Shader::mix(planes, *plane, tone),
            (Self::Points { color, alpha }, canvas) => Shader::points(canvas, *color, *alpha),
            (_, canvas) => Shader::points(canvas, Rgba8::opaque(0, 0, 0), 1.0),
        }
    }

    /// How a density was coloured.
    pub(super) fn colors_json(&self, asked: &ColorOptions) -> Option<serde_json::Value> {
        let css = |color: Option<Rgba8>| color.map(|color| [color.r, color.g, color.b, color.a]);
        let name = |asked: Option<Background>| asked.map(|asked| format!("{asked:?}"));
        match self {
            Self::Points { .. } => None,
            Self::Numbers { tone, .. } => Some(json!({
                "colormap": tone.ramp.colormap().name(),
                "from": tone.ramp.floor(),
                "norm": tone.norm.kind().to_string(),
                "limits": tone.norm.limits(),
                "under": css(tone.under),
                "over": css(tone.over),
                "empty": css(tone.empty),
                "spread_px": tone.spread_px,
            })),
            Self::Mix { tone, .. } => Some(json!({
                "categories": tone.colors.len(),
                "norm": tone.norm.kind().to_string(),
                "limits": tone.norm.limits(),
                "empty": name(asked.empty),
                "spread_px": tone.spread_px,
            })),
        }
    }
}
