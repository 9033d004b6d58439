//! The day a campaign closes, written into the text that describes the campaign: every other byte,
//! comments and blanks included, stays as a person wrote it.
//!
//! toml_edit finds the place; the text itself is cut there and nowhere else. Must not know files.

use super::campaign::Campaign;
use jiff::civil::Date;
use std::ops::Range;
use toml_edit::{Document, Item, Table, Value};

/// The key.
const KEY: &str = "closed";

/// A text whose `[campaign]` is closed on a day; none if there is no place for it to be written.
pub fn close(text: &str, day: Date) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let campaign = document.get("campaign")?;
    let edited = match campaign {
        Item::Table(table) => match table.get(KEY) {
            Some(item) => replaced(text, item.span()?, day),
            None => added(text, table, day)?,
        },
        Item::Value(Value::InlineTable(table)) => match table.get(KEY) {
            Some(value) => replaced(text, value.span()?, day),
            None => {
                let end = table.iter().filter_map(|(_, value)| value.span()).map(|span| span.end);
                let end = end.max()?;
                replaced_by(text, end..end, &format!(", {KEY} = {day}"))
            }
        },
        _ => return None,
    };
    is_closed(&edited, day).then_some(edited)
}

/// Whether a campaign closes on exactly this day.
pub fn closes_on(campaign: &Campaign, day: Date) -> bool {
    campaign.closed.as_ref().is_some_and(|closed| closed.value.0 == day)
}

fn is_closed(text: &str, day: Date) -> bool {
    let document = Document::parse(text);
    let found = document.as_ref().ok().and_then(|document| document.get("campaign")?.get(KEY));
    found.and_then(Item::as_datetime).is_some_and(|closed| closed.to_string() == day.to_string())
}

fn replaced_by(text: &str, range: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..range.start], &text[range.end..])
}

fn replaced(text: &str, range: Range<usize>, day: Date) -> String {
    replaced_by(text, range, &day.to_string())
}

/// A line after the last one of the table's own values.
fn added(text: &str, table: &Table, day: Date) -> Option<String> {
    let end = last(table)?;
    let key = if table.is_dotted() { "campaign." } else { "" };
    let line = format!("{key}{KEY} = {day}");
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(match text.get(end..)?.find('\n') {
        Some(length) => {
            let at = end + length + 1;
            replaced_by(text, at..at, &format!("{line}{newline}"))
        }
        None => format!("{text}{newline}{line}"),
    })
}

/// Where the last value ends that stands under the table's own heading.
fn last(table: &Table) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item {
        Item::Value(value) => value.span().map(|span| span.end),
        Item::Table(dotted) if dotted.is_dotted() => last(dotted),
        _ => None,
    });
    ends.max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const DAY: Date = date(2027, 8, 31);

    fn closed(text: &str) -> String {
        close(text, DAY).unwrap()
    }

    #[test]
    fn a_line_is_added_after_the_last_value_and_before_what_comes_next() {
        let text = "# head\n\n[campaign] # of 2026\nid = \"2026\"   # kept\nreply_by=2026-12-18 # x\n\n# later\n[[campaign.amendment]]\ndate = 2027-01-18\n";
        let wanted = text.replace("# x\n", "# x\nclosed = 2027-08-31\n");
        assert_eq!(closed(text), wanted);
    }

    #[test]
    fn a_later_day_is_replaced_where_it_stands() {
        let text = "[campaign]\nclosed   =  2028-01-01   # said in May\nid = \"2026\"";
        assert_eq!(closed(text), text.replace("2028-01-01", "2027-08-31"));
    }

    #[test]
    fn lists_over_lines_other_newlines_and_a_missing_last_one_are_kept() {
        let list = "[campaign]\nid = \"2026\"\nenclosures = [ # two\n  \"a\",\n  \"b\", # last\n]";
        assert_eq!(closed(list), format!("{list}\nclosed = 2027-08-31"));
        let windows = "[campaign]\r\nid = \"2026\"\r\n\r\n[[establishment]]\r\n";
        assert_eq!(
            closed(windows),
            windows.replace("\"2026\"\r\n", "\"2026\"\r\nclosed = 2027-08-31\r\n")
        );
        let long = "[campaign]\nplace = \"\"\"\n[campaign]\nclosed = 1\n\"\"\"\n";
        assert_eq!(closed(long), format!("{long}closed = 2027-08-31\n"));
    }

    #[test]
    fn other_ways_to_write_a_table_are_known() {
        let inline = "campaign = { id = \"2026\", signatory = { a = 1 } } # all\n";
        assert_eq!(closed(inline), inline.replace("} } #", "}, closed = 2027-08-31 } #"));
        let dotted = "campaign.id = \"2026\"\ncampaign.signatory.civility = \"Mme\"\n";
        assert_eq!(closed(dotted), format!("{dotted}campaign.closed = 2027-08-31\n"));
        let below =
            "[campaign.signatory]\ncivility = \"Mme\"\n[campaign]\nid = \"2026\"\n[[mission]]\n";
        assert_eq!(closed(below), below.replace("\"2026\"\n", "\"2026\"\nclosed = 2027-08-31\n"));
        assert_eq!(close("[[campaign]]\nid = 1\n", DAY), None);
        assert_eq!(close("[campaign\n", DAY), None);
    }

    proptest! {
        #[test]
        fn nothing_else_changes(blank in "[ \t]{0,3}", word in "[a-z =#']{0,12}", after in "[a-z#\\[\\]]{0,8}") {
            let text = format!("# {word}\n[campaign]\n{blank}id{blank}={blank}\"{word}\"{blank}# {word}\n\n# {after}\n[other]\n");
            let edited = closed(&text);
            prop_assert_eq!(edited.replacen("closed = 2027-08-31\n", "", 1), text);
        }
    }
}
