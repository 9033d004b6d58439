//! One page of any file as a grey picture that knows where it lies on the page.
//!
//! Pages are made one at a time, so that memory holds one.

use super::content::Content;
use super::failure::Failure;
use super::geometry::{Point, Projection};
use super::grey::Grey;
use super::pdf::Book;
use super::raster::{self, Raster};
use super::tiff_pages::TiffPages;
use super::values::{Kind, Origin};
use super::{PAGES, PIXELS};

/// Resolution at which a page that is no scan is drawn, in dots per inch.
pub(super) const DRAWN: f64 = 200.0;
/// Shorter and longer side of a sheet of paper in millimetres, generously (A6 to A3).
const PAPER: (std::ops::RangeInclusive<f64>, std::ops::RangeInclusive<f64>) =
    (95.0..=310.0, 135.0..=450.0);
/// Millimetres of a point.
const POINT: f64 = 25.4 / 72.0;

/// An open file.
pub(super) enum Source<'a> {
    Pdf(Book),
    Tiff(Box<TiffPages<'a>>),
    Still(&'a [u8], Kind),
}

/// What a page shows.
pub(super) struct Sheet {
    /// Its pixels, coloured if they are.
    pub raster: Raster,
    /// From its pixels to the page: points if its size is known, else pixels.
    pub frame: Projection,
    /// Width and height of the page in the unit of the frame.
    pub size: Point,
    /// Whether that unit is the point.
    pub sized: bool,
    pub origin: Origin,
    /// Whether the page shows more than this picture.
    pub more: bool,
    pub text: Option<String>,
}

impl<'a> Source<'a> {
    /// Opens a file of at most [`PAGES`] pages.
    pub fn open(bytes: &'a [u8], kind: Kind) -> Result<Self, Failure> {
        let source = match kind {
            Kind::Pdf => Self::Pdf(Book::open(bytes)?),
            Kind::Tiff => Self::Tiff(Box::new(TiffPages::open(bytes)?)),
            Kind::Jpeg | Kind::Png => Self::Still(bytes, kind),
        };
        match source.count()? {
            0 => Err(Failure::NoPages),
            count if count > PAGES => Err(Failure::TooMany(count)),
            _ => Ok(source),
        }
    }

    /// How many pages.
    pub fn count(&self) -> Result<usize, Failure> {
        match self {
            Self::Pdf(book) => Ok(book.count()),
            Self::Tiff(pages) => pages.count(),
            Self::Still(..) => Ok(1),
        }
    }

    /// A page by its number from 0: the scan itself if the page is one, else drawn.
    pub fn sheet(&mut self, number: usize) -> Result<Sheet, Failure> {
        match self {
            Self::Pdf(book) => {
                let page = book.page(number)?;
                let mut content = page.content();
                let size = [page.width, page.height];
                let text = Some(std::mem::take(&mut content.text));
                if let Some(scan) = content.scan.take() {
                    raster::check(scan.raster.width as u64, scan.raster.height as u64)?;
                    return Ok(Sheet {
                        raster: scan.raster,
                        frame: scan.frame,
                        size,
                        sized: true,
                        origin: Origin::Image,
                        more: content.more,
                        text,
                    });
                }
                let mut sheet = drawn(book, number, DRAWN, &content)?;
                sheet.text = text;
                Ok(sheet)
            }
            Self::Tiff(pages) => pages.page(number).map(|(raster, dots)| picture(raster, dots)),
            Self::Still(..) if number > 0 => {
                Err(Failure::NoSuchPage(u32::try_from(number + 1).unwrap_or(u32::MAX)))
            }
            Self::Still(bytes, kind) => {
                raster::still(bytes, *kind).map(|(raster, dots)| picture(raster, dots))
            }
        }
    }

    /// A page as a person sees it, with all that lies on the scan; in a PDF drawn at a resolution.
    pub fn seen(&mut self, number: usize, dots: f64) -> Result<Sheet, Failure> {
        match self {
            Self::Pdf(book) => {
                let content = book.page(number)?.content();
                drawn(book, number, dots, &content)
            }
            _ => self.sheet(number),
        }
    }
}

fn drawn(book: &Book, number: usize, dots: f64, content: &Content) -> Result<Sheet, Failure> {
    let page = book.page(number)?;
    let raster = page.drawn(dots, content)?;
    let size = [page.width, page.height];
    let (across, down) = (size[0] / raster.width as f64, size[1] / raster.height as f64);
    Ok(Sheet {
        frame: Projection::stretch(across, down, 0.0, 0.0),
        raster,
        size,
        sized: true,
        origin: Origin::Rendered,
        more: false,
        text: None,
    })
}

fn picture(raster: Raster, dots: Option<f64>) -> Sheet {
    let (width, height) = (raster.width as f64, raster.height as f64);
    let (shorter, longer) = (width.min(height), width.max(height));
    let dots = dots.filter(|dots| {
        PAPER.0.contains(&(shorter / dots * 25.4)) && PAPER.1.contains(&(longer / dots * 25.4))
    });
    let points = dots.map_or(1.0, |dots| 72.0 / dots);
    Sheet {
        raster,
        frame: Projection::stretch(points, points, 0.0, 0.0),
        size: [width * points, height * points],
        sized: dots.is_some(),
        origin: if dots.is_some() { Origin::Scan } else { Origin::Photo },
        more: false,
        text: None,
    }
}

impl Sheet {
    /// Width and height of the page in millimetres, 0 if unknown.
    pub fn millimetres(&self) -> [f32; 2] {
        self.size.map(|side| if self.sized { (side * POINT) as f32 } else { 0.0 })
    }

    /// A pixel's place in fractions of the page.
    pub fn fraction(&self, pixel: Point) -> Point {
        let [x, y] = self.frame.apply(pixel);
        [x / self.size[0], y / self.size[1]]
    }

    /// The pixels in grey, which are then gone from here.
    pub fn take_grey(&mut self) -> Grey {
        let none = Raster { width: 0, height: 0, channels: 1, data: Vec::new() };
        std::mem::replace(&mut self.raster, none).into_grey()
    }
}

const _: () = assert!(PIXELS < u32::MAX as u64, "pixels are counted in 32 bits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sheet_of_paper_has_a_size() {
        let raster = |width, height| Raster { width, height, channels: 1, data: Vec::new() };
        let scan = picture(raster(1654, 2339), Some(200.0));
        assert_eq!(scan.origin, Origin::Scan);
        assert!((scan.millimetres()[0] - 210.0).abs() < 0.1);
        assert_eq!(scan.fraction([827.0, 0.0]), [0.5, 0.0]);
        let photo = picture(raster(3024, 4032), Some(72.0));
        assert_eq!((photo.origin, photo.millimetres()), (Origin::Photo, [0.0, 0.0]));
        assert_eq!(photo.fraction([1512.0, 4032.0]), [0.5, 1.0]);
    }
}
