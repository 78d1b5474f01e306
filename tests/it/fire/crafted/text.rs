//! Texts of tokens: tokens are put in, taken out, swapped and repeated.

use crate::fire::mutate::{MOST_BYTES, below, one_of, stretch};
use crate::harness::Random;

/// What readers of delimited text look at.
pub(super) const CSV: &[&str] = &[
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "\r",
    "#",
    " ",
    "\\",
    "sep=;\n",
    "\u{feff}",
    "\0",
    "\u{1b}[2J",
    "nan",
    "-inf",
    "1e400",
    "-1e-400",
    "0x1f",
    "1,5",
    "1_000",
    "+1",
    "--1",
    "9223372036854775807",
    "18446744073709551616",
    "123456789012345678901234567890",
    "2024-02-30T25:61:61",
    "2024-01-01T00:00:00.123456789Z",
    "true",
    "NULL",
    "é",
    "\u{202e}",
    "1e",
    "1e+",
    ".",
    "-",
    "0000000000000000000000000000001",
    "1.7976931348623157e309",
];

/// What readers of JSON look at.
pub(super) const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\",
    "\\u",
    "\\ud800",
    "\\u0000",
    "null",
    "true",
    "false",
    "NaN",
    "Infinity",
    "-",
    "1e999",
    "-0",
    "0123",
    "1e",
    "\n",
    "\0",
    "\u{feff}",
    "{\"x\": 1}",
    "{\"x\":{\"x\":{\"x\":1}}}",
    "[[[[[[[[",
    "]]]]]]]]",
    "18446744073709551616",
    "\"x\": 1, \"x\": 2,",
    "\"\\ud83d\\ude00\"",
    "\u{1b}",
    "1.0000000000000000000000000000000001",
    "//",
    "'",
];

/// Keys and values of plot files.
pub(super) const PLOT_FILE: &[&str] = &[
    "\n",
    "=",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'''",
    "\"\"\"",
    "#",
    ".",
    ",",
    "\\u0000",
    "\\u001b",
    "true",
    "false",
    "nan",
    "inf",
    "-1",
    "0",
    "1e308",
    "9223372036854775807",
    "9223372036854775808",
    "2024-01-01",
    "12:00:00",
    "\nseries = [\"in.csv -x x -y y\"]\n",
    "\nseries = [{x = 1}]\n",
    "\nreduce = [\"count\", \"sum:v\", \"by:x\"]\n",
    "\nxlim = [\"a\", 1]\n",
    "\nxlim = [1e308, -1e308]\n",
    "\ncolor = \"#12\"\n",
    "\nnorm = \"power=nan\"\n",
    "\nxscale = \"symlog=0\"\n",
    "\nyscale = \"time\"\n",
    "\n[table]\n",
    "\n[[x]]\n",
    "\nmax-memory = \"1K\"\n",
    "\nsize = 1e9\n",
    "\nthreads = 1\n",
    "\nhead = 1\n",
    "\nevery = 0\n",
    "\nxlim = []\n",
    "\nrgb = \"x,y,v\"\n",
    "\nsize-by = \"v\"\n",
    "\nsize-range = [0, 0]\n",
    "\nmarker = \"star\"\n",
    "\nlegend = \"off\"\n",
    "\nstrict = \"yes\"\n",
];

/// A text with some of its tokens changed.
pub(super) fn damaged(random: &mut Random, seed: &[u8], tokens: &[&str]) -> Vec<u8> {
    let mut text = seed.to_vec();
    for _ in 0..1 + below(random, 6) {
        let len = text.len();
        match random.next() % 10 {
            0..4 => {
                let at = below(random, len + 1);
                text.splice(at..at, one_of(random, tokens).bytes());
            }
            4..6 => {
                // In the place of what stands between two separators.
                let at = below(random, len);
                let is_end = |byte: &u8| b",;\t\n:=[]{} ".contains(byte);
                let start = text[..at].iter().rposition(is_end).map_or(0, |before| before + 1);
                let end = text[at..].iter().position(is_end).map_or(len, |after| at + after).max(start);
                text.splice(start..end, one_of(random, tokens).bytes());
            }
            6 => {
                let repeated = one_of(random, tokens).repeat(1 + below(random, 300));
                let at = below(random, len + 1);
                text.splice(at..at, repeated.bytes());
            }
            7 => drop(text.drain(stretch(random, len))),
            8 => {
                // A whole line once more somewhere.
                let lines: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                if let Some(line) = lines.get(below(random, lines.len())) {
                    let at = lines[..below(random, lines.len())].iter().map(Vec::len).sum::<usize>();
                    text.splice(at..at, line.iter().copied());
                }
            }
            _ => {
                let at = below(random, len + 1);
                let byte = [0xff, 0xc0, 0x80, 0, b'"', b'\r'][below(random, 6)];
                text.insert(at, byte);
            }
        }
        text.truncate(MOST_BYTES);
    }
    text
}
