//! Pixels in memory and the geometry of the plane. Nothing here knows a file, a page or a code.

pub(crate) mod geometry;
pub(crate) mod grey;
pub(crate) mod raster;
