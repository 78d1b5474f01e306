//! What a source yields and a survey learns of it: chunks of columns, extents, categories.

mod bounds;
pub mod chunk;
pub mod extent;
pub mod partition;
pub mod pick;
pub mod slices;
pub mod survey;
