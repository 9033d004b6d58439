//! A received page and the page that was sent, and the registration of one on the other.

use super::register::{self, DPI, Registration};
use crate::error::ScanError;
use crate::file_format::FileFormat;
use crate::page::PageOrigin;
use crate::pixels::geometry::Point;
use crate::pixels::grey::Grey;
use crate::qr::attempts::{PixelBudget, find_codes};
use crate::source::page_image::{PageImage, PageSource, RENDER_DPI};

/// A page that was sent and the received page that shows it.
#[derive(Clone, Copy)]
pub struct PagePair<'a> {
    /// The PDF that was sent.
    pub sent: &'a [u8],
    /// Number of its page, from 1.
    pub sent_page: u32,
    /// The file that was received.
    pub received: &'a [u8],
    /// Its format.
    pub format: FileFormat,
    /// Number of its page, from 1.
    pub received_page: u32,
    /// The text of a QR code that stands on both pages.
    pub payload: &'a str,
    /// Which codes end the search for codes, as in [`scan_pages`](crate::scan_pages).
    pub wanted: &'a dyn Fn(&str) -> bool,
}

/// The images of both pages, and how one lies on the other.
pub(crate) struct RegisteredPair {
    /// The received page as it came.
    pub image: PageImage,
    /// Its pixels in grey.
    pub received: Grey,
    /// The sent page at [`DPI`].
    pub sent: Grey,
    /// The corners of the code on the sent page; several if it is printed several times.
    pub codes: Vec<[Point; 4]>,
    /// How the received page lies on the sent one. None if they do not fit.
    pub registration: Option<Registration>,
}

impl PagePair<'_> {
    /// Reads both pages and registers the received one on the sent one, starting from the code.
    pub(crate) fn register(&self) -> Result<RegisteredPair, ScanError> {
        let index =
            |number: u32| (number as usize).checked_sub(1).ok_or(ScanError::NoSuchPage(number));
        let mut sent_file = PageSource::open(self.sent, FileFormat::Pdf)?;
        let sent = sent_file.rendered_page(index(self.sent_page)?, DPI)?.take_grey();
        let mut received_file = PageSource::open(self.received, self.format)?;
        let received_index = index(self.received_page)?;
        let mut image = received_file.page(received_index)?;
        if image.origin == PageOrigin::Image && image.more {
            image = received_file.rendered_page(received_index, RENDER_DPI)?;
        }
        let raster = image.raster.clone();
        let received = image.take_grey();
        image.raster = raster;
        let (received_codes, codes) = (self.codes(&received), self.codes(&sent));
        // The code may be printed twice on a page: one of the combinations fits.
        let registration = codes
            .iter()
            .take(2)
            .flat_map(|sent| received_codes.iter().take(2).map(move |received| (sent, received)))
            .find_map(|(sent_code, received_code)| {
                register::register(&sent, sent_code, &received, received_code)
            });
        Ok(RegisteredPair { image, received, sent, codes, registration })
    }

    /// The corners of the codes with this pair's payload.
    fn codes(&self, grey: &Grey) -> Vec<[Point; 4]> {
        find_codes(grey, self.wanted, &mut PixelBudget::default())
            .into_iter()
            .filter(|code| code.payload == self.payload)
            .map(|code| code.corners)
            .collect()
    }
}
