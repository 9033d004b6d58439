//! What a page of a PDF consists of: its text, and the image that covers it if the page is a scan.
//!
//! Read with `hayro`'s interpreter, without rendering: a scan costs only the decoding of its image.
//! The image keeps its own pixels; `frame` maps them to the page.

use super::pdf_text::TextLines;
use crate::limits::MAX_PIXELS;
use crate::pixels::geometry::Projection;
use crate::pixels::raster::Raster;
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect};

/// An image that covers more than this share of a page makes the page a scan.
const COVERS: f64 = 0.5;

/// What a page consists of.
#[derive(Default)]
pub(crate) struct PageContent {
    /// Its text in drawing order.
    pub text: String,
    /// The image that covers the page; none if several do.
    pub scan: Option<Scan>,
    /// Whether the page shows anything besides that image.
    pub more: bool,
    /// Width and height of the largest image in pixels.
    pub largest: Option<(u32, u32)>,
    /// All glyphs, hidden ones too, in drawing order; at most [`MAX_GLYPHS`].
    pub glyphs: Vec<Glyph>,
}

/// A glyph and its origin, in points from the top left of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glyph {
    /// Its characters; empty if the font does not give them.
    pub text: String,
    /// Its origin.
    pub origin: [f64; 2],
}

/// Most glyphs of a page that are kept.
const MAX_GLYPHS: usize = 100_000;

/// The image that covers a page.
pub(crate) struct Scan {
    /// Its pixels.
    pub raster: Raster,
    /// From its pixels to points of the page as shown, from the top left.
    pub frame: Projection,
}

/// Reads a page. `area` is its surface in square points.
pub(super) fn read<'a>(page: &'a Page<'a>, area: f64) -> PageContent {
    let (width, height) = page.render_dimensions();
    let transform = Affine::new(page.initial_transform(true).as_coeffs());
    let rect = Rect::new(0.0, 0.0, width.into(), height.into());
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(transform, rect, &cache, page.xref(), settings);
    let mut device = ContentDevice {
        area,
        covering: 0,
        lines: TextLines::default(),
        content: PageContent::default(),
    };
    interpret_page(page, &mut context, &mut device);
    let mut content = device.content;
    content.text = device.lines.into_text();
    if device.covering != 1 {
        content.more |= device.covering > 1;
        content.scan = None;
    }
    content
}

struct ContentDevice {
    area: f64,
    covering: usize,
    lines: TextLines,
    content: PageContent,
}

impl ContentDevice {
    fn keep(&mut self, image: &Image<'_, '_>, transform: Affine) {
        let [a, b, c, d, left, top] = transform.as_coeffs();
        let mut put = |raster: Raster, (across, down): (f32, f32)| {
            let (across, down) = (f64::from(across), f64::from(down));
            let oblong = (c.hypot(d) * down) / (a.hypot(b) * across);
            let times = [1.0 / oblong, oblong].map(|ratio| ratio.round().max(1.0) as usize);
            let before = [raster.width, raster.height];
            let Ok(raster) = raster.stretched(times[0], times[1]) else { return };
            let across = across * before[0] as f64 / raster.width as f64;
            let down = down * before[1] as f64 / raster.height as f64;
            let frame = [a * across, c * down, left, b * across, d * down, top, 0.0, 0.0, 1.0];
            self.content.scan = Some(Scan { raster, frame: Projection(frame) });
        };
        let grey = |width: u32, height: u32, data| Raster {
            width: width as usize,
            height: height as usize,
            channels: 1,
            data,
        };
        let mut transparent = false;
        match image {
            Image::Raster(image) => image.with_rgba(
                |data, alpha| match data {
                    _ if alpha.is_some() => transparent = true,
                    ImageData::Luma(image) => {
                        put(grey(image.width, image.height, image.data), image.scale_factors);
                    }
                    ImageData::Rgb(image) => {
                        let mut raster = grey(image.width, image.height, image.data);
                        raster.channels = 3;
                        put(raster, image.scale_factors);
                    }
                },
                None,
            ),
            Image::Stencil(image) => image.with_stencil(
                |stencil, _| {
                    let data = stencil.data.iter().map(|alpha| 255 - alpha).collect();
                    put(grey(stencil.width, stencil.height, data), stencil.scale_factors);
                },
                None,
            ),
        }
        // An image that is transparent or cannot be decoded has to be rendered with its page.
        self.content.more |= transparent || self.content.scan.is_none();
    }
}

impl<'a> Device<'a> for ContentDevice {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width, height) = (image.width(), image.height());
        let pixels = u64::from(width) * u64::from(height);
        let seen = self.content.largest.map_or(0, |(w, h)| u64::from(w) * u64::from(h));
        if pixels > seen {
            self.content.largest = Some((width, height));
        }
        let coverage = props.transform.determinant().abs() * pixels as f64 / self.area;
        if coverage <= COVERS {
            self.content.more = true;
            return;
        }
        self.covering += 1;
        if self.covering > 1 || pixels > MAX_PIXELS {
            self.content.scan = None;
            self.content.more = true;
        } else {
            self.keep(&image, props.transform);
        }
    }

    fn draw_glyph_run(&mut self, glyphs: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.content.more |= !matches!(mode, DrawMode::Invisible);
        for glyph in glyphs.glyphs() {
            let transform = props.transform * glyph.transform();
            if self.content.glyphs.len() < MAX_GLYPHS {
                let text = match glyph.as_unicode() {
                    Some(BfString::Char(character)) => character.to_string(),
                    Some(BfString::String(string)) => string,
                    None => String::new(),
                };
                let [.., x, y] = transform.as_coeffs();
                self.content.glyphs.push(Glyph { text, origin: [x, y] });
            }
            self.lines.add(glyph.as_unicode(), transform);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.content.more = true;
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use crate::source::pdf::PdfFile;

    #[test]
    fn a_letter_is_text_and_no_scan() {
        let book =
            PdfFile::open(include_bytes!("../../../../tests/fixtures/archive/letter.pdf")).unwrap();
        let content = book.page(1).unwrap().content();
        assert!(content.scan.is_none() && content.more);
        assert!(
            content.text.contains("Référence 2026-0160101Y-4S54 – page 2 sur 2"),
            "{}",
            content.text
        );
    }
}
