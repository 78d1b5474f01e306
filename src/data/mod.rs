//! What a source yields and a survey learns of it: chunks of columns, extents, categories.

pub mod chunk;
pub mod slices;
pub mod survey;
