//! What a page of a PDF consists of: its text, and the one image that covers it if it is a scan.
//!
//! Taken from `hayro`'s interpreter without drawing: a scan costs its decoding and nothing more.
//! The image is left as it is; `frame` tells where its pixels lie on the page.

use super::PIXELS;
use super::geometry::Projection;
use super::raster::Raster;
use super::text::Lines;
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect};

/// Share of the page from which an image makes it a scan.
const COVERS: f64 = 0.5;

/// What a page consists of.
#[derive(Default)]
pub(super) struct Content {
    /// Its text in the order of drawing.
    pub text: String,
    /// The one image that covers more than half of the page.
    pub scan: Option<Scan>,
    /// Whether anything is drawn beside that image.
    pub more: bool,
    /// Width and height of the largest image in pixels.
    pub largest: Option<(u32, u32)>,
    /// Every letter that a program finds, seen or not, in the order of drawing; at most [`GLYPHS`].
    pub glyphs: Vec<Glyph>,
}

/// A letter and where it stands, in points from the top left.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    /// What it is read as; nothing where that is not told.
    pub read: String,
    /// Where it begins.
    pub place: [f64; 2],
}

/// Most letters of a page that are kept.
const GLYPHS: usize = 100_000;

/// The image of a page.
pub(super) struct Scan {
    /// Its pixels.
    pub raster: Raster,
    /// From its pixels to points of the page as shown, from the top left.
    pub frame: Projection,
}

/// Looks at a page of an area in square points.
pub(super) fn of<'a>(page: &'a Page<'a>, area: f64) -> Content {
    let (width, height) = page.render_dimensions();
    let transform = Affine::new(page.initial_transform(true).as_coeffs());
    let rect = Rect::new(0.0, 0.0, width.into(), height.into());
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(transform, rect, &cache, page.xref(), settings);
    let mut observer =
        Observer { area, covering: 0, lines: Lines::default(), content: Content::default() };
    interpret_page(page, &mut context, &mut observer);
    let mut content = observer.content;
    content.text = observer.lines.into_text();
    if observer.covering != 1 {
        content.more |= observer.covering > 1;
        content.scan = None;
    }
    content
}

struct Observer {
    area: f64,
    covering: usize,
    lines: Lines,
    content: Content,
}

impl Observer {
    fn take(&mut self, image: &Image<'_, '_>, transform: Affine) {
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
        // A transparent image, or one that cannot be decoded, is for the drawing to show.
        self.content.more |= transparent || self.content.scan.is_none();
    }
}

impl<'a> Device<'a> for Observer {
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
        if self.covering > 1 || pixels > PIXELS {
            self.content.scan = None;
            self.content.more = true;
        } else {
            self.take(&image, props.transform);
        }
    }

    fn draw_glyph_run(&mut self, glyphs: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.content.more |= !matches!(mode, DrawMode::Invisible);
        for glyph in glyphs.glyphs() {
            let transform = props.transform * glyph.transform();
            if self.content.glyphs.len() < GLYPHS {
                let read = match glyph.as_unicode() {
                    Some(BfString::Char(character)) => character.to_string(),
                    Some(BfString::String(text)) => text,
                    None => String::new(),
                };
                let [.., x, y] = transform.as_coeffs();
                self.content.glyphs.push(Glyph { read, place: [x, y] });
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
    use super::super::pdf::Book;

    #[test]
    fn a_letter_is_text_and_no_scan() {
        let book =
            Book::open(include_bytes!("../../../tests/fixtures/archive/letter.pdf")).unwrap();
        let content = book.page(1).unwrap().content();
        assert!(content.scan.is_none() && content.more);
        assert!(
            content.text.contains("Référence 2026-0160101Y-4S54 – page 2 sur 2"),
            "{}",
            content.text
        );
    }
}
