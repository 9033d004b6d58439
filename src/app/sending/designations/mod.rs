//! Requests to schools that have no referent: to whom one is due, making it, sending it, and where each school stands.

pub mod deposit_requests;
pub mod designation_status;
pub mod due_requests;
mod render_request;
pub mod send_requests;
pub mod test_requests;
