//! Pointillist.
pub mod canvas;
pub mod color;
pub mod data;
pub mod error;
pub mod figure;
pub mod mark;
pub mod output;
pub mod picture;
pub mod program;
pub mod scale;
pub mod source;
pub mod stamp;
