//! A PNG file's bytes by the graphics protocol of kitty: <https://sw.kovidgoyal.net/kitty/graphics-protocol/>.
//!
//! `a=T` transmits and shows, `f=100` says PNG, `c` the columns it fills (the rows follow from its shape), `q=2` keeps the
//! terminal from answering, `m=1` announces more pieces, each of at most 4096 characters of base64.

use std::io::{Read, Write};

use super::terminal::Carrier;
use super::{Failure, Pieces};

/// Writes the picture and ends its last line.
pub(super) fn write<R: Read>(
    pieces: &mut Pieces<R>,
    columns: u32,
    carrier: Carrier,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut keys = format!("a=T,f=100,c={columns},");
    while let Some(piece) = pieces.next() {
        let (text, is_last) = piece.map_err(Failure::Read)?;
        let more = u8::from(!is_last);
        let sequence = match carrier {
            // Within tmux's passthrough every escape is doubled: https://github.com/tmux/tmux/wiki/FAQ
            Carrier::Tmux => format!("\x1bPtmux;\x1b\x1b_G{keys}q=2,m={more};{text}\x1b\x1b\\\x1b\\"),
            Carrier::Direct | Carrier::Screen => format!("\x1b_G{keys}q=2,m={more};{text}\x1b\\"),
        };
        out.write_all(sequence.as_bytes()).map_err(Failure::Write)?;
        keys.clear();
    }
    out.write_all(b"\n").map_err(Failure::Write)
}
