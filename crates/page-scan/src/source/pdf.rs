//! A PDF and the rendering of its pages. Two readers open the file and must find the same number of
//! pages.
//!
//! `hayro` renders and has no limits of its own. Sizes are checked here; decompression bombs and loops
//! have to be stopped by the limits of the process. What a page consists of is in `pdf_content`.

use super::pdf_content::{self, PageContent};
use crate::error::{DamageCause, ScanError, TooLargeItem};
use crate::limits::MAX_PIXELS;
use crate::pixels::raster::Raster;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most bytes of a decompressed stream of the structure (objects, cross references).
const STRUCTURE: usize = 64 * 1024 * 1024;
/// Most pixels of a rendered page: enough for A3 at 300 dots per inch.
const RENDERED_PIXELS: f64 = 20e6;
/// Longest side of a rendered page in pixels; `hayro` counts them in 16 bits.
const SIDE: f64 = 12_000.0;
/// Shortest and longest side of a page in points (ISO 32000-1, annex C).
const PAGE_SIDE: std::ops::RangeInclusive<f32> = 3.0..=14_400.0;

/// An open PDF, in one reader after two have read it.
pub(crate) struct PdfFile {
    pdf: Pdf,
}

impl PdfFile {
    /// Opens a PDF that needs no password.
    pub fn open(bytes: &[u8]) -> Result<Self, ScanError> {
        let options =
            lopdf::LoadOptions { max_decompressed_size: Some(STRUCTURE), ..Default::default() };
        let second = lopdf::Document::load_mem_with_options(bytes, options);
        let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
            LoadPdfError::Decryption(
                DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
            ) => ScanError::Encrypted,
            LoadPdfError::Decryption(_) => ScanError::Damaged(DamageCause::Encryption),
            LoadPdfError::Invalid => ScanError::Damaged(DamageCause::NotPdf),
        })?;
        let second = second.map_err(|error| match error {
            lopdf::Error::InvalidPassword => ScanError::Encrypted,
            error => ScanError::Damaged(DamageCause::Decoder(error.to_string())),
        })?;
        let (one, two) = (pdf.pages().len(), second.get_pages().len());
        match (one, two) {
            (0, 0) => Err(ScanError::NoPages),
            (one, two) if one != two => Err(ScanError::PageCountsDiffer(two, one)),
            _ => Ok(Self { pdf }),
        }
    }

    /// Number of pages.
    pub fn count(&self) -> usize {
        self.pdf.pages().len()
    }

    /// A page by its number from 0.
    pub fn page(&self, number: usize) -> Result<PdfPage<'_>, ScanError> {
        let missing = || ScanError::NoSuchPage(u32::try_from(number + 1).unwrap_or(u32::MAX));
        let page = self.pdf.pages().get(number).ok_or_else(missing)?;
        let (width, height) = page.render_dimensions();
        if !PAGE_SIDE.contains(&width) || !PAGE_SIDE.contains(&height) {
            return Err(ScanError::TooLarge(TooLargeItem::PdfPage { width, height }));
        }
        Ok(PdfPage { page, width: width.into(), height: height.into() })
    }
}

/// A page of a PDF.
pub(crate) struct PdfPage<'a> {
    page: &'a Page<'a>,
    /// Width in points, as the page is shown.
    pub width: f64,
    /// Height in points, as the page is shown.
    pub height: f64,
}

impl<'a> PdfPage<'a> {
    /// What the page consists of.
    pub fn content(&self) -> PageContent {
        pdf_content::read(self.page, self.width * self.height)
    }

    /// The page as a person sees it, with annotations, on white, at a resolution in dots per inch. A
    /// large page gets a lower resolution. A page with an image above [`MAX_PIXELS`] is refused, since
    /// `hayro` would decode the whole image.
    pub fn render(&self, dots: f64, content: &PageContent) -> Result<Raster, ScanError> {
        self.render_with(dots, content, InterpreterSettings::default())
    }

    /// The same, and how many parts could not be rendered: fonts, images, appearances.
    pub fn render_and_count_missing(
        &self,
        dots: f64,
        content: &PageContent,
    ) -> Result<(Raster, usize), ScanError> {
        let missing = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&missing);
        let settings = InterpreterSettings {
            warning_sink: Arc::new(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            }),
            ..InterpreterSettings::default()
        };
        let raster = self.render_with(dots, content, settings)?;
        Ok((raster, missing.load(Ordering::Relaxed)))
    }

    fn render_with(
        &self,
        dots: f64,
        content: &PageContent,
        interpreter: InterpreterSettings,
    ) -> Result<Raster, ScanError> {
        if let Some((width, height)) = content.largest
            && u64::from(width) * u64::from(height) > MAX_PIXELS
        {
            return Err(ScanError::too_many_pixels(width.into(), height.into()));
        }
        let limit = (RENDERED_PIXELS / (self.width * self.height)).sqrt();
        let scale = (dots / 72.0).min(limit).min(SIDE / self.width.max(self.height));
        let settings =
            PixmapSettings { x_scale: scale as f32, y_scale: scale as f32, bg_color: WHITE };
        if self.width * scale < 1.0 || self.height * scale < 1.0 {
            return Err(ScanError::Damaged(DamageCause::EmptyPage));
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

    const LETTER: &[u8] = include_bytes!("../../../../tests/fixtures/archive/letter.pdf");

    #[test]
    fn a_page_is_rendered_at_the_resolution_asked_but_never_too_large() {
        let book = PdfFile::open(LETTER).unwrap();
        assert_eq!(book.count(), 2);
        let page = book.page(0).unwrap();
        let content = page.content();
        let small = page.render(72.0, &content).unwrap();
        assert!((590..=596).contains(&small.width), "{}", small.width);
        let large = page.render(5000.0, &content).unwrap();
        assert!(large.width * large.height <= 20_000_000);
        assert!(matches!(book.page(2), Err(ScanError::NoSuchPage(3))));
    }

    #[test]
    fn what_is_no_pdf_is_refused() {
        for bytes in [&b""[..], b"%PDF-", b"%PDF-1.7\n%%EOF", &LETTER[..2000]] {
            assert!(PdfFile::open(bytes).is_err(), "{} bytes", bytes.len());
        }
    }
}
