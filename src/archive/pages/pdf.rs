//! A PDF, opened by two readers that must agree on its pages; a page drawn at a resolution.
//!
//! `hayro` draws and has no limits of its own: sizes are checked here, the rest (bombs, loops) is
//! for the limits of the process. What a page consists of is asked in `content`.

use super::PIXELS;
use super::content::{self, Content};
use super::failure::Failure;
use super::raster::Raster;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most bytes that a stream of the structure may hold (objects, cross references).
const STRUCTURE: usize = 64 * 1024 * 1024;
/// Most pixels of a drawn page: A3 at 300 dots per inch fits.
const DRAWN: f64 = 20e6;
/// Longest side of a drawn page in pixels, well below the 16 bits of `hayro`.
const SIDE: f64 = 12_000.0;
/// Shortest and longest side of a page in points that makes sense (ISO 32000-1, annex C).
const SENSIBLE: std::ops::RangeInclusive<f32> = 3.0..=14_400.0;

/// An open PDF.
pub(super) struct Book {
    pdf: Pdf,
}

impl Book {
    /// Opens a PDF that needs no password.
    pub fn open(bytes: &[u8]) -> Result<Self, Failure> {
        let options =
            lopdf::LoadOptions { max_decompressed_size: Some(STRUCTURE), ..Default::default() };
        let other = lopdf::Document::load_mem_with_options(bytes, options);
        let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
            LoadPdfError::Decryption(
                DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
            ) => Failure::Encrypted,
            LoadPdfError::Decryption(_) => Failure::damaged("chiffrement illisible"),
            LoadPdfError::Invalid => Failure::damaged("ce n'est pas un PDF lisible"),
        })?;
        let other = other.map_err(|error| match error {
            lopdf::Error::InvalidPassword => Failure::Encrypted,
            error => Failure::Damaged(error.to_string()),
        })?;
        let (one, two) = (pdf.pages().len(), other.get_pages().len());
        match (one, two) {
            (0, 0) => Err(Failure::NoPages),
            (one, two) if one != two => Err(Failure::Disagree(two, one)),
            _ => Ok(Self { pdf }),
        }
    }

    /// How many pages.
    pub fn count(&self) -> usize {
        self.pdf.pages().len()
    }

    /// A page by its number from 0.
    pub fn page(&self, number: usize) -> Result<Drawable<'_>, Failure> {
        let missing = || Failure::NoSuchPage(u32::try_from(number + 1).unwrap_or(u32::MAX));
        let page = self.pdf.pages().get(number).ok_or_else(missing)?;
        let (width, height) = page.render_dimensions();
        if !SENSIBLE.contains(&width) || !SENSIBLE.contains(&height) {
            return Err(Failure::TooLarge(format!("une page de {width} × {height} points")));
        }
        Ok(Drawable { page, width: width.into(), height: height.into() })
    }
}

/// A page that can be drawn.
pub(super) struct Drawable<'a> {
    page: &'a Page<'a>,
    /// Points across, as the page is shown.
    pub width: f64,
    /// Points down, as the page is shown.
    pub height: f64,
}

impl<'a> Drawable<'a> {
    /// What the page consists of, and its image if it is the scan of a sheet.
    pub fn content(&self) -> Content {
        content::of(self.page, self.width * self.height)
    }

    /// The page as a person sees it, annotations too, on white, at a resolution in dots per inch;
    /// less if it would be too large. Refuses a page with an image that is too large: `hayro`
    /// would decode it whole.
    pub fn drawn(&self, dots: f64, content: &Content) -> Result<Raster, Failure> {
        self.drawn_with(dots, content, InterpreterSettings::default())
    }

    /// The same, and how many things could not be drawn: fonts, images, appearances.
    pub fn drawn_and_missed(
        &self,
        dots: f64,
        content: &Content,
    ) -> Result<(Raster, usize), Failure> {
        let missed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&missed);
        let settings = InterpreterSettings {
            warning_sink: Arc::new(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            }),
            ..InterpreterSettings::default()
        };
        let raster = self.drawn_with(dots, content, settings)?;
        Ok((raster, missed.load(Ordering::Relaxed)))
    }

    fn drawn_with(
        &self,
        dots: f64,
        content: &Content,
        interpreter: InterpreterSettings,
    ) -> Result<Raster, Failure> {
        if let Some((width, height)) = content.largest
            && u64::from(width) * u64::from(height) > PIXELS
        {
            return Err(Failure::pixels(width.into(), height.into()));
        }
        let limit = (DRAWN / (self.width * self.height)).sqrt();
        let scale = (dots / 72.0).min(limit).min(SIDE / self.width.max(self.height));
        let settings =
            PixmapSettings { x_scale: scale as f32, y_scale: scale as f32, bg_color: WHITE };
        if self.width * scale < 1.0 || self.height * scale < 1.0 {
            return Err(Failure::damaged("une page sans étendue"));
        }
        let pixmap = hayro::render(
            self.page,
            &RenderCache::new(),
            &interpreter,
            &RenderSettings::default(),
            &settings,
        );
        let (width, height) = (usize::from(pixmap.width()), usize::from(pixmap.height()));
        let data = pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        Ok(Raster { width, height, channels: 3, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &[u8] = include_bytes!("../../../tests/fixtures/archive/letter.pdf");

    #[test]
    fn a_page_is_drawn_at_the_resolution_asked_but_never_too_large() {
        let book = Book::open(LETTER).unwrap();
        assert_eq!(book.count(), 2);
        let page = book.page(0).unwrap();
        let content = page.content();
        let small = page.drawn(72.0, &content).unwrap();
        assert!((590..=596).contains(&small.width), "{}", small.width);
        let large = page.drawn(5000.0, &content).unwrap();
        assert!(large.width * large.height <= 20_000_000);
        assert!(matches!(book.page(2), Err(Failure::NoSuchPage(3))));
    }

    #[test]
    fn what_is_no_pdf_is_damaged() {
        for bytes in [&b""[..], b"%PDF-", b"%PDF-1.7\n%%EOF", &LETTER[..2000]] {
            assert!(Book::open(bytes).is_err(), "{} bytes", bytes.len());
        }
    }
}
