//! What can be wrong with a Parquet file: it contradicts itself, it is encrypted, or its decoder gives up.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::errors::{ParquetError, Result as Decoded};

use crate::error::{Error, Result};

/// The error for a file that cannot be what it says.
pub(super) fn damaged(name: &str, what: impl std::fmt::Display) -> Error {
    Error::input(format!("the Parquet file is damaged or truncated ({what})"))
        .in_file(name)
        .hint("copy or write it again")
}

/// Runs decoder code: its errors and its panics are errors of the file.
pub(super) fn guarded<T>(name: &str, decode: impl FnOnce() -> Decoded<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(told(name, &error)),
        Err(panic) => {
            let text =
                panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
            Err(damaged(name, format!("the decoder stopped: {}", text.unwrap_or("no reason given"))))
        }
    }
}

/// What the decoder says. It does not tell damage from what it was not made for, so neither does this.
fn told(name: &str, error: &ParquetError) -> Error {
    let text = error.to_string();
    if text.contains("encrypt") {
        return Error::input("the Parquet file is encrypted").in_file(name).hint("write it without encryption");
    }
    let what = without_layers(&text);
    // The footer itself is not there.
    if matches!(error, ParquetError::EOF(_) | ParquetError::NeedMoreData(_)) || what.contains("footer") {
        return damaged(name, what);
    }
    let hint = if matches!(error, ParquetError::NYI(_)) {
        "write it again with a current library"
    } else if what.contains("CRC") {
        "it is damaged: copy or write it again"
    } else if what.contains("Required field") {
        "it is damaged, or its columns are encrypted: copy it again, or write it without encryption"
    } else {
        "it is damaged, or of a kind that this reader does not know: copy it again, or write it with a current library"
    };
    Error::input(format!("the Parquet file cannot be read ({what})")).in_file(name).hint(hint)
}

/// The text without what each layer of the decoder puts before it.
fn without_layers(text: &str) -> &str {
    const LAYERS: [&str; 6] =
        ["External: ", "Parquet argument error: ", "Parquet error: ", "Arrow: ", "EOF: ", "NYI: "];
    LAYERS.iter().find_map(|layer| text.strip_prefix(layer)).map_or(text, without_layers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_left_out_and_damage_is_not_claimed() {
        let error = |error| guarded::<()>("t.parquet", || Err(error)).unwrap_err().to_string();
        let external = ParquetError::General("External: Parquet argument error: EOF: eof decoding byte array".into());
        let text = error(external);
        assert!(text.starts_with("t.parquet: the Parquet file cannot be read (eof decoding byte array)"), "{text}");
        assert!(error(ParquetError::NYI("a new encoding".into())).contains("(a new encoding); write it again"));
        assert!(error(ParquetError::General("file is encrypted".into())).contains("is encrypted; write it without"));
    }
}
