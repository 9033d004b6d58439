//! The envelope of a message that goes over the relay.

use super::open_messages::OutgoingMessage;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::plan::history::{FrozenEnvelope, MessageKind};

/// Where a message goes. One that was never tried follows the settings; one that was keeps its envelope.
pub(crate) fn route(
    resolved: &ResolvedCampaign<'_>,
    outgoing: &OutgoingMessage<'_, '_>,
) -> FrozenEnvelope {
    let message = outgoing.message;
    match &message.route {
        Some(route) if message.tries > 0 || message.kind != MessageKind::Letters => route.clone(),
        _ => settings_route(resolved, outgoing),
    }
}

/// The envelope that the settings ask for.
pub(super) fn settings_route(
    resolved: &ResolvedCampaign<'_>,
    outgoing: &OutgoingMessage<'_, '_>,
) -> FrozenEnvelope {
    let mail = &resolved.settings.mail;
    let copies = resolved.desired.copies(&outgoing.mailing);
    FrozenEnvelope {
        from: mail.from.address.as_str().to_owned(),
        to: outgoing.message.address.clone().unwrap_or_default(),
        copies: copies.iter().map(|copy| copy.as_str().to_owned()).collect(),
        control: mail.control_copy.as_ref().map(|control| control.as_str().to_owned()),
    }
}
