//! Pointillist.
pub mod canvas;
pub mod color;
pub mod data;
pub mod doctor;
pub mod error;
pub mod figure;
pub mod mark;
pub mod program;
pub mod raster;
pub mod scale;
pub mod source;
pub mod stamp;
