//! What a terminal can show, as far as its environment variables say.
//!
//! Asks no terminal: an answer would need the keyboard, and over a slow line it would come after the program is gone.
//! Variables that survive ssh (`TERM`, and `LC_TERMINAL` where the server takes `LC_*`) count as much as the others.
//!
//! | variables | shown by |
//! |---|---|
//! | `TMUX`, `STY`, or `TERM` of tmux or screen | half blocks: pictures pass only where a setting lets them |
//! | `KITTY_WINDOW_ID`; `TERM` xterm-kitty, xterm-ghostty; `TERM_PROGRAM` ghostty; `KONSOLE_VERSION` from 22.04 | kitty |
//! | `TERM_PROGRAM` iTerm.app, WezTerm, mintty; `TERM` wezterm; `LC_TERMINAL` iTerm2 | iterm |
//! | `TERM` foot, mlterm, contour, yaft, vt340 and their variants, or with "sixel" in it | sixel |
//! | all others | half blocks |
//!
//! Half blocks are coloured in 24 bits where `COLORTERM` (truecolor, 24bit) or the terminal's name says so, else from the
//! 256 colours of xterm; `NO_COLOR` leaves shades, `TERM` dumb (or none) ASCII.

use std::collections::BTreeMap;

/// Environment variables by name.
pub type Variables = BTreeMap<String, String>;

/// How a picture gets into a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The PNG itself, by the graphics protocol of kitty.
    Kitty,
    /// The PNG itself, by the inline images of iTerm2.
    Iterm,
    /// Pixels of up to 256 colours.
    Sixel,
    /// Characters, two pixels each.
    Blocks(Ink),
}

/// What characters are coloured with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// 24-bit colours.
    TrueColor,
    /// The colour cube and the greys of xterm's 256 colours.
    Palette256,
    /// No colours: shaded blocks, denser where the picture differs more from its paper.
    Shades,
    /// No colours, ASCII alone.
    Ascii,
}

/// What lies between this program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Nothing.
    Direct,
    /// tmux: passes what is wrapped, where `allow-passthrough` is on.
    Tmux,
    /// GNU screen: passes no pictures.
    Screen,
}

/// Terminals whose name says that they have 24-bit colours.
const TRUE_COLOR: &[&str] = &["xterm-kitty", "xterm-ghostty", "foot", "contour", "alacritty", "wezterm"];

/// Terminals whose name says that they have sixels.
const SIXEL: &[&str] = &["foot", "mlterm", "contour", "yaft", "vt340"];

/// The first Konsole with kitty's protocol, as it numbers itself.
const KONSOLE_WITH_KITTY: u32 = 220_400;

fn get<'a>(variables: &'a Variables, name: &str) -> &'a str {
    variables.get(name).map_or("", String::as_str)
}

/// `foot` and `foot-extra` are both of the family foot.
fn is_of(term: &str, families: &[&str]) -> bool {
    families.iter().any(|family| term.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// What lies between.
#[must_use]
pub fn carrier(variables: &Variables) -> Carrier {
    let term = get(variables, "TERM");
    if !get(variables, "TMUX").is_empty() || is_of(term, &["tmux"]) {
        Carrier::Tmux
    } else if !get(variables, "STY").is_empty() || is_of(term, &["screen"]) {
        Carrier::Screen
    } else {
        Carrier::Direct
    }
}

/// The best way that is sure to work; [`Protocol::Blocks`] always is.
#[must_use]
pub fn detect(variables: &Variables) -> Protocol {
    let (term, program) = (get(variables, "TERM"), get(variables, "TERM_PROGRAM"));
    let blocks = Protocol::Blocks(ink(variables));
    if carrier(variables) != Carrier::Direct || term == "dumb" {
        return blocks;
    }
    let konsole = get(variables, "KONSOLE_VERSION").parse::<u32>().unwrap_or(0);
    let is_kitty = !get(variables, "KITTY_WINDOW_ID").is_empty()
        || is_of(term, &["xterm-kitty", "xterm-ghostty"])
        || program.eq_ignore_ascii_case("ghostty")
        || konsole >= KONSOLE_WITH_KITTY;
    let is_iterm = ["iTerm.app", "WezTerm", "mintty"].contains(&program)
        || is_of(term, &["wezterm"])
        || get(variables, "LC_TERMINAL") == "iTerm2";
    if is_kitty {
        Protocol::Kitty
    } else if is_iterm {
        Protocol::Iterm
    } else if is_of(term, SIXEL) || term.contains("sixel") {
        Protocol::Sixel
    } else {
        blocks
    }
}

/// What half blocks are coloured with.
#[must_use]
pub fn ink(variables: &Variables) -> Ink {
    let (term, program) = (get(variables, "TERM"), get(variables, "TERM_PROGRAM"));
    if term.is_empty() || term == "dumb" {
        Ink::Ascii
    } else if !get(variables, "NO_COLOR").is_empty() {
        // Its presence counts, unless it is empty: https://no-color.org
        Ink::Shades
    } else if ["truecolor", "24bit"].contains(&get(variables, "COLORTERM"))
        || is_of(term, TRUE_COLOR)
        || term.ends_with("-direct")
        || ["iTerm.app", "WezTerm"].contains(&program)
    {
        Ink::TrueColor
    } else {
        Ink::Palette256
    }
}

#[cfg(test)]
mod tests;
