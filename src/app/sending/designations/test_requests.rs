//! Copies of a few requests to oneself; nothing is noted of the schools.

use super::due_requests::{AskScope, DueRequest, due_requests};
use super::render_request::{check_project, freeze_to, render_text};
use crate::app::sending::context::SendContext;
use crate::app::sending::queue::freeze::FreezeError;
use crate::app::sending::refusal::SendRefusal;
use crate::app::sending::test_message::{TestAddress, TestCopies};
use crate::mail::message::{FrozenMessage, SendMethod};
use smtp_session::RelayConfig;

/// Requests sent when no number is given.
const DEFAULT_COUNT: usize = 3;

/// Sends copies of the requests that are due; gives their names.
pub fn send_test_requests(
    context: &SendContext<'_>,
    scope: &AskScope,
    to: &TestAddress,
    limit: Option<usize>,
    relay: &RelayConfig,
) -> Result<Vec<String>, SendRefusal> {
    check_project(context.resolved)?;
    let history = context.check_for_requests()?;
    let mut due = due_requests(context.resolved, &history, scope, context.clock.day()).fresh;
    due.truncate(limit.or(scope.only.is_none().then_some(DEFAULT_COUNT)).unwrap_or(usize::MAX));
    if due.is_empty() {
        return Err(SendRefusal::NothingToTest);
    }
    let names = due.iter().map(|one| context.resolved.desired.request_name(one.uai)).collect();
    TestCopies { context, to, relay }.send(names, |at| copy(context, &due[at], to))
}

fn copy(
    context: &SendContext<'_>,
    due: &DueRequest<'_>,
    to: &TestAddress,
) -> Result<FrozenMessage, FreezeError> {
    let SendContext { resolved, clock, .. } = *context;
    let page = render_text(resolved, due, clock.day())?.page;
    let subject = format!("ESSAI – {}", page.subject);
    let method = SendMethod::Test(clock.now());
    freeze_to(resolved, due, (&subject, &page.text), to.address(), method)
}
