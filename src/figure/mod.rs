//! Everything around the points.
