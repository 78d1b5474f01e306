//! Which protocol an environment chooses.

use super::*;

fn variables(text: &str) -> Variables {
    text.split_whitespace()
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn environments_choose_the_protocol() {
    use Protocol::{Blocks, Iterm, Kitty, Sixel};
    for (text, protocol, carried) in [
        ("TERM=xterm-kitty KITTY_WINDOW_ID=1", Kitty, Carrier::Direct),
        ("TERM=xterm-kitty", Kitty, Carrier::Direct),
        ("TERM=xterm-256color KITTY_WINDOW_ID=1", Kitty, Carrier::Direct),
        ("TERM=xterm-ghostty", Kitty, Carrier::Direct),
        ("TERM=xterm-256color TERM_PROGRAM=ghostty", Kitty, Carrier::Direct),
        ("TERM=xterm-256color KONSOLE_VERSION=230804", Kitty, Carrier::Direct),
        ("TERM=xterm-256color KONSOLE_VERSION=211203 COLORTERM=truecolor", Blocks(Ink::TrueColor), Carrier::Direct),
        ("TERM=xterm-256color TERM_PROGRAM=iTerm.app", Iterm, Carrier::Direct),
        ("TERM=xterm-256color LC_TERMINAL=iTerm2", Iterm, Carrier::Direct),
        ("TERM=xterm-256color TERM_PROGRAM=WezTerm COLORTERM=truecolor", Iterm, Carrier::Direct),
        ("TERM=xterm TERM_PROGRAM=mintty", Iterm, Carrier::Direct),
        ("TERM=foot COLORTERM=truecolor", Sixel, Carrier::Direct),
        ("TERM=foot-extra", Sixel, Carrier::Direct),
        ("TERM=mlterm-256color", Sixel, Carrier::Direct),
        ("TERM=contour", Sixel, Carrier::Direct),
        ("TERM=xterm-sixel", Sixel, Carrier::Direct),
        ("TERM=football", Blocks(Ink::Palette256), Carrier::Direct),
        ("TERM=xterm-256color COLORTERM=truecolor", Blocks(Ink::TrueColor), Carrier::Direct),
        ("TERM=xterm-256color COLORTERM=24bit", Blocks(Ink::TrueColor), Carrier::Direct),
        ("TERM=xterm-direct", Blocks(Ink::TrueColor), Carrier::Direct),
        ("TERM=alacritty", Blocks(Ink::TrueColor), Carrier::Direct),
        ("TERM=xterm-256color", Blocks(Ink::Palette256), Carrier::Direct),
        ("TERM=xterm-256color COLORTERM=truecolor NO_COLOR=1", Blocks(Ink::Shades), Carrier::Direct),
        ("TERM=xterm-256color COLORTERM=truecolor NO_COLOR=", Blocks(Ink::TrueColor), Carrier::Direct),
        ("TERM=dumb", Blocks(Ink::Ascii), Carrier::Direct),
        ("TERM=dumb KITTY_WINDOW_ID=1 COLORTERM=truecolor", Blocks(Ink::Ascii), Carrier::Direct),
        ("", Blocks(Ink::Ascii), Carrier::Direct),
        ("TERM=tmux-256color TMUX=/tmp/tmux-0/default,1,0 KITTY_WINDOW_ID=1", Blocks(Ink::Palette256), Carrier::Tmux),
        (
            "TERM=screen-256color TMUX=/tmp/tmux-0/default,1,0 LC_TERMINAL=iTerm2",
            Blocks(Ink::Palette256),
            Carrier::Tmux,
        ),
        ("TERM=tmux-256color COLORTERM=truecolor", Blocks(Ink::TrueColor), Carrier::Tmux),
        ("TERM=screen STY=1.pts LC_TERMINAL=iTerm2", Blocks(Ink::Palette256), Carrier::Screen),
    ] {
        let variables = variables(text);
        assert_eq!(detect(&variables), protocol, "{text}");
        assert_eq!(carrier(&variables), carried, "{text}");
    }
}
