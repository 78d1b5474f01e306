//! Time zones that Parquet has no word for: Arrow writers leave their own schema in the footer.
//!
//! The decoder takes a zone from it only where the unit is the same; seconds, which Parquet does not have, would be UTC.

use std::panic::catch_unwind;

use ::parquet::arrow::ARROW_SCHEMA_META_KEY;
use ::parquet::file::metadata::FileMetaData;
use arrow::datatypes::{DataType, Schema};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::data::chunk::Logical;
use crate::source::arrays::places::{self, Place};

/// The schema that an Arrow writer left; `None` where there is none that can be read.
pub(super) fn written_schema(metadata: &FileMetaData) -> Option<Schema> {
    let entry = metadata.key_value_metadata()?.iter().find(|entry| entry.key == ARROW_SCHEMA_META_KEY)?;
    let bytes = STANDARD.decode(entry.value.as_ref()?).ok()?;
    catch_unwind(|| arrow::ipc::convert::try_schema_from_ipc_buffer(&bytes).ok()).ok()?
}

/// What a column means, with the zone that its writer gave it.
pub(super) fn with_zone(logical: Logical, place: Place, written: Option<&Schema>) -> Logical {
    let field = written.and_then(|schema| places::field(schema, place));
    match (logical, field.map(|field| field.data_type())) {
        (Logical::Time { unit, zone: Some(_) }, Some(DataType::Timestamp(_, Some(zone)))) => {
            Logical::Time { unit, zone: Some(zone.to_string()) }
        }
        (logical, _) => logical,
    }
}
