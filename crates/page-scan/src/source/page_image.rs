//! The image of a page, for a file of any format, and where its pixels lie on the page.
//!
//! Pages are decoded one at a time, so that memory holds one.

use super::pdf::PdfFile;
use super::pdf_content::PageContent;
use super::still_image;
use super::tiff::TiffFile;
use crate::error::ScanError;
use crate::file_format::FileFormat;
use crate::limits::MAX_PAGES;
use crate::page::PageOrigin;
use crate::pixels::geometry::{Point, Projection};
use crate::pixels::grey::Grey;
use crate::pixels::raster::{Raster, check_size};

/// Resolution at which a page that is not a scan is rendered, in dots per inch.
pub(crate) const RENDER_DPI: f64 = 200.0;
/// Shorter and longer side of a sheet of paper in millimetres, with some margin (A6 to A3).
const PAPER: (std::ops::RangeInclusive<f64>, std::ops::RangeInclusive<f64>) =
    (95.0..=310.0, 135.0..=450.0);
/// Millimetres in a point.
const POINT_MM: f64 = 25.4 / 72.0;

/// An open file.
pub(crate) enum PageSource<'a> {
    Pdf(PdfFile),
    Tiff(Box<TiffFile<'a>>),
    Still(&'a [u8], FileFormat),
}

/// The image of a page.
pub(crate) struct PageImage {
    /// Its pixels, in colour if the file has colours.
    pub raster: Raster,
    /// From its pixels to the page, in points if the size of the page is known, else in pixels.
    pub frame: Projection,
    /// Width and height of the page, in the unit of `frame`.
    pub size: Point,
    /// Whether this unit is the point.
    pub in_points: bool,
    /// Where the pixels come from.
    pub origin: PageOrigin,
    /// Whether the page shows more than this image.
    pub more: bool,
    /// The text of a PDF page.
    pub text: Option<String>,
}

impl<'a> PageSource<'a> {
    /// Opens a file of at most [`MAX_PAGES`] pages.
    pub fn open(bytes: &'a [u8], kind: FileFormat) -> Result<Self, ScanError> {
        let source = match kind {
            FileFormat::Pdf => Self::Pdf(PdfFile::open(bytes)?),
            FileFormat::Tiff => Self::Tiff(Box::new(TiffFile::open(bytes)?)),
            FileFormat::Jpeg | FileFormat::Png => Self::Still(bytes, kind),
        };
        match source.count()? {
            0 => Err(ScanError::NoPages),
            count if count > MAX_PAGES => Err(ScanError::TooManyPages(count)),
            _ => Ok(source),
        }
    }

    /// Number of pages.
    pub fn count(&self) -> Result<usize, ScanError> {
        match self {
            Self::Pdf(pdf) => Ok(pdf.count()),
            Self::Tiff(pages) => pages.count(),
            Self::Still(..) => Ok(1),
        }
    }

    /// A page by its number from 0: the image itself if the page is a scan, else rendered.
    pub fn page(&mut self, number: usize) -> Result<PageImage, ScanError> {
        match self {
            Self::Pdf(pdf) => {
                let page = pdf.page(number)?;
                let mut content = page.content();
                let size = [page.width, page.height];
                let text = Some(std::mem::take(&mut content.text));
                if let Some(scan) = content.scan.take() {
                    check_size(scan.raster.width as u64, scan.raster.height as u64)?;
                    return Ok(PageImage {
                        raster: scan.raster,
                        frame: scan.frame,
                        size,
                        in_points: true,
                        origin: PageOrigin::Image,
                        more: content.more,
                        text,
                    });
                }
                let mut image = render(pdf, number, RENDER_DPI, &content)?;
                image.text = text;
                Ok(image)
            }
            Self::Tiff(pages) => {
                pages.page(number).map(|(raster, dpi)| from_image_file(raster, dpi))
            }
            Self::Still(..) if number > 0 => {
                Err(ScanError::NoSuchPage(u32::try_from(number + 1).unwrap_or(u32::MAX)))
            }
            Self::Still(bytes, kind) => {
                still_image::read(bytes, *kind).map(|(raster, dpi)| from_image_file(raster, dpi))
            }
        }
    }

    /// A page by its number from 0 as a person sees it, with everything that lies over a scan. A PDF
    /// page is rendered at `dpi` dots per inch; other formats keep their own pixels.
    pub fn rendered_page(&mut self, number: usize, dpi: f64) -> Result<PageImage, ScanError> {
        match self {
            Self::Pdf(pdf) => {
                let content = pdf.page(number)?.content();
                render(pdf, number, dpi, &content)
            }
            _ => self.page(number),
        }
    }
}

fn render(
    pdf: &PdfFile,
    number: usize,
    dpi: f64,
    content: &PageContent,
) -> Result<PageImage, ScanError> {
    let page = pdf.page(number)?;
    let raster = page.render(dpi, content)?;
    let size = [page.width, page.height];
    let (across, down) = (size[0] / raster.width as f64, size[1] / raster.height as f64);
    Ok(PageImage {
        frame: Projection::stretch(across, down, 0.0, 0.0),
        raster,
        size,
        in_points: true,
        origin: PageOrigin::Rendered,
        more: false,
        text: None,
    })
}

fn from_image_file(raster: Raster, dpi: Option<f64>) -> PageImage {
    let (width, height) = (raster.width as f64, raster.height as f64);
    let (shorter, longer) = (width.min(height), width.max(height));
    let dpi = dpi.filter(|dpi| {
        PAPER.0.contains(&(shorter / dpi * 25.4)) && PAPER.1.contains(&(longer / dpi * 25.4))
    });
    let points = dpi.map_or(1.0, |dpi| 72.0 / dpi);
    PageImage {
        raster,
        frame: Projection::stretch(points, points, 0.0, 0.0),
        size: [width * points, height * points],
        in_points: dpi.is_some(),
        origin: if dpi.is_some() { PageOrigin::Scan } else { PageOrigin::Photo },
        more: false,
        text: None,
    }
}

impl PageImage {
    /// Width and height of the page in millimetres, 0 if unknown.
    pub fn millimetres(&self) -> [f32; 2] {
        self.size.map(|side| if self.in_points { (side * POINT_MM) as f32 } else { 0.0 })
    }

    /// The position of a pixel as a fraction of the page's width and height.
    pub fn fraction(&self, pixel: Point) -> Point {
        let [x, y] = self.frame.apply(pixel);
        [x / self.size[0], y / self.size[1]]
    }

    /// The pixels in grey; `raster` is empty afterwards.
    pub fn take_grey(&mut self) -> Grey {
        let none = Raster { width: 0, height: 0, channels: 1, data: Vec::new() };
        std::mem::replace(&mut self.raster, none).into_grey()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sheet_of_paper_has_a_size() {
        let raster = |width, height| Raster { width, height, channels: 1, data: Vec::new() };
        let scan = from_image_file(raster(1654, 2339), Some(200.0));
        assert_eq!(scan.origin, PageOrigin::Scan);
        assert!((scan.millimetres()[0] - 210.0).abs() < 0.1);
        assert_eq!(scan.fraction([827.0, 0.0]), [0.5, 0.0]);
        let photo = from_image_file(raster(3024, 4032), Some(72.0));
        assert_eq!((photo.origin, photo.millimetres()), (PageOrigin::Photo, [0.0, 0.0]));
        assert_eq!(photo.fraction([1512.0, 4032.0]), [0.5, 1.0]);
    }
}
